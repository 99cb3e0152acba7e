package dev.sluice.mux.codec;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.Codec;
import dev.sluice.wire.av1.Obu;
import dev.sluice.wire.av1.ObuIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

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

  static final List<VideoClip> ALL =
      Stream.concat(
              BYTE_STREAMS.stream(),
              Stream.of(
                  new VideoClip("av1-444.ivf", Codec.AV1),
                  new VideoClip("av1-hdr.ivf", Codec.AV1),
                  new VideoClip("av1-hidden.obu", Codec.AV1),
                  new VideoClip("vp8.ivf", Codec.VP8),
                  new VideoClip("vp9-hidden.ivf", Codec.VP9),
                  new VideoClip("vp9-profile1.ivf", Codec.VP9),
                  new VideoClip("vp9-profile2.ivf", Codec.VP9)))
          .toList();

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

  /** The access units as the container holds them; need no release. */
  List<ByteBuf> accessUnits() {
    if (name.endsWith(".ivf")) {
      return ivfFrames();
    }
    return name.endsWith(".obu") ? temporalUnits() : pictures();
  }

  /** A file header of 32 bytes, then a size, a time stamp of 8 bytes and the frame. */
  private List<ByteBuf> ivfFrames() {
    List<ByteBuf> frames = new ArrayList<>();
    ByteBuf in = bytes().skipBytes(32);
    while (in.isReadable()) {
      int size = in.readIntLE();
      frames.add(Unpooled.copiedBuffer(in.skipBytes(8).readSlice(size)));
    }
    return frames;
  }

  /** Each begins with a temporal delimiter. */
  private List<ByteBuf> temporalUnits() {
    List<ByteBuf> units = new ArrayList<>();
    ByteBuf in = bytes();
    ObuIndex index = new ObuIndex();
    index.read(in);
    int begin = 0;
    for (int i = 1; i <= index.count(); i++) {
      boolean last = i == index.count();
      if (last || Obu.type(in.getByte(index.offset(i))) == Obu.TEMPORAL_DELIMITER) {
        int end = last ? in.writerIndex() : index.offset(i);
        units.add(Unpooled.copiedBuffer(in.slice(begin, end - begin)));
        begin = end;
      }
    }
    return units;
  }

  /** Each with its start codes. */
  private List<ByteBuf> pictures() {
    List<ByteBuf> units = new ArrayList<>();
    try (var splitter = AccessUnitSplitter.of(codec)) {
      AccessUnitSplitter.Output output =
          (_, _, bytes, _) -> units.add(Unpooled.copiedBuffer(bytes));
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
