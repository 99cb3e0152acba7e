package dev.sluice.session.link;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in that prove that they have the cluster's key, are not older or newer than {@link
 * #MAX_SKEW_MS}, and have not been there before. One thread at a time.
 */
public final class LinkGate {
  /** Bytes of the shortest key: 128 bits. */
  public static final int MIN_KEY_BYTES = 16;

  /** How far the clocks of two nodes may be apart: 30 s. */
  public static final long MAX_SKEW_MS = 30_000;

  /** Nonces that are remembered; beyond that, requests are refused until some have aged. */
  public static final int MAX_NONCES = 65_536;

  private final Bytes key;
  private final Set<String> nonces = new HashSet<>();
  private final ArrayDeque<LinkProof> byAge = new ArrayDeque<>();

  /** What becomes of a request. */
  public sealed interface Verdict {}

  /** It may pass; the proof makes the answer's. */
  public record Admitted(LinkProof proof) implements Verdict {}

  /**
   * It may not.
   *
   * @param label for machines
   * @param message for people, without a full stop
   */
  public record Refused(int status, String label, String message) implements Verdict {}

  /**
   * A gate that has seen nothing.
   *
   * @param key of the cluster
   */
  public LinkGate(Bytes key) {
    checkRange("bytes of the key", key.size(), MIN_KEY_BYTES, Integer.MAX_VALUE);
    this.key = key;
  }

  /**
   * Judges a request.
   *
   * @param header {@code Authorization}; null when there is none
   * @param host, method and path as they came
   * @param nowMs our UTC
   */
  public Verdict judge(
      @Nullable String header, String host, String method, String path, long nowMs) {
    LinkProof given = LinkProof.read(header);
    if (given == null) {
      return LinkProof.isMeant(header)
          ? new Refused(400, "link-proof", "the proof is not of a form that is known here")
          : new Refused(401, "link-proof", "this path is for nodes that have the cluster's key");
    }
    LinkProof right = LinkProof.of(key, host, method, path, given.timeMs(), given.nonce());
    if (!given.hasMacOf(right)) {
      return new Refused(403, "link-key", "the proof was not made with this cluster's key");
    }
    long skewMs = given.timeMs() - nowMs;
    if (Math.abs(skewMs) > MAX_SKEW_MS) {
      return new Refused(
          403,
          "link-skew",
          "your clock is %d ms ahead of this node's; allowed are %d either way"
              .formatted(skewMs, MAX_SKEW_MS));
    }
    forget(nowMs);
    if (nonces.size() >= MAX_NONCES) {
      return new Refused(503, "link-busy", "there have been too many requests");
    }
    if (!nonces.add(given.nonce())) {
      return new Refused(403, "link-replay", "this request has been here before");
    }
    // by when they may be forgotten: a request from ahead of the clock is good for longer
    byAge.add(new LinkProof(nowMs, given.nonce(), given.mac()));
    return new Admitted(given);
  }

  private void forget(long nowMs) {
    for (LinkProof oldest; (oldest = byAge.peekFirst()) != null; ) {
      if (nowMs - oldest.timeMs() <= 2 * MAX_SKEW_MS) {
        return;
      }
      byAge.removeFirst();
      nonces.remove(oldest.nonce());
    }
  }

  /** What the answer to an admitted request carries. */
  public String answer(LinkProof proof, int status) {
    return proof.answer(key, status);
  }

  /** Nonces that are remembered. */
  int remembered() {
    return nonces.size();
  }
}
