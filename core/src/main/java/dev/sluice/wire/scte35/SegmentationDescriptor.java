package dev.sluice.wire.scte35;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;

/**
 * What begins or ends at the time of a {@link SpliceCommand.TimeSignal} (SCTE 35, section 10.3.3).
 *
 * @param eventId 32 bits
 * @param cancelled whether what was said of this event before no longer holds; then nothing else is
 *     of meaning
 * @param duration ticks of 90 kHz, 40 bits; {@link SpliceCommand#UNKNOWN} when it is not said
 * @param upidType what {@code upid} is
 * @param upid identifies the content
 * @param typeId segmentation_type_id (table 23)
 * @param number segment_num
 * @param expected segments_expected
 */
public record SegmentationDescriptor(
    long eventId,
    boolean cancelled,
    long duration,
    int upidType,
    Bytes upid,
    int typeId,
    int number,
    int expected) {

  /** splice_descriptor_tag. */
  public static final int TAG = 0x02;

  private static final int BREAK_START = 0x22;
  private static final int FIRST_OPPORTUNITY = 0x30;
  private static final int LAST_OPPORTUNITY = 0x3F;
  private static final int FIRST_BLOCK = 0x44;
  private static final int LAST_BLOCK = 0x47;

  /**
   * Reads what is behind the identifier.
   *
   * @throws MalformedException when {@code in} ends too early
   */
  static SegmentationDescriptor read(BitReader in) {
    long eventId = in.bits(32);
    boolean cancelled = in.flag();
    in.skip(7);
    if (cancelled) {
      return new SegmentationDescriptor(
          eventId, true, SpliceCommand.UNKNOWN, 0, Bytes.EMPTY, 0, 0, 0);
    }
    boolean wholeProgram = in.flag();
    boolean hasDuration = in.flag();
    in.skip(6); // where it may be delivered
    if (!wholeProgram) {
      int components = in.small(8);
      in.skip(48 * components); // tag and offset of each
    }
    long duration = SpliceCommand.UNKNOWN;
    if (hasDuration) {
      long high = in.bits(8);
      duration = high << 32 | in.bits(32);
    }
    int upidType = in.small(8);
    Bytes upid = Bytes.of(in.octets(in.small(8)));
    int typeId = in.small(8);
    int number = in.small(8);
    int expected = in.small(8);
    return new SegmentationDescriptor(
        eventId, false, duration, upidType, upid, typeId, number, expected);
  }

  /** Whether the network may be left here: a break, an advertisement or a place for one begins. */
  public boolean isOut() {
    return isOfBreak() && typeId % 2 == 0;
  }

  /** Whether what {@link #isOut} began ends here. */
  public boolean isIn() {
    return isOfBreak() && typeId % 2 == 1;
  }

  private boolean isOfBreak() {
    return typeId >> 1 == BREAK_START >> 1
        || typeId >= FIRST_OPPORTUNITY && typeId <= LAST_OPPORTUNITY
        || typeId >= FIRST_BLOCK && typeId <= LAST_BLOCK;
  }
}
