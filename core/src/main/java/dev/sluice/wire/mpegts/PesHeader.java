package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a PES packet's payload (section 2.4.3.6). ESCR, rate, trick mode, CRC and
 * extension are passed over.
 *
 * @param streamId stream_id: 0xE0 and up video, 0xC0 and up audio, 0xBD private
 * @param packetLength bytes that follow the length itself; 0 when it is not bounded
 * @param scrambling PES_scrambling_control, 0 for clear
 * @param aligned data_alignment_indicator: the payload begins with an access unit
 * @param pts 33 bits of 90 kHz, {@link #NONE} when there is none
 * @param dts 33 bits of 90 kHz, {@link #NONE} when it is the PTS or there is none
 */
public record PesHeader(
    int streamId, int packetLength, int scrambling, boolean aligned, long pts, long dts) {

  /** In place of a time stamp. */
  public static final long NONE = -1;

  /** Bytes up to and with PES_packet_length. */
  public static final int PREFIX_SIZE = 6;

  /** Bytes of a header without time stamps. */
  public static final int MIN_SIZE = 9;

  /** Highest packetLength. */
  public static final int MAX_LENGTH = 65_535;

  /** stream_id of what is neither video nor audio of MPEG. */
  public static final int PRIVATE_1 = 0xBD;

  /** stream_id of the first audio stream. */
  public static final int AUDIO = 0xC0;

  /** stream_id of the first video stream. */
  public static final int VIDEO = 0xE0;

  /** stream_id of metadata in access unit cells. */
  public static final int METADATA = 0xFC;

  /** Time stamps count to here and start again at 0. */
  public static final long TIME_RANGE = 1L << 33;

  private static final int PADDING = 0xBE;
  private static final int TIME_SIZE = 5;
  private static final int HAS_PTS = 2;
  private static final int HAS_BOTH = 3;

  public PesHeader {
    checkRange("streamId", streamId, 0xBC, 255);
    checkRange("packetLength", packetLength, 0, MAX_LENGTH);
    checkRange("scrambling", scrambling, 0, 3);
    checkRange("pts", pts, NONE, TIME_RANGE - 1);
    checkRange("dts", dts, NONE, TIME_RANGE - 1);
    if (dts != NONE && pts == NONE) {
      throw new IllegalArgumentException("a DTS without a PTS");
    }
  }

  /**
   * Reads one header, up to the first byte of payload; returns null and consumes nothing when
   * {@code in} ends too early.
   *
   * @throws MalformedException when it does not begin with a start code of a PES packet, is of
   *     MPEG-1's syntax, or its optional fields reach past its length
   */
  public static @Nullable PesHeader read(ByteBuf in) {
    if (in.readableBytes() < PREFIX_SIZE) {
      return null;
    }
    int start = in.readerIndex();
    int code = in.getInt(start);
    if (code >>> 8 != 1 || (code & 0xFF) < 0xBC) {
      throw new MalformedException("PES packet begins with 0x%08X".formatted(code));
    }
    int streamId = code & 0xFF;
    int packetLength = in.getUnsignedShort(start + 4);
    if (!hasOptionalHeader(streamId)) {
      in.skipBytes(PREFIX_SIZE);
      return new PesHeader(streamId, packetLength, 0, false, NONE, NONE);
    }
    if (in.readableBytes() < MIN_SIZE) {
      return null;
    }
    int flags = in.getUnsignedShort(start + 6);
    if (flags >> 14 != 2) {
      throw new MalformedException("PES header is of MPEG-1's syntax, must be of MPEG-2's");
    }
    int size = MIN_SIZE + in.getUnsignedByte(start + 8); // PES_header_data_length
    if (packetLength != 0 && size > PREFIX_SIZE + packetLength) {
      throw new MalformedException(
          "PES header of %d bytes in a packet of %d".formatted(size, PREFIX_SIZE + packetLength));
    }
    if (in.readableBytes() < size) {
      return null;
    }
    int times = flags >> 6 & 3;
    int timesSize = times == HAS_BOTH ? 2 * TIME_SIZE : times == HAS_PTS ? TIME_SIZE : 0;
    if (timesSize > size - MIN_SIZE) {
      throw new MalformedException(
          "PES_header_data_length is %d, its time stamps need %d"
              .formatted(size - MIN_SIZE, timesSize));
    }
    long pts = timesSize > 0 ? time(in, start + MIN_SIZE) : NONE;
    long dts = times == HAS_BOTH ? time(in, start + MIN_SIZE + TIME_SIZE) : NONE;
    in.skipBytes(size);
    return new PesHeader(streamId, packetLength, flags >> 12 & 3, (flags & 0x400) != 0, pts, dts);
  }

  /** Appends the header; {@link #size} bytes. */
  public void write(ByteBuf out) {
    ByteBuffer bytes = ByteBuffer.allocate(size());
    write(streamId, packetLength, aligned, pts, dts, bytes);
    out.writeBytes(bytes.flip());
  }

  /** Bytes of a header with these time stamps. */
  public int size() {
    return size(pts != NONE, dts != NONE);
  }

  /** Bytes of a header with these time stamps. */
  public static int size(boolean hasPts, boolean hasDts) {
    return MIN_SIZE + (hasPts ? TIME_SIZE : 0) + (hasDts ? TIME_SIZE : 0);
  }

  /** Appends a clear header without making one; hot path of muxers. */
  public static void write(
      int streamId, int packetLength, boolean aligned, long pts, long dts, ByteBuffer out) {
    out.putInt(0x100 | streamId).putShort((short) packetLength);
    int times = dts != NONE ? HAS_BOTH : pts != NONE ? HAS_PTS : 0;
    out.put((byte) (0x80 | (aligned ? 4 : 0))).put((byte) (times << 6));
    out.put((byte) (size(pts != NONE, dts != NONE) - MIN_SIZE));
    if (pts != NONE) {
      writeTime(times, pts, out);
    }
    if (dts != NONE) {
      writeTime(1, dts, out);
    }
  }

  /** Whether this is a packet that only fills. */
  public boolean isPadding() {
    return streamId == PADDING;
  }

  /** All but program stream map, padding, private 2, ECM, EMM, directory, DSM-CC, H.222.1 E. */
  private static boolean hasOptionalHeader(int streamId) {
    return switch (streamId) {
      case 0xBC, PADDING, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF -> false;
      default -> true;
    };
  }

  /** Its prefix and marker bits are not looked at: encoders are seen that leave them 0. */
  private static long time(ByteBuf in, int at) {
    return (long) (in.getByte(at) >> 1 & 7) << 30
        | (in.getUnsignedShort(at + 1) >> 1) << 15
        | in.getUnsignedShort(at + 3) >> 1;
  }

  private static void writeTime(int prefix, long time, ByteBuffer out) {
    out.put((byte) (prefix << 4 | (int) (time >> 30) << 1 | 1));
    out.putShort((short) ((int) (time >> 15) << 1 | 1));
    out.putShort((short) ((int) time << 1 | 1));
  }
}
