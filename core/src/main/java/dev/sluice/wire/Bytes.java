package dev.sluice.wire;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A short immutable byte string with value equality: configuration records, keys, digests. Not for
 * media payload, which stays in {@code ByteBuf}s.
 */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final String HMAC = "HmacSHA256";

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Copies {@code bytes}. */
  public static Bytes of(byte... bytes) {
    return new Bytes(bytes.clone());
  }

  /** Copies the readable bytes of {@code buffer}, whose indexes stay as they are. */
  public static Bytes copyOf(ByteBuf buffer) {
    return new Bytes(ByteBufUtil.getBytes(buffer));
  }

  /** Reads hexadecimal digits, two a byte. */
  public static Bytes ofHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  /** Number of bytes. */
  public int size() {
    return array.length;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return array[index] & 0xFF;
  }

  /** Whether these are the bytes of {@code buffer} from {@code index} on. */
  public boolean matches(ByteBuf buffer, int index, int length) {
    if (length != array.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (array[i] != buffer.getByte(index + i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether these are {@code length} bytes of {@code other} from {@code index} on. */
  public boolean matches(byte[] other, int index, int length) {
    return Arrays.equals(array, 0, array.length, other, index, index + length);
  }

  /** The first {@code size} bytes of the SHA-256 of these: 0 to 32. */
  public Bytes sha256(int size) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(array);
      return new Bytes(Arrays.copyOf(digest, checkRange("size", size, 0, digest.length)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  /** The HMAC-SHA-256 of these under {@code key} (RFC 2104), which is not empty: 32 bytes. */
  public Bytes hmacSha256(Bytes key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.array, HMAC));
      return new Bytes(mac.doFinal(array));
    } catch (NoSuchAlgorithmException | InvalidKeyException missing) {
      throw new IllegalStateException("every JDK has " + HMAC, missing);
    }
  }

  /** A read-only heap view; needs no release. */
  public ByteBuf buffer() {
    return Unpooled.wrappedBuffer(array).asReadOnly();
  }

  /** A copy. */
  public byte[] toArray() {
    return array.clone();
  }

  /** Appends these bytes to {@code out}. */
  public void writeTo(ByteBuf out) {
    out.writeBytes(array);
  }

  /** Puts {@code length} of these bytes, from {@code from} on, into {@code out}. */
  public void writeTo(ByteBuffer out, int from, int length) {
    out.put(array, from, length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  /** Hexadecimal digits, two a byte. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(array);
  }
}
