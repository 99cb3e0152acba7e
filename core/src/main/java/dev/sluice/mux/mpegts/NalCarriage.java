package dev.sluice.mux.mpegts;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.StreamType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * H.264 and H.265 as a byte stream: a delimiter before each access unit (section 2.14.1), all
 * parameter sets before each random access point, start codes in the place of lengths.
 */
final class NalCarriage extends TsCarriage {
  private static final int LENGTH_SIZE = 4;

  /** primary_pic_type 7: slices of any kind. */
  private static final Bytes H264_DELIMITER = Bytes.ofHex("0000000109F0");

  /** pic_type 2: slices of any kind. */
  private static final Bytes H265_DELIMITER = Bytes.ofHex("00000001460150");

  private final Bytes delimiter;
  private final ByteBuf parameterSets = Unpooled.buffer();

  NalCarriage(Track track, List<Descriptor> descriptors) {
    super(track, streamType(track.codec()), PesHeader.VIDEO, descriptors);
    if (track.codec() == Codec.H265) {
      this.delimiter = H265_DELIMITER;
      HevcDecoderConfigurationRecord.read(track.configuration().buffer())
          .arrays()
          .forEach(array -> array.nalUnits().forEach(this::add));
    } else {
      this.delimiter = H264_DELIMITER;
      var record = AvcDecoderConfigurationRecord.read(track.configuration().buffer());
      record.sps().forEach(this::add);
      record.pps().forEach(this::add);
    }
  }

  private static int streamType(Codec codec) {
    return codec == Codec.H265 ? StreamType.H265 : StreamType.H264;
  }

  private void add(Bytes nalUnit) {
    parameterSets.writeInt(1);
    nalUnit.writeTo(parameterSets);
  }

  @Override
  int size(AccessUnit unit) {
    int sets = unit.randomAccess() ? parameterSets.readableBytes() : 0;
    return delimiter.size() + sets + unit.sizeBytes();
  }

  @Override
  void write(AccessUnit unit, PesWriter out) {
    out.put(delimiter);
    if (unit.randomAccess()) {
      out.put(parameterSets);
    }
    ByteBuf payload = unit.payload();
    int end = payload.writerIndex();
    for (int at = payload.readerIndex(); at < end; ) {
      // the inner form has whole NAL units; what is none goes out as it is
      int length = end - at < LENGTH_SIZE ? -1 : payload.getInt(at);
      if (length < 0 || length > end - at - LENGTH_SIZE) {
        out.put(payload, at, end - at);
        return;
      }
      out.startCode();
      out.put(payload, at + LENGTH_SIZE, length);
      at += LENGTH_SIZE + length;
    }
  }
}
