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

  /** Enhanced packet type: modifiers come before the true header. */
  int MOD_EX = 7;

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
   * A frame of type {@link #COMMAND}: two bytes, nothing follows.
   *
   * @param low the lower four bits of the first byte: a codec ID, or an enhanced packet type
   * @param enhanced whether the form is the enhanced one
   * @param command 0 a client-side seek begins, 1 it ends; 0 to 255
   */
  record Command(int low, boolean enhanced, int command) implements VideoTagHeader {
    public Command {
      checkRange("low", low, 0, 15);
      checkRange("command", command, 0, 255);
    }

    @Override
    public int frameType() {
      return COMMAND;
    }

    @Override
    public int size() {
      return 2;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte((enhanced ? 0x80 : 0) | COMMAND << 4 | low).writeByte(command);
    }
  }

  /**
   * The enhanced form with a FourCC: five bytes, or eight with a composition time.
   *
   * @param packetType 0 to 15, not {@link #MULTITRACK} and not {@link #MOD_EX}
   * @param compositionTimeMs PTS − DTS, 24 bits with sign; 0 where the form has none
   */
  record Enhanced(int frameType, int packetType, FourCc fourCc, int compositionTimeMs)
      implements VideoTagHeader {
    public Enhanced {
      checkRange("frameType", frameType, 0, 7);
      checkRange("packetType", packetType, 0, 15);
      checkRange("compositionTimeMs", compositionTimeMs, MIN_COMPOSITION, MAX_COMPOSITION);
    }

    @Override
    public int size() {
      return hasCompositionTime(packetType, fourCc) ? 8 : 5;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(0x80 | frameType << 4 | packetType).writeInt(fourCc.value());
      if (hasCompositionTime(packetType, fourCc)) {
        out.writeMedium(compositionTimeMs);
      }
    }
  }

  /**
   * The enhanced form with {@link #MULTITRACK} or {@link #MOD_EX}: one byte, then a form that is
   * not looked into.
   */
  record Opaque(int frameType, int packetType) implements VideoTagHeader {
    public Opaque {
      checkRange("frameType", frameType, 0, 7);
      checkRange("packetType", packetType, MULTITRACK, MOD_EX);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(0x80 | frameType << 4 | packetType);
    }
  }

  /** The lowest composition time that fits, in milliseconds. */
  int MIN_COMPOSITION = -(1 << 23);

  /** The highest composition time that fits, in milliseconds. */
  int MAX_COMPOSITION = (1 << 23) - 1;

  /** Reads one header; returns null and consumes nothing when {@code in} ends too early. */
  static @Nullable VideoTagHeader read(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    VideoTagHeader header =
        first >= 0x80
            ? enhanced(in, start, first >> 4 & 7, first & 15)
            : legacy(in, start, first >> 4, first & 15);
    if (header != null) {
      in.skipBytes(header.size());
    }
    return header;
  }

  private static @Nullable VideoTagHeader legacy(ByteBuf in, int start, int frame, int codecId) {
    if (frame == COMMAND) {
      return in.readableBytes() < 2
          ? null
          : new Command(codecId, false, in.getUnsignedByte(start + 1));
    }
    if (codecId != AVC && codecId != HEVC && codecId != AV1) {
      return new Legacy(frame, codecId);
    }
    return in.readableBytes() < Packet.SIZE
        ? null
        : new Packet(frame, codecId, in.getUnsignedByte(start + 1), in.getMedium(start + 2));
  }

  private static @Nullable VideoTagHeader enhanced(ByteBuf in, int start, int frame, int packet) {
    if (packet == MULTITRACK || packet == MOD_EX) {
      return new Opaque(frame, packet);
    }
    if (frame == COMMAND && packet != METADATA) {
      return in.readableBytes() < 2
          ? null
          : new Command(packet, true, in.getUnsignedByte(start + 1));
    }
    if (in.readableBytes() < 5) {
      return null;
    }
    FourCc fourCc = new FourCc(in.getInt(start + 1));
    if (!hasCompositionTime(packet, fourCc)) {
      return new Enhanced(frame, packet, fourCc, 0);
    }
    return in.readableBytes() < 8
        ? null
        : new Enhanced(frame, packet, fourCc, in.getMedium(start + 5));
  }

  private static boolean hasCompositionTime(int packetType, FourCc fourCc) {
    return packetType == CODED_FRAMES
        && (fourCc.equals(FourCc.AVC1) || fourCc.equals(FourCc.HVC1) || fourCc.equals(FourCc.VVC1));
  }
}
