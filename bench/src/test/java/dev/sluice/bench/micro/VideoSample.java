package dev.sluice.bench.micro;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two seconds of video at 50 frames a second and 6 Mbit/s, a key frame a second: parameter sets as
 * x264 and x265 write them, and random bytes for pictures.
 *
 * @param configuration decoder configuration in the inner form
 * @param units access units as a container holds them
 * @param bytes of all units
 */
record VideoSample(Bytes configuration, List<ByteBuf> units, long bytes) {
  private static final int FRAMES = 100;
  private static final int FRAMES_OF_GOP = 50;
  private static final int KEY_BYTES = 120_000;
  private static final int FRAME_BYTES = 13_000;

  private static final String AVC_SPS = "6742001eda0280f640";
  private static final String AVC_PPS = "68cb83cb20";
  private static final String HEVC_VPS = "40010c01ffff01600000030090000003000003003c959409";
  private static final String HEVC_SPS =
      "42010101600000030090000003000003003ca01020616595964932bc05a02000007d20000ea601";
  private static final String HEVC_PPS = "4401c171a012";
  private static final String AV1_SEQUENCE = "0a0a0000000337fbe6d7c802";

  /** H.264 behind lengths: two slices a picture, captions. */
  static VideoSample h264Prefixed() {
    return of(
        "0142001effe10009" + AVC_SPS + "010005" + AVC_PPS,
        (key, random, out) -> {
          prefixed(out, Bytes.ofHex("06040ab5003147413934030001fc80").buffer());
          for (int slice = 0; slice < 2; slice++) {
            prefixed(out, nalUnit(key ? "6588" : "419a", size(key) / 2, random));
          }
        });
  }

  /** H.264 as a byte stream, delimiters and parameter sets in it. */
  static VideoSample h264Stream() {
    return of(
        "0142001effe10009" + AVC_SPS + "010005" + AVC_PPS,
        (key, random, out) -> {
          started(out, Bytes.ofHex("09f0").buffer());
          if (key) {
            started(out, Bytes.ofHex(AVC_SPS).buffer());
            started(out, Bytes.ofHex(AVC_PPS).buffer());
          }
          for (int slice = 0; slice < 2; slice++) {
            started(out, nalUnit(key ? "6588" : "419a", size(key) / 2, random));
          }
        });
  }

  /** H.265 as a byte stream, delimiters and parameter sets in it. */
  static VideoSample h265Stream() {
    return of(
        "0101600000009000000000003cf000fcfdf8f800000f03a000010018"
            + HEVC_VPS
            + "a100010027"
            + HEVC_SPS
            + "a200010006"
            + HEVC_PPS,
        (key, random, out) -> {
          started(out, Bytes.ofHex("460150").buffer());
          if (key) {
            started(out, Bytes.ofHex(HEVC_VPS).buffer());
            started(out, Bytes.ofHex(HEVC_SPS).buffer());
            started(out, Bytes.ofHex(HEVC_PPS).buffer());
          }
          started(out, nalUnit(key ? "2601a0" : "0201d0", size(key), random));
        });
  }

  /** AV1 in the low-overhead format. */
  static VideoSample av1() {
    return of(
        "81000c00" + AV1_SEQUENCE,
        (key, random, out) -> {
          out.writeBytes(Bytes.ofHex(key ? "1200" + AV1_SEQUENCE : "1200").buffer());
          int size = size(key);
          out.writeByte(0x32).writeByte(size & 0x7F | 0x80);
          out.writeByte(size >> 7 & 0x7F | 0x80).writeByte(size >> 14);
          out.writeByte(key ? 0x10 : 0x30);
          random(size - 1, random, out);
        });
  }

  /** AV1 as MPEG-2 TS carries it. */
  static VideoSample av1Stream() {
    return of(
        "81000c00" + AV1_SEQUENCE,
        (key, random, out) -> {
          started(out, Bytes.ofHex("1200").buffer());
          if (key) {
            started(out, Bytes.ofHex("0a0a000003000337fbe6d7c802").buffer());
          }
          started(out, nalUnit(key ? "3010" : "3030", size(key), random));
        });
  }

  /** MPEG-2: a start code every 600 bytes. */
  static VideoSample mpeg2() {
    String sequence = "000001b308006034ffffe018000001b5148a00010000";
    return of(
        sequence,
        (key, random, out) -> {
          String header = key ? sequence + "00000100000ffff8" : "000001000057fff8";
          out.writeBytes(Bytes.ofHex(header + "000001b58ffff34180").buffer());
          for (int slice = 0; slice < size(key) / 600; slice++) {
            started(out, nalUnit("%02x22".formatted(1 + slice % 0xA0), 600, random));
          }
        });
  }

  private interface Writer {
    void write(boolean key, SplittableRandom random, ByteBuf out);
  }

  private static VideoSample of(String configuration, Writer writer) {
    var random = new SplittableRandom(1);
    List<ByteBuf> units = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < FRAMES; i++) {
      ByteBuf unit = Unpooled.directBuffer();
      writer.write(i % FRAMES_OF_GOP == 0, random, unit);
      units.add(unit);
      bytes += unit.readableBytes();
    }
    return new VideoSample(Bytes.ofHex(configuration), units, bytes);
  }

  /** All units in one buffer. */
  ByteBuf joined() {
    ByteBuf out = Unpooled.directBuffer((int) bytes);
    units.forEach(unit -> out.writeBytes(unit.duplicate()));
    return out;
  }

  private static int size(boolean key) {
    return key ? KEY_BYTES : FRAME_BYTES;
  }

  private static void prefixed(ByteBuf out, ByteBuf nalUnit) {
    out.writeInt(nalUnit.readableBytes()).writeBytes(nalUnit);
  }

  private static void started(ByteBuf out, ByteBuf nalUnit) {
    out.writeInt(1).writeBytes(nalUnit);
  }

  /** Random bytes with emulation prevention, a 0x80 last. */
  private static ByteBuf nalUnit(String head, int size, SplittableRandom random) {
    ByteBuf plain = Unpooled.buffer().writeBytes(Bytes.ofHex(head).buffer());
    random(size - plain.readableBytes() - 1, random, plain);
    plain.writeByte(0x80);
    ByteBuf out = Unpooled.buffer(size + 100);
    int zeros = 0;
    while (plain.isReadable()) {
      int octet = plain.readUnsignedByte();
      if (zeros >= 2 && octet <= 3) {
        out.writeByte(3);
        zeros = 0;
      }
      zeros = octet == 0 ? zeros + 1 : 0;
      out.writeByte(octet);
    }
    return out;
  }

  private static void random(int size, SplittableRandom random, ByteBuf out) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    out.writeBytes(bytes);
  }
}
