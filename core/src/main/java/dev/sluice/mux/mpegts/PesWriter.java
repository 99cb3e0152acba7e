package dev.sluice.mux.mpegts;

import static dev.sluice.wire.mpegts.PacketHeader.BODY_SIZE;
import static dev.sluice.wire.mpegts.PacketHeader.PACKET_SIZE;

import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Appends packets to a buffer. It cuts one PES packet after another into packets while it is
 * written; the size of each must be known beforehand, and its last packet is filled up by its
 * adaptation field. Packets of another kind are written into {@link #room}.
 *
 * <p>All bytes go through one of Java's views of the buffer's memory: Netty would check the buffer
 * at each of many small writes, and make views for each copy. So the buffer knows of them only when
 * {@link #finish} has been called.
 */
final class PesWriter {
  private static final int FLAGS_SIZE = AdaptationField.MIN_SIZE;
  private static final int PCR_SIZE = AdaptationField.MIN_SIZE + AdaptationField.PCR_SIZE;

  private final ByteBuf out;
  private ByteBuffer memory; // of out; its position is where the next byte goes

  // the PES packet at hand
  private int pid;
  private int continuity;
  private boolean first;
  private boolean randomAccess;
  private long pcr;
  private int filling; // packets with a single byte that are still to come
  private int left; // bytes of it that are still to be written
  private int room; // of which in the packet at hand

  /**
   * Writes to the end of {@code out}, which nobody else writes to until {@link #finish}.
   *
   * @param out with memory in one piece: its {@link ByteBuf#nioBufferCount()} is 1
   */
  PesWriter(ByteBuf out) {
    this.out = out;
    this.memory = memory(out);
  }

  private static ByteBuffer memory(ByteBuf out) {
    return out.nioBuffer(0, out.capacity()).position(out.writerIndex());
  }

  /** Where the next byte goes, with room for {@code bytes}; valid until the next call. */
  ByteBuffer room(int bytes) {
    if (memory.remaining() < bytes) {
      finish();
      out.ensureWritable(bytes);
      memory = memory(out);
    }
    return memory;
  }

  /** Tells the buffer what has been written. */
  void finish() {
    out.writerIndex(memory.position());
  }

  /** Packets that a PES packet of {@code pesBytes} takes. */
  static int packets(int pesBytes, boolean randomAccess, boolean hasPcr) {
    int rest = pesBytes - (BODY_SIZE - fieldSize(randomAccess, hasPcr));
    return rest <= 0 ? 1 : 1 + (rest + BODY_SIZE - 1) / BODY_SIZE;
  }

  /**
   * Packets with a single byte of payload that a PES packet has to have for the counter behind it
   * to be 0; 0 as well when it is too small for that.
   *
   * @param continuity counter of its first packet
   * @param least bytes that stay together at its beginning
   */
  static int filling(
      int pesBytes, int least, boolean randomAccess, boolean hasPcr, int continuity) {
    for (int filling = 0; filling <= pesBytes - least; filling++) {
      int packets = filling + packets(pesBytes - filling, randomAccess, hasPcr);
      if ((continuity + packets) % PacketHeader.COUNTERS == 0) {
        return filling;
      }
    }
    return 0;
  }

  private static int fieldSize(boolean randomAccess, boolean hasPcr) {
    return hasPcr ? PCR_SIZE : randomAccess ? FLAGS_SIZE : 0;
  }

  /**
   * Begins a PES packet.
   *
   * @param firstContinuity counter of its first packet
   * @param pesBytes of the whole PES packet with its header
   * @param clock PCR in 27 MHz, {@link AdaptationField#NONE} for none
   * @param fillingPackets of {@link #filling}
   */
  void begin(
      int ofPid,
      int firstContinuity,
      int pesBytes,
      boolean isRandomAccess,
      long clock,
      int fillingPackets) {
    boolean hasPcr = clock != AdaptationField.NONE;
    int packets = fillingPackets + packets(pesBytes - fillingPackets, isRandomAccess, hasPcr);
    room(packets * PACKET_SIZE);
    filling = fillingPackets;
    pid = ofPid;
    continuity = firstContinuity;
    first = true;
    randomAccess = isRandomAccess;
    pcr = clock;
    left = pesBytes;
    room = 0;
  }

  /**
   * Writes the header.
   *
   * @param stuffing bytes of filling at its end
   */
  void header(int streamId, int packetLength, boolean aligned, long pts, long dts, int stuffing) {
    require(PesHeader.size(pts != PesHeader.NONE, dts != PesHeader.NONE) + stuffing);
    int start = memory.position();
    PesHeader.write(streamId, packetLength, aligned, pts, dts, memory);
    if (stuffing > 0) {
      int lengthAt = start + PesHeader.MIN_SIZE - 1;
      memory.put(lengthAt, (byte) (memory.get(lengthAt) + stuffing));
      for (int i = 0; i < stuffing; i++) {
        memory.put((byte) 0xFF);
      }
    }
    used(memory.position() - start);
  }

  /** Writes {@code length} bytes of {@code from}, whose position stays as it is. */
  void put(ByteBuffer from, int index, int length) {
    int end = index + length;
    for (int at = index; at < end; ) {
      require(1);
      int taken = Math.min(end - at, room);
      int to = memory.position();
      memory.put(to, from, at, taken).position(to + taken);
      used(taken);
      at += taken;
    }
  }

  /** Writes {@code length} bytes of {@code from}, whose indexes stay as they are. */
  void put(ByteBuf from, int index, int length) {
    put(from.nioBuffer(index, length), 0, length);
  }

  /** Writes the readable bytes of {@code from}, whose indexes stay as they are. */
  void put(ByteBuf from) {
    put(from, from.readerIndex(), from.readableBytes());
  }

  /** Writes one byte. */
  void put(int octet) {
    require(1);
    memory.put((byte) octet);
    used(1);
  }

  /** Writes a start code of four bytes. */
  void startCode() {
    if (room >= 4) {
      memory.putInt(1);
      used(4);
    } else {
      put(0);
      put(0);
      put(0);
      put(1);
    }
  }

  /** Counter of the packet that follows. */
  int end() {
    if (left != 0) {
      throw new IllegalStateException(left + " bytes of a PES packet were not written");
    }
    return continuity;
  }

  private void used(int bytes) {
    room -= bytes;
    left -= bytes;
  }

  /** Begins the next packet when the one at hand is full. */
  private void require(int bytes) {
    if (room >= bytes) {
      return;
    }
    if (room > 0 || left < bytes) {
      throw new IllegalStateException(
          bytes + " bytes in a row, " + room + " are left in the packet and " + left + " in all");
    }
    int field = first ? fieldSize(randomAccess, pcr != AdaptationField.NONE) : 0;
    int capacity = Math.min(BODY_SIZE - field, left - filling);
    if (!first && filling > 0) {
      filling--;
      capacity = 1;
    }
    field = BODY_SIZE - capacity;
    memory.putInt(PacketHeader.word(pid, first, field > 0, true, continuity));
    if (field > 0) {
      AdaptationField.write(
          field, first && randomAccess, first ? pcr : AdaptationField.NONE, memory);
    }
    continuity = continuity + 1 & 15;
    first = false;
    room = capacity;
  }
}
