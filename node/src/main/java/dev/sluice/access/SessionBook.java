package dev.sluice.access;

import dev.sluice.access.Attendance.End;
import dev.sluice.access.Attendance.Entry;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Outcome.Later;
import dev.sluice.access.Outcome.Sent;
import dev.sluice.access.Question.Standing;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Visit;
import dev.sluice.media.StreamName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a node: whoever was let in is in it until he has gone. {@link Attendance} decides
 * about them; here it is asked by all threads, and what it wants is done.
 *
 * <p>The lock is held for some steps in trees, and never while anybody else is called; another one
 * is for revocations, which have to be on a disk.
 */
public final class SessionBook {
  /** Most that are judged again in one round. */
  static final int MAX_PER_ROUND = 1_000;

  /** What {@link #round} is to be called in: 250 ms. */
  public static final long ROUND_MS = 250;

  /** What a {@link Rulebook} does not say of somebody who is in. */
  private static final String SENT = "it is sent to another stream";

  private static final int RADIX = 36;
  private static final Pattern NUMBER = Pattern.compile("[0-9a-z]{1,12}");

  private final String run;
  private final LongSupplier utcMs;
  private final AccessListener listener;
  private final Attendance attendance;
  private final RevocationJournal journal;
  private final Object lock = new Object();
  private final ReentrantLock revoking = new ReentrantLock(); // held while the journal keeps
  private volatile Revocations revocations;
  private long last;

  /**
   * A book without sessions.
   *
   * @param run tells this run of the server from others, in the names of sessions
   * @param utcMs the clock: UTC in milliseconds
   * @param listener hears of those who are ended
   * @param journal has what was revoked before, and keeps what will be
   */
  public SessionBook(
      SessionPolicy policy,
      String run,
      LongSupplier utcMs,
      AccessListener listener,
      RevocationJournal journal) {
    this.run = run + "-";
    this.utcMs = utcMs;
    this.listener = listener;
    this.attendance = new Attendance(policy);
    this.journal = journal;
    this.revocations = journal.kept().at(utcMs.getAsLong());
    attendance.revoke(revocations.bySubject());
  }

  // ---- coming and going

  /**
   * Takes somebody in who has just been allowed to come. On the loop of the visit.
   *
   * @param decision the yes
   * @return what becomes of it
   */
  Decision enter(Visit visit, Question question, Decision decision) {
    Session session;
    Entry entry;
    synchronized (lock) {
      long nowMs = utcMs.getAsLong();
      session = new Session(++last, question, decision, visit, nowMs);
      entry = attendance.enter(session, nowMs);
    }
    Decision refusal = entry.refusal();
    if (refusal != null) {
      return refusal;
    }
    if (entry.replaced() != null) {
      end(entry.replaced());
    }
    visit.whenOver(() -> left(session));
    return decision;
  }

  private void left(Session session) {
    synchronized (lock) {
      attendance.left(session);
    }
  }

  /** What becomes of a yes for somebody who is not to be counted. */
  Decision pass(Question question, Decision decision) {
    synchronized (lock) {
      Decision refusal = attendance.uncounted(question, decision, utcMs.getAsLong());
      return refusal == null ? decision : refusal;
    }
  }

  /** What would become of a yes for somebody who came now. */
  Decision foresee(Question question, Decision decision) {
    synchronized (lock) {
      Decision refusal = attendance.objection(question, decision, utcMs.getAsLong());
      return refusal == null ? decision : refusal;
    }
  }

  // ---- who is there

  /**
   * Some of those who are there, in the order in which they came.
   *
   * @param after number of the last one of the page before; 0 for the first page
   * @param limit how many at most
   */
  public Page list(SessionFilter filter, long after, int limit) {
    var page = new ArrayList<Session>();
    int total = 0;
    boolean more = false;
    for (Session session : attendance.sessions().values()) {
      if (!filter.matches(session)) {
        continue;
      }
      total++;
      if (session.number() > after && page.size() < limit) {
        page.add(session);
      } else if (session.number() > after) {
        more = true;
      }
    }
    return new Page(page, more ? page.getLast().number() : 0, total);
  }

  /**
   * Some sessions.
   *
   * @param next of the next page; 0 when this is the last one
   * @param total how many are meant in all
   */
  public record Page(List<Session> sessions, long next, int total) {
    public Page {
      sessions = List.copyOf(sessions);
    }
  }

  /** The session of this name; null when it is not there. */
  public @Nullable Session find(String id) {
    String number = id.startsWith(run) ? id.substring(run.length()) : "";
    return NUMBER.matcher(number).matches()
        ? attendance.sessions().get(Long.parseLong(number, RADIX))
        : null;
  }

  /** The name of a session: no other one has it, also of another run. */
  public String id(Session session) {
    return run + Long.toString(session.number(), RADIX);
  }

  /** How many there are. */
  public int size() {
    return attendance.sessions().size();
  }

  /** How many watch, {@code stream} and all. */
  public Crowd crowd(StreamName stream) {
    return attendance.crowd(stream);
  }

  /** How many there have been in this run, those that are there included. */
  public long entered() {
    synchronized (lock) {
      return last;
    }
  }

  /**
   * Ends a session by an operator's will.
   *
   * @return false when it has gone, or is on its way
   */
  public boolean kick(Session session) {
    return dismiss(session, Reason.KICKED, "an operator's will");
  }

  private boolean dismiss(Session session, Reason reason, String why) {
    boolean dismissed;
    synchronized (lock) {
      dismissed = attendance.dismiss(session);
    }
    if (dismissed) {
      end(new End(session, Decision.no(reason, session.decision().rule(), why)));
    }
    return dismissed;
  }

  private void end(End end) {
    Reason reason = end.decision().refusal();
    listener.withdrawn(end.session().question(), end.decision());
    end.session().visit().end(reason == null ? Reason.FAILED : reason);
  }

  // ---- judging again

  /**
   * Judges anew who is to be judged; to be called every {@link #ROUND_MS}, not on a loop.
   *
   * @param judge has the rules
   */
  void round(Function<Question, Outcome> judge) {
    for (int count = 0; count < MAX_PER_ROUND; count++) {
      Session session;
      synchronized (lock) {
        session = attendance.next(utcMs.getAsLong());
      }
      if (session == null) {
        return;
      }
      judge(session, judge);
    }
  }

  private void judge(Session session, Function<Question, Outcome> judge) {
    long forMs = Math.max(0, utcMs.getAsLong() - session.startMs());
    var standing = new Standing(session.decision().proof(), session.checks, forMs);
    switch (outcome(session, standing, judge)) {
      case Decision decision -> judged(session, decision);
      case Sent _ -> judged(session, unknown("", SENT));
      case Later _ -> {
        synchronized (lock) {
          attendance.lookingUp(session);
        }
        session.visit().loop().execute(() -> lookUp(session, standing, judge));
      }
    }
  }

  /** Has it be found out about somebody, which may need to know what he has come to. His loop. */
  private void lookUp(Session session, Standing standing, Function<Question, Outcome> judge) {
    Visit.Figures figures = session.visit().figures();
    long bytes = session.action() == Action.PLAY ? figures.bytesOut() : figures.bytesIn();
    var counted = new Standing(standing.proof(), standing.number(), standing.forMs(), bytes);
    switch (outcome(session, counted, judge)) {
      case Decision decision -> judged(session, decision);
      case Sent _ -> judged(session, unknown("", SENT));
      case Later later ->
          later
              .lookup()
              .start(() -> judgeAtLast(session, session.question().again(counted), judge));
    }
  }

  private Outcome outcome(Session session, Standing standing, Function<Question, Outcome> judge) {
    try {
      return judge.apply(session.question().again(standing));
    } catch (RuntimeException fault) {
      judged(session, unknown("", "a fault of the server"));
      throw fault;
    }
  }

  /** Something was found out about somebody, or it was given up. Any thread. */
  private void judgeAtLast(Session session, Question question, Function<Question, Outcome> judge) {
    Decision decision = unknown("", "a fault of the server");
    try {
      decision =
          switch (judge.apply(question)) {
            case Decision decided -> decided;
            case Sent _ -> unknown("", SENT);
            case Later later -> unknown(later.rule(), later.why());
          };
    } finally {
      judged(session, decision);
    }
  }

  private static Decision unknown(String rule, String why) {
    return Decision.no(Reason.ACCESS_UNKNOWN, rule, why);
  }

  private void judged(Session session, Decision decision) {
    End end;
    synchronized (lock) {
      end = attendance.judged(session, decision, utcMs.getAsLong());
    }
    if (end != null) {
      end(end);
    }
  }

  /**
   * Has all who are there be judged again, {@link #MAX_PER_ROUND} a round: what they are judged by
   * has changed.
   */
  public void recheck() {
    synchronized (lock) {
      attendance.recheck();
    }
  }

  // ---- revocations

  /**
   * Ends all sessions of somebody, and lets him in no more for a time, also after a restart. Blocks
   * until the journal has it; not for a loop.
   *
   * @param forMs how long
   * @return null when too many revocations are kept already
   * @throws IOException when the journal cannot keep it; then nothing is revoked
   */
  public @Nullable Revoked revoke(Revocation.Subject subject, long forMs) throws IOException {
    Revocation revocation;
    revoking.lock();
    try {
      long nowMs = utcMs.getAsLong();
      Revocations now = revocations.at(nowMs);
      String id = run + "r" + Long.toString(now.last() + 1, RADIX);
      revocation = new Revocation(id, subject, nowMs, nowMs + forMs);
      Revocations next = now.with(revocation);
      if (next == null) {
        return null;
      }
      keep(next);
    } finally {
      revoking.unlock();
    }
    List<Session> ended = new ArrayList<>();
    for (Session session : attendance.sessions().values()) { // whoever comes now is refused
      if (revocation.isAbout(session.limits())
          && dismiss(session, Reason.REVOKED, "a revocation")) {
        ended.add(session);
      }
    }
    return new Revoked(revocation, ended);
  }

  /**
   * What has come of it.
   *
   * @param ended the sessions that are ended for it
   */
  public record Revoked(Revocation revocation, List<Session> ended) {
    public Revoked {
      ended = List.copyOf(ended);
    }
  }

  /** Ends one session, whose identifier lets nobody in any more; false when it has gone. */
  public boolean revoke(Session session) {
    return dismiss(session, Reason.REVOKED, "a revocation of the session");
  }

  /**
   * Takes a revocation back, as {@link #revoke} makes one.
   *
   * @return false when there is none of this name
   * @throws IOException when the journal cannot keep that; then it holds on
   */
  public boolean restore(String id) throws IOException {
    revoking.lock();
    try {
      Revocations next = revocations.at(utcMs.getAsLong()).without(id);
      if (next == null) {
        return false;
      }
      keep(next);
      return true;
    } finally {
      revoking.unlock();
    }
  }

  private void keep(Revocations next) throws IOException {
    journal.keep(next);
    revocations = next;
    Map<Revocation.Subject, Revocation> bySubject = next.bySubject();
    synchronized (lock) {
      attendance.revoke(bySubject);
    }
  }

  /** The revocations that hold. */
  public List<Revocation> revocations() {
    return revocations.at(utcMs.getAsLong()).all();
  }
}
