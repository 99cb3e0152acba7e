package dev.sluice.bench.stream;

import dev.sluice.bench.wire.MediaSink;

/**
 * One frame of the schedule, before it has a body.
 *
 * @param video else audio
 * @param number counts within its track, from 0
 * @param atNs media time since the beginning
 * @param key random access point
 * @param bodyBytes length of its RTMP message or FLV tag body
 */
public record Frame(boolean video, long number, long atNs, boolean key, int bodyBytes) {
  /** Message type. */
  public int type() {
    return video ? MediaSink.VIDEO : MediaSink.AUDIO;
  }

  /** Media time as RTMP and FLV carry it. */
  public int timestampMs() {
    return (int) (atNs / 1_000_000);
  }
}
