package dev.sluice.bench.stream;

import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * What was published lately: of each frame of each track its length, hash, timestamp and moment of
 * sending. Written by one publisher, read by any thread.
 *
 * <p>A ring: a reader that is more than {@link #FRAMES} frames behind finds nothing.
 */
public final class FrameLedger {
  /** Frames that are remembered of each track: 327 s of video, 174 s of audio. */
  public static final int FRAMES = 8192;

  /** One track. */
  static final class Track {
    private final int[] lengths = new int[FRAMES];
    private final int[] hashes = new int[FRAMES];
    private final int[] timestamps = new int[FRAMES];
    private final long[] sendNs = new long[FRAMES];
    private volatile long published;

    /** True when frame {@code number} is still remembered. */
    boolean knows(long number) {
      long count = published;
      return number >= 0 && number < count && number >= count - FRAMES + 64; // not under the pen
    }

    boolean equal(long number, byte[] body, int length) {
      int slot = (int) (number % FRAMES);
      return lengths[slot] == length && hashes[slot] == hash(body, length);
    }

    int timestampMs(long number) {
      return timestamps[(int) (number % FRAMES)];
    }

    long sendNs(long number) {
      return sendNs[(int) (number % FRAMES)];
    }

    /** Frames published so far. */
    long published() {
      return published;
    }
  }

  private final Track video = new Track();
  private final Track audio = new Track();

  /** Notes a frame before it is sent; numbers of a track follow one another. */
  public void note(Frame frame, byte[] body, long sendNs) {
    Track track = track(frame.video());
    int slot = (int) (frame.number() % FRAMES);
    track.lengths[slot] = frame.bodyBytes();
    track.hashes[slot] = hash(body, frame.bodyBytes());
    track.timestamps[slot] = frame.timestampMs();
    track.sendNs[slot] = sendNs;
    track.published = frame.number() + 1;
  }

  /** Video frames published so far. */
  public long videoFrames() {
    return video.published;
  }

  /** When a video frame was sent, {@code System.nanoTime}; −1 when that is not known any more. */
  public long videoSentNs(long number) {
    return sentNs(video, number);
  }

  /** The same of an audio frame. */
  public long audioSentNs(long number) {
    return sentNs(audio, number);
  }

  private static long sentNs(Track track, long number) {
    return track.knows(number) ? track.sendNs(number) : -1;
  }

  Track track(boolean isVideo) {
    return isVideo ? video : audio;
  }

  private static int hash(byte[] body, int length) {
    Checksum crc = new CRC32C();
    crc.update(body, 0, length);
    return (int) crc.getValue();
  }
}
