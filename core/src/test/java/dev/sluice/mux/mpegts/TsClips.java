package dev.sluice.mux.mpegts;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Small clips of our own; {@code src/test/resources/mpegts/make.sh} says how they were made. */
final class TsClips {
  private TsClips() {}

  static ByteBuf open(String name) {
    try (var in = requireNonNull(TsClips.class.getResourceAsStream("/mpegts/" + name), name)) {
      return Unpooled.wrappedBuffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Feeds {@code bytes} in pieces of {@code step}; they stay the caller's. */
  static void feed(ByteBuf bytes, int step, TsDemuxer demuxer) {
    int end = bytes.writerIndex();
    for (int at = bytes.readerIndex(); at < end; ) {
      int length = Math.min(step, end - at);
      demuxer.feed(bytes.slice(at, length));
      at += length;
    }
  }
}
