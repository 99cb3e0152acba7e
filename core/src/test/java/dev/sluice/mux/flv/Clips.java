package dev.sluice.mux.flv;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Small clips of our own: x264 with B-frames (one without) and AAC, made by ffmpeg 5; those of
 * other codecs and tracks are made by {@code make.sh} beside them.
 */
final class Clips {
  static final String[] NAMES = {
    "h264_25_aac_48000",
    "h264_2997_aac_44100",
    "h264_2997_aac_48000_stereo",
    "h264_25_aac_44100_nob",
    "h265_aac",
    "h265_hdr",
    "av1_opus",
    "vp9_opus",
    "h264_eac3",
    "h264_flac",
    "h264_g711a",
    "h264_mp3",
    "h264_opus",
    "multi_h264_aac"
  };

  private Clips() {}

  static ByteBuf open(String name) {
    try (var in = requireNonNull(Clips.class.getResourceAsStream("/flv/" + name + ".flv"))) {
      return Unpooled.wrappedBuffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
