package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a packet carries beside its payload (section 2.4.3.4). The extension (legal time window,
 * piecewise rate, seamless splice) is passed over.
 *
 * @param discontinuity the continuity counter, and on the PCR's PID the clock, may jump here
 * @param randomAccess decoding can begin with the PES packet that begins next
 * @param priority elementary_stream_priority_indicator
 * @param pcr in 27 MHz, {@link #NONE} when there is none
 * @param originalPcr OPCR, in 27 MHz, {@link #NONE} when there is none
 * @param spliceCountdown packets of this PID until a splicing point, −128 to 127; {@link
 *     #NO_COUNTDOWN} when there is none
 * @param privateData transport_private_data, empty when there is none
 */
public record AdaptationField(
    boolean discontinuity,
    boolean randomAccess,
    boolean priority,
    long pcr,
    long originalPcr,
    int spliceCountdown,
    Bytes privateData) {

  /** In place of a PCR. */
  public static final long NONE = -1;

  /** In place of a countdown. */
  public static final int NO_COUNTDOWN = Integer.MIN_VALUE;

  /** Bytes of length and flags, the least that a field with flags has. */
  public static final int MIN_SIZE = 2;

  /** Bytes of a PCR. */
  public static final int PCR_SIZE = 6;

  /** Highest adaptation_field_length, in a packet without payload. */
  public static final int MAX_LENGTH = PacketHeader.BODY_SIZE - 1;

  /** A PCR counts to here and starts again at 0. */
  public static final long PCR_RANGE = (1L << 33) * 300;

  private static final int DISCONTINUITY = 0x80;
  private static final int RANDOM_ACCESS = 0x40;
  private static final int PRIORITY = 0x20;
  private static final int PCR = 0x10;
  private static final int OPCR = 0x08;
  private static final int SPLICING_POINT = 0x04;
  private static final int PRIVATE_DATA = 0x02;

  private static final byte[] STUFFING = new byte[PacketHeader.BODY_SIZE];

  static {
    Arrays.fill(STUFFING, (byte) 0xFF);
  }

  private static final AdaptationField EMPTY =
      new AdaptationField(false, false, false, NONE, NONE, NO_COUNTDOWN, Bytes.EMPTY);

  public AdaptationField {
    checkRange("pcr", pcr, NONE, PCR_RANGE - 1);
    checkRange("originalPcr", originalPcr, NONE, PCR_RANGE - 1);
    if (spliceCountdown != NO_COUNTDOWN) {
      checkRange("spliceCountdown", spliceCountdown, -128, 127);
    }
    checkRange("size of private data", privateData.size(), 0, MAX_LENGTH);
  }

  /**
   * Reads the field that begins at {@code at} with its length, which the caller has found to lie
   * within the packet. Takes nothing from {@code in}.
   *
   * @throws MalformedException when what the flags announce does not fit into the length
   */
  public static AdaptationField read(ByteBuf in, int at) {
    int end = at + 1 + in.getUnsignedByte(at);
    if (end == at + 1) {
      return EMPTY; // one byte of stuffing
    }
    int flags = in.getUnsignedByte(at + 1);
    int next = at + 2;
    long pcr = NONE;
    long originalPcr = NONE;
    int countdown = NO_COUNTDOWN;
    Bytes privateData = Bytes.EMPTY;
    if ((flags & PCR) != 0) {
      require(next + PCR_SIZE, end, "PCR");
      pcr = pcr(in, next);
      next += PCR_SIZE;
    }
    if ((flags & OPCR) != 0) {
      require(next + PCR_SIZE, end, "OPCR");
      originalPcr = pcr(in, next);
      next += PCR_SIZE;
    }
    if ((flags & SPLICING_POINT) != 0) {
      require(next + 1, end, "splice countdown");
      countdown = in.getByte(next++);
    }
    if ((flags & PRIVATE_DATA) != 0) {
      require(next + 1, end, "length of private data");
      int length = in.getUnsignedByte(next++);
      require(next + length, end, "private data");
      privateData = Bytes.copyOf(in.slice(next, length));
    }
    return new AdaptationField(
        (flags & DISCONTINUITY) != 0,
        (flags & RANDOM_ACCESS) != 0,
        (flags & PRIORITY) != 0,
        pcr,
        originalPcr,
        countdown,
        privateData);
  }

  /**
   * Appends the field, {@code size} bytes with its length byte; what is left over is stuffing.
   *
   * @throws IllegalArgumentException when it needs more
   */
  public void write(int size, ByteBuf out) {
    checkRange("size of adaptation field", size, size(), PacketHeader.BODY_SIZE);
    int end = out.writerIndex() + size;
    out.writeByte(size - 1);
    int flags = discontinuity ? DISCONTINUITY : 0;
    flags |= randomAccess ? RANDOM_ACCESS : 0;
    flags |= priority ? PRIORITY : 0;
    flags |= pcr != NONE ? PCR : 0;
    flags |= originalPcr != NONE ? OPCR : 0;
    flags |= spliceCountdown != NO_COUNTDOWN ? SPLICING_POINT : 0;
    flags |= privateData.size() > 0 ? PRIVATE_DATA : 0;
    out.writeByte(flags);
    if (pcr != NONE) {
      out.writeInt(pcrHigh(pcr)).writeShort(pcrLow(pcr));
    }
    if (originalPcr != NONE) {
      out.writeInt(pcrHigh(originalPcr)).writeShort(pcrLow(originalPcr));
    }
    if (spliceCountdown != NO_COUNTDOWN) {
      out.writeByte(spliceCountdown);
    }
    if (privateData.size() > 0) {
      out.writeByte(privateData.size());
      privateData.writeTo(out);
    }
    out.writeBytes(STUFFING, 0, end - out.writerIndex());
  }

  /** The least bytes that {@link #write} needs. */
  public int size() {
    return MIN_SIZE
        + (pcr != NONE ? PCR_SIZE : 0)
        + (originalPcr != NONE ? PCR_SIZE : 0)
        + (spliceCountdown != NO_COUNTDOWN ? 1 : 0)
        + (privateData.size() > 0 ? 1 + privateData.size() : 0);
  }

  /**
   * Appends a field of {@code size} bytes, 1 to 183, without making one; hot path of muxers.
   *
   * @param pcr in 27 MHz or {@link #NONE}; takes 8 bytes at least
   */
  public static void write(int size, boolean randomAccess, long pcr, ByteBuffer out) {
    out.put((byte) (size - 1));
    if (size == 1) {
      return;
    }
    out.put((byte) ((randomAccess ? RANDOM_ACCESS : 0) | (pcr != NONE ? PCR : 0)));
    int used = MIN_SIZE;
    if (pcr != NONE) {
      out.putInt(pcrHigh(pcr)).putShort(pcrLow(pcr));
      used += PCR_SIZE;
    }
    out.put(STUFFING, 0, size - used);
  }

  /** 33 bits of base, 6 reserved ones, 9 bits of extension. */
  private static long pcr(ByteBuf in, int at) {
    long base = in.getUnsignedInt(at) << 1 | in.getUnsignedByte(at + 4) >> 7;
    int extension = (in.getUnsignedByte(at + 4) & 1) << 8 | in.getUnsignedByte(at + 5);
    // an extension past 299 is no legal one; the base is what counts
    return base * 300 + Math.min(extension, 299);
  }

  /** The first four of a PCR's six bytes. */
  private static int pcrHigh(long pcr) {
    return (int) (pcr / 300 >> 1);
  }

  /** The last two of a PCR's six bytes. */
  private static short pcrLow(long pcr) {
    return (short) ((pcr / 300 & 1) << 15 | 0x7E00 | pcr % 300);
  }

  private static void require(int needed, int end, String what) {
    if (needed > end) {
      throw new MalformedException(
          "adaptation field ends in its %s: %d bytes are missing".formatted(what, needed - end));
    }
  }
}
