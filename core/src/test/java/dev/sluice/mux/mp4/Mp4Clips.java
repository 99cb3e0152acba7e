package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Small clips made by ffmpeg; {@code resources/mp4/make.sh} says how. */
final class Mp4Clips {
  static final List<String> NAMES =
      List.of(
          "aac_44100.m4a",
          "av1_opus.mp4",
          "h264_2_aac_2.mp4",
          "h264_aac_48000.mp4",
          "h264_aac_cut.mp4",
          "h264_aac_fragmented.mp4",
          "h264_aac_hybrid.mp4",
          "h264_aac_late_picture.mp4",
          "h264_aac_late_sound.mp4",
          "h264_aac_separate.mp4",
          "h264_aac_sidx.mp4",
          "h264_ac3.mp4",
          "h264_alaw.mov",
          "h264_eac3.mp4",
          "h264_mp3.mp4",
          "h264_negative_offsets.mp4",
          "h264_open_gop_aac_44100.mp4",
          "h264_variable_rate.mp4",
          "h265_aac_96000.mp4",
          "mpeg2_mp2.mp4",
          "opus.mp4",
          "vp9_flac.mp4");

  private Mp4Clips() {}

  static byte[] bytes(String name) {
    try (var in = requireNonNull(Mp4Clips.class.getResourceAsStream("/mp4/" + name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MemorySource open(String name) {
    return new MemorySource(bytes(name));
  }
}
