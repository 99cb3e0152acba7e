package dev.sluice.mux.mpegts;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Units that look like real ones to a muxer and a demuxer. */
final class MuxUnits {
  /** 2026-07-01 in 90 kHz. */
  static final long BEGIN = 1_782_864_000L * 90_000;

  static final Track H264 =
      Track.of(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          Timescale.VIDEO,
          Bytes.ofHex(
              "01f4000affe1001767f4000a919b28c4d808800000030080000019078912cb01000668ef8f192190"
                  + "fff8f800"),
          "");

  static final Track AAC =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "eng");

  private MuxUnits() {}

  /** Units of video (25 a second, a GOP of {@code gop}) and AAC, in the order of their DTS. */
  static List<AccessUnit> of(RandomGenerator random, long begin90k, int pictures, int gop) {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      long dts = begin90k + 3_600L * i;
      units.add(picture(H264, dts, dts + 3_600L * random.nextInt(3), i % gop == 0, random));
    }
    long samples = Timescale.VIDEO.convert(begin90k, AAC.timescale());
    for (long dts = samples; dts - samples < pictures * 1_920L; dts += 1_024) {
      byte[] frame = new byte[random.nextInt(20, 500)];
      random.nextBytes(frame);
      frame[0] = 0x21; // a channel pair, no program config element
      units.add(new AccessUnit(AAC, dts, dts, true, Unpooled.wrappedBuffer(frame)));
    }
    units.sort(Comparator.comparingLong(AccessUnit::dts90k));
    return units;
  }

  /** A picture of one slice, sometimes with a SEI before it. */
  static AccessUnit picture(Track track, long dts, long pts, boolean idr, RandomGenerator random) {
    ByteBuf payload = Unpooled.buffer();
    if (random.nextBoolean()) {
      byte[] message = bytes(random, 40); // user_data_unregistered
      payload.writeInt(3 + message.length + 1).writeByte(6).writeByte(5);
      payload.writeByte(message.length).writeBytes(message).writeByte(0x80);
    }
    byte[] rest = bytes(random, idr ? random.nextInt(1_000, 9_000) : random.nextInt(1, 800));
    payload.writeInt(2 + rest.length).writeShort(idr ? 0x6588 : 0x419A).writeBytes(rest);
    return new AccessUnit(track, dts, pts, idr, payload);
  }

  /** Without zeros there is no start code, and nothing to be escaped. */
  private static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(1, 256);
    }
    return bytes;
  }

  /** A track of data. */
  static Track data(int id, Codec codec, String configuration) {
    return Track.of(id, Track.Kind.DATA, codec, Timescale.MILLIS, Bytes.ofHex(configuration), "");
  }

  /** A unit of data at a time in 90 kHz. */
  static AccessUnit data(Track track, long time90k, ByteBuf payload) {
    long ms = Timescale.VIDEO.convertRounded(time90k, Timescale.MILLIS);
    return new AccessUnit(track, ms, ms, true, payload);
  }
}
