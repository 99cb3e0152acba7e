/**
 * The other nodes of a cluster, seen from one that has its streams from them: the edge's side of
 * the link. Source: {@code docs/link-protocol.md}.
 *
 * <p>A stream that comes over the link is fetched like any other ({@link
 * dev.sluice.cluster.LinkPuller}), with the source's times as they are; its segments are cut as the
 * source's ledger says, and what cannot be made here, or was made wrongly, is had from there
 * ({@link dev.sluice.cluster.LinkSegments}).
 *
 * <p>A connection lives on the loop of its stream. Errors: what ends a connection is said in the
 * source's note, and it is tried again after a while.
 */
@NullMarked
package dev.sluice.cluster;

import org.jspecify.annotations.NullMarked;
