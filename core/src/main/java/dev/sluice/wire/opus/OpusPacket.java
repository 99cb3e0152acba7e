package dev.sluice.wire.opus;

import io.netty.buffer.ByteBuf;

/** How long an Opus packet lasts (RFC 6716, section 3). */
public final class OpusPacket {
  /** Samples a second of all Opus time stamps. */
  public static final int SAMPLE_RATE = 48_000;

  /** Most samples of a packet: 120 ms. */
  public static final int MAX_SAMPLES = 5_760;

  private static final int MAX_FRAMES = 48;

  private OpusPacket() {}

  /**
   * Samples at 48 kHz. In a packet of several streams each has as many; the first one tells.
   *
   * @param packet its indexes stay as they are
   * @return 0 when it cannot be told: it is empty, ends too early, or would last longer than 120 ms
   */
  public static int samples(ByteBuf packet) {
    if (!packet.isReadable()) {
      return 0;
    }
    int start = packet.readerIndex();
    int toc = packet.getUnsignedByte(start);
    int frames = switch (toc & 3) { // c: code of the number of frames
          case 0 -> 1;
          case 1, 2 -> 2;
          default -> packet.readableBytes() < 2 ? 0 : packet.getUnsignedByte(start + 1) & 0x3F;
        };
    int samples = frames > MAX_FRAMES ? 0 : frames * frameSamples(toc >> 3);
    return samples > MAX_SAMPLES ? 0 : samples;
  }

  /** Samples of one frame by the configuration number, 0 to 31 (table 2). */
  private static int frameSamples(int config) {
    if (config < 12) { // SILK: 10, 20, 40, 60 ms
      int step = config & 3;
      return step == 3 ? 2_880 : 480 << step;
    }
    if (config < 16) { // hybrid: 10, 20 ms
      return 480 << (config & 1);
    }
    return 120 << (config & 3); // CELT: 2.5, 5, 10, 20 ms
  }
}
