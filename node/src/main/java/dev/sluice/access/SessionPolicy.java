package dev.sluice.access;

import static dev.sluice.wire.Checks.checkRange;

/**
 * How sessions are looked after.
 *
 * @param recheckMs after how long at most somebody is judged again
 * @param endsWithProof whether a session ends when its token or address does
 */
public record SessionPolicy(long recheckMs, boolean endsWithProof) {
  /** Once a minute; what has ended ends. */
  public static final SessionPolicy DEFAULT = new SessionPolicy(60_000, true);

  public SessionPolicy {
    checkRange("recheckMs", recheckMs, 1_000, 86_400_000);
  }
}
