package dev.sluice.hub.segments;

import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentKeys;
import org.jspecify.annotations.Nullable;

/**
 * What was configured for the segments of one stream.
 *
 * @param enabled whether there are any
 * @param settings how it is cut
 * @param listNs how much of it playlists list
 * @param keys by which transport streams are encrypted; null when they are not
 */
public record SegmentPolicy(
    boolean enabled, PackagerSettings settings, long listNs, @Nullable SegmentKeys keys) {

  /** Nothing is encrypted. */
  public SegmentPolicy(boolean enabled, PackagerSettings settings, long listNs) {
    this(enabled, settings, listNs, null);
  }
}
