package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.mpegts.Crc32Mpeg;
import dev.sluice.wire.mpegts.PacketHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** The demuxer against any bytes; {@code JAZZER_FUZZ=1} searches, else seeds are replayed. */
class TsDemuxerFuzzTest {
  private static final TsSettings SETTINGS =
      new TsSettings(TsSettings.ALL_PROGRAMS, TsSettings.Damage.PASS, 65_541, 131_082, 8);

  /** The first byte says how long the pieces are. */
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreUnitsOrFaults(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    int step = in.isReadable() ? 1 + in.readUnsignedByte() : 1;
    String whole = demuxed(in, Integer.MAX_VALUE);
    assertThat(demuxed(in, step)).isEqualTo(whole);
  }

  /** As above, with what keeps a search from going deep mended: sync bytes and CRCs of sections. */
  @FuzzTest(maxDuration = "60s")
  void anyPacketsAreUnitsOrFaults(byte[] input) {
    ByteBuf packets = Unpooled.copiedBuffer(input);
    for (int at = 0; at + PacketHeader.PACKET_SIZE <= packets.writerIndex(); at += 188) {
      packets.setByte(at, PacketHeader.SYNC);
      mendSection(packets, at);
    }
    demuxed(packets, Integer.MAX_VALUE);
  }

  /** Puts a right CRC behind a section that begins and ends in the packet at {@code at}. */
  private static void mendSection(ByteBuf packets, int at) {
    int begin = at + PacketHeader.SIZE + 1;
    boolean plain = (packets.getByte(at + 3) & 0x30) == 0x10 && packets.getByte(begin - 1) == 0;
    int length = packets.getUnsignedShort(begin + 1) & 0xFFF;
    if (plain && length >= 9 && length <= PacketHeader.BODY_SIZE - 4) {
      packets.setInt(begin + length - 1, Crc32Mpeg.of(packets, begin, length - 1));
    }
  }

  private static String demuxed(ByteBuf in, int step) {
    var allocator = new UnpooledByteBufAllocator(false, true);
    var dump = new TsDump();
    try (var demuxer = new TsDemuxer(dump, dump, SETTINGS, allocator)) {
      TsClips.feed(in, step, demuxer);
      assertThat(demuxer.gatheredBytes()).isBetween(0, SETTINGS.maxGatheredBytes());
      demuxer.end();
      assertThat(demuxer.gatheredBytes()).isZero();
      for (TsFault fault : TsFault.values()) {
        assertThat(demuxer.count(fault)).as(fault.label()).isNotNegative();
      }
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    return dump.text();
  }
}
