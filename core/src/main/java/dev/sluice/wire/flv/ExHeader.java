package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What follows the first byte of an enhanced packet, and the packet type of that byte: audio and
 * video have it alike (Enhanced RTMP v2, {@code ExAudioTagHeader} and {@code ExVideoTagHeader}).
 * Behind it come one or more tracks, each with a head of its own: {@link ExTrack}.
 *
 * @param modEx the modifiers; its packet type is that of multitrack unless {@code tracks} is {@link
 *     Tracks#SINGLE}
 * @param tracks how the tracks lie behind it
 * @param packetType what the tracks carry: one of the packet types of audio or video, 0 to 15; not
 *     that of multitrack
 * @param fourCc the codec; null where each track names its own
 */
public record ExHeader(ModEx.Chain modEx, Tracks tracks, int packetType, @Nullable FourCc fourCc) {

  /** How the tracks of a packet lie behind its header. */
  public enum Tracks {
    /** No multitrack: one track, number 0, up to the end. */
    SINGLE,
    /** One track with its number, up to the end. */
    ONE_TRACK,
    /** Tracks of one codec, each with number and size. */
    MANY_TRACKS,
    /** Tracks with FourCC, number and size each. */
    MANY_TRACKS_MANY_CODECS;

    private static final Tracks[] BY_TYPE = {ONE_TRACK, MANY_TRACKS, MANY_TRACKS_MANY_CODECS};

    /** {@code AvMultitrackType}; of no use for {@link #SINGLE}. */
    int type() {
      return ordinal() - 1;
    }
  }

  private static final int FOUR_CC_BYTES = 4;

  public ExHeader {
    checkRange("packetType", packetType, 0, 15);
    if (tracks == Tracks.SINGLE && packetType != modEx.packetType()) {
      throw new IllegalArgumentException("two packet types for a single track");
    }
    if ((fourCc == null) != (tracks == Tracks.MANY_TRACKS_MANY_CODECS)) {
      throw new IllegalArgumentException("FourCC " + fourCc + " with " + tracks);
    }
  }

  /** The header of a single track without modifiers. */
  public static ExHeader of(int packetType, FourCc fourCc) {
    return new ExHeader(ModEx.Chain.of(packetType), Tracks.SINGLE, packetType, fourCc);
  }

  /** Whether there is a FourCC and nothing else: no modifiers, one track. */
  public boolean isPlain() {
    return tracks == Tracks.SINGLE && modEx.modifiers().isEmpty();
  }

  /** Nanoseconds to be added to the time stamp, 0 to 999 999. */
  public int offsetNs() {
    return modEx.offsetNs();
  }

  /** Bytes after the first one of the packet. */
  int size() {
    int multitrack = tracks == Tracks.SINGLE ? 0 : 1;
    return modEx.size() + multitrack + (fourCc == null ? 0 : FOUR_CC_BYTES);
  }

  /**
   * Reads what follows the modifiers.
   *
   * @param multitrack the packet type that announces multitrack, which audio and video number
   *     differently
   * @return null when {@code in} ends too early; some of it may have been consumed then
   * @throws MalformedException for a multitrack type that is reserved, or multitrack in multitrack
   */
  static @Nullable ExHeader read(ByteBuf in, ModEx.Chain modEx, int multitrack) {
    if (modEx.packetType() != multitrack) {
      FourCc fourCc = FourCc.read(in);
      return fourCc == null ? null : new ExHeader(modEx, Tracks.SINGLE, modEx.packetType(), fourCc);
    }
    if (!in.isReadable()) {
      return null;
    }
    int types = in.readUnsignedByte(); // AvMultitrackType, PacketType
    int type = types >> 4;
    int packetType = types & 15;
    if (type >= Tracks.BY_TYPE.length || packetType == multitrack) {
      throw new MalformedException(
          "enhanced packet of multitrack type %d, packet type %d".formatted(type, packetType));
    }
    Tracks tracks = Tracks.BY_TYPE[type];
    if (tracks == Tracks.MANY_TRACKS_MANY_CODECS) {
      return new ExHeader(modEx, tracks, packetType, null);
    }
    FourCc fourCc = FourCc.read(in);
    return fourCc == null ? null : new ExHeader(modEx, tracks, packetType, fourCc);
  }

  /** Appends {@link #size} bytes. */
  void write(ByteBuf out) {
    modEx.write(out);
    if (tracks != Tracks.SINGLE) {
      out.writeByte(tracks.type() << 4 | packetType);
    }
    if (fourCc != null) {
      out.writeInt(fourCc.value());
    }
  }
}
