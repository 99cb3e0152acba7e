package dev.sluice.mux.hls;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.wire.hls.MultivariantPlaylist;
import dev.sluice.wire.hls.Rendition;
import dev.sluice.wire.hls.Variant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The multivariant playlist of a stream: each picture a variant, all sound one group. */
public final class IndexPlaylist {
  private static final int VERSION = 9;
  private static final String SOUND = "sound";
  private static final long NS_PER_S = 1_000_000_000L;

  /** Above the most that was measured, since nobody knows what comes: a tenth. */
  private static final int HEADROOM = 10;

  /** Code points of transfer characteristics (ITU-T H.273). */
  private static final int PQ = 16;

  private static final int HLG = 18;

  private IndexPlaylist() {}

  /** Bits a second of a track: at most in any segment, and in all. */
  private record Rate(long most, long mean) {
    static final Rate NONE = new Rate(0, 0);

    Rate plus(Rate other) {
      return new Rate(most + other.most, mean + other.mean);
    }

    Rate orMore(Rate other) {
      return new Rate(Math.max(most, other.most), Math.max(mean, other.mean));
    }
  }

  /**
   * The playlist as it is now. All that it names list a whole segment: there are players, ffmpeg 5
   * among them, that fall over a media playlist with nothing but parts.
   *
   * @return null as long as no track has a whole segment, or one may still get its first: players
   *     load it once
   */
  public static @Nullable MultivariantPlaylist of(SegmentWindow window) {
    if (window.tracks().stream().anyMatch(track -> isAwaited(window, track))) {
      return null;
    }
    List<TrackWindow> pictures = ready(window, Track.Kind.VIDEO);
    List<TrackWindow> sounds = ready(window, Track.Kind.AUDIO);
    List<Variant> variants = new ArrayList<>();
    if (pictures.isEmpty()) {
      sounds.forEach(sound -> variants.add(soundAlone(sound, rate(window, sound))));
      return variants.isEmpty()
          ? null
          : new MultivariantPlaylist(VERSION, true, List.of(), variants);
    }
    Rate sound = Rate.NONE;
    for (TrackWindow each : sounds) {
      sound = sound.orMore(rate(window, each));
    }
    for (TrackWindow picture : pictures) {
      Rate rate = rate(window, picture).plus(sound);
      variants.add(variant(window, picture, sounds, rate));
    }
    boolean independent =
        pictures.stream().allMatch(each -> TrackPlaylist.isIndependent(window, each));
    return new MultivariantPlaylist(VERSION, independent, renditions(sounds), variants);
  }

  /** Whether a track has no whole segment yet, so no bit rate, and the others one at most. */
  private static boolean isAwaited(SegmentWindow window, TrackWindow track) {
    return track.carried()
        && measured(track) == 0
        && window.tracks().stream().allMatch(other -> measured(other) <= 1);
  }

  private static long measured(TrackWindow track) {
    return track.segments().stream()
        .filter(segment -> segment.isWhole() && !segment.isGap())
        .count();
  }

  /** Tracks of a kind that the stream has and of which there is a whole segment. */
  private static List<TrackWindow> ready(SegmentWindow window, Track.Kind kind) {
    return window.tracks().stream()
        .filter(track -> track.track().kind() == kind && track.carried())
        .filter(track -> TrackPlaylist.hasWhole(window, track))
        .toList();
  }

  private static Rate rate(SegmentWindow window, TrackWindow track) {
    long most = 0;
    long bits = 0;
    long durationNs = 0;
    for (WindowSegment segment : track.segments()) {
      if (!segment.isWhole() || segment.isGap() || segment.cut().number() < window.firstListed()) {
        continue;
      }
      long size = 8 * segment.sizeBytes();
      bits += size;
      durationNs += segment.durationNs();
      most = Math.max(most, perSecond(size, segment.durationNs()));
    }
    return durationNs == 0
        ? Rate.NONE
        : new Rate(most + most / HEADROOM, perSecond(bits, durationNs));
  }

  private static long perSecond(long bits, long durationNs) {
    return (long) Math.ceil((double) bits * NS_PER_S / Math.max(1, durationNs));
  }

  private static List<Rendition> renditions(List<TrackWindow> sounds) {
    List<Rendition> renditions = new ArrayList<>();
    for (TrackWindow sound : sounds) {
      AudioFormat format = AudioFormat.of(sound.track());
      String language = sound.track().language();
      renditions.add(
          new Rendition(
              Rendition.Type.AUDIO,
              HlsNames.playlist(sound),
              SOUND,
              language.isEmpty() ? null : language,
              language.isEmpty() ? sound.name() : language + " " + sound.name(),
              renditions.isEmpty(),
              true,
              format == null ? null : Integer.toString(format.channels()),
              null));
    }
    return renditions;
  }

  private static Variant soundAlone(TrackWindow sound, Rate rate) {
    AudioFormat format = AudioFormat.of(sound.track());
    return new Variant(
        HlsNames.playlist(sound),
        Math.max(1, rate.most),
        rate.mean,
        format == null ? null : format.codecs(),
        0,
        0,
        0,
        null,
        null,
        null);
  }

  private static Variant variant(
      SegmentWindow window, TrackWindow picture, List<TrackWindow> sounds, Rate rate) {
    VideoFormat format = VideoFormat.of(picture.track());
    List<String> codecs = new ArrayList<>();
    if (format != null) {
      codecs.add(format.codecs());
    }
    for (TrackWindow sound : sounds) {
      AudioFormat heard = AudioFormat.of(sound.track());
      if (heard != null && !codecs.contains(heard.codecs())) {
        codecs.add(heard.codecs());
      }
    }
    return new Variant(
        HlsNames.playlist(picture),
        Math.max(1, rate.most),
        rate.mean,
        codecs.isEmpty() ? null : String.join(",", codecs),
        format == null ? 0 : format.width(),
        format == null ? 0 : format.height(),
        frameRateMilli(window, picture, format),
        format == null ? null : range(format.colour().transfer()),
        sounds.isEmpty() ? null : SOUND,
        null);
  }

  private static String range(int transfer) {
    return transfer == PQ ? "PQ" : transfer == HLG ? "HLG" : "SDR";
  }

  /** As the configuration says it, else as pictures have come. */
  private static long frameRateMilli(
      SegmentWindow window, TrackWindow picture, @Nullable VideoFormat format) {
    VideoFormat.Ratio said = format == null ? null : format.frameRate();
    if (said != null) {
      return Math.round(said.value() * 1_000);
    }
    long units = 0;
    long durationNs = 0;
    for (WindowSegment segment : picture.segments()) {
      if (segment.isWhole() && segment.cut().number() >= window.firstListed()) {
        units += segment.parts().stream().mapToLong(part -> part.units()).sum();
        durationNs += segment.durationNs();
      }
    }
    return durationNs == 0 ? 0 : Math.round(units * 1_000.0 * NS_PER_S / durationNs);
  }
}
