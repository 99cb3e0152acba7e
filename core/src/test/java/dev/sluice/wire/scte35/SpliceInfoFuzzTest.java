package dev.sluice.wire.scte35;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.Crc32Mpeg;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.Section;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Splice information against any bytes; {@code JAZZER_FUZZ=1} searches. */
class SpliceInfoFuzzTest {

  /** The input is a section without its CRC; length and CRC are mended. */
  @FuzzTest(maxDuration = "60s")
  void anySectionIsTakenApartOrRefused(byte[] input) {
    if (input.length < 16 || input.length > Section.MAX_SIZE - Section.CRC_SIZE) {
      return;
    }
    ByteBuf mended = Unpooled.buffer();
    mended.writeBytes(input);
    mended.setByte(0, SpliceInfoSection.TABLE_ID);
    mended.setShort(1, 0x3000 | input.length - Section.PREFIX_SIZE + Section.CRC_SIZE);
    mended.writeInt(Crc32Mpeg.of(mended, 0, input.length));
    var section = new SpliceInfoSection(Bytes.copyOf(mended));
    try {
      SpliceInfo info = SpliceInfo.read(section);
      SpliceInfo later = SpliceInfo.read(section.movedBy(90_000));
      assertThat(later.segmentations()).isEqualTo(info.segmentations());
      assertThat(time(later.command())).isEqualTo(moved(time(info.command())));
      assertThat(info.encrypted() && !info.segmentations().isEmpty()).isFalse();
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  private static long time(SpliceCommand command) {
    return switch (command) {
      case SpliceCommand.Insert insert -> insert.time();
      case SpliceCommand.TimeSignal signal -> signal.time();
      case SpliceCommand.Null _, SpliceCommand.Other _ -> SpliceCommand.UNKNOWN;
    };
  }

  private static long moved(long time) {
    return time == SpliceCommand.UNKNOWN ? time : (time + 90_000) % PesHeader.TIME_RANGE;
  }
}
