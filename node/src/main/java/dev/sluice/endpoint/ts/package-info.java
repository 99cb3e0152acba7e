/**
 * Viewers over HTTP: {@code GET /{stream}.ts} as a transport stream without end.
 *
 * <p>Source: ISO/IEC 13818-1; RFC 3555 for {@code video/mp2t}; paths and query as users of SRS know
 * them. Everything runs on the loop of the viewer's connection; a stream's feed is muxed on the
 * stream's.
 *
 * <p>Refusals are JSON with the reason's own HTTP status; a stream that ends closes the connection
 * in good order, a fault resets it.
 */
@NullMarked
package dev.sluice.endpoint.ts;

import org.jspecify.annotations.NullMarked;
