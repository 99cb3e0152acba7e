package dev.sluice.access;

import static dev.sluice.access.Guests.client;
import static dev.sluice.access.Guests.no;
import static dev.sluice.access.Guests.yes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Attendance.Entry;
import dev.sluice.access.Guests.Guest;
import dev.sluice.access.Revocation.Kind;
import dev.sluice.access.Revocation.Subject;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.media.StreamName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may be there beside whom, who is judged again, and who has to go. */
class AttendanceTest {
  private static final long PERIOD_MS = 60_000;

  private final SimLoops loops = new SimLoops(1);
  private Attendance there = new Attendance(new SessionPolicy(PERIOD_MS, true));
  private long nowMs = 1_000_000_000_000L;
  private long last;

  @AfterEach
  void isWhole() {
    assertThat(there.isWhole()).isTrue();
  }

  private Session session(Action action, String protocol, String address, Limits limits) {
    var guest = new Guest(action, client(protocol, address, null), loops.loop(0));
    var question = new Question(action, StreamName.parse("live/a"), guest.client());
    return new Session(++last, question, yes(limits), guest, nowMs);
  }

  private Session session(Limits limits) {
    return session(Action.PLAY, "rtmp", "192.0.2.7", limits);
  }

  private Session entered(Session session) {
    assertThat(there.enter(session, nowMs).refusal()).isNull();
    return session;
  }

  private static @Nullable Reason refusal(Entry entry) {
    return entry.refusal() == null ? null : entry.refusal().refusal();
  }

  private Limits atMost(String user, int most) {
    return new Limits(user, "", Limits.NEVER, most, Limits.NEVER);
  }

  private Session judgedNext() {
    return Objects.requireNonNull(there.next(nowMs));
  }

  private void assertNobodyIsJudgedBefore(long atMs) {
    nowMs = atMs - 1;
    assertThat(there.next(nowMs)).isNull();
    nowMs = atMs;
  }

  @Test
  void viewersAreCountedAndPublishersAreNot() {
    Session first = entered(session(Limits.NONE));
    Session second = entered(session(Limits.NONE));
    Session publisher = entered(session(Action.PUBLISH, "rtmp", "192.0.2.7", Limits.NONE));
    StreamName stream = first.question().stream();
    assertThat(there.crowd(stream)).isEqualTo(new Crowd(2, 2));
    assertThat(there.crowd(StreamName.parse("another/one"))).isEqualTo(new Crowd(0, 2));
    there.left(first);
    there.left(first);
    there.left(publisher);
    assertThat(there.crowd(stream)).isEqualTo(new Crowd(1, 1));
    there.dismiss(second);
    there.left(second);
    assertThat(there.crowd(stream)).isEqualTo(new Crowd(0, 0));
  }

  // ---- sessions of a user

  @Test
  void aUserHasAsManySessionsAsHisProofSays() {
    Session first = entered(session(atMost("alice", 2)));
    entered(session(atMost("alice", 2)));
    assertThat(refusal(there.enter(session(atMost("alice", 2)), nowMs)))
        .isEqualTo(Reason.SESSION_LIMIT);
    entered(session(atMost("bob", 2)));
    entered(session(Action.PUBLISH, "rtmp", "192.0.2.7", atMost("alice", 2)));
    there.left(first);
    entered(session(atMost("alice", 2)));
    assertThat(there.sessions()).hasSize(4);
  }

  @Test
  void thoseOfAUserWithoutALimitCountForThoseWithOne() {
    entered(session(Limits.of("alice")));
    entered(session(Limits.of("alice")));
    assertThat(refusal(there.enter(session(atMost("alice", 2)), nowMs)))
        .isEqualTo(Reason.SESSION_LIMIT);
    entered(session(Limits.of("alice")));
  }

  @Test
  void whoeverHasNoNameIsCountedByHisTokenElseByHisAddress() {
    var one = new Limits("", "t-1", Limits.NEVER, 1, Limits.NEVER);
    entered(session(one));
    assertThat(refusal(there.enter(session(one), nowMs))).isEqualTo(Reason.SESSION_LIMIT);
    entered(session(new Limits("", "t-2", Limits.NEVER, 1, Limits.NEVER)));
    entered(session(atMost("", 1)));
    assertThat(refusal(there.enter(session(atMost("", 1)), nowMs))).isEqualTo(Reason.SESSION_LIMIT);
    entered(session(Action.PLAY, "rtmp", "192.0.2.8", atMost("", 1)));
    entered(session(Limits.NONE));
    entered(session(Limits.NONE));
  }

  @ParameterizedTest(name = "{0} from {1} after {2} from .7: replaces it: {3}")
  @CsvSource({
    "hls, 192.0.2.7, hls, true",
    "dash, 192.0.2.7, hls, true",
    "hls, 192.0.2.8, hls, false",
    "rtmp, 192.0.2.7, hls, false",
    "hls, 192.0.2.7, rtmp, false",
    "flv, 192.0.2.7, flv, false"
  })
  void aPageThatIsLoadedAnewMakesRoomForItself(
      String protocol, String address, String before, boolean replaces) {
    Session old = entered(session(Action.PLAY, before, "192.0.2.7", atMost("alice", 1)));
    Entry entry = there.enter(session(Action.PLAY, protocol, address, atMost("alice", 1)), nowMs);
    if (replaces) {
      assertThat(entry.refusal()).isNull();
      assertThat(Objects.requireNonNull(entry.replaced()).session()).isEqualTo(old);
      assertThat(entry.replaced().decision().refusal()).isEqualTo(Reason.SESSION_LIMIT);
      assertThat(there.dismiss(old)).as("it is on its way").isFalse();
      there.left(old);
      assertThat(there.sessions()).hasSize(1);
    } else {
      assertThat(refusal(entry)).isEqualTo(Reason.SESSION_LIMIT);
      assertThat(there.sessions()).hasSize(1).containsValue(old);
    }
  }

  @Test
  void whenFewerAreAllowedThanBeforeTheYoungestGo() {
    Limits three = new Limits("alice", "", Limits.NEVER, 3, nowMs + 10_000);
    List<Session> all =
        List.of(entered(session(three)), entered(session(three)), entered(session(three)));
    nowMs += 10_000;
    for (Session each : all) {
      assertThat(judgedNext()).isEqualTo(each);
      boolean goes = there.judged(each, yes(atMost("alice", 1)), nowMs) != null;
      assertThat(goes).isEqualTo(each != all.getFirst());
    }
  }

  @Test
  void aUserMayBecomeAnotherOne() {
    Session alice = entered(session(new Limits("alice", "", Limits.NEVER, 1, nowMs)));
    nowMs += PERIOD_MS;
    judgedNext();
    assertThat(there.judged(alice, yes(atMost("bob", 1)), nowMs)).isNull();
    entered(session(atMost("alice", 1)));
    assertThat(refusal(there.enter(session(atMost("bob", 1)), nowMs)))
        .isEqualTo(Reason.SESSION_LIMIT);
  }

  @Test
  void whoeverIsNotCountedIsNotLetInWhereSessionsAre() {
    var question = session(Limits.NONE).question();
    assertThat(there.uncounted(question, yes(Limits.of("alice")), nowMs)).isNull();
    assertThat(Objects.requireNonNull(there.uncounted(question, yes(atMost("alice", 1)), nowMs)))
        .extracting(Outcome.Decision::refusal)
        .isEqualTo(Reason.SESSION_LIMIT);
  }

  // ---- judging again

  @ParameterizedTest(name = "asked for again after {0} ms: judged after {1} ms")
  @CsvSource({
    "30000, 30000",
    "60000, 60000",
    "90000, 60000",
    "1, 1000",
    "-5, 1000",
    "9223372036854775807, 60000"
  })
  void somebodyIsJudgedAgainInTime(long wantedMs, long atMs) {
    long recheckMs = wantedMs == Limits.NEVER ? wantedMs : nowMs + wantedMs;
    Session session = entered(session(new Limits("", "", Limits.NEVER, 0, recheckMs)));
    assertNobodyIsJudgedBefore(nowMs + atMs);
    assertThat(judgedNext()).isEqualTo(session);
    assertThat(there.next(nowMs)).as("he is being judged").isNull();
    assertThat(there.judged(session, yes(Limits.NONE), nowMs)).isNull();
    assertNobodyIsJudgedBefore(nowMs + PERIOD_MS);
    assertThat(judgedNext()).isEqualTo(session);
    assertThat(there.judged(session, no(Reason.BACKEND_DENIED), nowMs)).isNotNull();
    assertThat(there.next(nowMs + 10 * PERIOD_MS)).as("he goes").isNull();
  }

  @Test
  void somebodyIsJudgedWhenHisProofEnds() {
    Session session = entered(session(Limits.until("", "", nowMs + 5_500, 0)));
    assertNobodyIsJudgedBefore(nowMs + 5_500);
    assertThat(judgedNext()).isEqualTo(session);
    Attendance.End end = there.judged(session, no(Reason.TOKEN_EXPIRED), nowMs);
    assertThat(Objects.requireNonNull(end).decision().refusal()).isEqualTo(Reason.TOKEN_EXPIRED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"TOKEN_EXPIRED", "LINK_EXPIRED", "TOKEN_WRONG"})
  void whereAProofIsNeededAtTheBeginningOnlyNobodyGoesForItsEnd(Reason reason) {
    there = new Attendance(new SessionPolicy(PERIOD_MS, false));
    Session session = entered(session(Limits.until("", "", nowMs + 5_500, 0)));
    assertThat(session.limits().untilMs()).isEqualTo(Limits.NEVER);
    nowMs += PERIOD_MS;
    judgedNext();
    boolean goes = there.judged(session, no(reason), nowMs) != null;
    assertThat(goes).isEqualTo(reason == Reason.TOKEN_WRONG);
  }

  @Test
  void whileNothingCanBeFoundOutSomebodyStaysUntilHisProofEnds() {
    Session session = entered(session(new Limits("", "", nowMs + 8_000, 0, nowMs + 2_000)));
    nowMs += 2_000;
    judgedNext();
    assertThat(there.judged(session, no(Reason.ACCESS_UNKNOWN), nowMs)).isNull();
    assertNobodyIsJudgedBefore(nowMs + Attendance.RETRY_MS);
    judgedNext();
    assertThat(there.judged(session, no(Reason.ACCESS_UNKNOWN), nowMs)).isNull();
    nowMs += 1_000;
    judgedNext();
    assertThat(there.judged(session, no(Reason.ACCESS_UNKNOWN), nowMs)).isNotNull();
  }

  @Test
  void notMoreThanSoManyAreFoundOutAboutAtATimeButEndsDoNotWait() {
    for (int i = 0; i <= Attendance.MAX_LOOKUPS; i++) {
      entered(session(Limits.NONE));
    }
    Session ends = entered(session(Limits.until("", "", nowMs + PERIOD_MS, 0)));
    nowMs += PERIOD_MS - 1;
    assertThat(there.next(nowMs)).isNull();
    nowMs += 1;
    assertThat(judgedNext()).isEqualTo(ends);
    there.lookingUp(ends);
    for (int i = 1; i < Attendance.MAX_LOOKUPS; i++) {
      there.lookingUp(judgedNext());
    }
    assertThat(there.next(nowMs)).isNull();
    assertThat(there.judged(ends, no(Reason.TOKEN_EXPIRED), nowMs)).isNotNull();
    assertThat(there.next(nowMs)).isNotNull();
  }

  @Test
  void whoeverGoesWhileSomethingIsFoundOutLeavesNothingBehind() {
    for (int i = 0; i < Attendance.MAX_LOOKUPS; i++) {
      entered(session(Limits.NONE));
    }
    nowMs += PERIOD_MS;
    List<Session> all = List.copyOf(there.sessions().values());
    all.forEach(_ -> there.lookingUp(judgedNext()));
    all.forEach(there::left);
    all.forEach(each -> assertThat(there.judged(each, no(Reason.BACKEND_DENIED), nowMs)).isNull());
    entered(session(Limits.NONE));
    nowMs += PERIOD_MS;
    assertThat(there.next(nowMs)).isNotNull();
  }

  @Test
  void allAreJudgedAgainAtOnceWhenTheRulesHaveChanged() {
    Session first = entered(session(new Limits("", "", Limits.NEVER, 0, nowMs + 2_000)));
    Session second = entered(session(Limits.NONE));
    nowMs += 2_000;
    assertThat(judgedNext()).isEqualTo(first);
    there.recheck();
    Session third = entered(session(Limits.NONE)); // by the new rules
    assertThat(judgedNext()).isEqualTo(second);
    assertThat(there.judged(second, yes(Limits.NONE), nowMs)).isNull();
    assertThat(there.next(nowMs)).isNull();
    assertThat(there.judged(first, yes(Limits.NONE), nowMs)).isNull();
    assertThat(judgedNext()).as("it was judged by the old rules").isEqualTo(first);
    assertThat(there.judged(first, yes(Limits.NONE), nowMs)).isNull();
    assertNobodyIsJudgedBefore(nowMs + PERIOD_MS);
    assertThat(List.of(judgedNext(), judgedNext(), judgedNext()))
        .containsExactlyInAnyOrder(first, second, third);
  }

  @Test
  void aClockThatIsSetBackPutsNobodyOffForLong() {
    Session session = entered(session(Limits.NONE));
    nowMs += 10;
    assertThat(there.next(nowMs)).isNull();
    nowMs -= 3_600_000;
    assertThat(there.next(nowMs)).isNull();
    assertNobodyIsJudgedBefore(nowMs + PERIOD_MS);
    assertThat(judgedNext()).isEqualTo(session);
  }

  // ---- revocations

  private void revoke(Revocation... all) {
    there.revoke(new Revocations(all.length, List.of(all)).bySubject());
  }

  private Revocation revocation(Kind kind, String value, long forMs) {
    return new Revocation("r-" + value, new Subject(kind, value), nowMs, nowMs + forMs);
  }

  @Test
  void whatIsRevokedLetsNobodyInUntilItEnds() {
    Revocation alice = revocation(Kind.USER, "alice", 9);
    revoke(alice, revocation(Kind.TOKEN, "t-1", 9));
    Limits token = new Limits("", "t-1", Limits.NEVER, 0, Limits.NEVER);
    assertThat(refusal(there.enter(session(Limits.of("alice")), nowMs))).isEqualTo(Reason.REVOKED);
    assertThat(refusal(there.enter(session(token), nowMs))).isEqualTo(Reason.REVOKED);
    assertThat(there.uncounted(session(token).question(), yes(token), nowMs)).isNotNull();
    entered(session(Limits.of("t-1")));
    entered(session(Limits.NONE));
    revoke(alice);
    entered(session(token));
    nowMs += 8;
    assertThat(refusal(there.enter(session(Limits.of("alice")), nowMs))).isEqualTo(Reason.REVOKED);
    nowMs++;
    entered(session(Limits.of("alice")));
  }

  @Test
  void whoeverTurnsOutToBeRevokedGoes() {
    Session session = entered(session(Limits.NONE));
    revoke(revocation(Kind.USER, "alice", nowMs));
    nowMs += PERIOD_MS;
    judgedNext();
    Attendance.End end = there.judged(session, yes(Limits.of("alice")), nowMs);
    assertThat(Objects.requireNonNull(end).decision().refusal()).isEqualTo(Reason.REVOKED);
  }
}
