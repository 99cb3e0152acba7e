/**
 * Listeners over HTTP: {@code GET /{stream}.aac} and {@code GET /{stream}.mp3}, the sound of a
 * stream as a progressive download without an end. Listening begins with the next frame: sound
 * needs no key frame to wait for.
 *
 * <p>Source: ISO/IEC 14496-3, section 1.A.2 (ADTS; HE-AAC as its core, with implicit signalling);
 * ISO/IEC 11172-3 and 13818-3 (MPEG audio); {@code audio/aac} and {@code audio/mpeg} of the IANA
 * registry; paths as users of SRS know them. Everything runs on the loop of the listener's
 * connection; a stream's feed is muxed on the stream's.
 *
 * <p>Nothing is transcoded: a stream whose sound is of another codec is refused with {@link
 * dev.sluice.hub.Reason#CODEC} and its name, at once or as soon as it is known. Of several audio
 * tracks the first one is heard.
 */
@NullMarked
package dev.sluice.endpoint.audio;

import org.jspecify.annotations.NullMarked;
