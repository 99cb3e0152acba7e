package dev.sluice.access;

import dev.sluice.media.StreamPattern;
import java.util.List;
import java.util.Set;

/**
 * Who may do something with some streams.
 *
 * @param name as log and API tell it
 * @param streams which streams
 * @param actions what
 * @param restrictions lists that nobody gets past
 * @param provers any one of them suffices; none at all means that nobody may
 */
public record AccessRule(
    String name,
    StreamPattern streams,
    Set<Action> actions,
    Restrictions restrictions,
    List<Prover> provers) {
  public AccessRule {
    actions = Set.copyOf(actions);
    provers = List.copyOf(provers);
  }

  /** A rule for all streams, without lists. */
  public static AccessRule general(String name, Action action, List<Prover> provers) {
    return new AccessRule(name, StreamPattern.ALL, Set.of(action), Restrictions.NONE, provers);
  }

  boolean isAbout(Question question) {
    return actions.contains(question.action()) && streams.matches(question.stream());
  }
}
