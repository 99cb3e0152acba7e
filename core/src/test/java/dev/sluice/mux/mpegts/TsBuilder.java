package dev.sluice.mux.mpegts;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.ProgramAssociation;
import dev.sluice.wire.mpegts.ProgramMap;
import dev.sluice.wire.mpegts.Section;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes packets one by one, right or wrong, for tests of the demuxer. */
final class TsBuilder {
  /** The packets so far, 188 bytes each; tests may take out and change what they like. */
  final List<byte[]> packets = new ArrayList<>();

  private final int[] continuity = new int[PacketHeader.NULL_PID + 1];

  /** A PAT of programs and their PMTs: number, PID, number, PID … */
  TsBuilder pat(int version, int... programs) {
    List<ProgramAssociation.Program> list = new ArrayList<>();
    for (int i = 0; i < programs.length; i += 2) {
      list.add(new ProgramAssociation.Program(programs[i], programs[i + 1]));
    }
    return section(0, new ProgramAssociation(1, version, list).section());
  }

  TsBuilder pmt(int pid, int number, int version, int pcrPid, ProgramMap.Stream... streams) {
    return section(
        pid, new ProgramMap(number, version, true, pcrPid, List.of(), List.of(streams)).section());
  }

  static ProgramMap.Stream stream(int type, int pid, Descriptor... descriptors) {
    return new ProgramMap.Stream(type, pid, List.of(descriptors));
  }

  TsBuilder section(int pid, Section section) {
    ByteBuf out = Unpooled.buffer();
    section.write(out);
    return section(pid, Bytes.copyOf(out));
  }

  TsBuilder section(int pid, Bytes section) {
    ByteBuf rest = Unpooled.buffer().writeByte(0);
    section.writeTo(rest);
    boolean start = true;
    while (rest.isReadable()) {
      ByteBuf payload = rest.readSlice(Math.min(PacketHeader.BODY_SIZE, rest.readableBytes()));
      ByteBuf filled = Unpooled.buffer().writeBytes(payload);
      while (filled.readableBytes() < PacketHeader.BODY_SIZE) {
        filled.writeByte(0xFF);
      }
      packet(pid, start, filled);
      start = false;
    }
    return this;
  }

  /** A PES packet of stated length. */
  TsBuilder pes(int pid, int streamId, long pts, String payloadHex) {
    return pes(pid, streamId, true, pts, PesHeader.NONE, Bytes.ofHex(payloadHex).buffer());
  }

  TsBuilder pes(int pid, int streamId, boolean bounded, long pts, long dts, ByteBuf payload) {
    int headerSize = PesHeader.size(pts != PesHeader.NONE, dts != PesHeader.NONE);
    int length = headerSize - PesHeader.PREFIX_SIZE + payload.readableBytes();
    ByteBuf pes = Unpooled.buffer();
    new PesHeader(streamId, bounded ? length : 0, 0, true, pts, dts).write(pes);
    pes.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    return payload(pid, pes);
  }

  /** Anything as the payload of packets, the first of which starts a unit. */
  TsBuilder payload(int pid, ByteBuf bytes) {
    boolean start = true;
    while (bytes.isReadable()) {
      packet(pid, start, bytes.readSlice(Math.min(PacketHeader.BODY_SIZE, bytes.readableBytes())));
      start = false;
    }
    return this;
  }

  /** A packet with an adaptation field and no payload. */
  TsBuilder adaptation(int pid, AdaptationField field) {
    ByteBuf out = Unpooled.buffer();
    out.writeInt(PacketHeader.word(pid, false, true, false, continuity[pid] - 1 & 15));
    field.write(PacketHeader.BODY_SIZE, out);
    packets.add(Bytes.copyOf(out).toArray());
    return this;
  }

  TsBuilder pcr(int pid, long pcr) {
    return adaptation(
        pid,
        new AdaptationField(
            false,
            false,
            false,
            pcr,
            AdaptationField.NONE,
            AdaptationField.NO_COUNTDOWN,
            Bytes.EMPTY));
  }

  /** The continuity counter of {@code pid} jumps, and says so when asked to. */
  TsBuilder jump(int pid, int by) {
    continuity[pid] = continuity[pid] + by & 15;
    return this;
  }

  private void packet(int pid, boolean start, ByteBuf payload) {
    int stuffing = PacketHeader.BODY_SIZE - payload.readableBytes();
    ByteBuf out = Unpooled.buffer();
    out.writeInt(PacketHeader.word(pid, start, stuffing > 0, true, continuity[pid]));
    if (stuffing > 0) {
      ByteBuffer field = ByteBuffer.allocate(stuffing);
      AdaptationField.write(stuffing, false, AdaptationField.NONE, field);
      out.writeBytes(field.flip());
    }
    out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    continuity[pid] = continuity[pid] + 1 & 15;
    packets.add(Bytes.copyOf(out).toArray());
  }

  /** Changes the last packet. */
  TsBuilder last(UnaryOperator<byte[]> change) {
    packets.add(change.apply(packets.removeLast()));
    return this;
  }

  /** Sets the discontinuity indicator of the packet at {@code index}, which needs a field. */
  static byte[] discontinuous(byte[] packet) {
    if ((packet[3] & 0x20) == 0 || packet[4] == 0) {
      throw new IllegalArgumentException("the packet has no flags");
    }
    packet[5] |= (byte) 0x80;
    return packet;
  }

  ByteBuf bytes() {
    ByteBuf all = Unpooled.buffer();
    packets.forEach(all::writeBytes);
    return all;
  }
}
