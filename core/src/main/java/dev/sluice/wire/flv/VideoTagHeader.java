package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The first bytes of a video tag body or RTMP video message (annex E.4.3; Enhanced RTMP v2). */
public sealed interface VideoTagHeader {
  /** Frame type: a key frame. */
  int KEY = 1;

  /** Frame type: any other picture. */
  int INTER = 2;

  /** Frame type: no picture but a command to the player. */
  int COMMAND = 5;

  /** Codec ID of H.264. */
  int AVC = 7;

  /** Codec ID of H.265, never standardised and widely used. */
  int HEVC = 12;

  /** Codec ID of AV1, never standardised. */
  int AV1 = 13;

  /** Packet type: the decoder configuration record. */
  int SEQUENCE_START = 0;

  /** Packet type: one coded picture with a composition time. */
  int CODED_FRAMES = 1;

  /** Packet type: the sequence has ended. */
  int SEQUENCE_END = 2;

  /** Enhanced packet type: one coded picture whose composition time is 0 and left out. */
  int CODED_FRAMES_X = 3;

  /** Enhanced packet type: AMF, such as colour information. */
  int METADATA = 4;

  /** Enhanced packet type: configuration as an MPEG-2 TS descriptor. */
  int MPEG2TS_SEQUENCE_START = 5;

  /** Enhanced packet type: one or more tracks follow in a form of their own. */
  int MULTITRACK = 6;

  /** Frame type: {@link #KEY}, {@link #INTER}, {@link #COMMAND} or another, 0 to 15. */
  int frameType();

  /** Bytes. */
  int size();

  /** Appends {@link #size} bytes. */
  void write(ByteBuf out);

  /**
   * A codec without packets of its own: one byte.
   *
   * @param codecId 0 to 15
   */
  record Legacy(int frameType, int codecId) implements VideoTagHeader {
    public Legacy {
      checkRange("frameType", frameType, 0, 7);
      checkRange("codecId", codecId, 0, 15);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(frameType << 4 | codecId);
    }
  }

  /**
   * {@link #AVC}, {@link #HEVC} or {@link #AV1} in the legacy form: five bytes.
   *
   * @param codecId one of these three
   * @param packetType {@link #SEQUENCE_START}, {@link #CODED_FRAMES}, {@link #SEQUENCE_END} or
   *     another, 0 to 255
   * @param compositionTimeMs PTS − DTS, 24 bits with sign
   */
  record Packet(int frameType, int codecId, int packetType, int compositionTimeMs)
      implements VideoTagHeader {
    /** Bytes. */
    public static final int SIZE = 5;

    public Packet {
      checkRange("frameType", frameType, 0, 7);
      checkRange("codecId", codecId, 0, 15);
      checkRange("packetType", packetType, 0, 255);
      checkRange("compositionTimeMs", compositionTimeMs, MIN_COMPOSITION, MAX_COMPOSITION);
    }

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(frameType << 4 | codecId).writeByte(packetType).writeMedium(compositionTimeMs);
    }
  }

  /**
   * A frame of type {@link #COMMAND}: two bytes without modifiers, nothing follows.
   *
   * @param low the lower four bits of the first byte: a codec ID, or an enhanced packet type
   * @param modEx the modifiers of the enhanced form; null in the legacy form
   * @param command 0 a client-side seek begins, 1 it ends; 0 to 255
   */
  record Command(int low, ModEx.@Nullable Chain modEx, int command) implements VideoTagHeader {
    public Command {
      checkRange("low", low, 0, 15);
      checkRange("command", command, 0, 255);
      if (modEx != null && modEx.firstPacketType() != low) {
        throw new IllegalArgumentException("two packet types for a command");
      }
    }

    @Override
    public int frameType() {
      return COMMAND;
    }

    @Override
    public int size() {
      return 2 + (modEx == null ? 0 : modEx.size());
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte((modEx == null ? 0 : 0x80) | COMMAND << 4 | low);
      if (modEx != null) {
        modEx.write(out);
      }
      out.writeByte(command);
    }
  }

  /**
   * The enhanced form: five bytes with a FourCC and no more, others with modifiers or multitrack.
   * The body of a track may begin with a composition time: see {@link #hasCompositionTime}.
   *
   * @param ex what follows the first byte, with {@link #MULTITRACK} as its mark of multitrack
   */
  record Enhanced(int frameType, ExHeader ex) implements VideoTagHeader {
    public Enhanced {
      checkRange("frameType", frameType, 0, 7);
    }

    @Override
    public int size() {
      return 1 + ex.size();
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(0x80 | frameType << 4 | ex.modEx().firstPacketType());
      ex.write(out);
    }
  }

  /** The lowest composition time that fits, in milliseconds. */
  int MIN_COMPOSITION = -(1 << 23);

  /** The highest composition time that fits, in milliseconds. */
  int MAX_COMPOSITION = (1 << 23) - 1;

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws dev.sluice.wire.MalformedException when modifiers or multitrack make no sense
   */
  static @Nullable VideoTagHeader read(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.readUnsignedByte();
    VideoTagHeader header =
        first >= 0x80
            ? enhanced(in, first >> 4 & 7, first & 15)
            : legacy(in, first >> 4, first & 15);
    if (header == null) {
      in.readerIndex(start);
    }
    return header;
  }

  private static @Nullable VideoTagHeader legacy(ByteBuf in, int frameType, int codecId) {
    if (frameType == COMMAND) {
      return in.isReadable() ? new Command(codecId, null, in.readUnsignedByte()) : null;
    }
    if (codecId != AVC && codecId != HEVC && codecId != AV1) {
      return new Legacy(frameType, codecId);
    }
    return in.readableBytes() < Packet.SIZE - 1
        ? null
        : new Packet(frameType, codecId, in.readUnsignedByte(), in.readMedium());
  }

  private static @Nullable VideoTagHeader enhanced(ByteBuf in, int frameType, int packetType) {
    ModEx.Chain modEx = ModEx.Chain.read(in, packetType);
    if (modEx == null) {
      return null;
    }
    if (frameType == COMMAND && modEx.packetType() != METADATA) {
      return in.isReadable() ? new Command(packetType, modEx, in.readUnsignedByte()) : null;
    }
    ExHeader ex = ExHeader.read(in, modEx, MULTITRACK);
    return ex == null ? null : new Enhanced(frameType, ex);
  }

  /**
   * Whether the body of a track begins with a composition time, PTS − DTS in milliseconds in 24
   * bits with sign.
   */
  static boolean hasCompositionTime(int packetType, FourCc fourCc) {
    return packetType == CODED_FRAMES
        && (fourCc.equals(FourCc.AVC1) || fourCc.equals(FourCc.HVC1) || fourCc.equals(FourCc.VVC1));
  }
}
