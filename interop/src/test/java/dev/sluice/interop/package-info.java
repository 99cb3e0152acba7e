/**
 * Tests of the whole server against real clients: ffmpeg, GStreamer, rtmpdump, Chromium.
 *
 * <p>The server runs as a process of its own with the class path that ships, free ports and a
 * folder of its own; every test says by {@code @Needs} which programs it needs.
 */
@NullMarked
package dev.sluice.interop;

import org.jspecify.annotations.NullMarked;
