package dev.sluice.wire.ac3;

import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;

/**
 * Makes frames of Enhanced AC-3 whose headers have everything that a header may have (section
 * E.1.2); what would be sound is noise.
 *
 * @param objects complexity index, -1 without
 */
public record Eac3Frame(
    int type,
    int substream,
    int fscod,
    int fscod2,
    int numblkscod,
    int acmod,
    boolean lfe,
    int channelMap,
    boolean convsync,
    int objects) {

  private static final int SIZE = 256;
  private static final int[] RATES = {48_000, 44_100, 32_000};
  private static final int[] BLOCKS = {1, 2, 3, 6};

  static Eac3Frame random(RandomGenerator random) {
    int type = random.nextInt(3);
    int fscod = random.nextInt(4);
    int blocks = fscod == 3 ? 3 : random.nextInt(4);
    return new Eac3Frame(
        type,
        random.nextInt(8),
        fscod,
        random.nextInt(3),
        blocks,
        random.nextInt(8),
        random.nextBoolean(),
        type == 1 && random.nextBoolean() ? random.nextInt(0x1_0000) : -1,
        type != 0 || blocks == 3 || random.nextBoolean(),
        random.nextInt(-1, 256));
  }

  static Eac3Frame longest() {
    return new Eac3Frame(0, 0, 0, 0, 2, 7, true, -1, true, 255);
  }

  /** What is to be read. */
  public SyncFrameHeader header() {
    return new SyncFrameHeader(
        16,
        type,
        substream,
        fscod,
        fscod == 3 ? RATES[fscod2] / 2 : RATES[fscod],
        SIZE,
        BLOCKS[numblkscod],
        0,
        acmod,
        lfe,
        channelMap,
        convsync,
        -1,
        objects);
  }

  int headerBits() {
    return write(new Everything()).position();
  }

  /** A whole frame; what is optional is there or not as {@code random} wants. */
  public ByteBuf bytes(RandomGenerator random) {
    byte[] frame = new byte[SIZE];
    random.nextBytes(frame);
    Bytes header = write(this.equals(longest()) ? new Everything() : random).toBytes();
    System.arraycopy(header.toArray(), 0, frame, 0, header.size());
    return Unpooled.wrappedBuffer(frame);
  }

  private BitWriter write(RandomGenerator random) {
    var out = new BitWriter();
    out.bits(0x0B77, 16).bits(type, 2).bits(substream, 3).bits(SIZE / 2 - 1, 11);
    out.bits(fscod, 2).bits(fscod == 3 ? fscod2 : numblkscod, 2);
    out.bits(acmod, 3).flag(lfe).bits(16, 5);
    for (int i = acmod == 0 ? 0 : 1; i < 2; i++) {
      out.bits(random.nextInt(32), 5);
      maybe(out, random, 8); // compr
    }
    if (type == 1) {
      out.flag(channelMap >= 0);
      if (channelMap >= 0) {
        out.bits(channelMap, 16);
      }
    }
    if (flag(out, random)) {
      mixing(out, random);
    }
    out.flag(true); // infomdate
    out.bits(0, 3).bits(random.nextInt(4), 2);
    if (acmod == 2) {
      out.bits(random.nextInt(16), 4);
    }
    if (acmod >= 6) {
      out.bits(random.nextInt(4), 2);
    }
    for (int i = acmod == 0 ? 0 : 1; i < 2; i++) {
      maybe(out, random, 8);
    }
    if (fscod < 3) {
      out.bits(random.nextInt(2), 1);
    }
    if (type == 0 && numblkscod != 3) {
      out.flag(convsync);
    }
    if (type == 2 && (numblkscod == 3 || flag(out, random))) {
      out.bits(random.nextInt(64), 6);
    }
    out.flag(objects >= 0);
    if (objects >= 0) {
      out.bits(1, 6).bits(1, 8).bits(objects, 8);
    }
    return out;
  }

  private void mixing(BitWriter out, RandomGenerator random) {
    if (acmod > 2) {
      out.bits(random.nextInt(4), 2);
    }
    if (acmod > 2 && acmod % 2 == 1) {
      out.bits(random.nextInt(64), 6);
    }
    if (acmod >= 4) {
      out.bits(random.nextInt(64), 6);
    }
    if (lfe) {
      maybe(out, random, 5);
    }
    if (type != 0) {
      return;
    }
    maybe(out, random, 6);
    if (acmod == 0) {
      maybe(out, random, 6);
    }
    maybe(out, random, 6);
    int mixdef = random.nextInt(4);
    out.bits(mixdef, 2);
    switch (mixdef) {
      case 1 -> out.bits(random.nextInt(32), 5);
      case 2 -> out.bits(random.nextInt(4_096), 12);
      case 3 -> {
        int length = random.nextInt(32);
        out.bits(length, 5);
        for (int i = 0; i < length + 2; i++) {
          out.bits(random.nextInt(256), 8);
        }
      }
      default -> {}
    }
    for (int i = acmod; i < 2; i++) {
      maybe(out, random, 14);
    }
    if (flag(out, random)) {
      if (numblkscod == 0) {
        out.bits(random.nextInt(32), 5);
      }
      for (int i = 0; numblkscod > 0 && i < BLOCKS[numblkscod]; i++) {
        maybe(out, random, 5);
      }
    }
  }

  private static boolean flag(BitWriter out, RandomGenerator random) {
    boolean flag = random.nextBoolean();
    out.flag(flag);
    return flag;
  }

  private static void maybe(BitWriter out, RandomGenerator random, int count) {
    if (flag(out, random)) {
      out.bits(random.nextInt(1 << count), count);
    }
  }

  /** Says yes, and the highest number, whatever is asked. */
  private static final class Everything implements RandomGenerator {
    @Override
    public long nextLong() {
      return -1;
    }

    @Override
    public boolean nextBoolean() {
      return true;
    }

    @Override
    public int nextInt(int bound) {
      return bound - 1;
    }
  }
}
