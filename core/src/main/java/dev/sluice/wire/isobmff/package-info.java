/**
 * Boxes of the ISO base media file format as bytes: one record a box, parsing and writing, nothing
 * else.
 *
 * <p>Source: ISO/IEC 14496-12 (boxes, fragments), 14496-14 ({@code esds}), 14496-15 (NAL unit
 * codecs), 23000-19 (CMAF), the bindings of AV1, VP8/VP9, Opus, FLAC and AC-3 (TS 102 366, annex
 * F), and the QuickTime file format where files are seen to follow it instead. Big-endian.
 *
 * <p>{@link dev.sluice.wire.isobmff.BoxHeader} is read from a byte stream: short input returns null
 * and consumes nothing. Every other {@code read} is given the body of one box, all of it, header
 * excluded; a body that ends too early, or says what cannot be, throws {@link
 * dev.sluice.wire.MalformedException}; a version that is not known throws {@link
 * dev.sluice.wire.UnsupportedException}. What follows the fields that are known is not looked at.
 * {@code write} appends the whole box; of several versions it takes the lowest that holds the
 * values.
 *
 * <p>Tables of samples, which grow with a file's length, are not turned into objects: {@link
 * dev.sluice.wire.isobmff.SampleTable} and {@link dev.sluice.wire.isobmff.TrackRunBox} keep them as
 * bytes. Everything else that a file can make grow is bounded by {@link
 * dev.sluice.wire.isobmff.BoxLimits}.
 */
@NullMarked
package dev.sluice.wire.isobmff;

import org.jspecify.annotations.NullMarked;
