package dev.sluice.session.link;

import dev.sluice.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a request comes from a node that has the cluster's key, as it stands in {@code
 * Authorization}: {@code Sluice-Link v=1, time=MS, nonce=…, mac=…}. The MAC is HMAC-SHA256 over
 * version, host, method, path, time and nonce, a line each; the key itself never travels.
 *
 * @param timeMs when it was made, UTC
 * @param nonce 22 characters of base64url that are used once
 * @param mac 32 bytes
 */
public record LinkProof(long timeMs, String nonce, Bytes mac) {
  /** Characters of a nonce: 128 bits and a little more. */
  public static final int NONCE_CHARS = 22;

  /** Characters of a header that are looked at. */
  static final int MAX_HEADER = 200;

  private static final String SCHEME = "Sluice-Link ";
  private static final Pattern FORM =
      Pattern.compile(
          "Sluice-Link v=1, time=(\\d{1,16}), nonce=([A-Za-z0-9_-]{22}), mac=([A-Za-z0-9_-]{43})");
  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

  /**
   * Proves a request.
   *
   * @param key of the cluster, at least 128 bits
   * @param host as the header {@code Host} has it
   * @param path with the query, as the first line of the request has it
   */
  public static LinkProof of(
      Bytes key, String host, String method, String path, long timeMs, String nonce) {
    String text =
        String.join("\n", "sluice-link-1", host, method, path, Long.toString(timeMs), nonce);
    return new LinkProof(timeMs, nonce, mac(key, text));
  }

  /** Reads the header; null when it is another scheme's, or none. */
  public static @Nullable LinkProof read(@Nullable String header) {
    if (header == null || header.length() > MAX_HEADER) {
      return null;
    }
    Matcher matcher = FORM.matcher(header);
    if (!matcher.matches()) {
      return null;
    }
    try {
      byte[] mac = Base64.getUrlDecoder().decode(matcher.group(3));
      return new LinkProof(Long.parseLong(matcher.group(1)), matcher.group(2), Bytes.of(mac));
    } catch (IllegalArgumentException notCanonical) {
      return null;
    }
  }

  /** Whether a header is of this scheme, in whatever form. */
  public static boolean isMeant(@Nullable String header) {
    return header != null && header.startsWith(SCHEME);
  }

  /** The header. */
  public String write() {
    return SCHEME
        + "v=1, time="
        + timeMs
        + ", nonce="
        + nonce
        + ", mac="
        + TO_TEXT.encodeToString(mac.toArray());
  }

  /**
   * What the answer to this request carries in {@code Sluice-Link-Answer}: nobody who has not the
   * key can make it, and it fits no other request.
   *
   * @param status of the answer
   */
  public String answer(Bytes key, int status) {
    String text =
        String.join("\n", "sluice-link-1 answer", Integer.toString(status), nonce, mac.toString());
    return TO_TEXT.encodeToString(mac(key, text).toArray());
  }

  /**
   * Whether {@code given} is the {@link #answer}; takes as long for a wrong one as for the right.
   */
  public boolean isAnsweredBy(Bytes key, int status, @Nullable String given) {
    return given != null
        && MessageDigest.isEqual(
            answer(key, status).getBytes(StandardCharsets.US_ASCII),
            given.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether the MACs are equal; takes as long when they are not. */
  boolean hasMacOf(LinkProof other) {
    return MessageDigest.isEqual(mac.toArray(), other.mac.toArray());
  }

  private static Bytes mac(Bytes key, String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8)).hmacSha256(key);
  }

  /** Without the MAC. */
  @Override
  public String toString() {
    return "proof of " + timeMs + " " + nonce;
  }
}
