package dev.sluice.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture and a sound that are published together; either may be none.
 *
 * @param video how the picture is coded
 * @param audio how the sound is coded
 */
record CodecPair(Video video, Audio audio) {
  /** How a picture is coded: by ffmpeg's encoder and options, in two seconds of one GOP. */
  enum Video {
    H264("H.264", "h264", "libx264 -preset veryfast -bf 2"),
    H265(
        "H.265",
        "hevc",
        "libx265 -preset ultrafast -x265-params log-level=error:keyint=50:min-keyint=50:bframes=2"),
    AV1("AV1", "av1", "libsvtav1 -preset 12 -svtav1-params lp=1"),
    VP9("VP9", "vp9", "libvpx-vp9 -deadline realtime -cpu-used 8"),
    VP8("VP8", "vp8", "libvpx -deadline realtime -cpu-used 8"),
    NONE("none", "", "");

    final String title;
    final String codecId;
    final String encoder;

    Video(String title, String codecId, String encoder) {
      this.title = title;
      this.codecId = codecId;
      this.encoder = encoder;
    }

    /** What the server calls it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Filters that make the same of an access unit whatever container it was in. */
    List<String> filters(boolean lengthPrefixed) {
      return switch (this) {
        case H264 ->
            List.of(
                "-bsf:v",
                (lengthPrefixed ? "h264_mp4toannexb," : "") + "filter_units=remove_types=7-9");
        case H265 ->
            List.of(
                "-bsf:v",
                (lengthPrefixed ? "hevc_mp4toannexb," : "") + "filter_units=remove_types=32-35");
        case AV1, VP9, VP8, NONE -> List.of();
      };
    }
  }

  /** How a sound is coded. */
  enum Audio {
    AAC("AAC", "aac", "aac -b:a 48k"),
    MP3("MP3", "mp3", "libmp3lame -b:a 48k"),
    OPUS("Opus", "opus", "libopus -b:a 48k"),
    AC3("AC-3", "ac3", "ac3 -b:a 64k"),
    EAC3("E-AC-3", "eac3", "eac3 -b:a 64k"),
    FLAC("FLAC", "flac", "flac"),
    G711A("G.711 A-law", "pcm_alaw", "pcm_alaw -ar 8000 -ac 1"),
    G711U("G.711 µ-law", "pcm_mulaw", "pcm_mulaw -ar 8000 -ac 1"),
    NONE("none", "", "");

    final String title;
    final String codecId;
    final String encoder;

    Audio(String title, String codecId, String encoder) {
      this.title = title;
      this.codecId = codecId;
      this.encoder = encoder;
    }

    /** What the server calls it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Filters that make of an access unit in a transport stream what it is elsewhere. */
    List<String> filters() {
      return this == AAC ? List.of("-bsf:a", "aac_adtstoasc") : List.of();
    }
  }

  /** All of them. */
  static List<CodecPair> all() {
    List<CodecPair> pairs = new ArrayList<>();

    for (Video video : Video.values()) {
      for (Audio audio : Audio.values()) {
        if (video != Video.NONE || audio != Audio.NONE) {
          pairs.add(new CodecPair(video, audio));
        }
      }
    }
    return pairs;
  }

  /** Whether players know both that know nothing of Enhanced RTMP. */
  boolean isOld() {
    boolean oldSound =
        switch (audio) {
          case AAC, MP3, G711A, G711U, NONE -> true;
          case OPUS, AC3, EAC3, FLAC -> false;
        };
    return oldSound && (video == Video.H264 || video == Video.NONE);
  }

  /** Whether ffmpeg 8 knows both in FLV and RTMP. */
  boolean isFfmpegs() {
    return video != Video.VP8;
  }

  /** The picture of the pair by itself. */
  CodecPair withoutSound() {
    return new CodecPair(video, Audio.NONE);
  }

  boolean isBoth() {
    return video != Video.NONE && audio != Audio.NONE;
  }

  String stream() {
    return "matrix/" + video.name() + "-" + audio.name();
  }

  @Override
  public String toString() {
    return video.title + " and " + audio.title;
  }
}
