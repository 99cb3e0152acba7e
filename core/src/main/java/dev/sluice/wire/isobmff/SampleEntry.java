package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the samples of a track are, one of several ways (ISO/IEC 14496-12, section 8.5.2). */
public sealed interface SampleEntry extends Box
    permits VisualSampleEntry, AudioSampleEntry, OtherSampleEntry {

  /** The data reference that holds the samples, from 1; {@link DataReferenceBox}. */
  int dataReferenceIndex();

  /** The boxes behind the fixed fields. */
  List<RawBox> boxes();

  /** The body of the first box of that type, null when there is none. */
  default @Nullable Bytes box(int type) {
    for (RawBox box : boxes()) {
      if (box.type() == type) {
        return box.body();
      }
    }
    return null;
  }

  /**
   * Reads the body of one entry.
   *
   * @param format its type
   * @param handlerType of the track; it decides on the fixed fields
   * @param quickTime whether entries of sound may have the fields of QuickTime's versions 1 and 2
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  static SampleEntry read(int format, int handlerType, boolean quickTime, ByteBuf in) {
    Body body = new Body(in, format);
    body.skip(6); // reserved
    int reference = body.u16();
    return switch (handlerType) {
      case BoxType.VIDE -> VisualSampleEntry.read(format, reference, body);
      case BoxType.SOUN -> AudioSampleEntry.read(format, reference, quickTime, body);
      default -> new OtherSampleEntry(format, reference, body.rest());
    };
  }

  /** Appends what all entries begin with. */
  static void writeStart(int dataReferenceIndex, ByteBuf out) {
    out.writeZero(6).writeShort(dataReferenceIndex);
  }

  /**
   * Reads what is left as boxes. Those in a {@code wave} of QuickTime count as its siblings; a
   * {@code wave} in it is left out.
   */
  static List<RawBox> readBoxes(Body body, int format) {
    List<RawBox> list = new ArrayList<>();
    collect(body.restSlice(), format, list);
    return list;
  }

  private static void collect(ByteBuf in, int parent, List<RawBox> list) {
    Boxes boxes = Boxes.in(in, parent);
    for (ByteBuf child; (child = boxes.next()) != null; ) {
      if (boxes.type() != BoxType.WAVE) {
        list.add(new RawBox(boxes.type(), Bytes.copyOf(child)));
      } else if (parent != BoxType.WAVE) {
        collect(child, BoxType.WAVE, list);
      }
    }
  }
}
