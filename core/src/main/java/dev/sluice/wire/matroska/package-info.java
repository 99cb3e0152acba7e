/**
 * Matroska and WebM as bytes: EBML elements, and of the elements those that reading media needs.
 *
 * <p>Source: RFC 8794 (EBML) and RFC 9559 (Matroska). Big-endian.
 *
 * <p>An element's body is read as a whole, but for those of segment and clusters, whose children
 * are read one by one by {@code dev.sluice.mux.mkv}. Elements that are not known are passed over,
 * as the specification wants. Immutable; no I/O, threads or clocks. Short input returns null and
 * consumes nothing; input that can never become valid throws {@link
 * dev.sluice.wire.MalformedException}, what is valid and not handled throws {@link
 * dev.sluice.wire.UnsupportedException}.
 */
@NullMarked
package dev.sluice.wire.matroska;

import org.jspecify.annotations.NullMarked;
