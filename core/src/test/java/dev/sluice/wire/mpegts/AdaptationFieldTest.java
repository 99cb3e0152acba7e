package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptationFieldTest {
  private static final int NO = AdaptationField.NO_COUNTDOWN;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0100, false, false, false, -1, -1, -2147483648, ''",
    "0180, true, false, false, -1, -1, -2147483648, ''",
    "0140, false, true, false, -1, -1, -2147483648, ''",
    "0120, false, false, true, -1, -1, -2147483648, ''",
    // a base of 1 and an extension of 1; then all bits of both
    "0750 00000000FE01, false, true, false, 301, -1, -2147483648, ''",
    "0710 FFFFFFFFFF2B, false, false, false, 2576980377599, -1, -2147483648, ''",
    "0D18 00000000FE01 00000000FE02, false, false, false, 301, 302, -2147483648, ''",
    "0204FE, false, false, false, -1, -1, -2, ''",
    "0502 03ABCDEF, false, false, false, -1, -1, -2147483648, ABCDEF",
    "06 00 FFFFFFFFFF, false, false, false, -1, -1, -2147483648, ''",
  })
  void readsAndWrites(
      String hex,
      boolean discontinuity,
      boolean randomAccess,
      boolean priority,
      long pcr,
      long opcr,
      int countdown,
      String privateData) {
    var field =
        new AdaptationField(
            discontinuity, randomAccess, priority, pcr, opcr, countdown, Bytes.ofHex(privateData));
    ByteBuf bytes = Bytes.ofHex(hex.replace(" ", "")).buffer();
    assertThat(AdaptationField.read(bytes, 0)).isEqualTo(field);
    ByteBuf out = Unpooled.buffer();
    field.write(bytes.readableBytes(), out);
    assertThat(out).isEqualTo(bytes);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "06 10 0000000000, PCR",
    "0C 18 000000000000 0000000000, OPCR",
    "01 04, splice countdown",
    "01 02, length of private data",
    "03 02 02 00, private data",
  })
  void whatDoesNotFitIsMalformed(String hex, String what) {
    ByteBuf bytes = Bytes.ofHex(hex.replace(" ", "")).buffer();
    assertThatThrownBy(() -> AdaptationField.read(bytes, 0))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(what);
  }

  @Test
  void aLengthOfNoneIsOneByteOfStuffing() {
    assertThat(AdaptationField.read(Bytes.of((byte) 0).buffer(), 0))
        .isEqualTo(new AdaptationField(false, false, false, -1, -1, NO, Bytes.EMPTY));
    ByteBuffer out = ByteBuffer.allocate(1);
    AdaptationField.write(1, false, AdaptationField.NONE, out);
    assertThat(out.flip()).isEqualTo(ByteBuffer.wrap(new byte[1]));
  }

  @Test
  void anExtensionPast299CountsAs299() {
    ByteBuf bytes = Bytes.ofHex("0710000000007FFF").buffer();
    assertThat(AdaptationField.read(bytes, 0).pcr()).isEqualTo(299);
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    byte[] privateData = new byte[random.nextBoolean() ? 0 : random.nextInt(100)];
    random.nextBytes(privateData);
    var field =
        new AdaptationField(
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextBoolean() ? -1 : random.nextLong(AdaptationField.PCR_RANGE),
            random.nextBoolean() ? -1 : random.nextLong(AdaptationField.PCR_RANGE),
            random.nextBoolean() ? NO : random.nextInt(-128, 128),
            Bytes.of(privateData));
    ByteBuf out = Unpooled.buffer().writeByte(1);
    int size = random.nextInt(field.size(), PacketHeader.BODY_SIZE + 1);
    field.write(size, out);
    assertThat(out.readableBytes()).isEqualTo(1 + size);
    assertThat(AdaptationField.read(out, 1)).isEqualTo(field);
    // and with what muxers use
    ByteBuffer written = ByteBuffer.allocate(size);
    AdaptationField.write(size, field.randomAccess(), field.pcr(), written);
    assertThat(written.hasRemaining()).isFalse();
    ByteBuf quick = Unpooled.wrappedBuffer(written.flip());
    assertThat(AdaptationField.read(quick, 0).pcr()).isEqualTo(field.pcr());
    assertThat(AdaptationField.read(quick, 0).randomAccess()).isEqualTo(field.randomAccess());
  }
}
