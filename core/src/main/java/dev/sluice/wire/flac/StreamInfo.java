package dev.sluice.wire.flac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;

/**
 * What a FLAC decoder is configured with: STREAMINFO (RFC 9639, section 8.2).
 *
 * @param minBlockSize samples of the shortest block but the last, 16 to 65 535
 * @param maxBlockSize samples of the longest block, 16 to 65 535
 * @param minFrameSize bytes of the shortest frame, 0 when not known
 * @param maxFrameSize bytes of the longest frame, 0 when not known
 * @param sampleRate in Hz, 1 to 1 048 575
 * @param channels 1 to 8
 * @param bitsPerSample 4 to 32
 * @param totalSamples of the whole stream, 0 when not known
 * @param md5 of the samples, 16 bytes, zeros when not known
 */
public record StreamInfo(
    int minBlockSize,
    int maxBlockSize,
    int minFrameSize,
    int maxFrameSize,
    int sampleRate,
    int channels,
    int bitsPerSample,
    long totalSamples,
    Bytes md5) {

  /** Bytes of the block without its header. */
  public static final int SIZE = 34;

  /** Bytes of a metadata block's header. */
  public static final int BLOCK_HEADER_SIZE = 4;

  /** {@code fLaC}, which a FLAC stream begins with. */
  public static final int MAGIC = 0x664C_6143;

  private static final int STREAMINFO = 0;
  private static final int LAST = 0x80;
  private static final int MIN_BLOCK = 16;
  private static final Bytes NO_MD5 = Bytes.of(new byte[16]);

  public StreamInfo {
    checkRange("minBlockSize", minBlockSize, MIN_BLOCK, 0xFFFF);
    checkRange("maxBlockSize", maxBlockSize, MIN_BLOCK, 0xFFFF);
    checkRange("minFrameSize", minFrameSize, 0, 0xFF_FFFF);
    checkRange("maxFrameSize", maxFrameSize, 0, 0xFF_FFFF);
    checkRange("sampleRate", sampleRate, 1, 0xF_FFFF);
    checkRange("channels", channels, 1, 8);
    checkRange("bitsPerSample", bitsPerSample, 4, 32);
    checkRange("totalSamples", totalSamples, 0, (1L << 36) - 1);
    checkRange("bytes of md5", md5.size(), 16, 16);
  }

  /**
   * Reads a configuration in any of the forms that containers have: the body of {@code dfLa};
   * {@code fLaC} with metadata blocks, STREAMINFO first; one block with its header; or STREAMINFO
   * bare. What follows STREAMINFO is not looked at.
   *
   * @throws MalformedException when it is none of them or has a value that is not allowed
   * @throws UnsupportedException when {@code dfLa} is of another version
   */
  public static StreamInfo readConfiguration(Bytes configuration) {
    ByteBuf in = configuration.buffer();
    int size = in.readableBytes();
    if (size == SIZE) {
      return read(in);
    }
    int headed = BLOCK_HEADER_SIZE + SIZE;
    if (size >= 4 + headed && in.getInt(0) == MAGIC) {
      in.skipBytes(4);
    } else if (size >= 4 + headed
        && (in.getUnsignedByte(0) & LAST) == 0
        && in.getInt(4) << 8 >>> 8 == SIZE) {
      if (in.getUnsignedByte(0) != 0) {
        throw new UnsupportedException(
            "dfLa: version is " + in.getUnsignedByte(0) + ", allowed is 0");
      }
      in.skipBytes(4); // version, flags
    }
    if (in.readableBytes() < headed) {
      throw new MalformedException(
          "FLAC configuration of %d bytes, allowed are %d or %d and more"
              .formatted(size, SIZE, headed));
    }
    int type = in.readUnsignedByte() & 0x7F;
    int length = in.readUnsignedMedium();
    if (type != STREAMINFO || length != SIZE) {
      throw new MalformedException(
          "FLAC configuration: first block of type %d with %d bytes, allowed is 0 with %d"
              .formatted(type, length, SIZE));
    }
    return read(in);
  }

  private static StreamInfo read(ByteBuf in) {
    byte[] block = new byte[SIZE];
    in.readBytes(block);
    BitReader bits = new BitReader(block, "STREAMINFO");
    int minBlock = bits.small(16);
    int maxBlock = bits.small(16);
    int minFrame = bits.small(24);
    int maxFrame = bits.small(24);
    int rate = bits.small(20);
    int channels = bits.small(3) + 1;
    int bitsPerSample = bits.small(5) + 1;
    long samples = bits.bits(4) << 32 | bits.bits(32);
    if (minBlock < MIN_BLOCK || maxBlock < MIN_BLOCK || rate == 0 || bitsPerSample < 4) {
      throw new MalformedException(
          "STREAMINFO: blocks of %d to %d samples, %d Hz, %d bits; allowed are 16 and more, 1 and more, 4 and more"
              .formatted(minBlock, maxBlock, rate, bitsPerSample));
    }
    Bytes md5 = bits.copy(bits.position(), 8L * SIZE);
    return new StreamInfo(
        minBlock, maxBlock, minFrame, maxFrame, rate, channels, bitsPerSample, samples, md5);
  }

  /** The same for a stream whose end nobody knows: without number of samples and MD5. */
  public StreamInfo endless() {
    return new StreamInfo(
        minBlockSize,
        maxBlockSize,
        minFrameSize,
        maxFrameSize,
        sampleRate,
        channels,
        bitsPerSample,
        0,
        NO_MD5);
  }

  /** {@code fLaC} and the block, marked as the last one: 42 bytes. */
  public Bytes write() {
    return block(new BitWriter().bits(MAGIC, 32));
  }

  /** The body of {@code dfLa}: version, flags, and the block, marked as the last one. */
  public Bytes writeDfla() {
    return block(new BitWriter().bits(0, 32));
  }

  private Bytes block(BitWriter out) {
    out.bits(LAST | STREAMINFO, 8).bits(SIZE, 24);
    out.bits(minBlockSize, 16).bits(maxBlockSize, 16);
    out.bits(minFrameSize, 24).bits(maxFrameSize, 24);
    out.bits(sampleRate, 20).bits(channels - 1, 3).bits(bitsPerSample - 1, 5);
    out.bits(totalSamples >> 32, 4).bits(totalSamples & 0xFFFF_FFFFL, 32);
    return out.bytes(md5).toBytes();
  }
}
