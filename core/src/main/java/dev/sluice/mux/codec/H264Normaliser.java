package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h264.NalUnits;
import dev.sluice.wire.h264.Pps;
import dev.sluice.wire.h264.Sps;
import dev.sluice.wire.nal.NalIndex;
import dev.sluice.wire.nal.Sei;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * H.264. Random access is an IDR picture, whatever the container says; otherwise it depends on the
 * framing.
 *
 * <ul>
 *   <li>Behind lengths: a picture that the container calls a key frame and that has a recovery
 *       point SEI or begins with an I slice. So the container's word is not believed alone, and
 *       encoders of open GOPs or with intra refresh can be joined too.
 *   <li>In a byte stream, which has no such word: a picture with a recovery point SEI, and as long
 *       as neither this nor an IDR picture has been seen, a picture (or the first field of one) of
 *       I slices alone.
 * </ul>
 */
final class H264Normaliser extends NalNormaliser {
  private boolean marksSeen;

  H264Normaliser(Framing framing, int trackId, String language) {
    super(Codec.H264, framing, trackId, language);
  }

  @Override
  Part part(ByteBuf in, int offset, int length) {
    return switch (NalUnits.type(in.getByte(offset))) {
      case NalUnits.IDR -> Part.SEQUENCE_START;
      case NalUnits.SLICE, NalUnits.PARTITION_A -> Part.PICTURE;
      case NalUnits.SPS, NalUnits.PPS -> Part.PARAMETER_SET;
      case NalUnits.AUD, NalUnits.END_OF_SEQUENCE, NalUnits.END_OF_STREAM, NalUnits.FILLER ->
          Part.DROPPED;
      default -> Part.OTHER;
    };
  }

  @Override
  Configuration readConfiguration(ByteBuf in) {
    Bytes body = Bytes.copyOf(in);
    var record = AvcDecoderConfigurationRecord.read(in);
    ParameterSets sets = new ParameterSets();
    record.sps().forEach(set -> sets.put(tolerated(NalUnits.SPS, set), maxOfType(NalUnits.SPS)));
    record.pps().forEach(set -> sets.put(tolerated(NalUnits.PPS, set), maxOfType(NalUnits.PPS)));
    return new Configuration(
        record.lengthSize(),
        sets,
        record.lengthSize() == LENGTH_SIZE ? body : written(record.withLengthSize(LENGTH_SIZE)));
  }

  /** What a container's record holds is the business of decoders, even where it cannot be read. */
  private ParameterSets.Set tolerated(int type, Bytes nalUnit) {
    try {
      return readSet(nalUnit);
    } catch (MalformedException _) {
      return new ParameterSets.Set(type, ParameterSets.NO_ID, nalUnit);
    }
  }

  @Override
  ParameterSets.Set readSet(Bytes nalUnit) {
    boolean sps = nalUnit.size() > 0 && NalUnits.type(nalUnit.at(0)) == NalUnits.SPS;
    return sps
        ? new ParameterSets.Set(NalUnits.SPS, Sps.read(nalUnit.buffer()).id(), nalUnit)
        : new ParameterSets.Set(NalUnits.PPS, Pps.read(nalUnit.buffer()).id(), nalUnit);
  }

  @Override
  int maxOfType(int type) {
    return type == NalUnits.SPS
        ? AvcDecoderConfigurationRecord.MAX_SPS
        : AvcDecoderConfigurationRecord.MAX_PPS;
  }

  @Override
  boolean complete(ParameterSets of) {
    return !of.ofType(NalUnits.SPS).isEmpty() && !of.ofType(NalUnits.PPS).isEmpty();
  }

  @Override
  Bytes record(ParameterSets of) {
    return written(
        AvcDecoderConfigurationRecord.of(of.ofType(NalUnits.SPS), of.ofType(NalUnits.PPS)));
  }

  @Override
  boolean randomAccess(ByteBuf in, NalIndex kept, boolean sequenceStart, boolean key) {
    if (sequenceStart) {
      marksSeen = true;
      return true;
    }
    if (!key && !isByteStream()) {
      return false;
    }
    if (hasRecoveryPoint(in, kept)) {
      marksSeen = true;
      return true;
    }
    if (isByteStream()) {
      return !marksSeen && isIntra(in, kept, true);
    }
    return isIntra(in, kept, false);
  }

  private static boolean hasRecoveryPoint(ByteBuf in, NalIndex kept) {
    for (int i = 0; i < kept.count(); i++) {
      int offset = kept.offset(i);
      if (NalUnits.type(in.getByte(offset)) == NalUnits.SEI
          && Sei.has(Sei.RECOVERY_POINT, in, offset + 1, offset + kept.length(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param whole whether all slices are looked at, up to the next one that begins a picture: the
   *     second field may be predicted from the first
   */
  private static boolean isIntra(ByteBuf in, NalIndex kept, boolean whole) {
    boolean seen = false;
    for (int i = 0; i < kept.count(); i++) {
      if (NalUnits.isSlice(NalUnits.type(in.getByte(kept.offset(i))))) {
        NalUnits.SliceStart slice = NalUnits.sliceStart(in, kept.offset(i), kept.length(i));
        if (seen && slice.firstOfPicture()) {
          return true;
        }
        if (!whole || !slice.intra() || slice.wholePictureIntra()) {
          return slice.intra();
        }
        seen = true;
      }
    }
    return seen;
  }

  private static Bytes written(AvcDecoderConfigurationRecord record) {
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    return Bytes.copyOf(out);
  }
}
