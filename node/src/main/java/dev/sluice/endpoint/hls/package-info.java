/**
 * HLS and low-latency HLS: playlists and segments of what {@link dev.sluice.hub.segments} keeps.
 *
 * <p>A request arrives on its connection's loop, is answered on the loop of the stream's segments,
 * and the answer is sent on the connection's loop again. Texts are made once for each change and
 * shared by all who ask. Source: draft-pantos-hls-rfc8216bis, sections 6.2.5 and B.
 */
@NullMarked
package dev.sluice.endpoint.hls;

import org.jspecify.annotations.NullMarked;
