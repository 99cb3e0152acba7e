package dev.sluice.mux.codec;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.Codec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A small clip of {@code src/test/resources/video}, and what ffprobe says of it.
 *
 * @param name of the file
 * @param codec what is in it
 */
record VideoClip(String name, Codec codec) {
  static final List<VideoClip> BYTE_STREAMS =
      List.of(
          new VideoClip("h264-bframes.h264", Codec.H264),
          new VideoClip("h264-captions.h264", Codec.H264),
          new VideoClip("h264-interlaced.h264", Codec.H264),
          new VideoClip("h264-intra-refresh.h264", Codec.H264),
          new VideoClip("h264-open-gop.h264", Codec.H264),
          new VideoClip("h265-444.h265", Codec.H265),
          new VideoClip("h265-hdr10.h265", Codec.H265),
          new VideoClip("h265-open-gop.h265", Codec.H265),
          new VideoClip("mpeg1.m1v", Codec.MPEG2_VIDEO),
          new VideoClip("mpeg2-422.m2v", Codec.MPEG2_VIDEO),
          new VideoClip("mpeg2-bframes.m2v", Codec.MPEG2_VIDEO));

  /** The whole file; needs no release. */
  ByteBuf bytes() {
    return Unpooled.wrappedBuffer(resource(name)).asReadOnly();
  }

  /** What ffprobe says, by its names; flags, sizes and types are of the packets and frames. */
  Properties probe() {
    Properties probe = new Properties();
    try {
      probe.load(new StringReader(new String(resource(name + ".probe"), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return probe;
  }

  /** The access units of a byte stream, each with its start codes; need no release. */
  List<ByteBuf> accessUnits() {
    List<ByteBuf> units = new ArrayList<>();
    try (var splitter = AccessUnitSplitter.of(codec)) {
      AccessUnitSplitter.Output output =
          (label, first, bytes) -> units.add(Unpooled.copiedBuffer(bytes));
      splitter.feed(bytes(), 0, output);
      splitter.flush(output);
    }
    return units;
  }

  private static byte[] resource(String name) {
    try (var in = requireNonNull(VideoClip.class.getResourceAsStream("/video/" + name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
