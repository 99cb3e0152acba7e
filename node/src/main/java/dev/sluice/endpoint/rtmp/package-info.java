/**
 * RTMP and RTMPS on the outside of the hub: listeners, and the glue between a socket, its engine
 * ({@link dev.sluice.session.rtmp}), the FLV demuxer and muxer, and the hub.
 *
 * <p>A connection stays on its loop. Its engine answers the protocol; what it asks for becomes a
 * source ({@code RtmpSource}) or a viewer ({@code RtmpViewer}) of the hub. A viewer's media is
 * never seen by the engine: shared blocks of whole messages go straight to the channel, on chunk
 * streams that the engine does not use.
 *
 * <p>Bad input ends the one connection, with the protocol's own answer and one line in the log.
 */
@NullMarked
package dev.sluice.endpoint.rtmp;

import org.jspecify.annotations.NullMarked;
