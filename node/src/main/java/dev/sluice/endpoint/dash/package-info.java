/**
 * DASH: descriptions of what {@link dev.sluice.hub.segments} keeps, and the clock that they name.
 * How requests come to it, and the media, are in {@link dev.sluice.net.segments}.
 *
 * <p>A description is made once for each change and shared by all who ask. Source: ISO/IEC
 * 23009-1:2022.
 */
@NullMarked
package dev.sluice.endpoint.dash;

import org.jspecify.annotations.NullMarked;
