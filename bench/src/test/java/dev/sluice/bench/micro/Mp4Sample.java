package dev.sluice.bench.micro;

import dev.sluice.media.AccessUnit;
import dev.sluice.mux.mp4.CmafMuxer;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.SampleTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.IntStream;

/** A progressive file: an init segment whose tables have been filled, and one mdat. */
final class Mp4Sample {
  private Mp4Sample() {}

  static ByteBuf progressive(List<AccessUnit> units) {
    ByteBuf out = Unpooled.directBuffer(1 << 20);
    long size = units.stream().mapToLong(AccessUnit::sizeBytes).sum();
    BoxHeader.of(BoxType.MDAT, size).write(out);
    long[] offsets = new long[units.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = out.writerIndex();
      ByteBuf payload = units.get(i).payload();
      out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }
    fill(CmafMuxer.init(units.getFirst().track()).buffer(), units, offsets, out);
    return out;
  }

  /** Copies boxes; what says that fragments follow is left out. */
  private static void fill(ByteBuf in, List<AccessUnit> units, long[] offsets, ByteBuf out) {
    while (in.isReadable()) {
      BoxHeader header = BoxHeader.read(in);
      if (header == null) {
        throw new IllegalStateException("init segment ends in a header");
      }
      ByteBuf body = in.readSlice((int) header.bodySize());
      switch (header.type()) {
        case BoxType.MVEX -> {}
        case BoxType.MOOV, BoxType.TRAK, BoxType.MDIA, BoxType.MINF, BoxType.STBL -> {
          int start = Boxes.begin(header.type(), out);
          fill(body, units, offsets, out);
          Boxes.end(start, out);
        }
        case BoxType.STTS ->
            SampleTable.of(BoxType.STTS, units.size(), units.get(1).dts() - units.getFirst().dts())
                .write(out);
        case BoxType.STSC -> {
          SampleTable.of(BoxType.STSC, 1, 1, 1).write(out);
          SampleTable.of(BoxType.STSS, syncSamples(units)).write(out);
        }
        case BoxType.STSZ ->
            SampleTable.of(BoxType.STSZ, units.stream().mapToLong(AccessUnit::sizeBytes).toArray())
                .write(out);
        case BoxType.STCO -> SampleTable.of(BoxType.STCO, offsets).write(out);
        default -> {
          int start = Boxes.begin(header.type(), out);
          out.writeBytes(body);
          Boxes.end(start, out);
        }
      }
    }
  }

  private static long[] syncSamples(List<AccessUnit> units) {
    return IntStream.range(0, units.size())
        .filter(i -> units.get(i).randomAccess())
        .mapToLong(i -> i + 1)
        .toArray();
  }
}
