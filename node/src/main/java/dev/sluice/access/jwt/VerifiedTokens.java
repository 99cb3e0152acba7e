package dev.sluice.access.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.wire.Bytes;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was found to be right, by their hash. When a generation is full, the one
 * before it is forgotten; when the keys change, all are. Any thread.
 */
final class VerifiedTokens {
  /** Tokens of one generation. */
  static final int MAX_GENERATION = 8_192;

  private static final int HASH_BYTES = 32;

  private volatile Generations generations = new Generations(JwtKeys.NONE, fresh(), fresh());

  private record Generations(
      JwtKeys keys,
      ConcurrentHashMap<Bytes, JwtClaims> young,
      ConcurrentHashMap<Bytes, JwtClaims> old) {}

  private static ConcurrentHashMap<Bytes, JwtClaims> fresh() {
    return new ConcurrentHashMap<>();
  }

  /** What a token says; null when it is not known. */
  @Nullable JwtClaims get(JwtKeys keys, String token) {
    Generations now = generations;
    if (now.keys != keys) {
      return null;
    }
    Bytes hash = hash(token);
    JwtClaims young = now.young.get(hash);
    return young == null ? now.old.get(hash) : young;
  }

  /** Remembers a token that was checked with {@code keys}. */
  void put(JwtKeys keys, String token, JwtClaims claims) {
    Generations now = generations;
    if (now.keys != keys) {
      now = new Generations(keys, fresh(), fresh());
      generations = now;
    } else if (now.young.size() >= MAX_GENERATION) {
      now = new Generations(keys, fresh(), now.young);
      generations = now;
    }
    now.young.put(hash(token), claims);
  }

  /** How many are remembered. */
  int size() {
    Generations now = generations;
    return now.young.size() + now.old.size();
  }

  private static Bytes hash(String token) {
    return Bytes.of(token.getBytes(UTF_8)).sha256(HASH_BYTES);
  }
}
