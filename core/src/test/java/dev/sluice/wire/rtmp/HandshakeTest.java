package dev.sluice.wire.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.rtmp.HandshakeDigest.Scheme;
import dev.sluice.wire.rtmp.HandshakeDigest.Side;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final int DIGEST_BYTES = HandshakeDigest.DIGEST_BYTES;

  /** Worked out with another HMAC, over bytes that follow a rule. */
  @ParameterizedTest
  @CsvSource({
    "KEY_FIRST, 942,"
        + " 492c04ebd265e6343c4c12f5580a46399bec2724821f27f321b95ca75b63b318,"
        + " 01d1722f262d0920a2fd6c2cff614d034585bbacbc28b5c77a88ca2fc0c3b984,"
        + " 274baf7d7818d3a0eead82951b7cac1811018ef35923f4e4e394015b062cfe7a,"
        + " ceaee2ba280eb5938097ff93e2c7d282e3b982077f258e72fa722067e932a793",
    "DIGEST_FIRST, 290,"
        + " 36d27b365b84e5e55f376e2f24f3a7dd6b8b5e9b002f035f99366c07e43b8d41,"
        + " 2e691a99791972c8b772eb258df6475daab3454c59f81df497d3012cce3ec8bc,"
        + " 049fdafed598a20f4b4dfc7b3230165ad7f9557933ce78086f80866cab476808,"
        + " c3ecef0df7fa040e910d982c2ec1a874a815ce26843b2ec41feca61ac82680eb",
  })
  void digestsAreTheKnownOnes(
      Scheme scheme, int index, String ofC1, String ofS1, String ofS2, String ofC2) {
    byte[] c1 = ruled(7, 3);
    assertThat(scheme.digestIndex(c1)).isEqualTo(index);
    HandshakeDigest.seal(c1, scheme, Side.CLIENT);
    assertThat(hex(c1, index)).isEqualTo(ofC1);
    assertThat(HandshakeDigest.find(c1, Side.CLIENT)).isEqualTo(scheme);
    assertThat(HandshakeDigest.find(c1, Side.SERVER)).isNull();
    byte[] s1 = ruled(7, 3);
    HandshakeDigest.seal(s1, scheme, Side.SERVER);
    assertThat(hex(s1, index)).isEqualTo(ofS1);
    byte[] s2 = ruled(5, 1);
    HandshakeDigest.sealAnswer(s2, Side.SERVER, c1, scheme);
    assertThat(hex(s2, 1504)).isEqualTo(ofS2);
    byte[] c2 = ruled(5, 1);
    HandshakeDigest.sealAnswer(c2, Side.CLIENT, s1, scheme);
    assertThat(hex(c2, 1504)).isEqualTo(ofC2);
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void aDigestIsAnsweredInItsScheme(Scheme scheme) {
    for (int seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      byte[] c1 = new byte[Handshake.BLOCK_BYTES];
      random.nextBytes(c1);
      HandshakeDigest.seal(c1, scheme, Side.CLIENT);
      byte[] answer = Handshake.serverAnswer(c1, 0x01020304, random);
      assertThat(answer).hasSize(1 + 2 * Handshake.BLOCK_BYTES);
      assertThat(answer[0]).isEqualTo((byte) 3);
      byte[] s1 = Arrays.copyOfRange(answer, 1, Handshake.HELLO_BYTES);
      assertThat(Arrays.copyOf(s1, 8)).containsExactly(1, 2, 3, 4, 1, 0, 5, 4);
      assertThat(HandshakeDigest.find(s1, Side.SERVER)).isEqualTo(scheme);
      byte[] s2 = Arrays.copyOfRange(answer, Handshake.HELLO_BYTES, answer.length);
      byte[] resealed = s2.clone();
      HandshakeDigest.sealAnswer(resealed, Side.SERVER, c1, scheme);
      assertThat(s2).isEqualTo(resealed);
      byte[] c2 = Handshake.clientAnswer(s1, random);
      byte[] c2Resealed = c2.clone();
      HandshakeDigest.sealAnswer(c2Resealed, Side.CLIENT, s1, scheme);
      assertThat(c2).isEqualTo(c2Resealed);
    }
  }

  @Test
  void withoutADigestTheAnswerIsACopy() {
    byte[] c1 = ruled(7, 3);
    byte[] answer = Handshake.serverAnswer(c1, 5, new SplittableRandom(1));
    byte[] s1 = Arrays.copyOfRange(answer, 1, Handshake.HELLO_BYTES);
    assertThat(Arrays.copyOf(s1, 8)).containsExactly(0, 0, 0, 5, 0, 0, 0, 0);
    assertThat(HandshakeDigest.find(s1, Side.SERVER)).isNull();
    assertThat(Arrays.copyOfRange(answer, Handshake.HELLO_BYTES, answer.length)).isEqualTo(c1);
    assertThat(Handshake.clientAnswer(s1, new SplittableRandom(2))).isEqualTo(s1);
  }

  @Test
  void aDigestWithOneWrongBitIsNone() {
    byte[] hello = Handshake.clientHello(0, new SplittableRandom(3));
    byte[] c1 = Arrays.copyOfRange(hello, 1, hello.length);
    assertThat(HandshakeDigest.find(c1, Side.CLIENT)).isEqualTo(Scheme.DIGEST_FIRST);
    for (int i = 0; i < c1.length; i += 97) {
      c1[i] ^= 1;
      assertThat(HandshakeDigest.find(c1, Side.CLIENT)).as("byte %d", i).isNull();
      c1[i] ^= 1;
    }
  }

  @Test
  void theDigestLiesInsideItsBlockWhereverItsPlaceIsSaidToBe() {
    for (Scheme scheme : Scheme.values()) {
      for (int sum = 0; sum <= 4 * 255; sum++) {
        byte[] block = new byte[Handshake.BLOCK_BYTES];
        for (int i = 0, left = sum; i < 4; i++) {
          int part = Math.min(left, 255);
          block[(scheme == Scheme.KEY_FIRST ? 772 : 8) + i] = (byte) part;
          left -= part;
        }
        int begin = scheme == Scheme.KEY_FIRST ? 776 : 12;
        assertThat(scheme.digestIndex(block))
            .isBetween(begin, begin + 760 - DIGEST_BYTES)
            .isEqualTo(begin + sum % 728);
      }
    }
  }

  @Test
  void onlyVersion3IsSpoken() {
    assertThatCode(() -> Handshake.checkVersion(3)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Handshake.checkVersion(6))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("RTMPE");
    assertThatThrownBy(() -> Handshake.checkVersion(0x16))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("TLS");
    assertThatThrownBy(() -> Handshake.checkVersion('G'))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("HTTP");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 5, 31, 32, 0xF3, 255})
  void otherVersionsAreMalformed(int version) {
    assertThatThrownBy(() -> Handshake.checkVersion(version))
        .isInstanceOf(MalformedException.class)
        .hasMessage("RTMP version %d, allowed is 3", version);
  }

  private static byte[] ruled(int factor, int offset) {
    byte[] block = new byte[Handshake.BLOCK_BYTES];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) (factor * i + offset);
    }
    return block;
  }

  private static String hex(byte[] block, int index) {
    return HexFormat.of().formatHex(block, index, index + DIGEST_BYTES);
  }
}
