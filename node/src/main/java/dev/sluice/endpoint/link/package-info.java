/**
 * The source's side of the link between nodes: {@code /link/v1/…}, for whoever proves to have the
 * cluster's key. Source: {@code docs/link-protocol.md}.
 *
 * <p>A media connection is a viewer whose form is {@link dev.sluice.endpoint.link.LinkForm};
 * between the blocks that it shares with others of its kind it gets what the stream's segments
 * tell.
 */
@NullMarked
package dev.sluice.endpoint.link;

import org.jspecify.annotations.NullMarked;
