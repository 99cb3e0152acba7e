package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes the units of a stream on the UTC timeline, and shuffles how its tracks are interleaved. */
public final class SimulatedStream {
  public static final long EPOCH_S = 1_800_000_000L;

  /** 320 × 180, as ffmpeg writes it. */
  private static final Bytes AVCC =
      Bytes.ofHex(
          "0164000cffe10019"
              + "6764000cf36505067e37016c800000030080000019078a14cb"
              + "010004"
              + "68ce3c80"
              + "fcf8f800");

  public static final Track VIDEO =
      Track.of(0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, AVCC, "");
  public static final Track AUDIO =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "");
  public static final Track AUDIO_44 =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(44_100), Bytes.ofHex("1210"), "");

  /** Without Netty's leak detection, which costs a stack trace for each byte that is written. */
  public static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

  private static final int FRAME_SAMPLES = 1_024;

  /**
   * How pictures come.
   *
   * @param frames in {@code per} seconds
   * @param gop pictures in a GOP
   * @param reorders whether there are B-frames: one between two others
   * @param millis whether times are rounded to milliseconds, as RTMP does
   * @param sceneCuts whether a GOP may end early
   */
  public record Pictures(
      int frames, int per, int gop, boolean reorders, boolean millis, boolean sceneCuts) {
    public static final Pictures USUAL = new Pictures(25, 1, 50, false, false, false);

    static Pictures random(RandomGenerator random) {
      int[][] rates = {
        {24_000, 1_001}, {24, 1}, {25, 1}, {30_000, 1_001}, {30, 1}, {50, 1}, {60, 1}
      };
      int[] rate = rates[random.nextInt(rates.length)];
      int[] gops = {12, 25, 48, 50, 60, 120, 250};
      return new Pictures(
          rate[0],
          rate[1],
          gops[random.nextInt(gops.length)],
          random.nextBoolean(),
          random.nextBoolean(),
          random.nextInt(4) == 0);
    }

    /** Frames by which a picture is shown after it was decoded: I P B P B …, each P behind a B. */
    int shownLater(int inGop) {
      if (!reorders) {
        return 0;
      }
      boolean predicted = inGop % 2 == 0 && inGop < gop;
      return predicted ? 2 : inGop % 2 == 0 || inGop == 1 ? 1 : 0;
    }

    long time90k(long number) {
      long exact = number * 90_000L * per / frames;
      return millis ? Math.round(exact / 90.0) * 90 : exact;
    }
  }

  private SimulatedStream() {}

  /** The pictures from one second of the epoch to another; the first is a random access point. */
  public static List<AccessUnit> video(
      Track track, Pictures how, double fromS, double toS, RandomGenerator random) {
    List<AccessUnit> units = new ArrayList<>();
    long base90k = EPOCH_S * 90_000;
    long first = (long) Math.ceil(fromS * how.frames / how.per);
    long end = (long) Math.floor(toS * how.frames / how.per);
    int inGop = 0;
    for (long number = first; number < end; number++) {
      boolean wholePairs = !how.reorders || inGop % 2 == 1;
      boolean sceneCut = how.sceneCuts && inGop > 10 && wholePairs && random.nextInt(60) == 0;
      boolean randomAccess = inGop == 0 || inGop >= how.gop || sceneCut;
      inGop = randomAccess ? 1 : inGop + 1;
      units.add(
          new AccessUnit(
              track,
              base90k + how.time90k(number),
              base90k + how.time90k(number + how.shownLater(inGop)),
              randomAccess,
              payload(track.id(), number, randomAccess ? 900 : 90)));
    }
    return units;
  }

  /** The sound from one second of the epoch to another. */
  public static List<AccessUnit> audio(Track track, double fromS, double toS) {
    List<AccessUnit> units = new ArrayList<>();
    int rate = track.timescale().ticksPerSecond();
    long base = EPOCH_S * rate;
    for (long number = (long) Math.ceil(fromS * rate / FRAME_SAMPLES);
        number < (long) Math.floor(toS * rate / FRAME_SAMPLES);
        number++) {
      long dts = base + number * FRAME_SAMPLES;
      units.add(new AccessUnit(track, dts, dts, true, payload(track.id(), number, 17)));
    }
    return units;
  }

  /** Bytes that tell track and number, {@code size} of them or some more. */
  private static ByteBuf payload(int track, long number, int size) {
    byte[] bytes = new byte[size + 16]; // wrapped, since what Netty allocates is watched at a cost
    ByteBuf out = Unpooled.wrappedBuffer(bytes).clear();
    out.writeInt(bytes.length - 4).writeByte(0x65).writeInt(track).writeInt((int) number);
    while (out.isWritable()) {
      out.writeByte((int) (number * 31 + out.writerIndex()));
    }
    return out;
  }

  /** All of them as they may arrive: each track in order, others up to {@code skewMs} beside it. */
  public static List<AccessUnit> interleaved(
      List<List<AccessUnit>> tracks, int skewMs, RandomGenerator random) {
    record Arrival(AccessUnit unit, double atMs, int order) {}
    List<Arrival> arrivals = new ArrayList<>();
    int order = 0;
    for (List<AccessUnit> units : tracks) {
      double lateMs = skewMs == 0 ? 0 : random.nextInt(skewMs);
      double lastMs = 0;
      for (AccessUnit unit : units) {
        double jitterMs = skewMs == 0 ? 0 : random.nextDouble() * lateMs / 2;
        lastMs = Math.max(lastMs, unit.dts90k() / 90.0 + lateMs / 2 + jitterMs);
        arrivals.add(new Arrival(unit, lastMs, order++));
      }
    }
    return arrivals.stream()
        .sorted(Comparator.comparingDouble(Arrival::atMs).thenComparingInt(Arrival::order))
        .map(Arrival::unit)
        .toList();
  }
}
