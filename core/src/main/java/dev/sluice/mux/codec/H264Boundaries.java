package dev.sluice.mux.codec;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h264.NalUnits;
import dev.sluice.wire.h264.Pps;
import dev.sluice.wire.h264.SliceHeader;
import dev.sluice.wire.h264.Sps;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Access units of H.264 (section 7.4.1.2.3 and 7.4.1.2.4). As long as the parameter sets of a slice
 * are not known, a picture begins where first_mb_in_slice is 0.
 */
final class H264Boundaries implements PictureBoundaries, SliceHeader.ParameterSets {
  private final Map<Integer, Sps> spsById = new HashMap<>(); // at most 32
  private final Map<Integer, Pps> ppsById = new HashMap<>(); // at most 256
  private @Nullable SliceHeader last;
  private boolean secondFieldMayFollow;

  @Override
  public int neededBytes(int firstByte) {
    return NalUnits.isSlice(NalUnits.type(firstByte)) ? SliceHeader.PREFIX_BYTES : 1;
  }

  @Override
  public Verdict begin(ByteBuf in, int offset, int length) {
    int type = NalUnits.type(in.getByte(offset));
    if (NalUnits.isSlice(type)) {
      return slice(in, offset, length);
    }
    return switch (type) {
      case NalUnits.SEI, NalUnits.SPS, NalUnits.PPS, NalUnits.AUD, 14, 15, 16, 17, 18 ->
          secondFieldMayFollow ? Verdict.MAY_START : Verdict.STARTS;
      default -> Verdict.NEUTRAL;
    };
  }

  private Verdict slice(ByteBuf in, int offset, int length) {
    SliceHeader before = last;
    boolean mayFollow = secondFieldMayFollow;
    SliceHeader slice;
    try {
      slice = SliceHeader.read(in, offset, length, this);
    } catch (MalformedException _) {
      last = null;
      secondFieldMayFollow = false;
      return beginsPicture(in, offset, length) ? Verdict.PICTURE : Verdict.CONTINUES;
    }
    last = slice;
    if (before == null && !beginsPicture(in, offset, length)) {
      return Verdict.CONTINUES;
    }
    if (before != null && !slice.isOfOtherPictureThan(before)) {
      return Verdict.CONTINUES;
    }
    if (before != null && mayFollow && slice.isSecondFieldOf(before)) {
      secondFieldMayFollow = false;
      return Verdict.CONTINUES;
    }
    secondFieldMayFollow = slice.structure() != SliceHeader.Structure.FRAME;
    return Verdict.PICTURE;
  }

  private static boolean beginsPicture(ByteBuf in, int offset, int length) {
    try {
      return NalUnits.sliceStart(in, offset, length).firstOfPicture();
    } catch (MalformedException _) {
      return false;
    }
  }

  @Override
  public void end(ByteBuf in, int offset, int length) {
    try {
      switch (NalUnits.type(in.getByte(offset))) {
        case NalUnits.SPS -> {
          Sps sps = Sps.read(in.slice(offset, length));
          spsById.put(sps.id(), sps);
        }
        case NalUnits.PPS -> {
          Pps pps = Pps.read(in.slice(offset, length));
          ppsById.put(pps.id(), pps);
        }
        default -> {}
      }
    } catch (MalformedException _) {
      // its slices are then told apart by first_mb_in_slice; the normaliser counts it
    }
  }

  @Override
  public boolean awaitsSecondField() {
    return secondFieldMayFollow;
  }

  @Override
  public void reset() {
    last = null;
    secondFieldMayFollow = false;
  }

  @Override
  public Sps spsOf(int ppsId) {
    Sps sps = spsById.get(pps(ppsId).spsId());
    if (sps == null) {
      throw new MalformedException("SPS " + pps(ppsId).spsId() + " is not known");
    }
    return sps;
  }

  @Override
  public Pps pps(int ppsId) {
    Pps pps = ppsById.get(ppsId);
    if (pps == null) {
      throw new MalformedException("PPS " + ppsId + " is not known");
    }
    return pps;
  }
}
