package dev.sluice.event;

import dev.sluice.access.AccessListener;
import dev.sluice.access.Action;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Question;
import dev.sluice.hub.Reason;
import java.util.Map;

/** Tells whom access refuses, remembers whom it knows, and passes it on. Any thread. */
public final class AccessEvents implements AccessListener {
  private final Events events;
  private final Users users;
  private final AccessListener next;

  AccessEvents(Events events, Users users, AccessListener next) {
    this.events = events;
    this.users = users;
    this.next = next;
  }

  @Override
  public void decided(Question question, Decision decision) {
    Reason refusal = decision.refusal();
    String user = decision.limits().user();
    if (refusal != null) {
      tell(EventKind.REFUSED, question, decision, refusal, user);
    } else if (question.standing() == null
        && (!user.isEmpty() || question.action() == Action.PUBLISH)) {
      users.put(question.client().connectionId(), user);
    }
    next.decided(question, decision);
  }

  @Override
  public void withdrawn(Question question, Decision decision) {
    Reason reason = decision.refusal();
    if (reason != null) {
      String user = users.of(question.client().connectionId());
      tell(EventKind.WITHDRAWN, question, decision, reason, user);
    }
    next.withdrawn(question, decision);
  }

  private void tell(
      EventKind kind, Question question, Decision decision, Reason reason, String user) {
    events.tell(
        kind,
        question.stream(),
        question.client(),
        user,
        Map.of(
            "action",
            question.action().label(),
            "reason",
            reason.label(),
            "rule",
            decision.rule(),
            "why",
            decision.why()));
  }
}
