package dev.sluice.mux.packager;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one stream's transport streams (RFC 8216bis, section 4.4.4.4, AES-128): a new one for
 * each period, made of a secret, so that they are the same on every node that has it and nobody
 * keeps any. Whole segments are encrypted in CBC mode; the initialization vector is the segment's
 * start, as a number of 128 bits.
 */
public final class SegmentKeys {
  /** Bytes of a key, and of a block. */
  public static final int SIZE = 16;

  /** The shortest period: 10 s. */
  public static final long MIN_PERIOD_90K = 10 * 90_000L;

  private static final byte[] SALT = "Sluice HLS AES-128".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec secret;
  private final byte[] stream;
  private final long period90k;

  /**
   * The keys of a stream.
   *
   * @param secret at least 16 bytes
   * @param stream its name
   * @param period90k how long a key is used, 90 kHz
   */
  public SegmentKeys(Bytes secret, String stream, long period90k) {
    checkRange("size of secret", secret.size(), SIZE, 1 << 16);
    checkRange("period90k", period90k, MIN_PERIOD_90K, Long.MAX_VALUE);
    this.secret = new SecretKeySpec(secret.toArray(), "HKDF");
    this.stream = stream.getBytes(StandardCharsets.UTF_8);
    this.period90k = period90k;
  }

  /** The number of the key for a segment. */
  public long index(Cut cut) {
    return cut.start90k() / period90k;
  }

  /** A key: HKDF-SHA256 of secret, stream and number. */
  public Bytes key(long index) {
    ByteBuf info = Unpooled.buffer().writeBytes(stream).writeByte(0).writeLong(index);
    try {
      var derivation =
          HKDFParameterSpec.ofExtract()
              .addIKM(secret)
              .addSalt(SALT)
              .thenExpand(Bytes.copyOf(info).toArray(), SIZE);
      return Bytes.of(KDF.getInstance("HKDF-SHA256").deriveData(derivation));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK from 25 on has HKDF-SHA256", missing);
    }
  }

  /** The initialization vector of a segment. */
  public static Bytes vector(Cut cut) {
    return Bytes.copyOf(Unpooled.buffer().writeLong(0).writeLong(cut.start90k()));
  }

  /**
   * A segment encrypted.
   *
   * @param plain borrowed
   * @return owned by the caller; of exact size
   */
  ByteBuf encrypt(Cut cut, ByteBuf plain, ByteBufAllocator allocator) {
    int size = (plain.readableBytes() / SIZE + 1) * SIZE; // there is always some padding
    ByteBuf encrypted = allocator.directBuffer(size, size);
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key(index(cut)).toArray(), "AES"),
          new IvParameterSpec(vector(cut).toArray()));
      ByteBuffer into = encrypted.nioBuffer(0, size);
      encrypted.writerIndex(cipher.doFinal(plain.nioBuffer(), into));
      return encrypted;
    } catch (GeneralSecurityException missing) {
      encrypted.release();
      throw new IllegalStateException("every JDK has AES", missing);
    }
  }
}
