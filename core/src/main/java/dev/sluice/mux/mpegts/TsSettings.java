package dev.sluice.mux.mpegts;

import static dev.sluice.wire.Checks.checkRange;

/**
 * How a transport stream is read.
 *
 * @param program which program: {@link #FIRST_PROGRAM} for the first that the PAT names, {@link
 *     #ALL_PROGRAMS}, or a program number
 * @param damage what becomes of units with a hole
 * @param maxPesBytes of one PES packet
 * @param maxGatheredBytes of all unfinished PES packets together
 * @param maxStreams elementary streams that are read
 */
public record TsSettings(
    int program, Damage damage, int maxPesBytes, int maxGatheredBytes, int maxStreams) {

  /** The first program that the PAT names, as long as it names it. */
  public static final int FIRST_PROGRAM = 0;

  /** Every program; only to look at a stream, since each has a clock of its own. */
  public static final int ALL_PROGRAMS = -1;

  /** Programs of which tables are kept. */
  public static final int MAX_PROGRAMS = 256;

  /** The first program; damaged units are left out; limits that fit a picture of 8K. */
  public static final TsSettings DEFAULT =
      new TsSettings(FIRST_PROGRAM, Damage.DROP, 16 << 20, 48 << 20, 64);

  /** What becomes of a unit of which a part is missing. */
  public enum Damage {
    /** It is left out. */
    DROP,
    /** A picture is left out, and all that follow it up to the next random access point. */
    DROP_TO_RANDOM_ACCESS,
    /** It is handed on as far as it can be read: a picture with its hole. */
    PASS
  }

  public TsSettings {
    checkRange("program", program, ALL_PROGRAMS, 65_535);
    checkRange("maxPesBytes", maxPesBytes, 65_541, 1 << 28);
    checkRange("maxGatheredBytes", maxGatheredBytes, maxPesBytes, 1 << 30);
    checkRange("maxStreams", maxStreams, 1, 256);
  }

  /** The same with another choice of program. */
  public TsSettings withProgram(int other) {
    return new TsSettings(other, damage, maxPesBytes, maxGatheredBytes, maxStreams);
  }

  /** The same with another treatment of damaged units. */
  public TsSettings withDamage(Damage other) {
    return new TsSettings(program, other, maxPesBytes, maxGatheredBytes, maxStreams);
  }
}
