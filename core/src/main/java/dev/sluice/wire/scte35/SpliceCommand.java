package dev.sluice.wire.scte35;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PesHeader;

/** What a section commands (SCTE 35, section 9.7). */
public sealed interface SpliceCommand {
  /** No time is said: at once, or, of a duration, nobody knows. */
  long UNKNOWN = -1;

  /** Nothing: a sign of life. */
  record Null() implements SpliceCommand {}

  /**
   * A break begins, or ends (section 9.7.3).
   *
   * @param eventId 32 bits
   * @param cancelled whether what was said of this event before no longer holds; then nothing else
   *     is of meaning
   * @param out whether the network is left; else it is come back to
   * @param time of the splice, of the first component where each has its own; {@link #UNKNOWN} for
   *     at once
   * @param duration of the break; {@link #UNKNOWN} when it is not said
   * @param autoReturn whether it ends by itself after {@code duration}
   * @param programId unique_program_id
   */
  record Insert(
      long eventId,
      boolean cancelled,
      boolean out,
      long time,
      long duration,
      boolean autoReturn,
      int programId)
      implements SpliceCommand {}

  /**
   * A time of which descriptors say more (section 9.7.4).
   *
   * @param time {@link #UNKNOWN} for at once
   */
  record TimeSignal(long time) implements SpliceCommand {}

  /**
   * Any other one, or one that is encrypted.
   *
   * @param type splice_command_type; of no meaning when it is encrypted
   */
  record Other(int type) implements SpliceCommand {}

  /** splice_command_type of {@link Null}. */
  int NULL = 0x00;

  /** splice_command_type of {@link Insert}. */
  int INSERT = 0x05;

  /** splice_command_type of {@link TimeSignal}. */
  int TIME_SIGNAL = 0x06;

  /** splice_command_type of bandwidth_reservation, which has no content. */
  int BANDWIDTH_RESERVATION = 0x07;

  /**
   * Reads one.
   *
   * @param adjustment pts_adjustment of its section
   * @throws MalformedException when {@code in} ends too early
   */
  static SpliceCommand read(int type, long adjustment, BitReader in) {
    return switch (type) {
      case NULL -> new Null();
      case INSERT -> insert(adjustment, in);
      case TIME_SIGNAL -> new TimeSignal(time(adjustment, in));
      default -> new Other(type);
    };
  }

  private static Insert insert(long adjustment, BitReader in) {
    long eventId = in.bits(32);
    boolean cancelled = in.flag();
    in.skip(7);
    if (cancelled) {
      return new Insert(eventId, true, false, UNKNOWN, UNKNOWN, false, 0);
    }
    boolean out = in.flag();
    boolean wholeProgram = in.flag();
    boolean hasDuration = in.flag();
    boolean immediate = in.flag();
    in.skip(4);
    long time = UNKNOWN;
    if (wholeProgram && !immediate) {
      time = time(adjustment, in);
    } else if (!wholeProgram) {
      int components = in.small(8);
      for (int i = 0; i < components; i++) {
        in.skip(8);
        long of = immediate ? UNKNOWN : time(adjustment, in);
        time = i == 0 ? of : time;
      }
    }
    boolean autoReturn = false;
    long duration = UNKNOWN;
    if (hasDuration) {
      autoReturn = in.flag();
      in.skip(6);
      duration = ticks(in);
    }
    int programId = in.small(16);
    in.skip(16); // avail_num, avails_expected
    return new Insert(eventId, false, out, time, duration, autoReturn, programId);
  }

  /** splice_time (section 9.8.1), adjusted. */
  private static long time(long adjustment, BitReader in) {
    if (!in.flag()) {
      in.skip(7);
      return UNKNOWN;
    }
    in.skip(6);
    return Math.floorMod(ticks(in) + adjustment, PesHeader.TIME_RANGE);
  }

  /** 33 bits. */
  private static long ticks(BitReader in) {
    long high = in.bits(1);
    return high << 32 | in.bits(32);
  }
}
