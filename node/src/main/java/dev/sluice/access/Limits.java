package dev.sluice.access;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What an allowance is bounded by.
 *
 * @param user whom it was given to; empty when that is not known
 * @param tokenId names what proves it, without being good for anything: the {@code jti} of a JSON
 *     web token, or {@link #digest}; empty where nothing of the kind was given
 * @param untilMs when it ends, UTC in milliseconds; {@link #NEVER} when it does not
 * @param maxSessions how many sessions the user may have at a time; 0 for no limit
 * @param recheckMs when it is to be asked for again, UTC in milliseconds; {@link #NEVER} for not
 */
public record Limits(String user, String tokenId, long untilMs, int maxSessions, long recheckMs) {
  /** No time at all. */
  public static final long NEVER = Long.MAX_VALUE;

  /** No bounds. */
  public static final Limits NONE = of("");

  /** What a digest begins with, so that it is taken for nothing else. */
  private static final String DIGEST = "sha256:";

  /** Of a digest, so many bytes are kept: enough that no two are the same. */
  private static final int DIGEST_BYTES = 15;

  public Limits {
    checkRange("maxSessions", maxSessions, 0, Integer.MAX_VALUE);
  }

  /** Somebody known, for as long as he likes. */
  public static Limits of(String user) {
    return new Limits(user, "", NEVER, 0, NEVER);
  }

  /** Until a time that nothing can put off: to ask again before would give the same. */
  public static Limits until(String user, String tokenId, long untilMs, int maxSessions) {
    return new Limits(user, tokenId, untilMs, maxSessions, untilMs);
  }

  /** The same, proved by what has that name. */
  public Limits provedBy(String name) {
    return new Limits(user, name, untilMs, maxSessions, recheckMs);
  }

  /** The same, without an end. */
  Limits endless() {
    return untilMs == NEVER ? this : new Limits(user, tokenId, NEVER, maxSessions, recheckMs);
  }

  /** A name for a proof that has none: it tells nothing of it, and may be shown. */
  public static String digest(String proof) {
    byte[] hash = Bytes.of(proof.getBytes(StandardCharsets.UTF_8)).sha256(DIGEST_BYTES).toArray();
    return DIGEST + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }
}
