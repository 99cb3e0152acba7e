package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The first four bytes of every packet (section 2.4.3.2). Demuxers take them as one {@code int} and
 * use the static methods, one field each.
 *
 * @param errorIndicated transport_error_indicator: the packet has at least one wrong bit
 * @param unitStart payload_unit_start_indicator: a PES packet or a section begins here
 * @param priority transport_priority
 * @param pid 0 to 8191
 * @param scrambling transport_scrambling_control, 0 for clear
 * @param hasAdaptation whether an adaptation field follows
 * @param hasPayload whether there is payload
 * @param continuity continuity_counter, 0 to 15
 */
public record PacketHeader(
    boolean errorIndicated,
    boolean unitStart,
    boolean priority,
    int pid,
    int scrambling,
    boolean hasAdaptation,
    boolean hasPayload,
    int continuity) {

  /** Values of the continuity counter, which counts packets with payload of a PID. */
  public static final int COUNTERS = 16;

  /** Bytes. */
  public static final int SIZE = 4;

  /** Bytes of a packet. */
  public static final int PACKET_SIZE = 188;

  /** Bytes of a packet that are not header. */
  public static final int BODY_SIZE = PACKET_SIZE - SIZE;

  /** The first byte of every packet. */
  public static final int SYNC = 0x47;

  /** PID of the program association table. */
  public static final int PAT_PID = 0;

  /** The first PID that has no fixed use in any standard of DVB or MPEG (table 2-3). */
  public static final int FIRST_FREE_PID = 0x10;

  /** PID of packets that fill a channel of constant rate. */
  public static final int NULL_PID = 0x1FFF;

  private static final int ERROR = 0x80_0000;
  private static final int START = 0x40_0000;
  private static final int PRIORITY = 0x20_0000;
  private static final int ADAPTATION = 0x20;
  private static final int PAYLOAD = 0x10;

  public PacketHeader {
    checkRange("pid", pid, 0, NULL_PID);
    checkRange("scrambling", scrambling, 0, 3);
    checkRange("continuity", continuity, 0, 15);
  }

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when it does not begin with {@link #SYNC}
   */
  public static @Nullable PacketHeader read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    int word = in.getInt(in.readerIndex());
    if (word >>> 24 != SYNC) {
      throw new MalformedException(
          "TS packet begins with 0x%02X, must be 0x47".formatted(word >>> 24));
    }
    in.skipBytes(SIZE);
    return new PacketHeader(
        errorIndicated(word),
        unitStart(word),
        (word & PRIORITY) != 0,
        pid(word),
        scrambling(word),
        hasAdaptation(word),
        hasPayload(word),
        continuity(word));
  }

  /** Appends {@link #SIZE} bytes. */
  public void write(ByteBuf out) {
    int word = SYNC << 24 | pid << 8 | scrambling << 6 | continuity;
    word |= errorIndicated ? ERROR : 0;
    word |= unitStart ? START : 0;
    word |= priority ? PRIORITY : 0;
    word |= hasAdaptation ? ADAPTATION : 0;
    word |= hasPayload ? PAYLOAD : 0;
    out.writeInt(word);
  }

  /** The four bytes of a clear header, for muxers. */
  public static int word(
      int pid, boolean unitStart, boolean hasAdaptation, boolean hasPayload, int continuity) {
    return SYNC << 24
        | (unitStart ? START : 0)
        | pid << 8
        | (hasAdaptation ? ADAPTATION : 0)
        | (hasPayload ? PAYLOAD : 0)
        | continuity;
  }

  /** {@code errorIndicated} of the four bytes {@code word}. */
  public static boolean errorIndicated(int word) {
    return (word & ERROR) != 0;
  }

  /** {@code unitStart} of the four bytes {@code word}. */
  public static boolean unitStart(int word) {
    return (word & START) != 0;
  }

  /** {@code pid} of the four bytes {@code word}. */
  public static int pid(int word) {
    return word >>> 8 & NULL_PID;
  }

  /** {@code scrambling} of the four bytes {@code word}. */
  public static int scrambling(int word) {
    return word >>> 6 & 3;
  }

  /** {@code hasAdaptation} of the four bytes {@code word}. */
  public static boolean hasAdaptation(int word) {
    return (word & ADAPTATION) != 0;
  }

  /** {@code hasPayload} of the four bytes {@code word}. */
  public static boolean hasPayload(int word) {
    return (word & PAYLOAD) != 0;
  }

  /** {@code continuity} of the four bytes {@code word}. */
  public static int continuity(int word) {
    return word & 15;
  }
}
