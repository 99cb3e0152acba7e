/**
 * Packaging: access units become segments and parts, as a pure function with a ledger.
 *
 * <p>What is cut where, how it is named and which bytes it holds depends on the units, their UTC
 * times, the settings and the ledger alone: not on when units came, in which blocks, nor how tracks
 * were interleaved. Two nodes that are given the same make the same files.
 *
 * <p>The way of a unit:
 *
 * <ol>
 *   <li>{@link dev.sluice.mux.packager.MediaOrder} puts the units of all tracks into one order;
 *   <li>{@link dev.sluice.mux.packager.Cutter} says where segments begin: all tracks are cut at the
 *       same moments, which the leading one gives, the first video track or else the first audio
 *       track; each {@link dev.sluice.mux.packager.Cut} goes into the {@link
 *       dev.sluice.mux.packager.Ledger};
 *   <li>{@link dev.sluice.mux.packager.CmafPackager} makes the parts of each track, {@link
 *       dev.sluice.mux.packager.TsPackager} whole segments of a transport stream.
 * </ol>
 *
 * <p>A cut's <em>name</em> is the time of its first picture in UTC, 90 kHz; its <em>number</em> is
 * the last one + 1, kept by the ledger.
 *
 * <p>A node that has its streams from another one follows that one's cuts: {@link
 * dev.sluice.mux.packager.FollowingPackager}.
 *
 * <p>No I/O, no threads, no clock: parts and segments close when the unit behind them comes.
 * Buffers: a unit that is handed in is borrowed, and retained while it is needed; bytes that are
 * handed on are owned by the receiver. Source: RFC 8216bis (sections 3, 4.4 and 6.2), ISO/IEC
 * 23000-19 (CMAF, section 7.3).
 */
@NullMarked
package dev.sluice.mux.packager;

import org.jspecify.annotations.NullMarked;
