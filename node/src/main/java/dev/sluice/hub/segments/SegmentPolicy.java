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
 * @param inUnison whether other servers cut the same frames, without a link to this one
 */
public record SegmentPolicy(
    boolean enabled,
    PackagerSettings settings,
    long listNs,
    @Nullable SegmentKeys keys,
    boolean inUnison) {

  /** Nothing is encrypted, and nobody else cuts it. */
  public SegmentPolicy(boolean enabled, PackagerSettings settings, long listNs) {
    this(enabled, settings, listNs, null, false);
  }
}
