/**
 * Viewers over HTTP: {@code GET /{stream}.flv} as a progressive download or as a WebSocket.
 *
 * <p>Source: Adobe FLV and F4V File Format 10.1, annex E; paths and query as users of SRS know
 * them. Everything runs on the loop of the viewer's connection; a stream's feed is muxed on the
 * stream's.
 *
 * <p>Refusals are JSON with the reason's own HTTP status; a stream that ends closes the connection
 * in good order, a fault resets it.
 */
@NullMarked
package dev.sluice.endpoint.flv;

import org.jspecify.annotations.NullMarked;
