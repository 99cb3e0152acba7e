package dev.sluice.mux.packager;

import dev.sluice.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of segments, parts and headers, relative to the playlists and descriptions that list
 * them: {@code v0-START.m4s} is a segment, {@code v0-START.3.m4s} its fourth part and {@code
 * v0-HASH.mp4} a CMAF header. START is the segment's name, or when it begins in the track's own
 * timescale ({@link TrackWindow#byTime}): of pictures these are one number.
 */
public final class SegmentNames {
  private static final int HASH_BYTES = 6;
  private static final int MAX_DIGITS = 18;

  /** What names of segments and parts end with. */
  public static final String SEGMENT = ".m4s";

  private SegmentNames() {}

  /** A whole segment. */
  public static String segment(TrackWindow track, Cut cut) {
    return track.name() + "-" + cut.start90k() + SEGMENT;
  }

  /** A part of a segment. */
  public static String part(TrackWindow track, Cut cut, int index) {
    return track.name() + "-" + cut.start90k() + "." + index + SEGMENT;
  }

  /** The CMAF header of a track. */
  public static String init(TrackWindow track, Bytes init) {
    return track.name() + "-" + hash(init) + ".mp4";
  }

  /** What tells one header from another. */
  public static String hash(Bytes init) {
    return init.sha256(HASH_BYTES).toString();
  }

  /**
   * What an address of a segment or part asks for.
   *
   * @param track name of the track
   * @param start when the segment begins: its name, or ticks of the track
   * @param part index of the part; −1 means the whole segment
   */
  public record Media(String track, long start, int part) {}

  /** Reads {@code v0-START.m4s} or {@code v0-START.INDEX.m4s}; null when it is neither. */
  public static @Nullable Media media(String name) {
    int dash = name.indexOf('-');
    if (dash <= 0 || !name.endsWith(SEGMENT)) {
      return null;
    }
    String numbers = name.substring(dash + 1, name.length() - SEGMENT.length());
    int dot = numbers.indexOf('.');
    long start = number(dot < 0 ? numbers : numbers.substring(0, dot));
    long part = dot < 0 ? -1 : number(numbers.substring(dot + 1));
    if (start < 0 || dot >= 0 && (part < 0 || part > Integer.MAX_VALUE)) {
      return null;
    }
    return new Media(name.substring(0, dash), start, (int) part);
  }

  /** A number as we write it, without sign or leading zeros; −1 when it is none. */
  public static long number(String digits) {
    if (digits.isEmpty()
        || digits.length() > MAX_DIGITS
        || digits.length() > 1 && digits.charAt(0) == '0'
        || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      return -1;
    }
    return Long.parseLong(digits);
  }
}
