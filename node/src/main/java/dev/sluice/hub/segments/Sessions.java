package dev.sluice.hub.segments;

import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.ViewerSink;
import dev.sluice.media.StreamName;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Viewers that fetch segments, each known by an identifier that its requests carry: it is counted,
 * listed and ended like any viewer, and needs its token for the first request only.
 *
 * <p>An identifier that is not known is taken up when whoever carries it may play without a token:
 * the server was started anew, or the viewer slept. One that was thrown out ({@link #OUT}) stays
 * out. One whose proof has ended, or does not hold any more, is told that until it comes with
 * another. Any thread, except where a method says otherwise.
 */
public final class Sessions {
  /** A viewer that asks for nothing for so long has gone: 30 s. */
  static final long IDLE_NS = 30_000_000_000L;

  /** How often that is looked for. */
  static final long SWEEP_NS = 5_000_000_000L;

  /** An identifier that was ended is remembered for so long: 5 min. */
  static final long ENDED_NS = 300_000_000_000L;

  /** Identifiers that are remembered; beyond that, new viewers are refused. */
  static final int MAX_SESSIONS = 200_000;

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** Nobody comes back under an identifier that was let in before, and was ended for these. */
  private static final Set<Reason> OUT =
      EnumSet.of(Reason.KICKED, Reason.REVOKED, Reason.SESSION_LIMIT);

  /** What somebody is told who carries an identifier and nothing else. */
  private static final Set<Reason> MISSING =
      EnumSet.of(Reason.TOKEN_MISSING, Reason.LINK_MISSING, Reason.LOGIN_MISSING);

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  /** Characters of an identifier: 132 bits. */
  public static final int ID_CHARS = 22;

  /** What an identifier looks like. */
  public static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{" + ID_CHARS + "}");

  private final Hub hub;
  private final RandomGenerator random;
  private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();

  /**
   * No sessions.
   *
   * @param random of cryptographic quality, for any thread
   */
  public Sessions(Hub hub, RandomGenerator random) {
    this.hub = hub;
    this.random = random;
  }

  /** One viewer. */
  public final class Session {
    /** Written with each request, by whoever serves it, and read once in a while: no fence. */
    private static final AtomicLongFieldUpdater<Session> LAST =
        AtomicLongFieldUpdater.newUpdater(Session.class, "lastNs");

    private final String id;
    private final StreamName asked;
    private volatile StreamName name;
    private volatile String nameText;
    private final Loop loop;
    private volatile boolean playing;
    private volatile long lastNs;
    private volatile @Nullable Reason ended;
    private @Nullable Reason before; // for what it was ended under the same identifier

    // on the loop
    private @Nullable Viewer viewer;
    private boolean decided;
    private final List<Consumer<@Nullable Reason>> asking = new ArrayList<>();

    private Session(String id, StreamName name, Loop loop) {
      this.id = id;
      this.asked = name;
      this.name = name;
      this.nameText = name.toString();
      this.loop = loop;
      touch();
    }

    /** The stream that it watches; access may have sent it there from another one. */
    public StreamName name() {
      return name;
    }

    /** Whether it was let in, and has not ended. Any thread. */
    public boolean isPlaying() {
      return playing;
    }

    /** Whether it is for whoever asks for that stream. */
    private boolean isFor(StreamName stream) {
      return stream.equals(name) || stream.equals(asked);
    }

    private void letIn() {
      followName();
      playing = true;
    }

    private void followName() {
      if (viewer != null && !viewer.name().equals(name)) {
        name = viewer.name();
        nameText = name.toString();
      }
    }

    /** What its requests carry; secret. */
    public String id() {
      return id;
    }

    /** It was served so much. */
    public void served(long bytes) {
      served(bytes, loop.nowNs());
    }

    /**
     * It was served so much.
     *
     * @param nowNs on the clock of loops
     */
    public void served(long bytes, long nowNs) {
      LAST.lazySet(this, nowNs);
      loop.run(() -> {
        if (viewer != null) {
          viewer.served(bytes);
        }
      });
    }

    private void touch() {
      LAST.lazySet(this, loop.nowNs());
    }

    /** Whether it has ended, and may be asked about again under the same identifier. */
    private boolean mayReturn() {
      Reason reason = ended;
      return reason != null && !OUT.contains(reason);
    }

    private Session succeededBy(Session next) {
      if (!mayReturn()) {
        return this;
      }
      next.before = ended;
      return next;
    }

    private boolean idleFor(long boundNs) {
      return loop.nowNs() - lastNs >= boundNs;
    }

    private void watch(Client client) {
      Viewer watching =
          hub.watch(name, client, new FetchForm(client.protocol()), loop, new Sink(this));
      viewer = watching;
      followName(); // it may have been let in by now
      watching.fetches();
    }

    /** Has {@code answer} be told on {@code from} whether this viewer may play: null for yes. */
    private void ask(Loop from, Consumer<@Nullable Reason> answer) {
      loop.run(() -> {
        if (decided) {
          Reason reason = ended;
          from.run(() -> answer.accept(reason));
        } else {
          asking.add(reason -> from.run(() -> answer.accept(reason)));
        }
      });
    }

    private void decide(@Nullable Reason refusal) {
      if (!decided) {
        decided = true;
        asking.forEach(each -> each.accept(refusal));
        asking.clear();
      }
    }

    private void leave() {
      loop.run(() -> {
        if (viewer != null) {
          viewer.leave();
        }
      });
    }
  }

  /** Hears of a viewer to whom nothing is sent. */
  private final class Sink implements ViewerSink {
    private final Session session;

    Sink(Session session) {
      this.session = session;
    }

    @Override
    public void admitted(boolean live) {
      session.letIn();
      session.decide(null);
    }

    @Override
    public void begin() {}

    @Override
    public void write(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void ended(Reason reason) {
      boolean played = session.playing;
      Reason told = MISSING.contains(reason) && session.before != null ? session.before : reason;
      session.playing = false;
      session.ended = told;
      boolean remembered = isOfAccess(told) && (played || told == session.before);
      if (!remembered) {
        sessions.remove(session.id, session); // it may come again
      }
      session.decide(told);
    }

    private static boolean isOfAccess(Reason reason) {
      return reason.httpStatus() == UNAUTHORIZED || reason.httpStatus() == FORBIDDEN;
    }
  }

  /**
   * Has a viewer of a stream be counted from now on.
   *
   * @param loop the request's, which the caller is on
   * @param then is given the session, on {@code loop}, at once or later
   * @param refused is given why there is none
   */
  public void open(
      StreamName name, Client client, Loop loop, Consumer<Session> then, Consumer<Reason> refused) {
    take(newId(), name, client, loop, then, refused);
  }

  private void take(
      String id,
      StreamName name,
      Client client,
      Loop loop,
      Consumer<Session> then,
      Consumer<Reason> refused) {
    if (!sessions.containsKey(id) && sessions.size() >= MAX_SESSIONS) {
      refused.accept(Reason.CONNECTION_LIMIT);
      return;
    }
    var fresh = new Session(id, name, loop);
    Session session = // of several requests at once the first counts
        sessions.compute(id, (_, known) -> known == null ? fresh : known.succeededBy(fresh));
    if (session == fresh) {
      fresh.watch(client);
    }
    session.ask(
        loop,
        refusal -> {
          if (refusal == null) {
            then.accept(session);
          } else {
            refused.accept(refusal);
          }
        });
  }

  /**
   * Finds the session of a request, or takes the viewer up again.
   *
   * @param id as {@link #ID} says
   * @param client as for {@link #open}
   */
  public void find(
      String id,
      StreamName name,
      Client client,
      Loop loop,
      Consumer<Session> then,
      Consumer<Reason> refused) {
    Session known = sessions.get(id);
    if (known != null && !known.isFor(name)) {
      refused.accept(Reason.NAME_INVALID); // an identifier is good for one stream
      return;
    }
    if (known != null) {
      known.touch();
    }
    take(id, name, client, loop, then, refused);
  }

  /**
   * The session of a viewer that was let in, and it has just asked for something; null when it is
   * not known, or plays another stream, or not any more. {@link #find} knows more.
   *
   * @param stream name of the stream, as {@link StreamName#toString} says it
   */
  public @Nullable Session playing(String id, String stream) {
    Session session = sessions.get(id);
    if (session == null || !session.playing || !session.nameText.equals(stream)) {
      return null;
    }
    session.touch();
    return session;
  }

  private String newId() {
    StringBuilder id = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }

  /** Ends viewers that have gone, from now on; once. */
  public void sweepOn(Loop loop) {
    loop.schedule(
        () -> {
          sweep();
          sweepOn(loop);
        },
        SWEEP_NS);
  }

  private void sweep() {
    for (Session session : sessions.values()) {
      boolean ended = session.ended != null;
      if (session.idleFor(ended ? ENDED_NS : IDLE_NS)) {
        sessions.remove(session.id, session);
        session.leave();
      }
    }
  }

  /** How many there are, those that were ended by us included. */
  public int size() {
    return sessions.size();
  }
}
