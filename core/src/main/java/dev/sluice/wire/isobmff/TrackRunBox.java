package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * {@code trun}: samples that lie one behind the other (ISO/IEC 14496-12, section 8.8.8). The fields
 * of the samples stay bytes.
 *
 * @param version 0; 1 says that composition offsets have a sign, which is taken for granted
 * @param flags which values are there
 * @param sampleCount at most 2²⁰
 * @param dataOffset of the first sample's data from the fragment's base; 0 when it is not there
 * @param firstSampleFlags of the first sample instead of its own; 0 when they are not there
 * @param samples for each one its duration, size, flags and composition offset, as far as there
 */
public record TrackRunBox(
    int version, int flags, int sampleCount, int dataOffset, int firstSampleFlags, Bytes samples)
    implements Box {

  public static final int DATA_OFFSET = 1;
  public static final int FIRST_SAMPLE_FLAGS = 4;
  public static final int DURATION = 0x100;
  public static final int SIZE = 0x200;
  public static final int FLAGS = 0x400;
  public static final int COMPOSITION_OFFSET = 0x800;

  private static final int PER_SAMPLE = DURATION | SIZE | FLAGS | COMPOSITION_OFFSET;

  public TrackRunBox {
    checkRange("version", version, 0, 1);
    checkRange("flags", flags, 0, 0xFF_FFFF);
    checkRange("sampleCount", sampleCount, 0, BoxLimits.MAX_RUN_SAMPLES);
    int size = sampleCount * sampleSize(flags);
    checkRange("bytes of samples", samples.size(), size, size);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has more than 2²⁰ samples
   */
  public static TrackRunBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.TRUN, 1);
    long samples = body.u32();
    int dataOffset = body.flag(DATA_OFFSET) ? body.i32() : 0;
    int firstSampleFlags = body.flag(FIRST_SAMPLE_FLAGS) ? body.i32() : 0;
    int sampleSize = sampleSize(body.flags());
    int count = body.count("samples", samples, BoxLimits.MAX_RUN_SAMPLES, sampleSize);
    return new TrackRunBox(
        body.version(),
        body.flags(),
        count,
        dataOffset,
        firstSampleFlags,
        body.bytes(count * sampleSize));
  }

  /** Bytes of the whole box with these flags and so many samples. */
  public static int sizeBytes(int flags, int sampleCount) {
    return BoxHeader.MIN_SIZE
        + 8
        + ((flags & DATA_OFFSET) != 0 ? 4 : 0)
        + ((flags & FIRST_SAMPLE_FLAGS) != 0 ? 4 : 0)
        + sampleCount * sampleSize(flags);
  }

  /** Bytes that each sample takes. */
  static int sampleSize(int flags) {
    return 4 * Integer.bitCount(flags & PER_SAMPLE);
  }

  /** Whether a value is there. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Duration of a sample, or {@code otherwise} when the run does not say it. */
  public long duration(int sample, long otherwise) {
    return has(DURATION) ? field(sample, DURATION) & 0xFFFF_FFFFL : otherwise;
  }

  /** Bytes of a sample, or {@code otherwise} when the run does not say it. */
  public long size(int sample, long otherwise) {
    return has(SIZE) ? field(sample, SIZE) & 0xFFFF_FFFFL : otherwise;
  }

  /** {@link SampleFlags} of a sample, or {@code otherwise} when the run does not say them. */
  public int flags(int sample, int otherwise) {
    if (sample == 0 && has(FIRST_SAMPLE_FLAGS)) {
      return firstSampleFlags;
    }
    return has(FLAGS) ? field(sample, FLAGS) : otherwise;
  }

  /**
   * PTS − DTS of a sample; 0 when the run does not say it. Always taken with its sign: there are
   * writers of version 0 that mean it so, and none that need the 32nd bit otherwise.
   */
  public int compositionOffset(int sample) {
    return has(COMPOSITION_OFFSET) ? field(sample, COMPOSITION_OFFSET) : 0;
  }

  private int field(int sample, int flag) {
    int before = 4 * Integer.bitCount(flags & PER_SAMPLE & flag - 1);
    int at = sample * sampleSize(flags) + before;
    return samples.at(at) << 24
        | samples.at(at + 1) << 16
        | samples.at(at + 2) << 8
        | samples.at(at + 3);
  }

  @Override
  public int type() {
    return BoxType.TRUN;
  }

  @Override
  public void writeBody(ByteBuf out) {
    writeStart(version, flags, sampleCount, dataOffset, firstSampleFlags, out);
    samples.writeTo(out);
  }

  /** Appends the body up to the first sample, without making a record; hot path of muxers. */
  public static void writeStart(
      int version, int flags, int sampleCount, int dataOffset, int firstSampleFlags, ByteBuf out) {
    Boxes.full(version, flags, out);
    out.writeInt(sampleCount);
    if ((flags & DATA_OFFSET) != 0) {
      out.writeInt(dataOffset);
    }
    if ((flags & FIRST_SAMPLE_FLAGS) != 0) {
      out.writeInt(firstSampleFlags);
    }
  }
}
