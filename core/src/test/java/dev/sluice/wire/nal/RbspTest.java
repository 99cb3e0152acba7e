package dev.sluice.wire.nal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Emulation prevention, read byte by byte and passed over. */
class RbspTest {
  @ParameterizedTest(name = "{0} without the first {1} is {2}")
  @CsvSource({
    "00000301, 0, 000001",
    "00000301, 1, 0001",
    "00000301, 2, 01",
    "00000301, 3, ''",
    "1122000003000003AA, 3, 000000AA",
    "1122000003000003AA, 4, 0000AA",
    "0003AA, 2, AA", // one zero is no reason
    "AABBCC00000300, 3, 000000",
    "AABBCC00000300, 5, 00",
  })
  void passesOverBytes(String hex, int count, String left) {
    ByteBuf in = Bytes.ofHex("EE" + hex + "EE").buffer();
    Rbsp rbsp = new Rbsp(in, 1, in.writerIndex() - 1);
    assertThat(rbsp.skip(count)).isTrue();
    assertThat(rest(rbsp)).isEqualTo(Bytes.ofHex(left));
    assertThat(rbsp.skip(0)).isTrue();
    assertThat(rbsp.skip(1)).isFalse();
  }

  /** Few values, so that zeros and threes come together. */
  @RepeatedTest(300)
  void passingOverIsReadingWithoutLooking(RepetitionInfo run) {
    var random = Seeds.random(run);
    byte[] bytes = new byte[random.nextInt(200)];
    int values = random.nextInt(1, 9);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(values);
    }
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    Rbsp read = new Rbsp(in, 0, bytes.length);
    Rbsp skipped = new Rbsp(in, 0, bytes.length);
    for (int i = 0; i < 20; i++) {
      int count = random.nextInt(30);
      boolean enough = true;
      for (int j = 0; j < count; j++) {
        enough = read.next() >= 0;
      }
      assertThat(skipped.skip(count)).isEqualTo(enough);
      assertThat(skipped.next()).isEqualTo(read.next());
    }
  }

  private static Bytes rest(Rbsp rbsp) {
    ByteBuf out = Unpooled.buffer();
    for (int octet; (octet = rbsp.next()) >= 0; ) {
      out.writeByte(octet);
    }
    return Bytes.copyOf(out);
  }
}
