package dev.sluice.bench.stream;

import dev.sluice.bench.wire.MediaSink;
import java.util.Arrays;

/**
 * Holds what one viewer receives against what was published: each frame's hash, in order, without
 * gaps or repeats within its track. A viewer may join anywhere. Not thread-safe.
 */
public final class StreamChecker implements MediaSink {
  /**
   * What was found.
   *
   * @param frames that were right
   * @param missing numbers that were left out
   * @param repeated numbers that had already been received or passed
   * @param corrupted bodies that differ from what was published
   * @param unknown frames that were never published, or too long ago to tell
   * @param timestampsBack timestamps below the one before of the same track
   * @param timestampDriftMs most by which the distance of timestamps, published to received, moved
   * @param firstFault a sentence; empty when all is well
   */
  public record Result(
      long frames,
      long missing,
      long repeated,
      long corrupted,
      long unknown,
      long timestampsBack,
      long timestampDriftMs,
      String firstFault) {
    /** Nothing received yet. */
    public static final Result NONE = new Result(0, 0, 0, 0, 0, 0, 0, "");

    /** True when every frame was there, once, as published, and time never ran back. */
    public boolean flawless() {
      return missing + repeated + corrupted + unknown + timestampsBack == 0;
    }

    /** Both together. */
    public Result plus(Result other) {
      return new Result(
          frames + other.frames,
          missing + other.missing,
          repeated + other.repeated,
          corrupted + other.corrupted,
          unknown + other.unknown,
          timestampsBack + other.timestampsBack,
          Math.max(timestampDriftMs, other.timestampDriftMs),
          firstFault.isEmpty() ? other.firstFault : firstFault);
    }
  }

  private static final class Progress {
    long expected = -1;
    long lastTimestampMs = Long.MIN_VALUE;
    long offsetMs = Long.MIN_VALUE;
  }

  private static final byte[] VIDEO_HEADER = SyntheticStream.videoHeader();
  private static final byte[] AUDIO_HEADER = SyntheticStream.audioHeader();

  private final String viewer;
  private final FrameLedger ledger;
  private final Progress video = new Progress();
  private final Progress audio = new Progress();
  private final Samples videoDelayNs = new Samples();
  private final Samples audioDelayNs = new Samples();
  private long frames;
  private long missing;
  private long repeated;
  private long corrupted;
  private long unknown;
  private long timestampsBack;
  private long driftMs;
  private String firstFault = "";

  /** A checker whose faults begin with {@code viewer}. */
  public StreamChecker(String viewer, FrameLedger ledger) {
    this.viewer = viewer;
    this.ledger = ledger;
  }

  @Override
  public void onMedia(int type, int timestampMs, byte[] body, int length, long nowNs) {
    if (type == DATA) {
      return; // servers rewrite metadata
    }
    boolean isVideo = type == VIDEO;
    if (length >= 2 && body[1] == 0) {
      checkHeader(isVideo, body, length);
    } else {
      checkFrame(isVideo, timestampMs, body, length, nowNs);
    }
  }

  private void checkHeader(boolean isVideo, byte[] body, int length) {
    byte[] published = isVideo ? VIDEO_HEADER : AUDIO_HEADER;
    if (!Arrays.equals(body, 0, length, published, 0, published.length)) {
      corrupted++;
      fault((isVideo ? "video" : "audio") + " sequence header differs from the published one");
    }
  }

  private void checkFrame(boolean isVideo, int timestampMs, byte[] body, int length, long nowNs) {
    Progress progress = isVideo ? video : audio;
    FrameLedger.Track track = ledger.track(isVideo);
    String name = isVideo ? "video frame " : "audio frame ";
    int at = isVideo ? SyntheticStream.VIDEO_STAMP : SyntheticStream.AUDIO_STAMP;
    long number = Stamp.number(body, at, length);
    boolean known = track.knows(number);
    if (number < 0 || (known && !track.equal(number, body, length))) {
      corrupted++;
      fault(name + (progress.expected < 0 ? number : progress.expected) + " is corrupted");
      if (progress.expected >= 0) {
        progress.expected++; // it stood in that frame's place
      }
      return;
    }
    if (!known) {
      unknown++;
      fault(name + number + " was never published, or too long ago to tell");
      return;
    }
    if (progress.expected >= 0 && number < progress.expected) {
      repeated++;
      fault(name + number + " came again, after " + (progress.expected - 1));
      return;
    }
    if (progress.expected >= 0 && number > progress.expected) {
      missing += number - progress.expected;
      fault(name + progress.expected + " is missing, " + number + " came instead");
    }
    progress.expected = number + 1;
    frames++;
    checkTime(
        name, progress, Integer.toUnsignedLong(timestampMs), track.timestampMs(number), number);
    (isVideo ? videoDelayNs : audioDelayNs).add(nowNs - track.sendNs(number));
  }

  private void checkTime(String name, Progress progress, long got, long published, long number) {
    if (got < progress.lastTimestampMs) {
      timestampsBack++;
      fault("%s%d is at %d ms, after %d ms".formatted(name, number, got, progress.lastTimestampMs));
    }
    progress.lastTimestampMs = got;
    if (progress.offsetMs == Long.MIN_VALUE) {
      progress.offsetMs = got - published;
    }
    driftMs = Math.max(driftMs, Math.abs(got - published - progress.offsetMs));
  }

  private void fault(String what) {
    if (firstFault.isEmpty()) {
      firstFault = viewer + ": " + what;
    }
  }

  /** Notes that what arrived was not even the protocol. */
  public void broken(String what) {
    corrupted++;
    fault(what);
  }

  /** Delays that are measured from now on count; those before are forgotten. */
  public void beginWindow() {
    videoDelayNs.clear();
    audioDelayNs.clear();
  }

  /** Time from sending to receiving of each video frame of the window. */
  public Samples videoDelayNs() {
    return videoDelayNs;
  }

  /** Time from sending to receiving of each audio frame of the window. */
  public Samples audioDelayNs() {
    return audioDelayNs;
  }

  /** What was found since the viewer joined. */
  public Result result() {
    return new Result(
        frames, missing, repeated, corrupted, unknown, timestampsBack, driftMs, firstFault);
  }
}
