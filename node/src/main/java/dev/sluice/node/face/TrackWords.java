package dev.sluice.node.face;

import dev.sluice.hub.Configuration;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord;
import org.jspecify.annotations.Nullable;

/**
 * Codecs, profiles and levels in the words of other servers; {@code Other} is what they have no
 * word for.
 */
public final class TrackWords {
  /** What there is no word for. */
  public static final String OTHER = "Other";

  /** constraint_set1_flag of H.264: Baseline without what hardly anybody decodes. */
  private static final int CONSTRAINED = 0x40;

  /** constraint_set3_flag of H.264: all pictures are coded by themselves. */
  private static final int INTRA = 0x10;

  private TrackWords() {}

  /** Profile and level, in words. */
  public record Ability(String profile, String level) {
    /** Nothing is known of it. */
    static final Ability NONE = new Ability(OTHER, OTHER);
  }

  /**
   * What H.264 says of itself, in numbers.
   *
   * @param profile profile_idc
   * @param constraints constraint_set flags, the byte as it stands
   * @param level level_idc, ten times the level
   */
  public record Avc(int profile, int constraints, int level) {}

  /** The first track of a kind that the source delivers; null when there is none. */
  public static @Nullable Track first(Configuration configuration, Track.Kind kind) {
    for (Track track : configuration.tracks()) {
      if (track.kind() == kind && !configuration.lacking().contains(track.id())) {
        return track;
      }
    }
    return null;
  }

  /** Name of a video codec. */
  public static String videoCodec(Track track) {
    return switch (track.codec()) {
      case H264 -> "H264";
      case H265 -> "HEVC";
      case AV1 -> "AV1";
      case VP9 -> "VP9";
      case OPAQUE -> track.label().startsWith("vp6") ? "VP6" : OTHER;
      default -> OTHER;
    };
  }

  /** Name of an audio codec. */
  public static String audioCodec(Track track) {
    return switch (track.codec()) {
      case AAC -> "AAC";
      case MP3 -> "MP3";
      case OPUS -> "Opus";
      default -> OTHER;
    };
  }

  /** Profile and level of a video track. */
  public static Ability ability(Track track) {
    try {
      return switch (track.codec()) {
        case H264 -> {
          Avc avc = read(track);
          yield new Ability(avcProfile(avc.profile, avc.constraints), avcLevel(avc.level));
        }
        case H265 -> {
          var record = HevcDecoderConfigurationRecord.read(track.configuration().buffer());
          yield new Ability(
              hevcProfile(record.profile().profile()), hevcLevel(record.profile().level()));
        }
        default -> Ability.NONE;
      };
    } catch (MalformedException | UnsupportedException unreadable) {
      return Ability.NONE;
    }
  }

  private static Avc read(Track track) {
    var record = AvcDecoderConfigurationRecord.read(track.configuration().buffer());
    return new Avc(record.profile(), record.compatibility(), record.level());
  }

  /** Of a track of H.264; null when it is none, or cannot be read. */
  public static @Nullable Avc avc(Track track) {
    try {
      return track.codec() == Codec.H264 ? read(track) : null;
    } catch (MalformedException unreadable) {
      return null;
    }
  }

  /** A profile_idc of H.264, with constraint_set flags. */
  public static String avcProfile(int profile, int constraints) {
    String intra = (constraints & INTRA) == 0 ? "" : "+Intra";
    return switch (profile) {
      case 66 -> (constraints & CONSTRAINED) == 0 ? "Baseline" : "Baseline(Constrained)";
      case 77 -> "Main";
      case 88 -> "Extended";
      case 100 -> "High";
      case 110 -> "High(10" + intra + ")";
      case 122 -> "High(422" + intra + ")";
      case 144 -> "High(444)";
      case 244 -> intra.isEmpty() ? "High(444+Predictive)" : "High(444+Intra)";
      default -> OTHER;
    };
  }

  /** A level_idc of H.264: SRS knows those up to 5.1. */
  static String avcLevel(int level) {
    return switch (level) {
      case 10, 20, 30, 40, 50 -> Integer.toString(level / 10);
      case 11, 12, 13, 21, 22, 31, 32, 41, 42, 51 -> level / 10 + "." + level % 10;
      default -> OTHER;
    };
  }

  private static String hevcProfile(int profile) {
    return switch (profile) {
      case 1 -> "Main";
      case 2 -> "Main10";
      case 3 -> "Main Still Picture";
      case 4 -> "Rext";
      default -> OTHER;
    };
  }

  /** A general_level_idc: thirty times the level. */
  static String hevcLevel(int level) {
    return switch (level) {
      case 30, 60, 90, 120, 150, 180 -> Integer.toString(level / 30);
      case 63, 93, 123, 153, 156, 183, 186 -> level / 30 + "." + level % 30 / 3;
      default -> OTHER;
    };
  }

  /** Which kind of AAC it is. */
  public static String audioProfile(Track track) {
    if (track.codec() != Codec.AAC) {
      return OTHER;
    }
    try {
      var config = AudioSpecificConfig.read(track.configuration());
      if (config.ps()) {
        return "HEv2";
      }
      return config.sbr()
          ? "HE"
          : switch (config.objectType()) {
            case 1 -> "Main";
            case 2 -> "LC";
            case 3 -> "SSR";
            default -> OTHER;
          };
    } catch (MalformedException | UnsupportedException unreadable) {
      return OTHER;
    }
  }
}
