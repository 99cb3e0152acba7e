package dev.sluice.hub.segments;

import dev.sluice.mux.packager.PackagerSettings;

/**
 * What was configured for the segments of one stream.
 *
 * @param enabled whether there are any
 * @param settings how it is cut
 * @param listNs how much of it playlists list
 */
public record SegmentPolicy(boolean enabled, PackagerSettings settings, long listNs) {}
