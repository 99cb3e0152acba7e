/**
 * Sockets for everybody: the event loops, the HTTP front that all HTTP faces share, TLS contexts,
 * and the one seam where media goes past the HTTP stack.
 *
 * <p>The only package outside the endpoints that sees Netty channels, and the only one that sees
 * inside Vert.x. A connection stays on the loop that it was given; everything here runs there,
 * unless it says otherwise.
 *
 * <p>Buffers: what is written to a sink is owned by the sink. Errors: a connection's fault ends
 * that connection; a refusal is a {@link dev.sluice.hub.Reason}, answered in the protocol's own
 * way.
 */
@NullMarked
package dev.sluice.net;

import org.jspecify.annotations.NullMarked;
