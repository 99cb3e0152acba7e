package dev.sluice.mux.mp4;

import dev.sluice.wire.isobmff.Box;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.DataReferenceBox;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.FileTypeBox;
import dev.sluice.wire.isobmff.HandlerBox;
import dev.sluice.wire.isobmff.MediaHeaderBox;
import dev.sluice.wire.isobmff.MovieFragmentHeaderBox;
import dev.sluice.wire.isobmff.MovieHeaderBox;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import dev.sluice.wire.isobmff.SampleDescriptionBox;
import dev.sluice.wire.isobmff.SampleTable;
import dev.sluice.wire.isobmff.SampleTableHeader;
import dev.sluice.wire.isobmff.TrackExtendsBox;
import dev.sluice.wire.isobmff.TrackFragmentDecodeTimeBox;
import dev.sluice.wire.isobmff.TrackFragmentHeaderBox;
import dev.sluice.wire.isobmff.TrackHeaderBox;
import dev.sluice.wire.isobmff.TrackRunBox;
import io.netty.buffer.ByteBuf;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The boxes of an init segment or chunk as text, a line each. */
final class BoxTree {
  private static final Pattern TYPES =
      Pattern.compile("([tT]ype=|[bB]rands?=\\[?|(?<=Brands=\\[.{0,99}), )(\\d{9,10})\\b");

  private final StringBuilder text = new StringBuilder();
  private int handlerType;

  private BoxTree() {}

  static String of(ByteBuf bytes) {
    BoxTree tree = new BoxTree();
    tree.boxes(bytes.duplicate(), 0);
    return tree.text.toString();
  }

  private void boxes(ByteBuf in, int depth) {
    while (in.isReadable()) {
      BoxHeader header = BoxHeader.read(in);
      if (header == null || header.bodySize() > in.readableBytes()) {
        throw new AssertionError("boxes end in the middle of one:\n" + text);
      }
      ByteBuf body = in.readSlice((int) header.bodySize());
      text.append("  ".repeat(depth))
          .append(BoxType.text(header.type()))
          .append(' ')
          .append(header.boxSize());
      if (isContainer(header.type())) {
        text.append('\n');
        boxes(body, depth + 1);
      } else {
        Box box = box(header.type(), body);
        if (box != null) {
          text.append(": ").append(readable(box.toString()));
        }
        text.append('\n');
      }
    }
  }

  /** Types and brands as characters. */
  private static String readable(String record) {
    return TYPES
        .matcher(record)
        .replaceAll(found -> found.group(1) + BoxType.text(Integer.parseInt(found.group(2))));
  }

  private static boolean isContainer(int type) {
    return switch (type) {
      case BoxType.MOOV,
          BoxType.TRAK,
          BoxType.EDTS,
          BoxType.MDIA,
          BoxType.MINF,
          BoxType.DINF,
          BoxType.STBL,
          BoxType.MVEX,
          BoxType.MOOF,
          BoxType.TRAF ->
          true;
      default -> false;
    };
  }

  private @Nullable Box box(int type, ByteBuf body) {
    if (SampleTableHeader.isTable(type)) {
      return SampleTable.read(type, body);
    }
    return switch (type) {
      case BoxType.FTYP, BoxType.STYP -> FileTypeBox.read(type, body);
      case BoxType.MVHD -> MovieHeaderBox.read(body);
      case BoxType.TKHD -> TrackHeaderBox.read(body);
      case BoxType.MDHD -> MediaHeaderBox.read(body);
      case BoxType.HDLR -> {
        HandlerBox handler = HandlerBox.read(body);
        handlerType = handler.handlerType();
        yield handler;
      }
      case BoxType.DREF -> DataReferenceBox.read(body);
      case BoxType.STSD -> SampleDescriptionBox.read(handlerType, body);
      case BoxType.TREX -> TrackExtendsBox.read(body);
      case BoxType.MFHD -> MovieFragmentHeaderBox.read(body);
      case BoxType.TFHD -> TrackFragmentHeaderBox.read(body);
      case BoxType.TFDT -> TrackFragmentDecodeTimeBox.read(body);
      case BoxType.TRUN -> TrackRunBox.read(body);
      case BoxType.PRFT -> ProducerReferenceTimeBox.read(body);
      case BoxType.EMSG -> EventMessageBox.read(body);
      default -> null;
    };
  }
}
