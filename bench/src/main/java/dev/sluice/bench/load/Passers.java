package dev.sluice.bench.load;

import dev.sluice.bench.linux.Epoll;
import dev.sluice.bench.linux.Sockets;
import dev.sluice.bench.stream.Samples;
import dev.sluice.bench.wire.HttpAnswer;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Players over HTTP-FLV who come at a steady rate, each with a connection of its own, watch for a
 * moment where they are let in, and go. They are on a thread of their own, so that they are not in
 * the way of viewers who measure.
 */
public final class Passers implements AutoCloseable {
  private static final int EVENTS = 256;
  private static final int TURN_MS = 2;
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int OK = 200;

  private final Target target;
  private final byte[] request;
  private final long everyNs;
  private final long watchNs;
  private final Thread thread = Thread.ofPlatform().daemon().name("passers").unstarted(this::run);
  private final byte[] arrived = new byte[1 << 14];
  private final List<@Nullable Passer> passers = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final ArrayDeque<Passer> watching = new ArrayDeque<>(); // who goes first is first
  private final Samples answers = new Samples();
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;
  private long came;
  private long letIn;
  private long refused;
  private long lost;
  private String firstLoss = "";
  private double seconds;

  /**
   * What became of them.
   *
   * @param came all
   * @param perSecond of these
   * @param letIn who got media
   * @param refused who were told that they may not
   * @param lost whose connection failed, or was closed while they watched
   * @param firstLoss why the first of those was
   * @param answerP50Ms from the request to the answer
   * @param answerP99Ms the same
   */
  public record Figures(
      long came,
      double perSecond,
      long letIn,
      long refused,
      long lost,
      String firstLoss,
      double answerP50Ms,
      double answerP99Ms) {}

  private static final class Passer {
    final int number;
    final int fd;
    boolean connected;
    @Nullable HttpAnswer head = new HttpAnswer();
    long atNs; // when it asked; then when it goes

    Passer(int number, int fd) {
      this.number = number;
      this.fd = fd;
    }
  }

  private Passers(Target target, int perSecond, Duration watch) {
    this.target = target;
    this.request = HttpAnswer.request(target.host(), target.address().getPort(), target.path());
    this.everyNs = NS_PER_SECOND / perSecond;
    this.watchNs = watch.toNanos();
  }

  /**
   * Lets them come, until {@link #stop}.
   *
   * @param watch how long each watches
   */
  public static Passers start(Target target, int perSecond, Duration watch) {
    var passers = new Passers(target, perSecond, watch);
    passers.thread.start();
    return passers;
  }

  /**
   * Lets nobody come any more; who is there goes.
   *
   * @throws IOException when they could not come as they should
   */
  public Figures stop() throws IOException {
    close();
    if (failure != null) {
      throw new IOException("plays cannot be made", failure);
    }
    long[] ns = answers.percentiles(0.5, 0.99);
    return new Figures(
        came, came / seconds, letIn, refused, lost, firstLoss, ns[0] / 1e6, ns[1] / 1e6);
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long beganNs = System.nanoTime();
    try (var sockets = new Sockets();
        var epoll = new Epoll(EVENTS)) {
      long nextNs = beganNs;
      while (!stopped) {
        long nowNs = System.nanoTime();
        for (; nextNs - nowNs <= 0; nextNs += everyNs) {
          open(sockets, epoll);
        }
        for (Passer first; (first = watching.peek()) != null && first.atNs - nowNs <= 0; ) {
          watching.remove();
          leave(first, sockets);
        }
        int count = epoll.await(TURN_MS);
        for (int i = 0; i < count; i++) {
          Passer passer = passers.get(epoll.number(i));
          if (passer != null) {
            onEvent(passer, sockets, epoll);
          }
        }
      }
      seconds = (System.nanoTime() - beganNs) / 1e9;
      for (Passer passer : passers) {
        if (passer != null) {
          sockets.close(passer.fd);
        }
      }
    } catch (IOException failed) {
      failure = failed;
    }
  }

  private void open(Sockets sockets, Epoll epoll) throws IOException {
    came++;
    int fd = sockets.connect(target.address());
    Integer number = free.poll();
    if (number == null) {
      number = passers.size();
      passers.add(null);
    }
    passers.set(number, new Passer(number, fd));
    epoll.add(fd, Epoll.OUT, number);
  }

  private void onEvent(Passer passer, Sockets sockets, Epoll epoll) throws IOException {
    if (!passer.connected) {
      ask(passer, sockets, epoll);
      return;
    }
    HttpAnswer head = passer.head;
    if (head == null) {
      if (sockets.drop(passer.fd) == Sockets.CLOSED) {
        watching.remove(passer);
        lose(passer, sockets, "the server closed the connection of who watched");
      }
      return;
    }
    int count = sockets.read(passer.fd, arrived);
    if (count == Sockets.CLOSED) {
      lose(passer, sockets, "the server closed the connection without an answer");
    } else if (count > 0) {
      answered(passer, head, count, sockets);
    }
  }

  private void ask(Passer passer, Sockets sockets, Epoll epoll) throws IOException {
    int errno = sockets.connectError(passer.fd);
    if (errno != 0) {
      lose(passer, sockets, "connecting failed with error number " + errno);
      return;
    }
    passer.connected = true;
    passer.atNs = System.nanoTime();
    epoll.change(passer.fd, Epoll.IN, passer.number);
    if (sockets.send(passer.fd, request) != request.length) {
      lose(passer, sockets, "the server does not read");
    }
  }

  private void answered(Passer passer, HttpAnswer head, int count, Sockets sockets) {
    try {
      if (head.feed(arrived, 0, count) < 0) {
        return;
      }
    } catch (MalformedException broken) {
      lose(passer, sockets, String.valueOf(broken.getMessage()));
      return;
    }
    long nowNs = System.nanoTime();
    answers.add(nowNs - passer.atNs);
    if (head.status() == OK) {
      letIn++;
      passer.head = null;
      passer.atNs = nowNs + watchNs;
      watching.add(passer);
    } else {
      refused++;
      leave(passer, sockets);
    }
  }

  private void lose(Passer passer, Sockets sockets, String why) {
    lost++;
    firstLoss = firstLoss.isEmpty() ? why : firstLoss;
    leave(passer, sockets);
  }

  private void leave(Passer passer, Sockets sockets) {
    sockets.close(passer.fd);
    passers.set(passer.number, null);
    free.add(passer.number);
  }
}
