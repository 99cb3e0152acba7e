package dev.sluice.mux.mpegts;

import static dev.sluice.wire.mpegts.PacketHeader.BODY_SIZE;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one PES packet after another into packets while it is written. Its size must be known
 * beforehand; the last packet of each is filled up by its adaptation field.
 */
final class PesWriter {
  private static final int FLAGS_SIZE = AdaptationField.MIN_SIZE;
  private static final int PCR_SIZE = AdaptationField.MIN_SIZE + AdaptationField.PCR_SIZE;

  private final ByteBuf out;
  private @Nullable ByteBuffer memory; // of out, as long as it does not grow
  private int pid;
  private int continuity;
  private boolean first;
  private boolean randomAccess;
  private long pcr;
  private int left; // bytes of the PES packet that are still to be written
  private int room; // of which in the packet at hand

  PesWriter(ByteBuf out) {
    this.out = out;
  }

  /** Packets that a PES packet of {@code pesBytes} takes. */
  static int packets(int pesBytes, boolean randomAccess, boolean hasPcr) {
    int rest = pesBytes - (BODY_SIZE - fieldSize(randomAccess, hasPcr));
    return rest <= 0 ? 1 : 1 + (rest + BODY_SIZE - 1) / BODY_SIZE;
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
   */
  void begin(int ofPid, int firstContinuity, int pesBytes, boolean isRandomAccess, long clock) {
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
    int start = out.writerIndex();
    PesHeader.write(streamId, packetLength, aligned, pts, dts, out);
    if (stuffing > 0) {
      int lengthAt = start + PesHeader.MIN_SIZE - 1;
      out.setByte(lengthAt, out.getByte(lengthAt) + stuffing);
      for (int i = 0; i < stuffing; i++) {
        out.writeByte(0xFF);
      }
    }
    used(out.writerIndex() - start);
  }

  /** Writes {@code length} bytes of {@code from}, whose indexes stay as they are. */
  void put(ByteBuf from, int index, int length) {
    if (length <= room || out.nioBufferCount() != 1) { // else there is no view of it
      for (int at = 0; at < length; ) {
        require(1);
        int taken = Math.min(length - at, room);
        out.writeBytes(from, index + at, taken);
        used(taken);
        at += taken;
      }
      return;
    }
    ByteBuffer source = from.nioBuffer(index, length);
    for (int at = 0; at < length; ) {
      require(1);
      int taken = Math.min(length - at, room);
      copy(source, at, taken);
      used(taken);
      at += taken;
    }
  }

  /** For many small pieces: Netty makes views of both sides each time. */
  private void copy(ByteBuffer source, int at, int length) {
    int end = out.writerIndex();
    if (out.writableBytes() < length) {
      out.ensureWritable(length);
    }
    ByteBuffer into = memory;
    if (into == null || into.capacity() != out.capacity()) {
      into = out.nioBuffer(0, out.capacity());
      memory = into;
    }
    into.put(end, source, at, length);
    out.writerIndex(end + length);
  }

  /** Writes the readable bytes of {@code from}, whose indexes stay as they are. */
  void put(ByteBuf from) {
    put(from, from.readerIndex(), from.readableBytes());
  }

  /** Writes one byte. */
  void put(int octet) {
    require(1);
    out.writeByte(octet);
    used(1);
  }

  /** Writes a start code of four bytes. */
  void startCode() {
    if (room >= 4) {
      out.writeInt(1);
      used(4);
    } else {
      put(0);
      put(0);
      put(0);
      put(1);
    }
  }

  /** Writes a few bytes. */
  void put(Bytes bytes) {
    for (int i = 0; i < bytes.size(); i++) {
      put(bytes.at(i));
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
    int capacity = BODY_SIZE - field;
    if (left < capacity) {
      field += capacity - left;
      capacity = left;
    }
    out.writeInt(PacketHeader.word(pid, first, field > 0, true, continuity));
    if (field > 0) {
      AdaptationField.write(field, first && randomAccess, first ? pcr : AdaptationField.NONE, out);
    }
    continuity = continuity + 1 & 15;
    first = false;
    room = capacity;
  }
}
