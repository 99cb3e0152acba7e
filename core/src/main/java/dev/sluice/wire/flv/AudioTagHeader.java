package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The first bytes of an audio tag body or RTMP audio message (annex E.4.2; Enhanced RTMP v2). */
public sealed interface AudioTagHeader {
  /** Sound format that announces the enhanced form. */
  int ENHANCED = 9;

  /** Sound format of AAC. */
  int AAC = 10;

  /** Packet type: AudioSpecificConfig, or the configuration of another codec. */
  int SEQUENCE_START = 0;

  /** Packet type: one coded frame. */
  int CODED_FRAMES = 1;

  /** Enhanced packet type: the sequence has ended. */
  int SEQUENCE_END = 2;

  /** Enhanced packet type: which channel is where. */
  int MULTICHANNEL_CONFIG = 4;

  /** Enhanced packet type: one or more tracks follow in a form of their own. */
  int MULTITRACK = 5;

  /** Bytes. */
  int size();

  /** Appends {@link #size} bytes. */
  void write(ByteBuf out);

  /**
   * Any format but AAC: one byte.
   *
   * @param format SoundFormat, 0 to 15
   * @param rate SoundRate: 5.5, 11, 22 or 44 kHz as 0 to 3
   * @param sampleSize SoundSize: 8 or 16 bits as 0 or 1
   * @param channels SoundType: mono or stereo as 0 or 1
   */
  record Legacy(int format, int rate, int sampleSize, int channels) implements AudioTagHeader {
    public Legacy {
      checkRange("format", format, 0, 15);
      checkRange("rate", rate, 0, 3);
      checkRange("sampleSize", sampleSize, 0, 1);
      checkRange("channels", channels, 0, 1);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(format << 4 | rate << 2 | sampleSize << 1 | channels);
    }
  }

  /**
   * AAC: two bytes. Rate, size and channels are as in {@link Legacy}; the format wants 3, 1, 1
   * whatever the truth is, which stands in the AudioSpecificConfig.
   *
   * @param packetType {@link #SEQUENCE_START}, {@link #CODED_FRAMES} or another, 0 to 255
   */
  record Aac(int rate, int sampleSize, int channels, int packetType) implements AudioTagHeader {
    /** Bytes. */
    public static final int SIZE = 2;

    public Aac {
      checkRange("rate", rate, 0, 3);
      checkRange("sampleSize", sampleSize, 0, 1);
      checkRange("channels", channels, 0, 1);
      checkRange("packetType", packetType, 0, 255);
    }

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(AAC << 4 | rate << 2 | sampleSize << 1 | channels).writeByte(packetType);
    }
  }

  /**
   * The enhanced form: five bytes with a FourCC and no more, others with modifiers or multitrack.
   *
   * @param ex what follows the first byte, with {@link #MULTITRACK} as its mark of multitrack
   */
  record Enhanced(ExHeader ex) implements AudioTagHeader {
    @Override
    public int size() {
      return 1 + ex.size();
    }

    @Override
    public void write(ByteBuf out) {
      out.writeByte(ENHANCED << 4 | ex.modEx().firstPacketType());
      ex.write(out);
    }
  }

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws dev.sluice.wire.MalformedException when modifiers or multitrack make no sense
   */
  static @Nullable AudioTagHeader read(ByteBuf in) {
    int start = in.readerIndex();
    AudioTagHeader header = in.isReadable() ? read(in, in.readUnsignedByte()) : null;
    if (header == null) {
      in.readerIndex(start);
    }
    return header;
  }

  private static @Nullable AudioTagHeader read(ByteBuf in, int first) {
    int rate = first >> 2 & 3;
    int sampleSize = first >> 1 & 1;
    int channels = first & 1;
    int format = first >> 4;
    if (format == ENHANCED) {
      ModEx.Chain modEx = ModEx.Chain.read(in, first & 15);
      ExHeader ex = modEx == null ? null : ExHeader.read(in, modEx, MULTITRACK);
      return ex == null ? null : new Enhanced(ex);
    }
    if (format != AAC) {
      return new Legacy(format, rate, sampleSize, channels);
    }
    return in.isReadable() ? new Aac(rate, sampleSize, channels, in.readUnsignedByte()) : null;
  }
}
