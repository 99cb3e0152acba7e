package dev.sluice.mux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class StoredHeadTest {
  private static final StoredHead HEAD =
      new StoredHead(
          StoredHead.Kind.SEGMENT,
          Track.Kind.VIDEO,
          3,
          Timescale.VIDEO,
          new Cut(7, 180_000, 179_000, Cut.Opening.DEPENDENT, true, 2),
          180_000,
          90_000,
          Bytes.ofHex("0a0b0c0d0e0f"),
          5,
          0x01020304);

  private static ByteBuf written(StoredHead head) {
    ByteBuf out = Unpooled.buffer();
    head.write(out);
    return out;
  }

  @Test
  void itsBytesAreTheseForEver() {
    ByteBuf out = written(HEAD);
    assertThat(out.readableBytes()).isEqualTo(StoredHead.SIZE);
    assertThat(ByteBufUtil.hexDump(out, 0, StoredHead.SIZE - 4))
        .isEqualTo(
            "534c534701010003"
                + "00015f9001010a0b0c0d0e0f"
                + "0000000000000007"
                + "000000000002bf20"
                + "000000000002bb38"
                + "0000000000000002"
                + "000000000002bf20"
                + "0000000000015f90"
                + "0000000501020304"
                + "0000000000000000");
    var crc = new CRC32C();
    crc.update(out.array(), 0, StoredHead.SIZE - 4);
    assertThat(out.getInt(StoredHead.SIZE - 4)).isEqualTo((int) crc.getValue());
  }

  @Test
  void ofLessThanAHeadNothingIsTaken() {
    ByteBuf whole = written(HEAD);
    for (int length = 0; length < StoredHead.SIZE; length++) {
      ByteBuf some = whole.slice(0, length);
      assertThat(StoredHead.read(some)).isNull();
      assertThat(some.readerIndex()).isZero();
    }
    assertThat(StoredHead.read(whole)).isEqualTo(HEAD);
    assertThat(whole.isReadable()).isFalse();
  }

  @Test
  void oneDamagedByteIsNoticedWhereverItIs() {
    for (int at = 0; at < StoredHead.SIZE; at++) {
      ByteBuf damaged = written(HEAD);
      damaged.setByte(at, damaged.getByte(at) ^ 0x10);
      assertThatThrownBy(() -> StoredHead.read(damaged)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void aLaterVersionIsSaidToBeOne() {
    ByteBuf later = written(HEAD);
    later.setByte(4, 2);
    var crc = new CRC32C();
    crc.update(later.array(), 0, StoredHead.SIZE - 4);
    later.setInt(StoredHead.SIZE - 4, (int) crc.getValue());
    assertThatThrownBy(() -> StoredHead.read(later))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("version 2");
  }

  /** A CRC that is right does not make a value right. */
  @Test
  void whatCannotBeIsRefused() {
    for (int[] wrong :
        new int[][] {{5, 3}, {6, 3}, {12, 3}, {8, 0x80}, {20, 0x80}, {60, 0x80}, {68, 0x7F}}) {
      ByteBuf bytes = written(HEAD);
      bytes.setByte(wrong[0], wrong[1]);
      var crc = new CRC32C();
      crc.update(bytes.array(), 0, StoredHead.SIZE - 4);
      bytes.setInt(StoredHead.SIZE - 4, (int) crc.getValue());
      assertThatThrownBy(() -> StoredHead.read(bytes)).isInstanceOf(MalformedException.class);
    }
  }

  @RepeatedTest(100)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    StoredHead.Kind kind = StoredHead.Kind.values()[random.nextInt(3)];
    long start = random.nextLong(Long.MAX_VALUE);
    byte[] digest = new byte[StoredHead.DIGEST_SIZE];
    random.nextBytes(digest);
    var head =
        new StoredHead(
            kind,
            Track.Kind.values()[random.nextInt(3)],
            random.nextInt(256),
            new Timescale(random.nextInt(1, 1_000_000_001)),
            new Cut(
                random.nextLong(Long.MAX_VALUE),
                start,
                random.nextLong(start + 1),
                Cut.Opening.values()[random.nextInt(3)],
                random.nextBoolean(),
                random.nextLong(Long.MAX_VALUE)),
            random.nextLong(Long.MAX_VALUE),
            random.nextLong(Long.MAX_VALUE),
            Bytes.of(digest),
            kind == StoredHead.Kind.GAP ? 0 : random.nextInt(StoredHead.MAX_MEDIA_SIZE + 1),
            random.nextInt());
    assertThat(StoredHead.read(written(head))).isEqualTo(head);
  }

  @Test
  void mediaAreKnownByTheirChecksum() {
    ByteBuf media =
        Unpooled.wrappedBuffer(Unpooled.copyInt(1, 2), Unpooled.directBuffer().writeLong(3));
    int crc = StoredHead.mediaCrc(media);
    StoredHead of =
        new StoredHead(
            HEAD.kind(),
            HEAD.trackKind(),
            HEAD.trackId(),
            HEAD.timescale(),
            HEAD.cut(),
            HEAD.startPts(),
            HEAD.duration(),
            HEAD.initDigest(),
            media.readableBytes(),
            crc);
    assertThat(of.matches(media)).isTrue();
    assertThat(of.matches(media.slice(0, 15))).isFalse();
    media.setByte(9, 1);
    assertThat(of.matches(media)).isFalse();
    media.release();
  }
}
