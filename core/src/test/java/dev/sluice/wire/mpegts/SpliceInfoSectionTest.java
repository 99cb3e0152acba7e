package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpliceInfoSectionTest {
  /** The splice_insert of SCTE 35, section 14.2. */
  static final Bytes INSERT =
      Bytes.ofHex(
          "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF5"
              + "00000000000A0008435545490000013562DBA30A");

  @Test
  void readsTheExampleOfTheStandard() {
    var section = new SpliceInfoSection(INSERT);
    assertThat(section.ptsAdjustment()).isZero();
    assertThat(section.commandType()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 0xFFFF_FFFFL, 0x1_0000_0000L, 0x1_FFFF_FFFFL, 123_456_789_012L})
  void movesInTimeAndBack(long ticks) {
    var moved = new SpliceInfoSection(INSERT).movedBy(ticks);
    assertThat(moved.ptsAdjustment()).isEqualTo(Math.floorMod(ticks, 1L << 33));
    assertThat(moved.movedBy(-ticks).bytes()).isEqualTo(INSERT);
    // only the adjustment and the CRC differ
    for (int i = 0; i < INSERT.size() - 4; i++) {
      if (i < 4 || i > 8) {
        assertThat(moved.bytes().at(i)).isEqualTo(INSERT.at(i));
      }
    }
    assertThat(moved.bytes().at(4) & 0xFE).isEqualTo(INSERT.at(4) & 0xFE);
  }

  @Test
  void everyTruncationAndEveryWrongByteIsMalformed() {
    ByteBuf whole = INSERT.buffer();
    for (int size = 0; size < INSERT.size(); size++) {
      Bytes truncated = Bytes.copyOf(whole.slice(0, size));
      assertThatThrownBy(() -> new SpliceInfoSection(truncated))
          .isInstanceOf(MalformedException.class);
    }
    for (int i = 0; i < INSERT.size(); i++) {
      byte[] wrong = INSERT.toArray();
      wrong[i] ^= 1;
      assertThatThrownBy(() -> new SpliceInfoSection(Bytes.of(wrong)))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void aSectionOfTheGreatestLengthIsTaken() {
    ByteBuf most = Unpooled.buffer();
    most.writeByte(0xFC).writeShort(0x3FFD & 0x3FFF).writeZero(4_089);
    most.writeInt(Crc32Mpeg.of(most, 0, most.readableBytes()));
    assertThat(most.readableBytes()).isEqualTo(Section.MAX_SIZE);
    assertThat(new SpliceInfoSection(Bytes.copyOf(most)).ptsAdjustment()).isZero();
  }
}
