package dev.sluice.access;

import dev.sluice.access.LinkForm.Link;
import dev.sluice.hub.Reason;
import java.util.Set;

/**
 * Whoever has an address that was signed for him, for a time.
 *
 * @param forms which ones are taken
 */
public record LinkProver(Token secret, Set<LinkForm> forms) implements Prover {
  public LinkProver {
    forms = Set.copyOf(forms);
  }

  @Override
  public String name() {
    return "signed";
  }

  @Override
  public Reason missing() {
    return Reason.LINK_MISSING;
  }

  @Override
  public Proof check(Question question, long nowMs) {
    Proof worst = new Proof.Missing();
    for (LinkForm form : forms) {
      Link link = form.read(question, secret.bytes());
      if (link == null) {
        continue;
      }
      if (link.signed()) { // no other form is signed with the same secret, too
        return judge(link, nowMs);
      }
      worst = new Proof.Bad(Reason.LINK_WRONG, "the signature is not right");
    }
    return worst;
  }

  private static Proof judge(Link link, long nowMs) {
    if (nowMs >= link.untilMs()) {
      return new Proof.Bad(
          Reason.LINK_EXPIRED, "it ended %d s ago".formatted((nowMs - link.untilMs()) / 1_000));
    }
    if (nowMs < link.fromMs()) {
      return new Proof.Bad(
          Reason.LINK_WRONG, "it begins in %d s".formatted((link.fromMs() - nowMs) / 1_000));
    }
    return new Proof.Good(
        link.user().isEmpty() ? "a signed address" : "a signed address for " + link.user(),
        Limits.until(
            link.user(), Limits.digest(link.signature()), link.untilMs(), link.maxSessions()));
  }
}
