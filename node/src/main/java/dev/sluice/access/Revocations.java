package dev.sluice.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All revocations of a node, as they outlast it.
 *
 * @param last number of the latest one; that of the next one is greater, so that no two are named
 *     alike
 * @param all the oldest first, at most {@value #MAX}, each of another subject
 */
public record Revocations(long last, List<Revocation> all) {
  /** So many are kept. */
  public static final int MAX = 10_000;

  /** None, and there has never been one. */
  public static final Revocations NONE = new Revocations(0, List.of());

  public Revocations {
    if (all.size() > MAX) {
      throw new IllegalArgumentException(all.size() + " revocations; allowed are " + MAX);
    }
    all = List.copyOf(all);
  }

  /** Those that hold at this time, UTC in milliseconds. */
  Revocations at(long nowMs) {
    return new Revocations(last, all(each -> nowMs < each.untilMs()));
  }

  /** With one more, which takes the place of that of its subject; null when they are too many. */
  @Nullable Revocations with(Revocation next) {
    List<Revocation> more = all(each -> !each.subject().equals(next.subject()));
    more.add(next);
    return more.size() > MAX ? null : new Revocations(last + 1, more);
  }

  /** Without the one of that name; null when there is none. */
  @Nullable Revocations without(String id) {
    List<Revocation> fewer = all(each -> !each.id().equals(id));
    return fewer.size() == all.size() ? null : new Revocations(last, fewer);
  }

  private List<Revocation> all(Predicate<Revocation> wanted) {
    return all.stream().filter(wanted).collect(Collectors.toCollection(ArrayList::new));
  }

  /** Each by what it is about. */
  Map<Revocation.Subject, Revocation> bySubject() {
    return all.stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Revocation::subject, Function.identity(), (_, later) -> later));
  }
}
