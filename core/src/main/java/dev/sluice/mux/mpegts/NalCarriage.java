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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * H.264 and H.265 as a byte stream: a delimiter before each access unit (section 2.14.1), all
 * parameter sets before each random access point, start codes in the place of lengths.
 */
final class NalCarriage extends TsCarriage {
  private static final int LENGTH_SIZE = 4;

  /** primary_pic_type 7: slices of any kind. */
  private static final byte[] H264_DELIMITER = {0, 0, 0, 1, 0x09, (byte) 0xF0};

  /** pic_type 2: slices of any kind. */
  private static final byte[] H265_DELIMITER = {0, 0, 0, 1, 0x46, 0x01, 0x50};

  /** What comes before every access unit, and before one where decoding can begin. */
  private final ByteBuffer start;

  private final ByteBuffer randomAccessStart;

  NalCarriage(Track track, List<Descriptor> descriptors) {
    super(track, streamType(track.codec()), PesHeader.VIDEO, descriptors);
    byte[] delimiter = track.codec() == Codec.H265 ? H265_DELIMITER : H264_DELIMITER;
    ByteBuf all = Unpooled.buffer().writeBytes(delimiter);
    for (Bytes nalUnit : parameterSets(track)) {
      nalUnit.writeTo(all.writeInt(1));
    }
    this.start = ByteBuffer.wrap(delimiter);
    this.randomAccessStart = all.nioBuffer();
  }

  private static List<Bytes> parameterSets(Track track) {
    ByteBuf configuration = track.configuration().buffer();
    List<Bytes> sets = new ArrayList<>();
    if (track.codec() == Codec.H265) {
      HevcDecoderConfigurationRecord.read(configuration)
          .arrays()
          .forEach(array -> sets.addAll(array.nalUnits()));
    } else {
      var record = AvcDecoderConfigurationRecord.read(configuration);
      sets.addAll(record.sps());
      sets.addAll(record.pps());
    }
    return sets;
  }

  private static int streamType(Codec codec) {
    return codec == Codec.H265 ? StreamType.H265 : StreamType.H264;
  }

  private ByteBuffer startOf(AccessUnit unit) {
    return unit.randomAccess() ? randomAccessStart : start;
  }

  @Override
  int size(AccessUnit unit) {
    return startOf(unit).limit() + unit.sizeBytes();
  }

  @Override
  void write(AccessUnit unit, PesWriter out) {
    ByteBuffer begin = startOf(unit);
    out.put(begin, 0, begin.limit());
    ByteBuffer payload = unit.payload().nioBuffer();
    int end = payload.limit();
    for (int at = 0; at < end; ) {
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
