package dev.sluice.mux.mp4;

import java.util.List;

/** Tracks of clips that CMAF carries: clip, kind, and what ffprobe calls the stream. */
final class CmafClips {
  static final List<String[]> ALL =
      List.of(
          new String[] {"h264_open_gop_aac_44100.mp4", "VIDEO", "h264,96,64"},
          new String[] {"h264_open_gop_aac_44100.mp4", "AUDIO", "aac,44100,2"},
          new String[] {"h264_variable_rate.mp4", "VIDEO", "h264,96,64"},
          new String[] {"h265_aac_96000.mp4", "VIDEO", "hevc,96,64"},
          new String[] {"h265_aac_96000.mp4", "AUDIO", "aac,96000,1"},
          new String[] {"mpeg2_mp2.mp4", "VIDEO", "mpeg2video,96,64"},
          // the container says MPEG audio, and ffprobe takes that for layer III
          new String[] {"mpeg2_mp2.mp4", "AUDIO", "mp3,48000,1"},
          new String[] {"vp9_flac.mp4", "AUDIO", "flac,48000,1"},
          new String[] {"vp9_flac.mp4", "VIDEO", "vp9,96,64"},
          new String[] {"av1_opus.mp4", "VIDEO", "av1,96,64"},
          new String[] {"h264_mp3.mp4", "AUDIO", "mp3,48000,1"},
          new String[] {"h264_ac3.mp4", "AUDIO", "ac3,48000,1"},
          new String[] {"h264_eac3.mp4", "AUDIO", "eac3,48000,1"},
          new String[] {"opus.mp4", "AUDIO", "opus,48000,1"});

  private CmafClips() {}
}
