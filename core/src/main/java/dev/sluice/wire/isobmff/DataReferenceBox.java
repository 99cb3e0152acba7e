package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code dref}: where the samples lie (ISO/IEC 14496-12, section 8.7.2). All that is kept of an
 * entry is whether it means the file itself; other files are not opened.
 *
 * @param selfContained one for each entry, at most 256; sample entries count them from 1
 */
public record DataReferenceBox(List<Boolean> selfContained) implements Box {
  /** What everybody writes. */
  public static final DataReferenceBox SELF = new DataReferenceBox(List.of(true));

  private static final int SELF_CONTAINED = 1;

  public DataReferenceBox {
    checkRange("entries", selfContained.size(), 0, BoxLimits.MAX_DATA_REFERENCES);
    selfContained = List.copyOf(selfContained);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has more than 256 entries
   */
  public static DataReferenceBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.DREF, 0);
    int count = body.count("entries", body.u32(), BoxLimits.MAX_DATA_REFERENCES, 12);
    Boxes boxes = Boxes.in(body.restSlice(), BoxType.DREF);
    List<Boolean> selfContained = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ByteBuf entry = boxes.next();
      if (entry == null) {
        throw body.fault("entry_count", Integer.toString(count), "at most " + i);
      }
      selfContained.add((Body.full(entry, boxes.type(), 255).flags() & SELF_CONTAINED) != 0);
    }
    return new DataReferenceBox(selfContained);
  }

  @Override
  public int type() {
    return BoxType.DREF;
  }

  /** An entry that means another file is written without its name. */
  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeInt(selfContained.size());
    for (boolean self : selfContained) {
      int entry = Boxes.begin(BoxType.URL, out);
      Boxes.full(0, self ? SELF_CONTAINED : 0, out);
      Boxes.end(entry, out);
    }
  }
}
