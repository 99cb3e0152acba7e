/**
 * Bytes of foreign formats and protocols, one sub-package each: records with {@code read} and
 * {@code write}, their limits and the section of the specification they come from.
 *
 * <p>Rules that hold in every sub-package: no I/O, no threads, no clock; Netty's {@code ByteBuf} is
 * plain memory. Short input returns null and consumes nothing; input that can never become valid
 * throws {@link dev.sluice.wire.MalformedException}; valid input that Sluice does not handle throws
 * {@link dev.sluice.wire.UnsupportedException}. Arguments are borrowed, results are owned by the
 * caller.
 */
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
