package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks through a transport stream packet by packet, and holds it against the rules. */
final class TsAudit {
  private static final int MAP_PID = 0x1000;

  private final int[] continuity = new int[PacketHeader.NULL_PID + 1];

  /** What came in order: {@code PAT}, {@code PMT}, {@code PES 256 ra}, {@code PCR 256}. */
  final List<String> order = new ArrayList<>();

  final List<Long> clocks = new ArrayList<>();
  final List<Long> stamps = new ArrayList<>();
  int packets;
  int stuffing;
  private long clock = -1;

  TsAudit() {
    Arrays.fill(continuity, -1);
  }

  /** Counters begin where they like again: another segment. */
  void restart() {
    Arrays.fill(continuity, -1);
    clock = -1;
  }

  void look(ByteBuf stream) {
    assertThat(stream.readableBytes() % PacketHeader.PACKET_SIZE).isZero();
    int end = stream.writerIndex();
    for (int at = stream.readerIndex(); at < end; at += PacketHeader.PACKET_SIZE) {
      packet(stream, at);
      packets++;
    }
  }

  private void packet(ByteBuf in, int at) {
    int word = in.getInt(at);
    assertThat(word >>> 24).isEqualTo(PacketHeader.SYNC);
    int pid = PacketHeader.pid(word);
    assertThat(pid).isNotEqualTo(PacketHeader.NULL_PID);
    int next = at + PacketHeader.SIZE;
    boolean randomAccess = false;
    if (PacketHeader.hasAdaptation(word)) {
      int length = in.getUnsignedByte(next);
      if (length > 0) {
        AdaptationField field = AdaptationField.read(in, next);
        assertThat(field.discontinuity()).isFalse();
        randomAccess = field.randomAccess();
        stuffing += length + 1 - field.size();
        if (field.pcr() != AdaptationField.NONE) {
          clock(pid, field.pcr(), PacketHeader.hasPayload(word));
        }
      }
      next += 1 + length;
    }
    if (PacketHeader.hasPayload(word)) {
      assertThat(next).isLessThan(at + PacketHeader.PACKET_SIZE);
      if (continuity[pid] >= 0) {
        assertThat(PacketHeader.continuity(word))
            .as("counter of PID %d", pid)
            .isEqualTo(continuity[pid] + 1 & 15);
      }
      continuity[pid] = PacketHeader.continuity(word);
      if (PacketHeader.unitStart(word)) {
        start(pid, in, next, randomAccess);
      }
    } else if (continuity[pid] >= 0) {
      assertThat(PacketHeader.continuity(word)).isEqualTo(continuity[pid]);
    }
  }

  private void clock(int pid, long pcr, boolean withPayload) {
    if (clock >= 0) {
      long step = Math.floorMod(pcr - clock, AdaptationField.PCR_RANGE);
      assertThat(step).as("step of the clock").isBetween(1L, 1_200L * 27_000);
    }
    clock = pcr;
    clocks.add(pcr);
    if (!withPayload) {
      order.add("PCR " + pid);
    }
  }

  private void start(int pid, ByteBuf in, int at, boolean randomAccess) {
    if (pid == PacketHeader.PAT_PID) {
      order.add("PAT");
    } else if (pid == MAP_PID) {
      order.add("PMT");
    } else if (in.getMedium(at) == 1) {
      order.add("PES " + pid + (randomAccess ? " ra" : ""));
      PesHeader header = PesHeader.read(in.slice(at, in.writerIndex() - at));
      if (header != null && header.pts() != PesHeader.NONE) {
        long dts = header.dts() != PesHeader.NONE ? header.dts() : header.pts();
        stamps.add(dts);
        assertThat(clock).as("a clock before the first time stamp").isNotNegative();
        long ahead = TsClock.difference(clock / 300, dts);
        assertThat(ahead).as("DTS after the clock").isBetween(0L, 90_000L);
      }
    } else {
      order.add("section " + pid);
    }
  }
}
