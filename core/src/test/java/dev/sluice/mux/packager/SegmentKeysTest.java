package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentKeysTest {
  private static final Bytes SECRET = Bytes.ofHex("000102030405060708090a0b0c0d0e0f10111213");
  private static final long PERIOD_90K = 600 * 90_000;
  private static final SegmentKeys KEYS = new SegmentKeys(SECRET, "live/cam", PERIOD_90K);

  private static Cut cut(long start90k) {
    return new Cut(7, start90k, start90k, Cut.Opening.RANDOM_ACCESS, false, 0);
  }

  /** RFC 5869 by hand: extract with the salt, expand one block. */
  private static Bytes byHand(long index) throws GeneralSecurityException {
    byte[] salt = "Sluice HLS AES-128".getBytes(StandardCharsets.US_ASCII);
    byte[] extracted = hmac(salt, SECRET.toArray());
    ByteBuf info = Unpooled.buffer();
    info.writeBytes("live/cam\0".getBytes(StandardCharsets.US_ASCII)).writeLong(index).writeByte(1);
    byte[] expanded = hmac(extracted, ByteBufUtil.getBytes(info));
    return Bytes.copyOf(Unpooled.wrappedBuffer(expanded, 0, 16));
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  @Test
  void aKeyIsMadeOfSecretStreamAndPeriod() throws GeneralSecurityException {
    assertThat(KEYS.key(0)).isEqualTo(byHand(0));
    assertThat(KEYS.key(2_700_000)).isEqualTo(byHand(2_700_000));
    assertThat(new SegmentKeys(SECRET, "live/cam", 2 * PERIOD_90K).key(0)).isEqualTo(KEYS.key(0));
    assertThat(new SegmentKeys(SECRET, "live/cam2", PERIOD_90K).key(0)).isNotEqualTo(KEYS.key(0));
    assertThat(KEYS.key(1)).isNotEqualTo(KEYS.key(0));
  }

  @Test
  void aKeyChangesWithThePeriod() {
    assertThat(KEYS.index(cut(0))).isZero();
    assertThat(KEYS.index(cut(PERIOD_90K - 1))).isZero();
    assertThat(KEYS.index(cut(PERIOD_90K))).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 15, 16, 17, 188 * 47, 1 << 20})
  void anybodyWithTheKeyReadsIt(int size) throws GeneralSecurityException {
    Cut cut = cut(162_000_000_180_000L);
    ByteBuf plain = SimulatedStream.ALLOCATOR.directBuffer(size);
    for (int i = 0; i < size; i++) {
      plain.writeByte(31 * i);
    }
    ByteBuf encrypted = KEYS.encrypt(cut, plain, SimulatedStream.ALLOCATOR);
    assertThat(encrypted.readableBytes()).isEqualTo((size / 16 + 1) * 16);
    assertThat(encrypted.isWritable()).isFalse();
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(KEYS.key(KEYS.index(cut)).toArray(), "AES"),
        new IvParameterSpec(Bytes.ofHex("0000000000000000000093569076df20").toArray()));
    ByteBuf decrypted = Unpooled.wrappedBuffer(cipher.doFinal(ByteBufUtil.getBytes(encrypted)));
    assertThat(decrypted).isEqualTo(plain);
    plain.release();
    encrypted.release();
  }

  @Test
  void secretsAndPeriodsHaveALeastSize() {
    assertThatThrownBy(() -> new SegmentKeys(Bytes.ofHex("00"), "live/cam", PERIOD_90K))
        .isInstanceOf(IllegalArgumentException.class);
    new SegmentKeys(SECRET, "live/cam", SegmentKeys.MIN_PERIOD_90K);
    assertThatThrownBy(() -> new SegmentKeys(SECRET, "live/cam", SegmentKeys.MIN_PERIOD_90K - 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
