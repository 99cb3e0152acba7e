package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import dev.sluice.wire.scte35.SegmentationDescriptor;
import dev.sluice.wire.scte35.SpliceCommand;
import dev.sluice.wire.scte35.SpliceInfo;
import org.jspecify.annotations.Nullable;

/**
 * Splice information as it came in a stream, on the stream's time line.
 *
 * @param at90k when it came, UTC, 90 kHz
 * @param time90k when what it commands is to be, UTC, 90 kHz; {@code at90k} when it says nothing
 * @param section whose times are those of the media, modulo 2³³
 * @param info what it says
 */
public record SpliceMessage(long at90k, long time90k, SpliceInfoSection section, SpliceInfo info) {

  /**
   * The message in a unit; borrowed.
   *
   * @return null when the unit is no splice information. What is not understood of it is carried
   *     all the same
   */
  static @Nullable SpliceMessage of(AccessUnit unit) {
    long at90k = unit.dts90k();
    SpliceInfoSection section;
    try {
      section = new SpliceInfoSection(Bytes.copyOf(unit.payload())).movedBy(at90k);
    } catch (MalformedException _) {
      return null;
    }
    SpliceInfo info;
    try {
      info = SpliceInfo.read(section);
    } catch (MalformedException _) {
      info = SpliceInfo.opaque(section.commandType());
    }
    return new SpliceMessage(at90k, time90k(at90k, info.command()), section, info);
  }

  /** The time of a command that is nearest to when it came. */
  private static long time90k(long at90k, SpliceCommand command) {
    long time =
        switch (command) {
          case SpliceCommand.Insert insert -> insert.time();
          case SpliceCommand.TimeSignal signal -> signal.time();
          case SpliceCommand.Null _, SpliceCommand.Other _ -> SpliceCommand.UNKNOWN;
        };
    if (time == SpliceCommand.UNKNOWN) {
      return at90k;
    }
    long half = PesHeader.TIME_RANGE / 2;
    long later = Math.floorMod(time - at90k + half, PesHeader.TIME_RANGE) - half;
    return Math.max(0, at90k + later);
  }

  /** How long what begins with it will be, 90 kHz; {@link SpliceCommand#UNKNOWN} when unsaid. */
  long duration90k() {
    return switch (info.command()) {
      case SpliceCommand.Insert insert -> insert.duration();
      case SpliceCommand.TimeSignal _ ->
          info.segmentations().stream()
              .mapToLong(SegmentationDescriptor::duration)
              .filter(duration -> duration != SpliceCommand.UNKNOWN)
              .findFirst()
              .orElse(SpliceCommand.UNKNOWN);
      case SpliceCommand.Null _, SpliceCommand.Other _ -> SpliceCommand.UNKNOWN;
    };
  }
}
