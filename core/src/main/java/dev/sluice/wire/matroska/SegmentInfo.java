package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * Of the element Info, what reading needs (RFC 9559, section 5.1.2).
 *
 * @param timestampScaleNs nanoseconds of one tick, 1 to 10⁹
 * @param durationTicks length of the segment in ticks; 0 when it is not said
 */
public record SegmentInfo(long timestampScaleNs, double durationTicks) {
  /** What holds without the element: milliseconds. */
  public static final SegmentInfo DEFAULT = new SegmentInfo(1_000_000, 0);

  private static final int MAX_SCALE_NS = 1_000_000_000;

  /**
   * Reads the body, all of {@code body}.
   *
   * @throws MalformedException when it cannot be read or a tick has no length
   */
  public static SegmentInfo read(ByteBuf body) {
    var reading =
        new Object() {
          long scaleNs = DEFAULT.timestampScaleNs;
          double ticks;
        };
    ElementBody.children(
        "Info",
        body,
        (in, id) -> {
          switch (id) {
            case ElementId.TIMESTAMP_SCALE ->
                reading.scaleNs = ElementBody.unsigned("TimestampScale", in, MAX_SCALE_NS);
            case ElementId.DURATION -> reading.ticks = ElementBody.real("Duration", in);
            default -> {} // titles, dates, programs
          }
        });
    if (reading.scaleNs == 0) {
      throw new MalformedException("Matroska TimestampScale is 0, allowed is 1 to " + MAX_SCALE_NS);
    }
    boolean said = Double.isFinite(reading.ticks) && reading.ticks > 0;
    return new SegmentInfo(reading.scaleNs, said ? reading.ticks : 0);
  }
}
