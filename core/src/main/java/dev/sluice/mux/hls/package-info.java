/**
 * Playlists of a {@link dev.sluice.mux.packager.SegmentWindow}: which segments and parts there are,
 * as HTTP Live Streaming tells it.
 *
 * <p>Addresses are relative to the playlists, which stand beside one another: {@code index.m3u8},
 * {@code index.v0.m3u8}, and beside them {@code v0-START.m4s} (a segment), {@code v0-START.3.m4s}
 * (its fourth part) and {@code v0-HASH.mp4} (the CMAF header), where START is the segment's name.
 *
 * <p>Pure functions of the window. Source: draft-pantos-hls-rfc8216bis.
 */
@NullMarked
package dev.sluice.mux.hls;

import org.jspecify.annotations.NullMarked;
