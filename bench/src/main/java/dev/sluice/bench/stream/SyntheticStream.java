package dev.sluice.bench.stream;

import static dev.sluice.wire.Checks.checkRange;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * 500 kbit/s in real time, or more of the same: H.264 640 × 360 at 25 fps with a key frame every 2
 * s (436 kbit/s) and AAC-LC 48 kHz stereo (64 kbit/s). Sizes vary as an encoder's do but repeat
 * every 8 s, which is also when audio and video frames begin together again.
 *
 * <p>A video frame is a grey picture behind an SEI message that carries the stamp and fills it up;
 * an audio frame is silence behind a data stream element that does the same. So every player can
 * decode it, and every byte of it is hashed.
 */
public final class SyntheticStream {
  /** After this time the sizes repeat. */
  public static final long CYCLE_NS = 8_000_000_000L;

  /** Video frames of one cycle. */
  static final int VIDEO_FRAMES = 200;

  /** Audio frames of one cycle: 48 000 / 1024 a second. */
  static final int AUDIO_FRAMES = 375;

  /** Video frames from one key frame to the next. */
  static final int GOP = 50;

  /** Where the stamp stands in a video body: FLV header, NAL length, SEI header, UUID. */
  static final int VIDEO_STAMP = 5 + 4 + 3 + 16;

  /** Where the stamp stands in an audio body: FLV header, data stream element header. */
  static final int AUDIO_STAMP = 2 + 2;

  /** Of the picture, where nothing else is said: 500 kbit/s with the sound. */
  public static final int VIDEO_BITS_PER_SECOND = 436_000;

  /** The most that {@link #SyntheticStream(long, int)} takes. */
  public static final int MAX_VIDEO_BITS_PER_SECOND = 20_000_000;

  private static final int GOP_SECONDS = 2;
  private static final int LEAST_FILLER = 64 * 1024;
  private static final int KEY_FRAME_WEIGHT = 8;
  private static final int SEI = 6;
  private static final int USER_DATA_UNREGISTERED = 5;
  private static final int ENDS_RBSP = 0x80;

  /** What stands in front of a picture's stamp. */
  static final String UUID_TEXT = "sluice-bench-sei";

  private static final byte[] UUID = UUID_TEXT.getBytes(US_ASCII);
  private static final byte[] AUDIO_SPECIFIC_CONFIG = {0x11, (byte) 0x90}; // AAC-LC, 48 kHz, 2 ch

  /** A channel pair of silence and the end of the raw data block. */
  private static final byte[] SILENCE = {0x21, 0, 0x49, (byte) 0x90, 2, 0x19, 0, 0x23, (byte) 0x80};

  private final int[] videoBytes = new int[VIDEO_FRAMES];
  private final byte[][] keyFrames = {GreyPicture.keyFrame(0), GreyPicture.keyFrame(1)};
  private final byte[][] skipped = new byte[GOP][];
  private final byte[] filler;
  private final byte[] videoBody;
  private final byte[] audioBody = new byte[512];
  private long video;
  private long audio;

  /** A stream of its own; equal seeds make equal sizes. */
  public SyntheticStream(long seed) {
    this(seed, VIDEO_BITS_PER_SECOND);
  }

  /**
   * The same with another rate.
   *
   * @param videoBitsPerSecond {@link #VIDEO_BITS_PER_SECOND} to {@link #MAX_VIDEO_BITS_PER_SECOND}
   */
  public SyntheticStream(long seed, int videoBitsPerSecond) {
    checkRange(
        "video bits a second",
        videoBitsPerSecond,
        VIDEO_BITS_PER_SECOND,
        MAX_VIDEO_BITS_PER_SECOND);
    var random = new SplittableRandom(seed);
    for (int gop = 0; gop < VIDEO_FRAMES; gop += GOP) {
      fillGop(gop, videoBitsPerSecond / 8 * GOP_SECONDS, random);
    }
    filler = new byte[Math.max(LEAST_FILLER, maxBodyBytes())];
    videoBody = new byte[filler.length];
    for (int i = 0; i < GOP; i++) {
      skipped[i] = GreyPicture.skippedFrame(i);
    }
    for (int i = 0; i < filler.length; i++) {
      filler[i] = (byte) random.nextInt(4, 256); // nothing that emulation prevention would touch
    }
  }

  /** The longest body of any frame. */
  public int maxBodyBytes() {
    return Arrays.stream(videoBytes).max().orElse(0);
  }

  private void fillGop(int from, int bytes, SplittableRandom random) {
    double[] weights = random.doubles(GOP, 0.7, 1.3).toArray();
    weights[0] = KEY_FRAME_WEIGHT;
    double unit = bytes / Arrays.stream(weights).sum();
    int left = bytes;
    for (int i = 0; i < GOP - 1; i++) {
      videoBytes[from + i] = (int) (weights[i] * unit);
      left -= videoBytes[from + i];
    }
    videoBytes[from + GOP - 1] = left;
  }

  /** Number of the first audio frame that does not begin before video frame {@code video}. */
  public static long audioFrom(long video) {
    return Math.ceilDiv(video * AUDIO_FRAMES, VIDEO_FRAMES);
  }

  /** The next frame in the order of sending; video goes before audio of the same moment. */
  public Frame next() {
    long videoNs = video * 40_000_000;
    long audioNs = audio * 1024 * 1_000_000_000 / 48_000;
    if (videoNs <= audioNs) {
      int size = videoBytes[(int) (video % VIDEO_FRAMES)];
      return new Frame(true, video++, videoNs, (video - 1) % GOP == 0, size);
    }
    // 64 kbit/s are 170⅔ bytes a frame, and the FLV header has two more.
    return new Frame(false, audio, audioNs, false, 2 + (audio++ % 3 == 0 ? 170 : 171));
  }

  /** The message that announces the video configuration. */
  public static byte[] videoHeader() {
    byte[] record = GreyPicture.configuration();
    return ByteBuffer.allocate(5 + record.length)
        .put((byte) 0x17) // key frame, AVC
        .putInt(0) // AVC sequence header, composition time 0
        .put(record)
        .array();
  }

  /** The message that announces the audio configuration. */
  public static byte[] audioHeader() {
    return ByteBuffer.allocate(4)
        .put((byte) 0xAF) // AAC
        .put((byte) 0) // AAC sequence header
        .put(AUDIO_SPECIFIC_CONFIG)
        .array();
  }

  /**
   * The body of {@code frame}, stamped with its number and {@code sendNs}.
   *
   * @return an array of this object, valid until the next call; its first {@code frame.bodyBytes()}
   *     bytes count
   */
  public byte[] body(Frame frame, long sendNs) {
    if (frame.video()) {
      writeVideo(frame, sendNs);
      return videoBody;
    }
    writeAudio(frame, sendNs);
    return audioBody;
  }

  private void writeVideo(Frame frame, long sendNs) {
    int inGop = (int) (frame.number() % GOP);
    byte[] slice = frame.key() ? keyFrames[(int) (frame.number() / GOP % 2)] : skipped[inGop];
    int sei = frame.bodyBytes() - 5 - 4 - 4 - slice.length;
    int rest = sei - 1 - 2 - 16 - Stamp.BYTES - 1; // what a second message has to fill
    int pad = payloadSize(rest) < 0 ? 1 : 0;
    var out = ByteBuffer.wrap(videoBody);
    out.put((byte) (frame.key() ? 0x17 : 0x27)).putInt(0x01000000); // AVC NALU, composition 0
    out.putInt(sei).put((byte) SEI);
    out.put((byte) USER_DATA_UNREGISTERED).put((byte) (16 + Stamp.BYTES + pad)).put(UUID);
    Stamp.write(out, frame.number(), sendNs);
    out.put(filler, 0, pad);
    writeFillerMessage(out, payloadSize(rest - pad));
    out.put((byte) ENDS_RBSP);
    out.putInt(slice.length).put(slice);
  }

  /**
   * Payload size of an SEI message of {@code bytes} with its header (7.3.2.3.1: one byte of type,
   * and of size one byte for each 255 and one more); -1 where no size fits.
   */
  static int payloadSize(int bytes) {
    int rest = bytes - 2;
    int size = rest - rest / 256;
    return size + size / 255 == rest ? size : -1;
  }

  private void writeFillerMessage(ByteBuffer out, int size) {
    out.put((byte) USER_DATA_UNREGISTERED);
    for (int i = 0; i < size / 255; i++) {
      out.put((byte) 0xFF);
    }
    out.put((byte) (size % 255)).put(UUID).put(filler, 0, size - UUID.length);
  }

  private void writeAudio(Frame frame, long sendNs) {
    int data = frame.bodyBytes() - AUDIO_STAMP - SILENCE.length;
    var out = ByteBuffer.wrap(audioBody);
    out.put((byte) 0xAF).put((byte) 1); // AAC raw
    out.put((byte) 0x80); // ID_DSE, element_instance_tag 0, data_byte_align_flag 0
    out.put((byte) data); // count, below 255
    Stamp.write(out, frame.number(), sendNs);
    out.put(filler, (int) (frame.number() % 256), data - Stamp.BYTES);
    out.put(SILENCE);
  }
}
