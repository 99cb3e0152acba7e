/**
 * AMF0 and AMF3, the value formats of RTMP commands and of FLV and RTMP data messages.
 *
 * <p>Source: Adobe "Action Message Format – AMF 0" (2007) and "Action Message Format – AMF 3"
 * (2013). Big-endian.
 *
 * <p>Unlike in other packages of {@code wire}, input always comes as one whole message. Nothing is
 * waited for: input that ends inside a value throws {@link dev.sluice.wire.MalformedException}, and
 * how much was consumed before that is not defined. Two faults of real encoders are tolerated: an
 * ECMA array whose count is wrong, and a last object without its end marker. Every limit stands in
 * {@link dev.sluice.wire.amf.AmfLimits}; lengths and counts that a peer names are never allocated
 * before the bytes are there.
 *
 * <p>References are kept as {@link dev.sluice.wire.amf.AmfValue.Reference}, not followed: a value
 * is a tree and never larger than its message (strings and traits of AMF3, which cannot be read
 * without their tables, count against {@link dev.sluice.wire.amf.AmfLimits#MAX_TEXT_BYTES} each
 * time that they are used). Values are immutable; no threads, no clock.
 */
@NullMarked
package dev.sluice.wire.amf;

import org.jspecify.annotations.NullMarked;
