package dev.sluice.node;

import dev.sluice.access.AccessListener;
import dev.sluice.access.Action;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Question;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.node.log.ConnectionLog;
import dev.sluice.node.log.EventLog;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Writes who was refused what, by which rule and why: one line each, and no more lines in a second
 * than somebody can read, since those who are refused come again at once. What was allowed is told
 * to those who debug.
 */
final class AccessLog implements AccessListener {
  /** Lines in one second; what is past them is counted. */
  static final int MAX_PER_SECOND = 100;

  private static final long SECOND_NS = 1_000_000_000;

  /** Reasons that access gives, and tells here; nobody else needs to. */
  private static final Set<Reason> REASONS =
      EnumSet.of(
          Reason.TOKEN_MISSING,
          Reason.TOKEN_WRONG,
          Reason.TOKEN_EXPIRED,
          Reason.LINK_MISSING,
          Reason.LINK_WRONG,
          Reason.LINK_EXPIRED,
          Reason.LOGIN_MISSING,
          Reason.LOGIN_WRONG,
          Reason.ADDRESS_DENIED,
          Reason.PROTOCOL_DENIED,
          Reason.PAGE_DENIED,
          Reason.BACKEND_DENIED,
          Reason.MOVED,
          Reason.SESSION_LIMIT,
          Reason.REVOKED,
          Reason.NOBODY,
          Reason.ACCESS_UNKNOWN);

  private final LongSupplier nowNs;
  private long sinceNs;
  private int written;
  private long left;

  AccessLog(LongSupplier nowNs) {
    this.nowNs = nowNs;
  }

  /** Whether refusals for this reason are written here. */
  static boolean tells(Reason reason) {
    return REASONS.contains(reason);
  }

  @Override
  public void decided(Question question, Decision decision) {
    Client client = question.client();
    ConnectionLog log = ConnectionLog.of(client).on(question.stream());
    Reason refusal = decision.refusal();
    if (refusal == null) {
      log.debug(
          "allowed",
          "action",
          question.action().label(),
          "protocol",
          client.protocol(),
          "rule",
          decision.rule(),
          "why",
          decision.why());
    } else if (mayWrite()) {
      log.event(
          question.action() == Action.PUBLISH ? "publish-refused" : "play-refused",
          "reason",
          refusal.label(),
          "protocol",
          client.protocol(),
          "rule",
          decision.rule(),
          "why",
          decision.why(),
          "by",
          client.software());
    }
  }

  @Override
  public void withdrawn(Question question, Decision decision) {
    Reason reason = decision.refusal();
    if (reason != null && mayWrite()) {
      ConnectionLog.of(question.client())
          .on(question.stream())
          .event(
              question.action() == Action.PUBLISH ? "publish-withdrawn" : "play-withdrawn",
              "reason",
              reason.label(),
              "protocol",
              question.client().protocol(),
              "rule",
              decision.rule(),
              "why",
              decision.why());
    }
  }

  private boolean mayWrite() {
    long leftOut = 0;
    boolean may;
    synchronized (this) { // for a few instructions, and only where somebody is refused
      long now = nowNs.getAsLong();
      if (written == 0 || now - sinceNs >= SECOND_NS) {
        sinceNs = now;
        written = 0;
        leftOut = left;
        left = 0;
      }
      may = written < MAX_PER_SECOND;
      if (may) {
        written++;
      } else {
        left++;
      }
    }
    if (leftOut > 0) {
      EventLog.info("refused", "left", leftOut, "what", "as many more than are written a second");
    }
    return may;
  }
}
