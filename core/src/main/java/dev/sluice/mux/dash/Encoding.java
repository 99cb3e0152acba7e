package dev.sluice.mux.dash;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.dash.AspectRatio;
import dev.sluice.wire.dash.FrameRate;
import dev.sluice.wire.dash.MediaAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a period says of a track, from its first description to its last.
 *
 * @param track what it is of
 * @param name of the track in addresses
 * @param init its CMAF header
 * @param bandwidth bits a second
 * @param frameTicks how long a payload of sound lasts; 0 when it is not always the same
 * @param media codecs, size and so on
 */
record Encoding(
    Track track, String name, Bytes init, long bandwidth, int frameTicks, MediaAttributes media) {

  /**
   * Half as much again as was measured: the number stands for the whole period, and nobody knows
   * what comes.
   */
  private static final double HEADROOM = 1.5;

  private static final long BANDWIDTH_STEP = 1_000;
  private static final double NS_PER_S = 1e9;
  private static final int MILLI = 1_000;
  private static final int NTSC = 1_001;

  /** Measured rates are taken for a usual one that is so near, in thousandths of a picture. */
  private static final int NEAR_MILLI = 8;

  private static final int[] NTSC_RATES = {24, 30, 48, 60, 120};

  /** In kilobits, whole ones. */
  long kilobits() {
    return bandwidth / BANDWIDTH_STEP;
  }

  /** The same with what was said of its bandwidth before. */
  Encoding withKilobits(long said) {
    return new Encoding(track, name, init, said * BANDWIDTH_STEP, frameTicks, media);
  }

  boolean isVideo() {
    return track.kind() == Track.Kind.VIDEO;
  }

  /** Whether a track can be told of at all. */
  static boolean isKnown(Track track) {
    return switch (track.kind()) {
      case VIDEO -> VideoFormat.of(track) != null;
      case AUDIO -> AudioFormat.of(track) != null;
      case DATA -> false;
    };
  }

  /**
   * What is known of a track by now.
   *
   * @param segments of it that belong to the period, at least one
   * @param before the same track in the period before; null when there was none
   * @return null as long as nobody knows its bandwidth, or when it cannot be told of
   */
  static @Nullable Encoding of(
      TrackWindow window, List<WindowSegment> segments, @Nullable Encoding before) {
    WindowSegment first = segments.getFirst();
    Track track = first.track();
    long measured = bandwidth(segments);
    long bandwidth = measured > 0 || before == null ? measured : before.bandwidth;
    if (bandwidth == 0) {
      return null;
    }
    MediaAttributes media = null;
    int frameTicks = 0;
    if (track.kind() == Track.Kind.VIDEO) {
      VideoFormat format = VideoFormat.of(track);
      media = format == null ? null : video(format, segments, before);
    } else {
      AudioFormat format = AudioFormat.of(track);
      if (format != null) {
        media = MediaAttributes.audio(format.codecs(), format.sampleRate(), format.channels());
        frameTicks = format.frameSamples();
      }
    }
    return media == null
        ? null
        : new Encoding(track, window.name(), first.init(), bandwidth, frameTicks, media);
  }

  private static long bandwidth(List<WindowSegment> segments) {
    double most = 0;
    for (WindowSegment segment : segments) {
      if (segment.isWhole() && !segment.isGap()) {
        double seconds = Math.max(1, segment.durationNs()) / NS_PER_S;
        most = Math.max(most, 8 * segment.sizeBytes() / seconds);
      }
    }
    return (long) Math.ceil(most * HEADROOM / BANDWIDTH_STEP) * BANDWIDTH_STEP;
  }

  private static MediaAttributes video(
      VideoFormat format, List<WindowSegment> segments, @Nullable Encoding before) {
    VideoFormat.Ratio said = format.frameRate();
    FrameRate rate =
        said == null ? measured(segments) : new FrameRate(said.numerator(), said.denominator());
    if (rate == null && before != null) {
      rate = before.media.frameRate();
    }
    var shape =
        new AspectRatio(format.pixelAspect().numerator(), format.pixelAspect().denominator());
    return MediaAttributes.video(format.codecs(), format.width(), format.height(), shape, rate);
  }

  private static @Nullable FrameRate measured(List<WindowSegment> segments) {
    long units = 0;
    long ticks = 0;
    for (WindowSegment segment : segments) {
      for (Part part : segment.parts()) {
        units += part.units();
        ticks += part.isGap() ? 0 : part.duration();
      }
    }
    return ticks == 0
        ? null
        : usual(Math.round((double) units * MILLI * Timescale.VIDEO.ticksPerSecond() / ticks));
  }

  /** The rate that was meant: times of pictures are rounded, to milliseconds by many. */
  static FrameRate usual(long milli) {
    for (int rate : NTSC_RATES) {
      if (Math.abs(milli - (double) rate * MILLI * MILLI / NTSC) <= NEAR_MILLI) {
        return new FrameRate(rate * MILLI, NTSC);
      }
    }
    long whole = Math.round((double) milli / MILLI);
    return whole > 0 && Math.abs(milli - whole * MILLI) <= NEAR_MILLI
        ? new FrameRate((int) whole, 1)
        : new FrameRate((int) Math.min(milli, Integer.MAX_VALUE), MILLI);
  }
}
