package dev.sluice.mux.hls;

import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** Addresses of playlists, segments, parts and headers, relative to one another. */
public final class HlsNames {
  /** The multivariant playlist. */
  public static final String INDEX = "index.m3u8";

  private static final int HASH_BYTES = 6;
  private static final int MAX_DIGITS = 18;

  private HlsNames() {}

  /** The media playlist of a track. */
  public static String playlist(TrackWindow track) {
    return "index." + track.name() + ".m3u8";
  }

  /** A whole segment. */
  static String segment(TrackWindow track, Cut cut) {
    return track.name() + "-" + cut.start90k() + ".m4s";
  }

  /** A part of a segment. */
  static String part(TrackWindow track, Cut cut, int index) {
    return track.name() + "-" + cut.start90k() + "." + index + ".m4s";
  }

  /** A segment as a transport stream; {@code stream} is the last element of the stream's name. */
  static String transportStream(String stream, Cut cut) {
    return stream + "/" + cut.start90k() + ".ts";
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
   * @param start90k name of the segment
   * @param part index of the part; −1 means the whole segment
   */
  public record Media(String track, long start90k, int part) {}

  /** Reads {@code v0-START.m4s} or {@code v0-START.INDEX.m4s}; null when it is neither. */
  public static @Nullable Media media(String name) {
    int dash = name.indexOf('-');
    if (dash <= 0 || !name.endsWith(".m4s")) {
      return null;
    }
    String numbers = name.substring(dash + 1, name.length() - ".m4s".length());
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
