package dev.sluice.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A secret that whoever has it may use: compared in constant time, never shown by accident. */
public final class Token {
  /** Letters and digits that nobody takes for one another. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  /** 26 characters of 5 bits: 130 bits. */
  private static final int LENGTH = 26;

  /** Less than this is no secret. */
  static final int MIN_LENGTH = 8;

  private final byte[] secret;

  /**
   * A token of somebody's choice.
   *
   * @throws IllegalArgumentException when it has fewer than 8 characters
   */
  public Token(String secret) {
    if (secret.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "the token has "
              + secret.length()
              + " characters, at least "
              + MIN_LENGTH
              + " are needed");
    }
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A new token of 130 bits.
   *
   * @param random of cryptographic quality
   */
  static Token make(RandomGenerator random) {
    var text = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new Token(text.toString());
  }

  /** Whether {@code given} is the secret. */
  public boolean matches(@Nullable String given) {
    return given != null && MessageDigest.isEqual(secret, given.getBytes(StandardCharsets.UTF_8));
  }

  /** The secret itself, to be stored or shown to whoever may see it. */
  public String reveal() {
    return new String(secret, StandardCharsets.UTF_8);
  }

  /** The secret's bytes, for keyed hashes; not to be changed. */
  byte[] bytes() {
    return secret;
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "token";
  }
}
