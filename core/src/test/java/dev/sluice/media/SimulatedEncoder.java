package dev.sluice.media;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;

/**
 * An encoder on virtual time with a clock of its own, and the network behind it. Gives one unit
 * after the other, in order of arrival, each with the truth about it.
 */
final class SimulatedEncoder {
  static final long EPOCH_MS = 1_800_000_000_000L;

  /** What the network takes at least. */
  static final double NETWORK_MS = 20;

  /**
   * How it encodes.
   *
   * @param framesPerSecond with {@code per}: 30 000 per 1 001 are 29.97; 0 for no picture
   * @param gop pictures from one random access point to the next
   * @param reorders whether there are B-frames
   * @param sampleRate 0 for no sound
   * @param frameSamples samples in a frame of sound; where there are not 1 024 it is no AAC
   * @param floors whether time stamps are rounded down, else to the nearest
   * @param ppm how much slower than ours its clock is, in millionths
   * @param firstTicks time stamp of its beginning
   * @param soundLagMs how much later than a picture the sound of the same moment is sent
   * @param jitterMs what the network takes at most, beside {@link #NETWORK_MS}
   */
  record Setup(
      SourceClock clock,
      int framesPerSecond,
      int per,
      int gop,
      boolean reorders,
      int sampleRate,
      int frameSamples,
      boolean floors,
      double ppm,
      long firstTicks,
      double soundLagMs,
      double jitterMs) {

    static Setup of(SourceClock clock) {
      return new Setup(clock, 25, 1, 50, false, 48_000, AAC_SAMPLES, true, 0, 1_000, 40, 0);
    }

    /** One of the usual frame rates and sample rates. */
    static Setup random(SourceClock clock, RandomGenerator random) {
      int[][] frames = {{25, 1}, {50, 1}, {30_000, 1_001}, {24_000, 1_001}, {60_000, 1_001}};
      int[] rates = {44_100, 48_000, 96_000};
      int[] frame = frames[random.nextInt(frames.length)];
      int[] gops = {1, 12, 60, 250};
      return new Setup(
          clock,
          frame[0],
          frame[1],
          gops[random.nextInt(gops.length)],
          random.nextBoolean(),
          rates[random.nextInt(rates.length)],
          AAC_SAMPLES,
          random.nextBoolean(),
          random.nextDouble(-50, 50),
          random.nextLong(1 << 30),
          random.nextDouble(0, 200),
          random.nextDouble(0, 80));
    }

    Setup frames(int perSecond, int per, int gop) {
      return new Setup(
          clock,
          perSecond,
          per,
          gop,
          reorders,
          sampleRate,
          frameSamples,
          floors,
          ppm,
          firstTicks,
          soundLagMs,
          jitterMs);
    }

    Setup sound(int rate) {
      return new Setup(
          clock,
          framesPerSecond,
          per,
          gop,
          reorders,
          rate,
          frameSamples,
          floors,
          ppm,
          firstTicks,
          soundLagMs,
          jitterMs);
    }

    Setup soundFrames(int samples) {
      return new Setup(
          clock,
          framesPerSecond,
          per,
          gop,
          reorders,
          sampleRate,
          samples,
          floors,
          ppm,
          firstTicks,
          soundLagMs,
          jitterMs);
    }

    Setup ppm(double millionths) {
      return new Setup(
          clock,
          framesPerSecond,
          per,
          gop,
          reorders,
          sampleRate,
          frameSamples,
          floors,
          millionths,
          firstTicks,
          soundLagMs,
          jitterMs);
    }

    Setup first(long ticks) {
      return new Setup(
          clock,
          framesPerSecond,
          per,
          gop,
          reorders,
          sampleRate,
          frameSamples,
          floors,
          ppm,
          ticks,
          soundLagMs,
          jitterMs);
    }

    Setup jitter(double ms) {
      return new Setup(
          clock,
          framesPerSecond,
          per,
          gop,
          reorders,
          sampleRate,
          frameSamples,
          floors,
          ppm,
          firstTicks,
          soundLagMs,
          ms);
    }
  }

  /**
   * A unit that has arrived.
   *
   * @param trueMs when it was due on the encoder's own, exact clock, from its beginning
   * @param utcMs when that was in UTC, from {@link #EPOCH_MS}
   */
  record Sent(SourceUnit unit, double trueMs, double utcMs, long arrivalNs) {
    Track track() {
      return unit.track();
    }
  }

  private static final int AAC_SAMPLES = 1_024;

  static final Track PICTURE =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY);

  final Setup setup;
  private final RandomGenerator random;
  private final Track sound;
  private final ByteBuf soundPayload;
  private final long range;

  // media time of what comes next: so long after the last fault
  private double pictureMs;
  private double soundMs;
  private double picturesSinceMs;
  private double soundsSinceMs;
  private long picturesSince;
  private long soundsSince;
  private long pictures;
  private long pictureTicks;
  private long soundTicks;
  private double pictureFractionMs;
  private double soundFractionMs;
  private double soundPpm;
  private double speed = 1;
  private double aheadMs;
  private double stalledUntilMs;
  private double lastArrivalMs;
  private boolean repeatsPicture;
  private long lastPictureStamp;
  private long pictureOnceTicks;
  private boolean repeatsSound;
  private long lastSoundStamp;
  private long soundOnceTicks;

  SimulatedEncoder(Setup setup, RandomGenerator random) {
    this.setup = setup;
    this.random = random;
    int rate = setup.sampleRate == 0 ? 48_000 : setup.sampleRate;
    boolean aac = setup.frameSamples == AAC_SAMPLES;
    this.sound = aac ? sound(rate) : bytePerSample(rate);
    this.soundPayload =
        aac ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(new byte[setup.frameSamples]);
    this.range = setup.clock.wrapBits() == 63 ? Long.MAX_VALUE : 1L << setup.clock.wrapBits();
    this.pictureTicks = setup.firstTicks;
    this.soundTicks = setup.firstTicks;
  }

  static Track sound(int rate) {
    return new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(rate), Bytes.EMPTY);
  }

  /** Sound whose frames are as long as one likes: each says so itself, by its size. */
  private static Track bytePerSample(int rate) {
    return Track.of(1, Track.Kind.AUDIO, Codec.G711A, new Timescale(rate), Bytes.of((byte) 1), "");
  }

  // ---- what happens to it

  /** Nothing is encoded for {@code ms}; the clock goes on. */
  void gap(double ms) {
    pictureMs += ms;
    picturesSinceMs = pictureMs;
    picturesSince = 0;
    soundGap(ms);
  }

  /** Sound is missing for {@code ms}. */
  void soundGap(double ms) {
    soundMs += ms;
    soundsSinceMs = soundMs;
    soundsSince = 0;
  }

  /** Time stamps start somewhere else from here on, between two ticks, so they round otherwise. */
  void reset(boolean picture, boolean sounds, long ticks) {
    double fractionMs = random.nextDouble();
    if (picture) {
      pictureFractionMs = fractionMs;
      pictureTicks = ticks - ticks(pictureMs + fractionMs);
    }
    if (sounds) {
      soundFractionMs = fractionMs;
      soundTicks = ticks - ticks((picture ? pictureMs : soundMs) + fractionMs);
    }
  }

  /** The next picture has the time stamp of the one before. */
  void repeatPicture() {
    repeatsPicture = true;
  }

  /** The next picture's time stamp is {@code ticks} too small. */
  void pictureBack(long ticks) {
    pictureOnceTicks = -ticks;
  }

  /** The next sound has the time stamp of the one before. */
  void repeatSoundStamp() {
    repeatsSound = true;
  }

  /** The next sound's time stamp is {@code ticks} too small. */
  void soundStampBack(long ticks) {
    soundOnceTicks = -ticks;
  }

  /** Nothing arrives for {@code ms}, then everything at once. */
  void stall(double ms) {
    stalledUntilMs = lastArrivalMs + ms;
  }

  /** The encoder stands still for {@code ms}, its clock too. */
  void freeze(double ms) {
    aheadMs -= ms;
  }

  /** It sends {@code times} as fast as it should from here on. */
  void speed(double times) {
    aheadMs += nowMs() * (1 / times - 1 / speed);
    speed = times;
  }

  /** Its sound card is {@code ppm} slower than its clock from the beginning on. */
  void soundPpm(double ppm) {
    soundPpm = ppm;
  }

  // ---- what it sends

  /** Media time of the next unit. */
  double nowMs() {
    return pictureIsNext() ? pictureMs : soundMs;
  }

  private boolean pictureIsNext() {
    return setup.framesPerSecond > 0
        && (setup.sampleRate == 0 || pictures == 0 || pictureMs <= soundMs + setup.soundLagMs);
  }

  Sent next() {
    return pictureIsNext() ? picture() : sound();
  }

  private Sent picture() {
    long stamp = pictureTicks + ticks(pictureMs + pictureFractionMs) + pictureOnceTicks;
    pictureOnceTicks = 0;
    if (repeatsPicture) {
      stamp = lastPictureStamp;
      repeatsPicture = false;
    }
    lastPictureStamp = stamp;
    double frameMs = 1_000.0 * setup.per / setup.framesPerSecond;
    double offsetMs = setup.reorders ? reordering(pictures) * frameMs : 0;
    double stampedMs = pictureMs + pictureFractionMs;
    int offset = (int) (ticks(stampedMs + offsetMs) - ticks(stampedMs));
    boolean key = pictures % setup.gop == 0;
    Sent sent =
        sent(
            new SourceUnit(
                PICTURE, Math.floorMod(stamp, range), offset, key, Unpooled.EMPTY_BUFFER),
            pictureMs,
            0);
    pictures++;
    picturesSince++;
    pictureMs = picturesSinceMs + 1_000.0 * picturesSince * setup.per / setup.framesPerSecond;
    return sent;
  }

  /** I b B b P: how many frames after its decoding a picture is shown, in decoding order. */
  private static int reordering(long number) {
    return switch ((int) (number % 4)) {
      case 0 -> 3;
      case 1 -> 2;
      case 2 -> 0;
      default -> 1;
    };
  }

  private Sent sound() {
    long stamp = soundTicks + ticks(soundMs + soundFractionMs) + soundOnceTicks;
    soundOnceTicks = 0;
    if (repeatsSound) {
      stamp = lastSoundStamp;
      repeatsSound = false;
    }
    lastSoundStamp = stamp;
    Sent sent =
        sent(
            new SourceUnit(sound, Math.floorMod(stamp, range), 0, true, soundPayload),
            soundMs,
            setup.soundLagMs);
    soundsSince++;
    double lastedMs = 1_000.0 * setup.frameSamples * soundsSince / setup.sampleRate;
    soundMs = soundsSinceMs + lastedMs * (1 + soundPpm / 1e6);
    return sent;
  }

  private Sent sent(SourceUnit unit, double trueMs, double lagMs) {
    double utcMs = trueMs * (1 + setup.ppm / 1e6);
    double sentMs = utcMs / speed - aheadMs + lagMs;
    double delayMs = setup.jitterMs == 0 ? 0 : random.nextDouble(setup.jitterMs);
    double arrivalMs = Math.max(sentMs + NETWORK_MS + delayMs, lastArrivalMs);
    arrivalMs = Math.max(arrivalMs, stalledUntilMs);
    lastArrivalMs = arrivalMs;
    return new Sent(unit, trueMs, utcMs, EPOCH_MS * 1_000_000 + (long) (arrivalMs * 1e6));
  }

  private long ticks(double ms) {
    double exact = ms / 1_000 * setup.clock.timescale().ticksPerSecond();
    return (long) (setup.floors ? Math.floor(exact + 1e-6) : Math.rint(exact));
  }
}
