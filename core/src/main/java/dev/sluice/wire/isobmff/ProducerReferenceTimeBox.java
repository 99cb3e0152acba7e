package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code prft}: what the producer's clock showed for a moment of the media (ISO/IEC 14496-12,
 * section 8.16.5). It is written with 64 bits of media time.
 *
 * @param flags what was done at that moment: {@link #ENCODER_INPUT} and others
 * @param trackId of the track whose time is meant
 * @param ntp UTC as NTP counts it: seconds since 1900 in the upper 32 bits, their fraction below
 * @param mediaTime in the track's timescale
 */
public record ProducerReferenceTimeBox(int flags, long trackId, long ntp, long mediaTime)
    implements Box {
  /** The picture was taken in. */
  public static final int ENCODER_INPUT = 0;

  /** The picture came out of the encoder. */
  public static final int ENCODER_OUTPUT = 1;

  /** The fragment that follows was finished. */
  public static final int FRAGMENT_FINISHED = 2;

  /** The fragment that follows was written. */
  public static final int FRAGMENT_WRITTEN = 4;

  /** Bytes of the whole box as we write it. */
  public static final int SIZE = 32;

  /** Seconds from 1900, where NTP begins, to 1970. */
  private static final long NTP_TO_UNIX_S = 2_208_988_800L;

  private static final long NANOS = 1_000_000_000L;

  public ProducerReferenceTimeBox {
    checkRange("flags", flags, 0, 0xFF_FFFF);
    checkRange("trackId", trackId, 0, 0xFFFF_FFFFL);
    checkRange("mediaTime", mediaTime, 0, Long.MAX_VALUE);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static ProducerReferenceTimeBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.PRFT, 1);
    return new ProducerReferenceTimeBox(
        body.flags(), body.u32(), body.i64(), body.u32or64("media_time"));
  }

  /**
   * NTP's count for a moment, rounded down.
   *
   * @param utcNs nanoseconds since 1970
   */
  public static long ntp(long utcNs) {
    long seconds = Math.floorDiv(utcNs, NANOS) + NTP_TO_UNIX_S;
    return seconds << 32 | (Math.floorMod(utcNs, NANOS) << 32) / NANOS;
  }

  /** The moment in nanoseconds since 1970, rounded to the nearest, read as before February 2036. */
  public long utcNs() {
    long seconds = (ntp >>> 32) - NTP_TO_UNIX_S;
    return seconds * NANOS + ((ntp & 0xFFFF_FFFFL) * NANOS + (1L << 31) >> 32);
  }

  @Override
  public int type() {
    return BoxType.PRFT;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(1, flags, out);
    out.writeInt((int) trackId).writeLong(ntp).writeLong(mediaTime);
  }
}
