package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.vpx.Superframe;
import dev.sluice.wire.vpx.Vp8FrameHeader;
import dev.sluice.wire.vpx.Vp9FrameHeader;
import dev.sluice.wire.vpx.VpCodecConfigurationRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * VP8 and VP9. Units stay as they are. The configuration is that of the last key frame; what frames
 * do not say, level and colour, is the container's, or else worked out: the level is the lowest
 * that has room for the size at 30 frames a second. Random access is a key frame, whatever the
 * container says.
 */
final class VpxNormaliser implements Normaliser {
  /** Luma samples of a side that the inner form has room for; VP9 ends at 65 536, levels before. */
  static final int MAX_SIDE = 65_535;

  /** Levels, and luma samples of a picture and length of its longer side that they allow. */
  private static final int[][] LEVELS = {
    {10, 36_864, 512}, {11, 73_728, 768}, {20, 122_880, 960}, {21, 245_760, 1_344},
    {30, 552_960, 2_048}, {31, 983_040, 2_752}, {40, 2_228_224, 4_160}, {50, 8_912_896, 8_384},
    {60, 35_651_584, 16_832}
  };

  private static final int FOUR_TWO_ZERO = 1; // colocated
  private static final int FOUR_TWO_TWO = 2;
  private static final int FOUR_FOUR_FOUR = 3;
  private static final int FOUR_FOUR_ZERO = 4; // reserved; what else could be said of it

  private final Codec codec;
  private final Framing framing;
  private final int trackId;
  private final String language;

  private @Nullable Track track;
  private @Nullable VpCodecConfigurationRecord ofContainer;
  private @Nullable KeyFrame keyFrame;
  private long malformed;

  /** What a key frame says. */
  private record KeyFrame(
      int profile, int bitDepth, int subsampling, ColourCodes colour, int width, int height) {}

  VpxNormaliser(Codec codec, Framing framing, int trackId, String language) {
    this.codec = codec;
    this.framing = framing;
    this.trackId = trackId;
    this.language = language;
  }

  @Override
  public void configuration(ByteBuf record) {
    ByteBuf in = record.duplicate();
    var read =
        VpCodecConfigurationRecord.isFeatureList(in)
            ? VpCodecConfigurationRecord.readFeatureList(in)
            : VpCodecConfigurationRecord.read(in);
    ofContainer = read;
    int width = 0;
    int height = 0;
    if (in.readableBytes() == 4) { // it is in the inner form already
      width = in.readUnsignedShort();
      height = in.readUnsignedShort();
    } else if (keyFrame != null) {
      adopt(keyFrame);
      return;
    }
    if (framing == Framing.LENGTH_PREFIXED) {
      track = track(read, width, height);
    }
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    if (!in.isReadable()) {
      return; // the picture before is shown on
    }
    KeyFrame read;
    try {
      read = codec == Codec.VP8 ? vp8(in) : vp9(in);
    } catch (MalformedException _) {
      malformed++;
      return;
    }
    if (read != null && !read.equals(keyFrame)) {
      adopt(read);
    }
    Track current = track;
    if (current != null) {
      output.unit(current, read != null, in.retainedSlice());
    }
  }

  @Override
  public @Nullable Track track() {
    return track;
  }

  @Override
  public long malformed() {
    return malformed;
  }

  private static @Nullable KeyFrame vp8(ByteBuf in) {
    Vp8FrameHeader header = Vp8FrameHeader.read(in);
    return header.key()
        ? new KeyFrame(
            header.version(),
            8,
            FOUR_TWO_ZERO,
            ColourCodes.UNSPECIFIED,
            header.width(),
            header.height())
        : null;
  }

  private static @Nullable KeyFrame vp9(ByteBuf in) {
    Superframe.read(in); // its sizes have to be sound
    Vp9FrameHeader header = Vp9FrameHeader.read(in);
    Vp9FrameHeader.KeyFrame key = header.keyFrame();
    if (key != null && Math.max(key.width(), key.height()) > MAX_SIDE) {
      throw new MalformedException(
          "VP9 key frame of %d x %d samples, allowed are %d a side"
              .formatted(key.width(), key.height(), MAX_SIDE));
    }
    return key == null
        ? null
        : new KeyFrame(
            header.profile(),
            key.bitDepth(),
            subsampling(key),
            colour(key),
            key.width(),
            key.height());
  }

  private static int subsampling(Vp9FrameHeader.KeyFrame key) {
    if (key.subsamplingX()) {
      return key.subsamplingY() ? FOUR_TWO_ZERO : FOUR_TWO_TWO;
    }
    return key.subsamplingY() ? FOUR_FOUR_ZERO : FOUR_FOUR_FOUR;
  }

  /** color_space in code points of H.273; BT.2020 leaves the transfer open. */
  private static ColourCodes colour(Vp9FrameHeader.KeyFrame key) {
    boolean full = key.fullRange();
    return switch (key.colourSpace()) {
      case 1 -> new ColourCodes(5, 6, 5, full); // BT.601 of 625 lines
      case 2 -> new ColourCodes(1, 1, 1, full); // BT.709
      case 3 -> new ColourCodes(6, 6, 6, full); // SMPTE 170
      case 4 -> new ColourCodes(7, 7, 7, full); // SMPTE 240
      case 5 -> new ColourCodes(9, 2, 9, full); // BT.2020
      case 7 -> new ColourCodes(1, 13, 0, full); // sRGB
      default -> new ColourCodes(2, 2, 2, full);
    };
  }

  private void adopt(KeyFrame key) {
    keyFrame = key;
    VpCodecConfigurationRecord container = ofContainer;
    boolean same =
        container != null
            && container.profile() == key.profile
            && container.bitDepth() == key.bitDepth;
    int level =
        same && container != null && container.level() > 0
            ? container.level()
            : level(key.width, key.height);
    int subsampling =
        same && container != null && container.chromaSubsampling() == 0 && key.subsampling == 1
            ? 0 // where chroma samples lie is said by containers alone
            : key.subsampling;
    ColourCodes colour =
        same && container != null && !container.colour().equals(ColourCodes.UNSPECIFIED)
            ? container.colour()
            : key.colour;
    var record =
        new VpCodecConfigurationRecord(key.profile, level, key.bitDepth, subsampling, colour);
    Track made = track(record, key.width, key.height);
    if (!made.equals(track)) {
      track = made;
    }
  }

  private static int level(int width, int height) {
    for (int[] level : LEVELS) {
      if ((long) width * height <= level[1] && Math.max(width, height) <= level[2]) {
        return level[0];
      }
    }
    return LEVELS[LEVELS.length - 1][0];
  }

  private Track track(VpCodecConfigurationRecord record, int width, int height) {
    ByteBuf out = Unpooled.buffer(VpCodecConfigurationRecord.BYTES + 4);
    record.write(out);
    out.writeShort(width).writeShort(height);
    return Track.of(trackId, Track.Kind.VIDEO, codec, Timescale.VIDEO, Bytes.copyOf(out), language);
  }
}
