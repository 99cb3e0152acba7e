/**
 * Faces of other servers: their own APIs, so that what was written for them goes on working. Here
 * is what the faces share; each has a room of its own.
 *
 * <p>Control plane: requests are answered on virtual threads, which ask the loops by tasks and wait
 * a bounded time. A face invents nothing: what this server does not know is written as the other
 * one writes what is not set. Who may ask is who has the token, see {@link
 * dev.sluice.node.face.FaceGuard}.
 */
@NullMarked
package dev.sluice.node.face;

import org.jspecify.annotations.NullMarked;
