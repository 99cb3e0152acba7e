package dev.sluice.mux.flv;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.flv.FlvTagHeader;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Makes long FLV files of short ones, with an index of key frames or without. */
final class FlvFileMaker {
  private static final int HEADER_BYTES = 13;

  /** Between the last time stamp of a clip and the first of the next one. */
  private static final int GAP_MS = 40;

  private final ByteBuf tags = Unpooled.buffer();
  private final List<Long> keyFrames = new ArrayList<>();
  private final List<Long> configurations = new ArrayList<>();
  private int only;
  private long endMs = -GAP_MS;

  /** What to do at each tag. */
  interface AtTag {
    /** {@code at} is where its header is. */
    void accept(int at, int type);
  }

  static void forEachTag(ByteBuf flv, AtTag action) {
    for (int at = HEADER_BYTES; at < flv.writerIndex(); at += bytes(flv, at)) {
      action.accept(at, flv.getByte(at));
    }
  }

  private static int bytes(ByteBuf flv, int at) {
    return FlvMuxer.tagSize(flv.getUnsignedMedium(at + 1));
  }

  static void shiftTime(ByteBuf flv, int at, long byMs) {
    long shifted = time(flv, at) + byMs;
    flv.setMedium(at + 4, (int) (shifted & 0xFF_FFFF)).setByte(at + 7, (int) (shifted >> 24));
  }

  private static long time(ByteBuf flv, int at) {
    return (long) flv.getUnsignedByte(at + 7) << 24 | flv.getUnsignedMedium(at + 4);
  }

  /** Leaves tags of other types out. */
  FlvFileMaker onlyOf(int type) {
    only = type;
    return this;
  }

  /** Appends the sound and the picture of a clip, whose times go on. */
  FlvFileMaker add(ByteBuf clip) {
    long beginMs = endMs + GAP_MS;
    forEachTag(
        clip,
        (at, type) -> {
          if (type == FlvTagHeader.SCRIPT || (only != 0 && type != only)) {
            return;
          }
          int to = tags.writerIndex();
          tags.writeBytes(clip, at, bytes(clip, at));
          shiftTime(tags, to, beginMs);
          endMs = Math.max(endMs, time(tags, to));
          int first = clip.getUnsignedByte(at + FlvTagHeader.SIZE);
          if (type == FlvTagHeader.VIDEO && (first >> 4 & 7) == 1) {
            int packetType = first >= 0x80 ? first & 15 : clip.getByte(at + FlvTagHeader.SIZE + 1);
            switch (packetType) {
              case VideoTagHeader.SEQUENCE_START -> configurations.add((long) to);
              case VideoTagHeader.CODED_FRAMES, VideoTagHeader.CODED_FRAMES_X ->
                  keyFrames.add((long) to);
              default -> {}
            }
          }
        });
    return this;
  }

  /** The whole file, without metadata. */
  ByteBuf file() {
    return Unpooled.wrappedBuffer(header(), tags.slice());
  }

  /** Where in {@link #fileWith} key frames are. */
  long[] keyFrames() {
    return positions(keyFrames);
  }

  /** Where in {@link #fileWith} configurations of the picture are. */
  long[] configurations() {
    return positions(configurations);
  }

  private long[] positions(List<Long> offsets) {
    int before = HEADER_BYTES + metadata(new long[0]).readableBytes();
    return offsets.stream().mapToLong(at -> before + at).toArray();
  }

  /** The whole file, with metadata that say where key frames are. */
  ByteBuf fileWith(long[] positions) {
    return Unpooled.wrappedBuffer(header(), metadata(positions), tags.slice());
  }

  /** As large for any number of positions, so that these stay right. */
  private ByteBuf metadata(long[] positions) {
    Bytes index =
        TrackNotes.message(
            AmfProperties.builder()
                .put(
                    "keyframes",
                    AmfProperties.builder()
                        .put("filepositions", array(LongStream.of(positions).asDoubleStream()))
                        .put("times", array(LongStream.of(positions).mapToDouble(_ -> 0)))
                        .object()));
    int room = 18 * (keyFrames.size() + configurations.size() + 3 - positions.length);
    Bytes padded =
        TrackNotes.message(
            TrackNotes.properties(index).toBuilder().put("padding", "x".repeat(room)));
    ByteBuf out = Unpooled.buffer();
    FlvMuxer.writeTag(new FlvMuxer.Opening(FlvTagHeader.SCRIPT, padded), 0, out);
    return out;
  }

  private static AmfValue array(DoubleStream values) {
    return new AmfValue.StrictArray(
        values.mapToObj(AmfValue::of).map(AmfValue.class::cast).toList());
  }

  private static ByteBuf header() {
    return Unpooled.copiedBuffer(new byte[] {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0});
  }
}
