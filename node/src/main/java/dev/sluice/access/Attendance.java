package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Session.Holder;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is there, for how long, and who is to be judged again: an engine. It decides who may come in
 * beside whom, when somebody is asked about anew, and who has to go; what it wants done is what its
 * methods return.
 *
 * <ul>
 *   <li>A user has as many sessions at a time as his proof says; who plays and who publishes is
 *       counted by itself. One more is refused, unless the same device has one that fetches by
 *       itself: of such a one nobody hears when a page is loaded anew, so it makes room.
 *   <li>Somebody is judged again when his proof ends, when a back end's answer has run out, and in
 *       any case after {@link SessionPolicy#recheckMs}. The ends come first; they wait for nobody.
 *   <li>Where it cannot be found out whether he still may, he stays, and is asked about again after
 *       {@link #RETRY_MS}; not past the end of his proof.
 *   <li>What is revoked lets nobody in.
 * </ul>
 *
 * <p>Times are UTC in milliseconds; when the clock is set back, nobody is judged later for it than
 * a period from then on. One thread at a time, but {@link #sessions} and {@link #crowd} may be read
 * by any.
 */
final class Attendance {
  /** Of those who are in, so many are found out about at a time; newcomers have the rest. */
  static final int MAX_LOOKUPS = 32;

  /** After so long somebody is asked about again of whom nothing could be found out: 5 s. */
  static final long RETRY_MS = 5_000;

  /** Nobody is asked about more often: 1 s. */
  static final long MIN_CHECK_MS = 1_000;

  /** A clock that is set back by less does not matter. */
  private static final long MAX_BACK_MS = 1_000;

  private static final Comparator<Session> BY_END =
      Comparator.comparingLong((Session each) -> each.limits().untilMs())
          .thenComparingLong(Session::number);
  private static final Comparator<Session> BY_CHECK =
      Comparator.comparingLong((Session each) -> each.checkMs).thenComparingLong(Session::number);

  private final SessionPolicy policy;
  private final ConcurrentSkipListMap<Long, Session> sessions = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<StreamName, Integer> viewers = new ConcurrentHashMap<>();
  private volatile int allViewers;
  private final TreeSet<Session> ends = new TreeSet<>(BY_END);
  private final TreeSet<Session> checks = new TreeSet<>(BY_CHECK);
  private final Map<Holder, TreeMap<Long, Session>> holders = new HashMap<>();
  private Map<Revocation.Subject, Revocation> revocations = Map.of();
  private int lookups;
  private long lastMs = Long.MIN_VALUE;

  // all are to be judged again: those from here on are still to be
  private long sweepFrom;
  private long sweepTo;
  private boolean sweepNext;

  Attendance(SessionPolicy policy) {
    this.policy = policy;
  }

  /**
   * Somebody has to go.
   *
   * @param decision with the reason
   */
  record End(Session session, Decision decision) {}

  /**
   * What comes of somebody who wants in.
   *
   * @param refusal null when he is in
   * @param replaced who has to go for him; null for nobody
   */
  record Entry(@Nullable Decision refusal, @Nullable End replaced) {}

  /** Those who are there, by number. May be read by any thread. */
  NavigableMap<Long, Session> sessions() {
    return sessions;
  }

  // ---- coming and going

  /** Takes somebody in who has just been allowed to come, or not. */
  Entry enter(Session session, long nowMs) {
    Decision decision = settled(session.decision());
    session.decision(decision);
    Decision refusal = revoked(decision, nowMs);
    if (refusal != null) {
      return new Entry(refusal, null);
    }
    Holder holder = holder(session.question(), decision.limits());
    Session replaced = null;
    if (isFull(holder, decision.limits())) {
      replaced = ofSameDevice(holder, session);
      if (replaced == null) {
        return new Entry(tooMany(decision), null);
      }
      retire(replaced);
    }
    sessions.put(session.number(), session);
    count(session, 1);
    seat(session, holder);
    schedule(session, nowMs);
    return new Entry(
        null, replaced == null ? null : new End(replaced, tooMany(replaced.decision())));
  }

  /**
   * Why somebody would be refused beside those who are there; null when he would not be.
   *
   * @param decision the yes that lets him in
   */
  @Nullable Decision objection(Question question, Decision decision, long nowMs) {
    Decision refusal = revoked(decision, nowMs);
    if (refusal != null) {
      return refusal;
    }
    return isFull(holder(question, decision.limits()), decision.limits())
        ? tooMany(decision)
        : null;
  }

  /** Why somebody is refused who is not to be counted; null when he is not. */
  @Nullable Decision uncounted(Question question, Decision decision, long nowMs) {
    Decision refusal = revoked(decision, nowMs);
    if (refusal != null || decision.limits().maxSessions() == 0) {
      return refusal;
    }
    return Decision.no(
        Reason.SESSION_LIMIT, decision.rule(), "sessions are limited, and this would be none");
  }

  private @Nullable Decision revoked(Decision decision, long nowMs) {
    Revocation revocation = revocation(decision.limits(), nowMs);
    return revocation == null ? null : revoked(decision, revocation);
  }

  private static Decision revoked(Decision decision, Revocation revocation) {
    return Decision.no(
        Reason.REVOKED,
        decision.rule(),
        "a revocation of the " + revocation.subject().kind().label());
  }

  private static Decision tooMany(Decision decision) {
    return Decision.no(
        Reason.SESSION_LIMIT,
        decision.rule(),
        "more than %d at a time".formatted(decision.limits().maxSessions()));
  }

  /** Somebody has gone. */
  void left(Session session) {
    retire(session);
    if (sessions.remove(session.number(), session)) {
      count(session, -1);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // of one thread at a time; others read it
  private void count(Session session, int more) {
    if (session.action() == Action.PLAY) {
      allViewers += more;
      viewers.merge(
          session.question().stream(), more, (one, other) -> one + other == 0 ? null : one + other);
    }
  }

  /** How many watch, a stream and all. May be asked by any thread. */
  Crowd crowd(StreamName stream) {
    return new Crowd(viewers.getOrDefault(stream, 0), allViewers);
  }

  /**
   * Has somebody go, by an operator's will.
   *
   * @return false when he is on his way already
   */
  boolean dismiss(Session session) {
    if (session.ending || !sessions.containsKey(session.number())) {
      return false;
    }
    retire(session);
    return true;
  }

  /** He counts for nothing from here on, and is not judged any more. */
  private void retire(Session session) {
    session.ending = true;
    unschedule(session);
    unseat(session);
  }

  // ---- users

  /** With whom somebody is counted; null when with nobody. */
  private static @Nullable Holder holder(Question question, Limits limits) {
    if (!limits.user().isEmpty()) {
      return new Holder(question.action(), limits.user(), "");
    }
    if (limits.maxSessions() == 0) {
      return null;
    }
    String token = limits.tokenId().isEmpty() ? question.client().address() : limits.tokenId();
    return new Holder(question.action(), "", token);
  }

  private boolean isFull(@Nullable Holder holder, Limits limits) {
    Map<Long, Session> others = holder == null ? null : holders.get(holder);
    return others != null && limits.maxSessions() > 0 && others.size() >= limits.maxSessions();
  }

  private @Nullable Session ofSameDevice(@Nullable Holder holder, Session newcomer) {
    if (holder == null || !newcomer.fetches()) {
      return null;
    }
    for (Session other : holders.getOrDefault(holder, new TreeMap<>()).values()) {
      if (other.fetches()
          && other.client().address().equals(newcomer.client().address())
          && other.client().software().equals(newcomer.client().software())) {
        return other;
      }
    }
    return null;
  }

  private void seat(Session session, @Nullable Holder holder) {
    session.holder = holder;
    if (holder != null) {
      holders.computeIfAbsent(holder, _ -> new TreeMap<>()).put(session.number(), session);
    }
  }

  private void unseat(Session session) {
    Holder holder = session.holder;
    session.holder = null;
    if (holder != null) {
      holders.computeIfPresent(
          holder,
          (_, all) -> {
            all.remove(session.number());
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** How many sessions came before this one of those that are counted together. */
  private int place(Session session) {
    Holder holder = session.holder;
    TreeMap<Long, Session> all = holder == null ? null : holders.get(holder);
    return all == null ? 0 : all.headMap(session.number()).size();
  }

  // ---- judging again

  /**
   * Who is to be judged now; {@link #judged} is to follow for him, whatever comes.
   *
   * @return null for nobody
   */
  @Nullable Session next(long nowMs) {
    forward(nowMs);
    Session next = ended(nowMs);
    if (next == null && lookups < MAX_LOOKUPS) {
      sweepNext = !sweepNext; // neither keeps the other waiting
      next = sweepNext ? swept() : due(nowMs);
      if (next == null) {
        next = sweepNext ? due(nowMs) : swept();
      }
    }
    if (next != null) {
      unschedule(next);
      next.asked = true;
      next.again = false;
      next.checks++;
    }
    return next;
  }

  private @Nullable Session ended(long nowMs) {
    return ends.isEmpty() || ends.first().limits().untilMs() > nowMs ? null : ends.first();
  }

  private @Nullable Session due(long nowMs) {
    return checks.isEmpty() || checks.first().checkMs > nowMs ? null : checks.first();
  }

  private @Nullable Session swept() {
    while (sweepFrom < sweepTo) {
      Map.Entry<Long, Session> entry = sessions.higherEntry(sweepFrom);
      if (entry == null || entry.getKey() > sweepTo) {
        sweepFrom = sweepTo;
        return null;
      }
      sweepFrom = entry.getKey();
      Session session = entry.getValue();
      if (session.asked) {
        session.again = true; // what it is asked now may not know yet what is new
      } else if (!session.ending) {
        return session;
      }
    }
    return null;
  }

  /** All who are there now are to be judged again, soon: what they are judged by has changed. */
  void recheck() {
    sweepFrom = Long.MIN_VALUE;
    sweepTo = sessions.isEmpty() ? Long.MIN_VALUE : sessions.lastKey();
  }

  /** Of somebody who is being judged something is to be found out first. */
  void lookingUp(Session session) {
    if (!session.lookingUp) {
      session.lookingUp = true;
      lookups++;
    }
  }

  /**
   * Somebody was judged.
   *
   * @return that he has to go; null when he stays, or has gone
   */
  @Nullable End judged(Session session, Decision decision, long nowMs) {
    session.asked = false;
    if (session.lookingUp) {
      session.lookingUp = false;
      lookups--;
    }
    if (session.ending || !sessions.containsKey(session.number())) {
      return null;
    }
    Reason refusal = decision.refusal();
    if (refusal == null) {
      return goesOn(session, settled(decision), nowMs);
    }
    boolean unknown = refusal == Reason.ACCESS_UNKNOWN && nowMs < session.limits().untilMs();
    boolean outlives =
        !policy.endsWithProof()
            && (refusal == Reason.TOKEN_EXPIRED || refusal == Reason.LINK_EXPIRED);
    if (unknown || outlives) {
      schedule(session, nowMs);
      if (unknown) {
        checkAt(session, nowMs + Math.min(RETRY_MS, policy.recheckMs()));
      }
      return null;
    }
    retire(session);
    return new End(session, decision);
  }

  private @Nullable End goesOn(Session session, Decision decision, long nowMs) {
    Revocation revocation = revocation(decision.limits(), nowMs);
    if (revocation != null) {
      retire(session);
      return new End(session, revoked(decision, revocation));
    }
    unseat(session);
    session.decision(decision);
    seat(session, holder(session.question(), decision.limits()));
    int most = decision.limits().maxSessions();
    if (most > 0 && place(session) >= most) {
      retire(session);
      return new End(session, tooMany(decision));
    }
    schedule(session, nowMs);
    return null;
  }

  private Decision settled(Decision decision) {
    return policy.endsWithProof()
        ? decision
        : new Decision(
            decision.refusal(),
            decision.rule(),
            decision.why(),
            decision.limits().endless(),
            decision.proof());
  }

  private void schedule(Session session, long nowMs) {
    Limits limits = session.limits();
    if (limits.untilMs() != Limits.NEVER && limits.untilMs() > nowMs) {
      ends.add(session);
    }
    long wantedMs = Math.max(limits.recheckMs(), nowMs + MIN_CHECK_MS);
    checkAt(session, session.again ? nowMs : Math.min(wantedMs, nowMs + policy.recheckMs()));
  }

  private void checkAt(Session session, long atMs) {
    checks.remove(session);
    session.checkMs = atMs;
    checks.add(session);
  }

  private void unschedule(Session session) {
    ends.remove(session);
    checks.remove(session);
  }

  private void forward(long nowMs) {
    if (lastMs != Long.MIN_VALUE && nowMs < lastMs - MAX_BACK_MS) {
      for (Session session : List.copyOf(checks)) {
        checkAt(session, Math.min(session.checkMs, nowMs + policy.recheckMs()));
      }
    }
    lastMs = nowMs;
  }

  // ---- revocations

  /**
   * What lets nobody in from now on, each until its end. Who is in is not ended by this, but by
   * {@link #judged} or {@link #dismiss}.
   *
   * @param all by what they are about; not changed any more
   */
  void revoke(Map<Revocation.Subject, Revocation> all) {
    revocations = all;
  }

  private @Nullable Revocation revocation(Limits limits, long nowMs) {
    if (revocations.isEmpty()) {
      return null;
    }
    for (Revocation.Subject subject :
        List.of(
            new Revocation.Subject(Revocation.Kind.USER, limits.user()),
            new Revocation.Subject(Revocation.Kind.TOKEN, limits.tokenId()))) {
      Revocation there = subject.value().isEmpty() ? null : revocations.get(subject);
      if (there != null && nowMs < there.untilMs()) {
        return there;
      }
    }
    return null;
  }

  // ---- for tests

  /** Whether every index holds just those who are there. */
  boolean isWhole() {
    long seated = holders.values().stream().mapToLong(Map::size).sum();
    long withHolder = sessions.values().stream().filter(each -> each.holder != null).count();
    long waiting = sessions.values().stream().filter(each -> !each.ending && !each.asked).count();
    long bounded =
        sessions.values().stream()
            .filter(each -> !each.ending && !each.asked)
            .filter(each -> each.limits().untilMs() != Limits.NEVER)
            .count();
    long watching = sessions.values().stream().filter(each -> each.action() == Action.PLAY).count();
    long counted = viewers.values().stream().mapToLong(Integer::longValue).sum();
    return seated == withHolder
        && checks.size() == waiting
        && ends.size() == bounded
        && watching == allViewers
        && watching == counted;
  }
}
