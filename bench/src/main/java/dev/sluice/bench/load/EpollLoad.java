package dev.sluice.bench.load;

import dev.sluice.bench.linux.Epoll;
import dev.sluice.bench.linux.Sockets;
import dev.sluice.bench.wire.RtmpWriter;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Viewers on the calling thread. A viewer is read until its first picture; from then on the kernel
 * drops its bytes and only their number is seen, except for the checked ones. Those have an epoll
 * of their own within the other, and it is looked at between any few of the rest, so that the work
 * of this client hardly shows in what they say about delay.
 */
public final class EpollLoad implements Load {
  private static final int EVENTS = 256;
  private static final int CHECK_EVERY = 16;
  private static final int CHECKED = -1; // the number of the inner epoll
  private static final long TALK_NS = 15_000_000_000L; // servers wait for 30 s
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final Crowd crowd;
  private final Sockets sockets = new Sockets();
  private final Epoll epoll;
  private final Epoll checkedEpoll;
  private final byte[] arrived = new byte[1 << 18];
  private final List<Viewer> viewers = new ArrayList<>();
  private final ArrayDeque<Viewer> talkers = new ArrayDeque<>();

  private int toOpen;
  private long openEveryNs;
  private long openNextNs;
  private int joining;
  private int playing;
  private long windowNs;
  private final long alertNs;
  private long alertUntilNs;

  /**
   * A crowd without viewers yet.
   *
   * @param alert for how long it goes on looking, without sleep, after something has come: to wake
   *     a sleeping reader is work of the server's sends, and a crowd that sleeps between them makes
   *     each of them pay for it
   * @throws IOException when the kernel refuses an epoll instance
   */
  public EpollLoad(Crowd crowd, Duration alert) throws IOException {
    this.crowd = crowd;
    alertNs = alert.toNanos();
    alertUntilNs = System.nanoTime();
    epoll = new Epoll(EVENTS);
    checkedEpoll = new Epoll(EVENTS);
    epoll.add(checkedEpoll.descriptor(), Epoll.IN, CHECKED);
    windowNs = System.nanoTime();
  }

  @Override
  public void open(int count, int perSecond) {
    toOpen += count;
    openEveryNs = NS_PER_SECOND / perSecond;
    openNextNs = System.nanoTime();
  }

  @Override
  public void run(Duration time) throws IOException {
    long untilNs = System.nanoTime() + time.toNanos();
    for (long nowNs; (nowNs = System.nanoTime()) - untilNs < 0; ) {
      openDue(nowNs);
      talk(nowNs);
      int timeoutMs = (int) Math.clamp((untilNs - nowNs) / 1_000_000, 0, toOpen > 0 ? 1 : 10);
      int count = epoll.await(alertUntilNs - nowNs > 0 ? 0 : timeoutMs);
      if (count > 0) {
        alertUntilNs = System.nanoTime() + alertNs;
        handle(epoll, count);
      }
    }
  }

  private void handle(Epoll from, int count) throws IOException {
    long nowNs = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int number = from.number(i);
      if (number != CHECKED) {
        onEvent(viewers.get(number), nowNs, from.hasEnded(i));
      }
      if (from == epoll && (number == CHECKED || i % CHECK_EVERY == CHECK_EVERY - 1)) {
        handle(checkedEpoll, checkedEpoll.await(0));
        nowNs = System.nanoTime();
      }
    }
  }

  private void openDue(long nowNs) throws IOException {
    while (toOpen > 0 && openNextNs - nowNs <= 0) {
      toOpen--;
      openNextNs += openEveryNs;
      openOne(nowNs);
    }
  }

  private void openOne(long nowNs) throws IOException {
    int index = viewers.size();
    Viewer viewer = crowd.viewer(index, nowNs);
    viewers.add(viewer);
    InetSocketAddress address = crowd.target(index).address();
    try {
      viewer.fd = sockets.connect(address);
    } catch (IOException refused) {
      viewer.end(Viewer.State.CUT, String.valueOf(refused.getMessage()));
      return;
    }
    joining++;
    epollOf(viewer).add(viewer.fd, Epoll.OUT, index);
  }

  private Epoll epollOf(Viewer viewer) {
    return viewer.checker == null ? epoll : checkedEpoll;
  }

  private void onEvent(Viewer viewer, long nowNs, boolean ended) throws IOException {
    switch (viewer.state) {
      case CONNECTING -> onConnected(viewer);
      case JOINING -> read(viewer);
      case PLAYING -> {
        if (viewer.checker == null) {
          drop(viewer, nowNs, ended);
        } else {
          read(viewer);
        }
      }
      case STALLED, LEFT, CUT, REFUSED -> {} // an event of the same batch
    }
  }

  private void onConnected(Viewer viewer) throws IOException {
    int errno = sockets.connectError(viewer.fd);
    if (errno != 0) {
      end(viewer, Viewer.State.CUT, "connecting failed with error number " + errno);
      return;
    }
    viewer.state = Viewer.State.JOINING;
    epollOf(viewer).change(viewer.fd, Epoll.IN, viewer.index);
    Session session = viewer.session;
    if (session != null) {
      send(viewer, session.opening());
    }
  }

  /** An end is not reported again, so whoever sees it drops all that is left and closes. */
  private void drop(Viewer viewer, long nowNs, boolean ended) {
    long count;
    do {
      count = sockets.drop(viewer.fd);
      if (count > 0) {
        viewer.onBytes(count, nowNs);
      }
    } while (count == Sockets.DROP_BYTES);
    if (count == Sockets.CLOSED || ended) {
      end(viewer, Viewer.State.CUT, "the server closed the connection");
    }
  }

  private void read(Viewer viewer) throws IOException {
    int count = sockets.read(viewer.fd, arrived);
    if (count == Sockets.CLOSED) {
      end(viewer, Viewer.State.CUT, "the server closed the connection");
    }
    if (count <= 0) {
      return;
    }
    long nowNs = System.nanoTime();
    viewer.onBytes(count, nowNs);
    Session session = viewer.session;
    if (session != null) {
      feed(viewer, session, count, nowNs);
    }
  }

  private void feed(Viewer viewer, Session session, int count, long nowNs) throws IOException {
    try {
      session.feed(arrived, 0, count, nowNs, bytes -> send(viewer, bytes));
    } catch (MalformedException broken) {
      String what = String.valueOf(broken.getMessage());
      if (viewer.checker != null) {
        viewer.checker.broken(what);
      }
      end(viewer, Viewer.State.CUT, what);
      return;
    }
    String refusal = session.refusal();
    if (refusal != null) {
      end(viewer, Viewer.State.REFUSED, refusal);
    } else if (viewer.state == Viewer.State.JOINING && session.playing()) {
      beginPlaying(viewer, nowNs);
    }
  }

  private void beginPlaying(Viewer viewer, long nowNs) throws IOException {
    viewer.state = Viewer.State.PLAYING;
    viewer.firstPictureNs = nowNs;
    joining--;
    playing++;
    if (viewer.checker == null) {
      viewer.session = null; // ten thousand of them would fill the heap
      epoll.change(viewer.fd, Epoll.IN | Epoll.HANG_UP | Epoll.EDGE, viewer.index);
      if (isRtmp(viewer)) {
        viewer.saidSomethingNs = nowNs;
        talkers.add(viewer);
      }
    }
  }

  private boolean isRtmp(Viewer viewer) {
    return crowd.target(viewer.index).form() == Target.Form.RTMP;
  }

  /** Viewers whose bytes are dropped cannot see pings, so they speak up unasked. */
  private void talk(long nowNs) {
    for (Viewer next; (next = talkers.peek()) != null; ) {
      if (nowNs - next.saidSomethingNs < TALK_NS) {
        return;
      }
      talkers.remove();
      if (next.state == Viewer.State.PLAYING) {
        next.saidSomethingNs = nowNs;
        talkers.add(next);
        send(
            next,
            RtmpWriter.join(
                RtmpWriter.acknowledgement(next.totalBytes),
                RtmpWriter.pong((int) (nowNs / 1_000_000))));
      }
    }
  }

  private void send(Viewer viewer, byte[] bytes) {
    if (!viewer.isOver() && sockets.send(viewer.fd, bytes) != bytes.length) {
      // A few hundred bytes fit into any socket that somebody reads.
      end(viewer, Viewer.State.CUT, "the server does not read");
    }
  }

  private void end(Viewer viewer, Viewer.State how, String why) {
    switch (viewer.state) {
      case CONNECTING, JOINING -> joining--;
      case PLAYING -> playing--;
      case STALLED, LEFT, CUT, REFUSED -> {}
    }
    viewer.end(how, why);
    viewer.session = null;
    sockets.close(viewer.fd);
  }

  /** Lets the {@code count} viewers that have played longest stop reading, but stay. */
  public void stall(int count) throws IOException {
    int left = count;
    for (Viewer viewer : viewers) {
      if (left > 0 && viewer.state == Viewer.State.PLAYING && viewer.checker == null) {
        epoll.remove(viewer.fd);
        viewer.state = Viewer.State.STALLED;
        playing--;
        left--;
      }
    }
  }

  /** Lets the {@code count} viewers that have played longest leave; checked ones stay. */
  public void leave(int count) {
    int left = count;
    for (Viewer viewer : viewers) {
      if (left > 0 && viewer.state == Viewer.State.PLAYING && viewer.checker == null) {
        end(viewer, Viewer.State.LEFT, "");
        left--;
      }
    }
  }

  /** Why the first viewer was lost that was lost; null when none was. */
  public @Nullable String firstLoss() {
    String reason = figures().firstReason();
    return reason.isEmpty() ? null : reason;
  }

  @Override
  public int joining() {
    return joining + toOpen;
  }

  @Override
  public int playing() {
    return playing;
  }

  @Override
  public void beginWindow() {
    long nowNs = System.nanoTime();
    windowNs = nowNs;
    viewers.forEach(viewer -> viewer.beginWindow(nowNs));
  }

  @Override
  public ViewerFigures figures() {
    return ViewerFigures.of(viewers, windowNs, System.nanoTime());
  }

  @Override
  public void close() {
    for (Viewer viewer : viewers) {
      if (!viewer.isOver()) {
        end(viewer, Viewer.State.LEFT, "");
      }
    }
    epoll.close();
    checkedEpoll.close();
    sockets.close();
  }
}
