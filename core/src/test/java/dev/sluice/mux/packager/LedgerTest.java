package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerTest {
  private static final Bytes DIGEST = Bytes.ofHex("000102030405060708090a0b0c0d0e0f");
  private static final Cut FIRST =
      new Cut(81, 162_000_000_000_000L, 161_999_999_996_400L, Cut.Opening.RANDOM_ACCESS, false, 0);
  private static final Cut SECOND =
      new Cut(82, 162_000_000_180_000L, 162_000_000_180_000L, Cut.Opening.DEPENDENT, true, 1);

  private static final LedgerRecord.Period PERIOD =
      new LedgerRecord.Period(FIRST.start90k(), DIGEST, List.of(2_500L, 192L));

  static Stream<LedgerRecord> lines() {
    return Stream.of(
        new LedgerRecord.Begin(1, 1_800_000_000_000L),
        new LedgerRecord.Begin(1, Long.MIN_VALUE),
        new LedgerRecord.Target(1),
        new LedgerRecord.Target(65_535),
        new LedgerRecord.PartTarget(0, 1),
        new LedgerRecord.PartTarget(255, 0xFFFF_FFFFL),
        new LedgerRecord.Configured(7, DIGEST),
        new LedgerRecord.Begun(FIRST),
        new LedgerRecord.Begun(SECOND),
        new LedgerRecord.Begun(new Cut(0, 0, 0, Cut.Opening.GAP, false, 0)),
        new LedgerRecord.Begun(
            new Cut(Long.MAX_VALUE, Long.MAX_VALUE, 0, Cut.Opening.GAP, true, Long.MAX_VALUE)),
        new LedgerRecord.Period(0, DIGEST, List.of()),
        new LedgerRecord.Period(Long.MAX_VALUE, DIGEST, List.of(0L, 1L, 0xFFFF_FFFFL)),
        new LedgerRecord.Ended(0),
        new LedgerRecord.Ended(Long.MAX_VALUE));
  }

  private static ByteBuf written(List<LedgerRecord> lines) {
    ByteBuf out = Unpooled.buffer();
    lines.forEach(line -> line.write(out));
    return out;
  }

  @ParameterizedTest
  @MethodSource("lines")
  void whatIsWrittenIsRead(LedgerRecord line) {
    ByteBuf bytes = written(List.of(line));
    assertThat(bytes.readableBytes()).isLessThanOrEqualTo(64);
    assertThat(LedgerRecord.read(bytes.duplicate())).isEqualTo(line);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThat(LedgerRecord.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  @Test
  void isFixed() { // it stands on disks
    assertThat(Bytes.copyOf(written(List.of(new LedgerRecord.Target(2)))))
        .hasToString("02020002" + "66c7a2d5");
    assertThat(written(List.of(new LedgerRecord.Begun(FIRST))).readableBytes()).isEqualTo(39);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void damageIsFoundUnlessItIsTheEnd(LedgerRecord line) {
    ByteBuf two = written(List.of(line, new LedgerRecord.Target(3)));
    int first = two.readableBytes() - 8;
    for (int bit = 0; bit < 8 * first; bit++) {
      ByteBuf damaged = two.copy();
      damaged.setByte(bit / 8, damaged.getByte(bit / 8) ^ 1 << bit % 8);
      boolean length = bit / 8 == 1;
      if (!length) { // with a wrong length the line may seem to be the last one
        assertThatThrownBy(() -> LedgerRecord.read(damaged)).isInstanceOf(MalformedException.class);
      }
    }
    ByteBuf last = two.slice(0, first);
    last.setByte(2, last.getByte(2) ^ 1);
    assertThat(LedgerRecord.read(last)).isNull();
  }

  @Test
  void whatIsOfALaterVersionIsRefused() {
    ByteBuf bytes = written(List.of(new LedgerRecord.Begin(2, 0)));
    assertThatThrownBy(() -> Ledger.read(bytes))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("a ledger of packager version 2; this program knows 1");
  }

  @Test
  void aSnapshotSaysTheSameInFewerLines() {
    List<LedgerRecord> all = new ArrayList<>();
    Ledger ledger = new Ledger();
    ledger.onAppend(all::add);
    ledger.begin(1_800_000_000_000L);
    ledger.begin(1);
    ledger.append(new LedgerRecord.Configured(0, DIGEST));
    ledger.append(new LedgerRecord.Begun(FIRST));
    ledger.append(new LedgerRecord.PartTarget(0, 18_270));
    ledger.append(new LedgerRecord.Target(2));
    ledger.period(new LedgerRecord.Period(0, DIGEST, List.of(100L)));
    ledger.period(PERIOD);
    ledger.period(PERIOD);
    ledger.append(new LedgerRecord.Begun(SECOND));
    assertThat(all).hasSize(8);
    assertThat(ledger.snapshot()).hasSize(6).doesNotContain(new LedgerRecord.Begun(FIRST));

    Ledger read = Ledger.read(written(ledger.snapshot()));
    assertThat(read.snapshot()).isEqualTo(ledger.snapshot());
    assertThat(read.open()).isTrue();
    ledger.append(new LedgerRecord.Ended(162_000_000_270_000L));
    read = Ledger.read(written(ledger.snapshot()));
    assertThat(read.open()).isFalse();
    assertThat(read.end90k()).isEqualTo(162_000_000_270_000L);
    assertThat(read.last()).isEqualTo(SECOND);
    assertThat(read.targetSeconds()).isEqualTo(2);
    assertThat(read.part(0)).isEqualTo(new LedgerRecord.PartTarget(0, 18_270));
    assertThat(read.part(1)).isNull();
    assertThat(read.period()).isEqualTo(PERIOD);
  }

  @Test
  void asManyEncodingsAsFitIntoALine() {
    int most = LedgerRecord.MAX_ENCODINGS;
    var line = new LedgerRecord.Period(1, DIGEST, Collections.nCopies(most, 7L));
    ByteBuf bytes = written(List.of(line));
    assertThat(LedgerRecord.read(bytes.duplicate())).isEqualTo(line);
    assertThatThrownBy(() -> new LedgerRecord.Period(1, DIGEST, Collections.nCopies(most + 1, 7L)))
        .isInstanceOf(IllegalArgumentException.class);
    // a line of another program's, with one more
    ByteBuf more = Unpooled.buffer();
    more.writeByte(7)
        .writeByte(bytes.getByte(1) + 4)
        .writeBytes(bytes, 2, bytes.getUnsignedByte(1));
    more.writeInt(7);
    CRC32 crc = new CRC32();
    crc.update(more.array(), 0, more.writerIndex());
    more.writeInt((int) crc.getValue());
    assertThatThrownBy(() -> LedgerRecord.read(more)).isInstanceOf(MalformedException.class);
  }

  @Test
  void numbersAndTimesNeverGoBack() {
    Ledger ledger = new Ledger();
    ledger.apply(new LedgerRecord.Begun(SECOND));
    assertThatThrownBy(() -> ledger.apply(new LedgerRecord.Begun(FIRST)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("segment 81 at 162000000000000 follows segment 82");
    Cut sameNumber =
        new Cut(82, SECOND.start90k() + 1, SECOND.start90k() + 1, Cut.Opening.GAP, false, 1);
    assertThatThrownBy(() -> ledger.apply(new LedgerRecord.Begun(sameNumber)))
        .isInstanceOf(MalformedException.class);
    // what was lost when a process died is told again as a gap
    ledger.apply(
        new LedgerRecord.Begun(
            new Cut(82, SECOND.start90k(), SECOND.start90k(), Cut.Opening.GAP, false, 1)));
  }

  @FuzzTest
  void anyBytesAreALedgerOrRefused(byte[] input) {
    Ledger ledger;
    try {
      ledger = Ledger.read(Unpooled.wrappedBuffer(input));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return;
    }
    ByteBuf again = written(ledger.snapshot());
    assertThat(again.readableBytes()).isLessThanOrEqualTo(input.length);
    assertThat(Ledger.read(again).snapshot()).isEqualTo(ledger.snapshot());
  }
}
