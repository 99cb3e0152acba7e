/**
 * The description of a {@link dev.sluice.mux.packager.SegmentWindow}: which segments there are, as
 * DASH tells it. The segments are those that playlists of HLS list, byte for byte.
 *
 * <p><em>Time.</em> {@code availabilityStartTime} is the Unix epoch: the timeline of a stream is
 * UTC, so presentation time is UTC too, in whatever period.
 *
 * <p><em>Names.</em> {@code $Time$}, not {@code $Number$}: each track's times are exact in its own
 * timescale, a segment that is missing leaves a hole and no wrong count, a description that is a
 * moment old still names what it means, and two nodes agree without a ledger. What begins with a
 * picture has one name in playlists and here ({@code v0-START.m4s}), so caches keep it once; sound
 * begins with a frame of its own and is found by that time ({@link
 * dev.sluice.mux.packager.TrackWindow#byTime}).
 *
 * <p><em>Periods.</em> One for each stretch in which the same encodings deliver: another decoder
 * configuration, a track more or less, one that has fallen silent, or data of another kind begins
 * the next. Its id is where it begins. The very first begins at the epoch, since nobody knows what
 * there was before it; others begin with their first segment. The ledger keeps start and bandwidths
 * of the last one, so that a server that was restarted, or another node, goes on with it where the
 * encodings are the same ({@link dev.sluice.mux.packager.LedgerRecord.Period}).
 *
 * <p><em>Events.</em> Messages in front of chunks are declared by their schemes ({@code
 * InbandEventStream}) as soon as the stream has such data, whether or not any have come: who plays
 * has to know before the first one.
 *
 * <p><em>Low latency.</em> The segment that is being made is listed when its first part is there
 * ({@code availabilityTimeOffset}), as long as it is expected to become ({@link
 * dev.sluice.mux.packager.PackagerOutput#expected}); when it is whole, as long as it became. Who
 * asks for it gets it as it is made. Where there is nothing to expect, whole segments are listed
 * only.
 *
 * <p><em>Holes</em> have no entries, and what comes behind one is a period of its own: a timeline
 * that goes on behind a hole Shaka Player 5 takes for one with a segment as long as the hole, and
 * stays that far behind for good, and dash.js 5 does not look for the next segment behind it.
 *
 * <p>No I/O, no threads, no clock. Source: ISO/IEC 23009-1:2022, section 5 and annex K; DASH-IF
 * guidelines for low latency.
 */
@NullMarked
package dev.sluice.mux.dash;

import org.jspecify.annotations.NullMarked;
