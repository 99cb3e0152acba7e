package dev.sluice.wire.h265;

import dev.sluice.wire.BitReader;
import org.jspecify.annotations.Nullable;

/**
 * Tick of VPS or VUI; a picture is one tick.
 *
 * @param unitsInTick num_units_in_tick, 1 to 2³² − 1
 * @param timeScale time_scale, 1 to 2³² − 1
 */
public record HevcTiming(long unitsInTick, long timeScale) {
  /** Zeros, which say nothing, count as no timing. */
  static @Nullable HevcTiming read(BitReader bits) {
    long unitsInTick = bits.bits(32);
    long timeScale = bits.bits(32);
    return unitsInTick == 0 || timeScale == 0 ? null : new HevcTiming(unitsInTick, timeScale);
  }
}
