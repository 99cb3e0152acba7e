package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord.NalArray;
import dev.sluice.wire.h265.HevcNalUnit;
import dev.sluice.wire.h265.HevcPps;
import dev.sluice.wire.h265.HevcSps;
import dev.sluice.wire.h265.HevcVps;
import dev.sluice.wire.nal.NalIndex;
import dev.sluice.wire.nal.Sei;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * H.265. Random access is an IRAP picture (IDR, BLA, or CRA with its leading pictures that cannot
 * be decoded then), whatever the container says; or one with a recovery point SEI that the
 * container does not deny to be a key frame.
 *
 * <p>NAL units of other layers than the base (SHVC, MV-HEVC) and of unspecified types (Dolby Vision
 * metadata) stay where they are, parameter sets too: records have no place for them.
 */
final class H265Normaliser extends NalNormaliser {
  /** Arrays of the container's record that hold no parameter sets: SEI for the whole stream. */
  private List<NalArray> others = List.of();

  H265Normaliser(Framing framing, int trackId, String language) {
    super(Codec.H265, framing, trackId, language);
  }

  @Override
  Part part(ByteBuf in, int offset, int length) {
    HevcNalUnit header = HevcNalUnit.read(in, offset, length);
    if (header.layer() != 0) {
      return Part.OTHER;
    }
    return switch (header.type()) {
      case HevcNalUnit.VPS, HevcNalUnit.SPS, HevcNalUnit.PPS -> Part.PARAMETER_SET;
      case HevcNalUnit.AUD,
          HevcNalUnit.END_OF_SEQUENCE,
          HevcNalUnit.END_OF_BITSTREAM,
          HevcNalUnit.FILLER ->
          Part.DROPPED;
      default -> {
        if (HevcNalUnit.isIrap(header.type())) {
          yield Part.SEQUENCE_START;
        }
        yield HevcNalUnit.isSlice(header.type()) ? Part.PICTURE : Part.OTHER;
      }
    };
  }

  @Override
  Configuration readConfiguration(ByteBuf in) {
    Bytes body = Bytes.copyOf(in);
    var record = HevcDecoderConfigurationRecord.read(in);
    ParameterSets sets = new ParameterSets();
    List<NalArray> rest = new ArrayList<>();
    for (NalArray array : record.arrays()) {
      switch (array.type()) {
        case HevcNalUnit.VPS, HevcNalUnit.SPS, HevcNalUnit.PPS -> {
          for (Bytes set : array.nalUnits()) {
            sets.put(tolerated(array.type(), set), maxOfType(array.type()));
          }
        }
        default -> rest.add(array);
      }
    }
    others = rest;
    return new Configuration(
        record.lengthSize(),
        sets,
        record.lengthSize() == LENGTH_SIZE ? body : written(record.withLengthSize(LENGTH_SIZE)));
  }

  /** What a container's record holds is the business of decoders, even where it cannot be read. */
  private ParameterSets.Set tolerated(int type, Bytes nalUnit) {
    try {
      ParameterSets.Set set = readSet(nalUnit);
      return set.type() == type ? set : new ParameterSets.Set(type, ParameterSets.NO_ID, nalUnit);
    } catch (MalformedException _) {
      return new ParameterSets.Set(type, ParameterSets.NO_ID, nalUnit);
    }
  }

  @Override
  ParameterSets.Set readSet(Bytes nalUnit) {
    ByteBuf in = nalUnit.buffer();
    int type = nalUnit.size() > 0 ? HevcNalUnit.type(nalUnit.at(0)) : HevcNalUnit.PPS;
    int id =
        switch (type) {
          case HevcNalUnit.VPS -> HevcVps.read(in).id();
          case HevcNalUnit.SPS -> HevcSps.read(in).id();
          default -> HevcPps.read(in).id();
        };
    return new ParameterSets.Set(type, id, nalUnit);
  }

  @Override
  int maxOfType(int type) {
    return type == HevcNalUnit.PPS
        ? HevcDecoderConfigurationRecord.MAX_PPS
        : HevcDecoderConfigurationRecord.MAX_VPS_AND_SPS;
  }

  @Override
  boolean complete(ParameterSets of) {
    return !of.ofType(HevcNalUnit.VPS).isEmpty()
        && !of.ofType(HevcNalUnit.SPS).isEmpty()
        && !of.ofType(HevcNalUnit.PPS).isEmpty();
  }

  @Override
  Bytes record(ParameterSets of) {
    return written(
        HevcDecoderConfigurationRecord.of(
            of.ofType(HevcNalUnit.VPS),
            of.ofType(HevcNalUnit.SPS),
            of.ofType(HevcNalUnit.PPS),
            others));
  }

  @Override
  boolean randomAccess(ByteBuf in, NalIndex kept, boolean sequenceStart, boolean key) {
    if (sequenceStart || !key) {
      return sequenceStart;
    }
    for (int i = 0; i < kept.count(); i++) {
      int offset = kept.offset(i);
      int end = offset + kept.length(i);
      HevcNalUnit header = HevcNalUnit.read(in, offset, kept.length(i));
      if (header.layer() == 0
          && header.type() == HevcNalUnit.PREFIX_SEI
          && Sei.has(Sei.RECOVERY_POINT, in, offset + HevcNalUnit.HEADER_BYTES, end)) {
        return true;
      }
    }
    return false;
  }

  private static Bytes written(HevcDecoderConfigurationRecord record) {
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    return Bytes.copyOf(out);
  }
}
