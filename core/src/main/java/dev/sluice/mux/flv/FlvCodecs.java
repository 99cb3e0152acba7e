package dev.sluice.mux.flv;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.FourCc;
import dev.sluice.wire.flv.VideoTagHeader;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How FLV and Enhanced RTMP name codecs. */
final class FlvCodecs {
  /** No legacy number. */
  static final int NONE = -1;

  private static final int MP3 = 2;
  private static final int G711A = 7;
  private static final int G711U = 8;
  private static final int MP3_8K = 14;

  private static final Map<FourCc, Codec> VIDEO =
      Map.of(
          FourCc.AVC1, Codec.H264,
          FourCc.HVC1, Codec.H265,
          FourCc.AV01, Codec.AV1,
          FourCc.VP08, Codec.VP8,
          FourCc.VP09, Codec.VP9);
  private static final Map<FourCc, Codec> AUDIO =
      Map.of(
          FourCc.MP4A, Codec.AAC,
          FourCc.OPUS, Codec.OPUS,
          FourCc.FLAC, Codec.FLAC,
          FourCc.MP3, Codec.MP3,
          FourCc.AC3, Codec.AC3,
          FourCc.EAC3, Codec.EAC3);
  private static final Map<Codec, FourCc> FOUR_CCS = fourCcs();

  /** Labels of opaque codecs in the legacy form; every other label of theirs is a FourCC. */
  private static final Set<String> LEGACY_LABELS =
      Set.of(
          "jpeg",
          "h263",
          "screen",
          "vp6",
          "vp6a",
          "screen2",
          "pcm",
          "adpcm",
          "mp3",
          "pcm-le",
          "nellymoser-16k",
          "nellymoser-8k",
          "nellymoser",
          "g711a",
          "g711u",
          "speex",
          "mp3-8k",
          "aac",
          "hevc",
          "av1");

  private static final Pattern HEX = Pattern.compile("[0-9A-F]{8}");

  private FlvCodecs() {}

  private static Map<Codec, FourCc> fourCcs() {
    Map<Codec, FourCc> fourCcs = new HashMap<>();
    VIDEO.forEach((fourCc, codec) -> fourCcs.put(codec, fourCc));
    AUDIO.forEach((fourCc, codec) -> fourCcs.put(codec, fourCc));
    return Map.copyOf(fourCcs);
  }

  /** The codec of a FourCC; null where it is not understood. */
  static @Nullable Codec codec(Track.Kind kind, FourCc fourCc) {
    return (kind == Track.Kind.VIDEO ? VIDEO : AUDIO).get(fourCc);
  }

  /** The codec of a legacy video codec ID; null where it is not understood. */
  static @Nullable Codec video(int codecId) {
    return switch (codecId) {
      case VideoTagHeader.AVC -> Codec.H264;
      case VideoTagHeader.HEVC -> Codec.H265;
      case VideoTagHeader.AV1 -> Codec.AV1;
      default -> null;
    };
  }

  /** The codec of a legacy sound format; null where it is not understood. */
  static @Nullable Codec audio(int format) {
    return switch (format) {
      case MP3, MP3_8K -> Codec.MP3;
      case G711A -> Codec.G711A;
      case G711U -> Codec.G711U;
      case AudioTagHeader.AAC -> Codec.AAC;
      default -> null;
    };
  }

  /** The FourCC of a track; null where its codec has none. */
  static @Nullable FourCc fourCc(Track track) {
    if (track.codec() != Codec.OPAQUE) {
      return FOUR_CCS.get(track.codec());
    }
    return isLegacyLabel(track.label()) ? null : fourCc(track.label());
  }

  private static @Nullable FourCc fourCc(String label) {
    if (label.length() == 4) {
      return FourCc.of(label);
    }
    // the digits of one that is not printable
    return HEX.matcher(label).matches() ? new FourCc(Integer.parseUnsignedInt(label, 16)) : null;
  }

  private static boolean isLegacyLabel(String label) {
    return LEGACY_LABELS.contains(label)
        || label.startsWith("video-")
        || label.startsWith("audio-");
  }

  /**
   * The legacy number under which every player knows a track's codec: a codec ID, or a sound
   * format; {@link #NONE} where there is none. H.265 and AV1 have numbers that no standard gave
   * them: those are read, and not written.
   */
  static int legacyNumber(Track track) {
    return switch (track.codec()) {
      case H264 -> VideoTagHeader.AVC;
      case AAC -> AudioTagHeader.AAC;
      case MP3 -> MP3;
      case G711A -> G711A;
      case G711U -> G711U;
      default -> NONE;
    };
  }

  /** Whether a codec begins with a sequence header, without which its frames mean nothing. */
  static boolean beginsWithHeader(TrackTags.TagCodec named) {
    return switch (named.codec()) {
      case H264, H265, AV1, AAC, OPUS, FLAC -> true;
      case null -> named.label().equals("vvc1");
      default -> false;
    };
  }

  static String videoLabel(int codecId) {
    return switch (codecId) {
      case 1 -> "jpeg";
      case 2 -> "h263";
      case 3 -> "screen";
      case 4 -> "vp6";
      case 5 -> "vp6a";
      case 6 -> "screen2";
      case VideoTagHeader.AVC -> "h264";
      case VideoTagHeader.HEVC -> "hevc";
      case VideoTagHeader.AV1 -> "av1";
      default -> "video-" + codecId;
    };
  }

  static String audioLabel(int format) {
    return switch (format) {
      case 0 -> "pcm";
      case 1 -> "adpcm";
      case MP3 -> "mp3";
      case 3 -> "pcm-le";
      case 4 -> "nellymoser-16k";
      case 5 -> "nellymoser-8k";
      case 6 -> "nellymoser";
      case G711A -> "g711a";
      case G711U -> "g711u";
      case AudioTagHeader.AAC -> "aac";
      case 11 -> "speex";
      case MP3_8K -> "mp3-8k";
      default -> "audio-" + format;
    };
  }
}
