/**
 * Segments over HTTP, whichever playlist lists them: who asks, and the media themselves.
 *
 * <p>{@link dev.sluice.net.segments.SegmentRequests} brings a request to the segments of its
 * stream: by the session in its path, or let in by itself. {@link
 * dev.sluice.net.segments.MediaRoutes} answers for segments, parts and headers, {@link
 * dev.sluice.net.segments.SegmentAnswer} knows how an answer is sent, and {@link
 * dev.sluice.net.segments.Texts} keeps playlists for as long as they are true. Endpoints add the
 * texts of their protocol, and know nothing of each other. In front of all that, {@link
 * dev.sluice.net.segments.QuickSegments} answers those who ask for what many ask for.
 *
 * <p>A request arrives on its connection's loop, is answered on the loop of the stream's segments,
 * and the answer is sent on the connection's loop again. Buffers: media are the window's, shared by
 * all who ask, and retained until they are sent. Source: draft-pantos-hls-rfc8216bis, section
 * 6.2.5; ISO/IEC 23009-1, section 5.3.9.5.3; RFC 9110, section 14.
 */
@NullMarked
package dev.sluice.net.segments;

import org.jspecify.annotations.NullMarked;
