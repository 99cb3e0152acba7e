package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * {@code esds}: the elementary stream descriptor (ISO/IEC 14496-14, section 3.1.2; 14496-1, section
 * 7.2.6).
 *
 * @param objectType objectTypeIndication: {@link #AAC}, {@link #MPEG2_AUDIO}, …
 * @param streamType {@link #VISUAL} or {@link #AUDIO}
 * @param bufferSize bytes, 24 bits
 * @param maxBitrate bits a second in any second; 0 when not known
 * @param averageBitrate bits a second; 0 when not known or variable
 * @param decoderSpecific for AAC the AudioSpecificConfig; empty where there is none
 */
public record EsDescriptorBox(
    int objectType,
    int streamType,
    int bufferSize,
    long maxBitrate,
    long averageBitrate,
    Bytes decoderSpecific)
    implements Box {

  public static final int MPEG4_VISUAL = 0x20;
  public static final int AAC = 0x40;

  /** MPEG-2 video, simple profile; the five profiles after it follow. */
  public static final int MPEG2_SIMPLE = 0x60;

  public static final int MPEG2_MAIN = 0x61;
  public static final int MPEG2_422 = 0x65;

  /** AAC of MPEG-2: main, LC and SSR profile. */
  public static final int MPEG2_AAC_MAIN = 0x66;

  public static final int MPEG2_AAC_SSR = 0x68;

  /** Layers I to III at half sample rates (13818-3). */
  public static final int MPEG2_AUDIO = 0x69;

  public static final int MPEG1_VIDEO = 0x6A;

  /** Layers I to III (11172-3). */
  public static final int MPEG1_AUDIO = 0x6B;

  public static final int AC3 = 0xA5;
  public static final int EAC3 = 0xA6;

  public static final int VISUAL = 4;
  public static final int AUDIO = 5;

  private static final int ES_TAG = 3;
  private static final int DECODER_CONFIG_TAG = 4;
  private static final int DECODER_SPECIFIC_TAG = 5;
  private static final int SL_CONFIG_TAG = 6;
  private static final int DECODER_CONFIG_SIZE = 13;

  /** Bytes of decoder specific information: two lengths around it fit three bytes. */
  static final int MAX_DECODER_SPECIFIC = 65_536;

  public EsDescriptorBox {
    checkRange("objectType", objectType, 0, 255);
    checkRange("streamType", streamType, 0, 63);
    checkRange("bufferSize", bufferSize, 0, 0xFF_FFFF);
    checkRange("maxBitrate", maxBitrate, 0, 0xFFFF_FFFFL);
    checkRange("averageBitrate", averageBitrate, 0, 0xFFFF_FFFFL);
    checkRange("bytes of decoderSpecific", decoderSpecific.size(), 0, MAX_DECODER_SPECIFIC);
  }

  /**
   * Reads the body of one box.
   *
   * @throws MalformedException when it ends too early or has no decoder configuration
   */
  public static EsDescriptorBox read(ByteBuf in) {
    Body.full(in, BoxType.ESDS, 0);
    ByteBuf es = descriptor(in, ES_TAG);
    if (es == null) {
      // seen in old QuickTime files: the decoder configuration alone
      return readConfig(required(in));
    }
    Body body = new Body(es, BoxType.ESDS);
    body.skip(2); // ES_ID
    int flags = body.u8();
    body.skip((flags & 0x80) != 0 ? 2 : 0); // dependsOn_ES_ID
    if ((flags & 0x40) != 0) {
      body.skip(body.u8()); // URLstring
    }
    body.skip((flags & 0x20) != 0 ? 2 : 0); // OCR_ES_Id
    return readConfig(required(es));
  }

  private static EsDescriptorBox readConfig(ByteBuf config) {
    Body body = new Body(config, BoxType.ESDS);
    int objectType = body.u8();
    int streamType = body.u8() >> 2;
    int bufferSize = body.u24();
    long maxBitrate = body.u32();
    long averageBitrate = body.u32();
    ByteBuf specific = descriptor(config, DECODER_SPECIFIC_TAG);
    if (specific != null && specific.readableBytes() > MAX_DECODER_SPECIFIC) {
      throw body.fault(
          "DecoderSpecificInfo",
          specific.readableBytes() + " bytes",
          "at most " + MAX_DECODER_SPECIFIC);
    }
    return new EsDescriptorBox(
        objectType,
        streamType,
        bufferSize,
        maxBitrate,
        averageBitrate,
        specific == null ? Bytes.EMPTY : Bytes.copyOf(specific));
  }

  private static ByteBuf required(ByteBuf in) {
    ByteBuf config = descriptor(in, DECODER_CONFIG_TAG);
    if (config == null) {
      throw new MalformedException("box 'esds' has no DecoderConfigDescriptor");
    }
    return config;
  }

  /**
   * The content of the next descriptor when it has that tag; else null, and nothing is consumed.
   */
  private static @Nullable ByteBuf descriptor(ByteBuf in, int tag) {
    if (!in.isReadable() || in.getUnsignedByte(in.readerIndex()) != tag) {
      return null;
    }
    in.skipBytes(1);
    int size = 0;
    for (int i = 0; i < 4; i++) { // sizeOfInstance, at most four bytes of seven bits
      if (!in.isReadable()) {
        throw new MalformedException("box 'esds' ends in the size of a descriptor");
      }
      int next = in.readUnsignedByte();
      size = size << 7 | next & 0x7F;
      if ((next & 0x80) == 0) {
        break;
      }
    }
    // the outer sizes are wrong in many files; what is there is there
    return in.readSlice(Math.min(size, in.readableBytes()));
  }

  @Override
  public int type() {
    return BoxType.ESDS;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int specificSize = decoderSpecific.size() == 0 ? 0 : sized(decoderSpecific.size());
    int configSize = DECODER_CONFIG_SIZE + specificSize;
    Boxes.full(0, 0, out);
    writeTag(ES_TAG, 3 + sized(configSize) + sized(1), out);
    out.writeShort(0).writeByte(0); // ES_ID: 0 in files; no flags, priority 0
    writeTag(DECODER_CONFIG_TAG, configSize, out);
    out.writeByte(objectType).writeByte(streamType << 2 | 1).writeMedium(bufferSize);
    out.writeInt((int) maxBitrate).writeInt((int) averageBitrate);
    if (specificSize > 0) {
      writeTag(DECODER_SPECIFIC_TAG, decoderSpecific.size(), out);
      decoderSpecific.writeTo(out);
    }
    writeTag(SL_CONFIG_TAG, 1, out);
    out.writeByte(2); // predefined: MP4
  }

  /** Bytes of a descriptor with {@code size} bytes of content. */
  private static int sized(int size) {
    return 1 + sizeBytes(size) + size;
  }

  private static int sizeBytes(int size) {
    return size < 1 << 7 ? 1 : size < 1 << 14 ? 2 : 3;
  }

  private static void writeTag(int tag, int size, ByteBuf out) {
    out.writeByte(tag);
    for (int shift = 7 * (sizeBytes(size) - 1); shift > 0; shift -= 7) {
      out.writeByte(0x80 | size >> shift & 0x7F);
    }
    out.writeByte(size & 0x7F);
  }
}
