package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code sidx} (ISO/IEC 14496-12, section 8.16.3).
 *
 * @param referenceId track ID, or that of another stream
 * @param timescale ticks per second, 1 to 10⁹
 * @param earliestPresentationTime of what the first reference leads to
 * @param firstOffset bytes from the end of this box to what the first reference leads to
 * @param references one behind the other in the file, at most 65 535
 */
public record SegmentIndexBox(
    long referenceId,
    int timescale,
    long earliestPresentationTime,
    long firstOffset,
    List<Reference> references)
    implements Box {

  /**
   * One stretch of the file.
   *
   * @param index whether it begins with another {@code sidx}, not with media
   * @param size bytes, 31 bits
   * @param duration in ticks, 32 bits
   * @param sap starts_with_SAP, SAP_type and SAP_delta_time as they came
   */
  public record Reference(boolean index, int size, long duration, int sap) {
    /** Begins with a picture where decoding can begin, and nothing before it in output order. */
    public static final int STARTS_WITH_SAP_1 = 0x9000_0000;

    public Reference {
      checkRange("size", size, 0, Integer.MAX_VALUE);
      checkRange("duration", duration, 0, 0xFFFF_FFFFL);
    }
  }

  private static final int REFERENCE_SIZE = 12;

  public SegmentIndexBox {
    checkRange("referenceId", referenceId, 0, 0xFFFF_FFFFL);
    checkRange("timescale", timescale, 1, 1_000_000_000);
    checkRange("earliestPresentationTime", earliestPresentationTime, 0, Long.MAX_VALUE);
    checkRange("firstOffset", firstOffset, 0, Long.MAX_VALUE);
    checkRange("references", references.size(), 0, BoxLimits.MAX_REFERENCES);
    references = List.copyOf(references);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has a timescale of 0
   */
  public static SegmentIndexBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.SIDX, 1);
    long referenceId = body.u32();
    int timescale = body.timescale();
    long earliest = body.u32or64("earliest_presentation_time");
    long firstOffset = body.u32or64("first_offset");
    body.skip(2); // reserved
    int count = body.count("references", body.u16(), BoxLimits.MAX_REFERENCES, REFERENCE_SIZE);
    List<Reference> references = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int typeAndSize = body.i32();
      references.add(
          new Reference(typeAndSize < 0, typeAndSize & Integer.MAX_VALUE, body.u32(), body.i32()));
    }
    return new SegmentIndexBox(referenceId, timescale, earliest, firstOffset, references);
  }

  @Override
  public int type() {
    return BoxType.SIDX;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int version = Math.max(earliestPresentationTime, firstOffset) > 0xFFFF_FFFFL ? 1 : 0;
    Boxes.full(version, 0, out);
    out.writeInt((int) referenceId).writeInt(timescale);
    Times.write(version, earliestPresentationTime, out);
    Times.write(version, firstOffset, out);
    out.writeShort(0).writeShort(references.size());
    for (Reference reference : references) {
      out.writeInt(reference.size | (reference.index ? Integer.MIN_VALUE : 0));
      out.writeInt((int) reference.duration).writeInt(reference.sap);
    }
  }
}
