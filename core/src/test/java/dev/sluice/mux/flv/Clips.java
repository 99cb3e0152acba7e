package dev.sluice.mux.flv;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Small clips of our own: x264 with B-frames (one without), AAC, made by ffmpeg. */
final class Clips {
  static final String[] NAMES = {
    "h264_25_aac_48000",
    "h264_2997_aac_44100",
    "h264_2997_aac_48000_stereo",
    "h264_25_aac_44100_nob"
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
