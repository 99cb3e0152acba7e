package dev.sluice.mux.mpegts;

import static dev.sluice.wire.mpegts.PacketHeader.PACKET_SIZE;
import static dev.sluice.wire.mpegts.PacketHeader.SYNC;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * Finds packets in a byte stream that comes in pieces: of 188 bytes, of 192 (with a time stamp
 * before each, as on discs) or of 204 (with parity behind each). The packets are the same whatever
 * the pieces are.
 *
 * <p>In step, a packet is handed on as soon as it is whole. Out of step, {@link #SYNC_PACKETS}
 * packets in a row must begin right before the first of them is believed.
 */
final class TsFraming {
  /** Where packets go. */
  interface Output {
    /**
     * One packet.
     *
     * @param in borrowed, valid during the call
     * @param bytes Java's view of it, index by index: many small pieces are read and copied, at
     *     which Netty would check the buffer and make a view each time
     * @param at index of its first byte, {@link dev.sluice.wire.mpegts.PacketHeader#SYNC}
     * @param position of it, in bytes from the first that was fed
     */
    void packet(ByteBuf in, ByteBuffer bytes, int at, long position);
  }

  /** Packets that must be in step before the first is believed. */
  static final int SYNC_PACKETS = 4;

  private static final int[] STRIDES = {PACKET_SIZE, 192, 204};

  /** Bytes that must be there to decide whether packets of any stride begin at the first. */
  private static final int LOOK_BYTES = (SYNC_PACKETS - 1) * 204 + 1;

  private static final int HELD_BYTES = 4_096;

  private final TsFaults faults;
  private final Output output;
  private final ByteBuf held = Unpooled.buffer(HELD_BYTES, HELD_BYTES);
  private int stride; // 0 out of step
  private int toSkip;
  private boolean wasInStep;
  private long beganAt;
  private long position; // of the first byte that is neither handed on nor held

  TsFraming(TsFaults faults, Output output) {
    this.faults = faults;
    this.output = output;
  }

  /** Takes all of {@code in}, whose indexes stay as they are. */
  void feed(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    while (at < end) {
      if (stride == 0) {
        int taken = Math.min(end - at, held.writableBytes());
        held.writeBytes(in, at, taken);
        at += taken;
        search(LOOK_BYTES);
      } else if (held.isReadable()) {
        int taken = Math.min(end - at, PACKET_SIZE - held.readableBytes());
        held.writeBytes(in, at, taken);
        at += taken;
        useHeld();
      } else {
        at = inStep(in, at, end);
        if (at < end && stride != 0) {
          held.writeBytes(in, at, end - at); // less than a packet
          return;
        }
      }
    }
  }

  /** Nothing more will come: what is held is taken for packets when nothing speaks against it. */
  void end() {
    search(PACKET_SIZE);
    int left = held.readableBytes();
    faults.add(TsFault.SKIPPED_BYTES, left);
    position += left;
    held.clear();
  }

  /** Forgets what is held: what is fed next lies elsewhere, at {@code position}. */
  void restart(long at) {
    held.clear();
    stride = 0;
    toSkip = 0;
    wasInStep = false;
    position = at;
    beganAt = at;
  }

  /** Hands on packets; returns the first byte that it did not use, with less than a packet left. */
  private int inStep(ByteBuf in, int from, int end) {
    ByteBuffer bytes = in.nioBuffer(0, end);
    int at = from;
    while (at < end) {
      if (toSkip > 0) {
        int skipped = Math.min(toSkip, end - at);
        toSkip -= skipped;
        at += skipped;
        position += skipped;
        continue;
      }
      if (bytes.get(at) != SYNC) {
        stride = 0;
        faults.add(TsFault.SYNC_LOST, 1);
        return at;
      }
      if (end - at < PACKET_SIZE) {
        return at;
      }
      output.packet(in, bytes, at, position);
      at += PACKET_SIZE;
      position += PACKET_SIZE;
      toSkip = stride - PACKET_SIZE;
    }
    return at;
  }

  /** Hands on the packets that are held, and keeps the rest at the beginning of {@link #held}. */
  private void useHeld() {
    held.readerIndex(inStep(held, held.readerIndex(), held.writerIndex()));
    held.discardReadBytes();
  }

  /** Passes over bytes at which no packets begin, as long as {@code needed} bytes are there. */
  private void search(int needed) {
    while (stride == 0 && held.readableBytes() >= needed) {
      searchOnce(needed);
    }
  }

  private void searchOnce(int needed) {
    int skipped = 0;
    while (stride == 0 && held.readableBytes() >= needed) {
      stride = strideAt(held.readerIndex(), held.writerIndex());
      if (stride == 0) {
        held.skipBytes(1);
        skipped++;
      }
    }
    position += skipped;
    faults.add(TsFault.SKIPPED_BYTES, skipped);
    if (stride == 192 && !wasInStep && position >= beganAt + 4) {
      faults.add(TsFault.SKIPPED_BYTES, -4); // the time stamp of the first packet
    }
    if (stride != 0) {
      wasInStep = true;
      useHeld();
    } else {
      held.discardReadBytes();
    }
  }

  /** The stride of packets that begin at {@code at}; 0 when there are none. */
  private int strideAt(int at, int end) {
    if (held.getByte(at) != SYNC) {
      return 0;
    }
    for (int candidate : STRIDES) {
      boolean inStep = true;
      for (int i = 1; inStep && i < SYNC_PACKETS && at + i * candidate < end; i++) {
        inStep = held.getByte(at + i * candidate) == SYNC;
      }
      if (inStep) {
        return candidate;
      }
    }
    return 0;
  }
}
