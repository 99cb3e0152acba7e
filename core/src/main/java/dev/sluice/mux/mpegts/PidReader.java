package dev.sluice.mux.mpegts;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.PacketHeader;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * The packets of one PID in order: finds those that are missing, late, or there twice (section
 * 2.4.3.3), and hands on the payload of the others.
 *
 * <p>The continuity counter has four bits. What is up to 7 packets behind and was missing before
 * came late; what equals the packet of its number before is a duplicate; every other step is taken
 * for as many lost packets as it skips. So a source that starts its counters again, as segments
 * that are played one after the other do, costs a hole and nothing more.
 */
abstract class PidReader {
  private static final int NUMBERS = 16;

  /** Up to here behind, a packet may be late. */
  private static final int LATE_REACH = 7;

  private static final int DISCONTINUITY_FLAG = 0x80;
  private static final int PCR_FLAG = 0x10;
  private static final int UNKNOWN = -1;

  private final int pid;
  private final TsFaults faults;
  private final TsListener listener;
  private boolean clock;
  private int last = UNKNOWN;
  private int missing; // one bit a number
  private final long[] prints = new long[NUMBERS];

  PidReader(int pid, TsFaults faults, TsListener listener) {
    this.pid = pid;
    this.faults = faults;
    this.listener = listener;
  }

  /**
   * A packet's payload, maybe of no bytes.
   *
   * @param in borrowed, valid during the call
   * @param bytes Java's view of it, index by index
   */
  abstract void payload(ByteBuf in, ByteBuffer bytes, int at, int length, boolean unitStart);

  /** Packets are missing before the next one. */
  abstract void hole();

  /** Forgets what was before and hands on nothing of it: other packets follow. */
  void restart() {
    last = UNKNOWN;
    missing = 0;
  }

  /** Nothing more comes on this PID: hands on what is whole. */
  void end() {}

  /** Gives back memory. */
  void close() {}

  final int pid() {
    return pid;
  }

  final TsFaults faults() {
    return faults;
  }

  /** Whether a program's clock is here. */
  final void clock(boolean isHere) {
    clock = isHere;
  }

  /**
   * Takes a packet.
   *
   * @param bytes Java's view of {@code in}, index by index
   * @param word its first four bytes
   */
  final void packet(ByteBuf in, ByteBuffer bytes, int at, int word, long position) {
    int payloadAt = at + PacketHeader.SIZE;
    boolean discontinuity = false;
    if (PacketHeader.hasAdaptation(word)) {
      int length = bytes.get(payloadAt) & 0xFF;
      if (length > AdaptationField.MAX_LENGTH) {
        faults.add(TsFault.BAD_ADAPTATION, 1);
        return;
      }
      if (length > 0) {
        int flags = bytes.get(payloadAt + 1);
        discontinuity = (flags & DISCONTINUITY_FLAG) != 0;
        if (clock && (flags & PCR_FLAG) != 0 && !tellClock(in, payloadAt, position)) {
          return;
        }
      }
      payloadAt += 1 + length;
    }
    if (PacketHeader.hasPayload(word)) {
      int length = at + PacketHeader.PACKET_SIZE - payloadAt;
      if (follows(word, discontinuity, bytes, payloadAt, length)) {
        if (PacketHeader.scrambling(word) != 0) {
          faults.add(TsFault.SCRAMBLED, 1);
          hole();
        } else {
          payload(in, bytes, payloadAt, length, PacketHeader.unitStart(word));
        }
      }
    }
  }

  private boolean tellClock(ByteBuf in, int at, long position) {
    try {
      AdaptationField field = AdaptationField.read(in, at);
      listener.pcr(pid, field.pcr(), position, field.discontinuity());
      return true;
    } catch (MalformedException _) {
      faults.add(TsFault.BAD_ADAPTATION, 1);
      return false;
    }
  }

  /** Whether the packet is to be used; says so when packets before it are missing. */
  private boolean follows(int word, boolean discontinuity, ByteBuffer in, int at, int length) {
    int number = PacketHeader.continuity(word);
    long print = print(in, at, length);
    int step = number - last & NUMBERS - 1;
    if (step != 1 && last != UNKNOWN) {
      if (discontinuity) {
        missing = 0;
        hole();
      } else if (prints[number] == print && (step == 0 || step >= NUMBERS - LATE_REACH)) {
        faults.add(TsFault.DUPLICATE, 1);
        return false;
      } else if (step >= NUMBERS - LATE_REACH && (missing & 1 << number) != 0) {
        missing &= ~(1 << number);
        faults.add(TsFault.LATE, 1);
        faults.add(TsFault.LOST, -1);
        return false;
      } else {
        int lost = step == 0 ? NUMBERS - 1 : step - 1;
        faults.add(TsFault.LOST, lost);
        for (int i = 1; i <= lost; i++) {
          missing |= 1 << (last + i & NUMBERS - 1);
        }
        hole();
      }
    }
    if (missing != 0) {
      // whose numbers come next is missing no longer
      for (int ahead = 0; ahead < NUMBERS - LATE_REACH; ahead++) {
        missing &= ~(1 << (number + ahead & NUMBERS - 1));
      }
    }
    last = number;
    prints[number] = print;
    return true;
  }

  /** Tells a payload from others with near certainty, and never costs more than two reads. */
  private static long print(ByteBuffer in, int at, int length) {
    if (length >= Long.BYTES) {
      long first = in.getLong(at) * 0x9E37_79B9_7F4A_7C15L;
      return (first ^ in.getLong(at + length - Long.BYTES)) + length;
    }
    long print = length;
    for (int i = at; i < at + length; i++) {
      print = print * 31 + in.get(i);
    }
    return print;
  }
}
