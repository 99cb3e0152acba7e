package dev.sluice.interop;

import java.time.Duration;

/**
 * An access unit as a viewer got it.
 *
 * @param video whether it is a picture; else it is sound
 * @param dtsMs decoding time, ms
 * @param ptsMs presentation time, ms
 * @param hash MD5 of its bytes
 * @param arrivedNs when the viewer had it, on {@link System#nanoTime}
 */
record Packet(boolean video, double dtsMs, double ptsMs, String hash, long arrivedNs) {
  /** Whether it is later than {@code other} by at least {@code time}, in media and in arrival. */
  boolean isAfter(Packet other, Duration time) {
    return dtsMs - other.dtsMs >= time.toMillis() && arrivedNs - other.arrivedNs >= time.toNanos();
  }
}
