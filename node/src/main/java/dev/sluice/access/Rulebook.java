package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Outcome.Later;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * All rules of who may do what. A question is answered in this order; the first step that has an
 * answer decides:
 *
 * <ol>
 *   <li>another node, which has proved that it is one, may play: viewers are asked where they are;
 *   <li>of the rules that are about the action and the stream, the one with the most specific
 *       pattern holds, of equally specific ones the first; without any, the general one;
 *   <li>its lists: protocols, addresses, pages;
 *   <li>when it says that nobody may, nobody may;
 *   <li>a publisher with the key of one of the stream's sources may publish;
 *   <li>a publisher from this host may, where that is trusted;
 *   <li>any one of the rule's proofs suffices.
 * </ol>
 *
 * <p>A proof may send a newcomer to another stream, once: then all of this is asked about that one.
 *
 * <p>Where a proof cannot be judged yet and no other holds, that is found out and the question
 * asked again; the proof that it was found out for has to be judged then.
 *
 * <p>Who is refused for want of a proof is told the reason of the first proof that was given and
 * does not hold, else that of the first one there is.
 *
 * <p>Immutable; no I/O, no clock; any thread.
 */
public final class Rulebook {
  /** Name of what decides about other nodes. */
  public static final String NODE = "node";

  private final List<AccessRule> rules;
  private final boolean trustLoopback;
  private final BiPredicate<StreamName, String> keys;

  /**
   * A book of rules.
   *
   * @param rules in the order of the configuration; each action is to have one about all streams
   * @param trustLoopback whether publishers from this host need no proof
   * @param keys whether a text is the key of one of a stream's sources
   */
  public Rulebook(
      List<AccessRule> rules, boolean trustLoopback, BiPredicate<StreamName, String> keys) {
    this.rules = List.copyOf(rules);
    this.trustLoopback = trustLoopback;
    this.keys = keys;
  }

  /**
   * Answers a question.
   *
   * @param nowMs UTC in milliseconds
   */
  public Outcome decide(Question question, long nowMs) {
    Client client = question.client();
    boolean plays = question.action() == Action.PLAY;
    if (plays && client.protocol().equals(Client.OF_NODE)) {
      return Decision.yes(NODE, "another node");
    }
    AccessRule rule = ruleOf(question);
    if (rule == null) {
      return Decision.no(Reason.NOBODY, "none", "there is no rule");
    }
    Decision refusal = rule.restrictions().refusal(rule.name(), client);
    if (refusal != null) {
      return refusal;
    }
    if (rule.provers().isEmpty()) {
      return Decision.no(Reason.NOBODY, rule.name(), "nobody may");
    }
    String given = client.token();
    if (!plays && given != null && keys.test(question.stream(), given)) {
      return Decision.yes(rule.name(), "it has the key of a source");
    }
    if (!plays && trusts(client.address())) {
      return Decision.yes(rule.name(), "it is on this host");
    }
    return proved(rule, question, nowMs);
  }

  private static Outcome proved(AccessRule rule, Question question, long nowMs) {
    var whys = new ArrayList<String>();
    Reason reason = null;
    Proof.Unknown unknown = null;
    for (Prover prover : rule.provers()) {
      switch (prover.check(question, nowMs)) {
        case Proof.Good(String why, Limits limits) -> {
          return new Decision(null, rule.name(), why, limits, prover.name());
        }
        case Proof.Bad bad -> {
          reason = reason == null ? bad.reason() : reason;
          whys.add(prover.name() + ": " + bad.why());
        }
        case Proof.Elsewhere _ -> {
          reason = Reason.MOVED;
          whys.add(prover.name() + ": it is elsewhere");
        }
        case Proof.Sent(StreamName to) when !question.isSent() && question.standing() == null -> {
          return new Outcome.Sent(question.sentTo(to));
        }
        case Proof.Sent _ -> {
          reason = reason == null ? Reason.BACKEND_DENIED : reason;
          whys.add(prover.name() + ": it is sent to another stream");
        }
        case Proof.Unknown first -> unknown = unknown == null ? first : unknown;
        case Proof.Missing _ -> whys.add(prover.name() + ": not given");
      }
    }
    if (unknown != null) {
      return new Later(rule.name(), unknown.why(), unknown.lookup());
    }
    return Decision.no(
        reason == null ? rule.provers().getFirst().missing() : reason,
        rule.name(),
        String.join(", ", whys));
  }

  /** Where somebody is sent who is refused with {@link Reason#MOVED}; empty when nowhere. */
  String elsewhere(Question question, long nowMs) {
    AccessRule rule = ruleOf(question);
    if (rule != null) {
      for (Prover prover : rule.provers()) {
        if (prover.check(question, nowMs) instanceof Proof.Elsewhere(String location)) {
          return location;
        }
      }
    }
    return "";
  }

  private @Nullable AccessRule ruleOf(Question question) {
    AccessRule best = null;
    for (AccessRule rule : rules) {
      if (rule.isAbout(question)
          && (best == null || rule.streams().isMoreSpecificThan(best.streams()))) {
        best = rule;
      }
    }
    return best;
  }

  /** Whether connections from {@code address} are this host's own and are trusted. */
  boolean trusts(String address) {
    return trustLoopback && Addresses.isLoopback(address);
  }
}
