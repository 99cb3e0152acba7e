package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stsd} (ISO/IEC 14496-12, section 8.5.2).
 *
 * @param entries at most 256; samples count them from 1
 */
public record SampleDescriptionBox(List<SampleEntry> entries) implements Box {
  public SampleDescriptionBox {
    checkRange("entries", entries.size(), 0, BoxLimits.MAX_SAMPLE_ENTRIES);
    entries = List.copyOf(entries);
  }

  /**
   * Reads the body of one box.
   *
   * @param handlerType of the track
   * @throws dev.sluice.wire.MalformedException when it or an entry ends too early, or there are
   *     more than 256 entries
   */
  public static SampleDescriptionBox read(int handlerType, ByteBuf in) {
    Body body = Body.full(in, BoxType.STSD, 1);
    boolean quickTime = body.version() == 0; // in version 1 the version of an entry is ISO's own
    int count = body.count("entries", body.u32(), BoxLimits.MAX_SAMPLE_ENTRIES, 16);
    Boxes boxes = Boxes.in(body.restSlice(), BoxType.STSD);
    List<SampleEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ByteBuf entry = boxes.next();
      if (entry == null) {
        throw body.fault("entry_count", Integer.toString(count), "at most " + i);
      }
      entries.add(SampleEntry.read(boxes.type(), handlerType, quickTime, entry));
    }
    return new SampleDescriptionBox(entries);
  }

  @Override
  public int type() {
    return BoxType.STSD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeInt(entries.size());
    entries.forEach(entry -> entry.write(out));
  }
}
