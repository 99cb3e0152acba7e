/**
 * HLS and low-latency HLS: playlists of what {@link dev.sluice.hub.segments} keeps. How requests
 * come to it, and the media, are in {@link dev.sluice.net.segments}.
 *
 * <p>Texts are made once for each change and shared by all who ask. Source:
 * draft-pantos-hls-rfc8216bis, sections 6.2.5 and B.
 */
@NullMarked
package dev.sluice.endpoint.hls;

import org.jspecify.annotations.NullMarked;
