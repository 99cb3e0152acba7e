package dev.sluice.bench.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.bench.linux.Epoll;
import dev.sluice.bench.linux.Sockets;
import dev.sluice.bench.stream.Samples;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients on the calling thread, each with one connection and one request at a time: the next one
 * is sent as soon as an answer is whole, or as soon as no other answer is there ({@link
 * Errands#readsFirst}).
 */
public final class FetchLoad implements AutoCloseable {
  private static final int EVENTS = 256;
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int OK = 200;
  private static final byte[] NOTHING = {};
  private static final int MAX_CHECKED_BYTES = 64 << 20;

  private final InetSocketAddress address;
  private final Errands errands;
  private final byte[] tail;
  private final Sockets sockets = new Sockets();
  private final Epoll epoll;
  private final byte[] headBytes = new byte[AnswerHead.MAX_BYTES];
  private final byte[] bodyBytes = new byte[1 << 18];
  private final List<Client> clients = new ArrayList<>();

  /** Those who have read an answer and are to ask again. */
  private final ArrayDeque<Client> toAsk = new ArrayDeque<>();

  private int toOpen;
  private long openEveryNs;
  private long openNextNs;
  private int answeredOnce;
  private int lost;
  private String firstReason = "";

  // of the window
  private long windowNs = System.nanoTime();
  private long answers;
  private long bytes;
  private long bodies;
  private long checked;
  private long wrong;
  private String firstWrong = "";
  private final Samples times = new Samples();

  /** One connection. */
  private static final class Client {
    final int index;
    final int fd;
    boolean connected;
    boolean lost;
    boolean answered;
    long askedNs;

    /** Begun, not whole heads; empty mostly. */
    byte[] begun = NOTHING;

    boolean inBody;
    long bodyLeft;
    byte @Nullable [] body;

    Client(int index, int fd) {
      this.index = index;
      this.fd = fd;
    }
  }

  /**
   * A load without clients yet.
   *
   * @throws IOException when the kernel refuses an epoll instance
   */
  public FetchLoad(InetSocketAddress address, Errands errands) throws IOException {
    this.address = address;
    this.errands = errands;
    this.tail =
        " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: sluice-bench\r\nAccept: */*\r\n\r\n"
            .formatted(address.getPort())
            .getBytes(ISO_8859_1);
    this.epoll = new Epoll(EVENTS);
  }

  /** Asks for {@code count} more clients, {@code perSecond} a second; {@link #run} opens them. */
  public void open(int count, int perSecond) {
    toOpen += count;
    openEveryNs = NS_PER_SECOND / perSecond;
    openNextNs = System.nanoTime();
  }

  /** Clients that were asked for and have neither had an answer nor been lost. */
  public int joining() {
    return toOpen + clients.size() - answeredOnce - lost;
  }

  /** Lets clients come and fetch for {@code time}. */
  public void run(Duration time) throws IOException {
    long untilNs = System.nanoTime() + time.toNanos();
    for (long nowNs; (nowNs = System.nanoTime()) - untilNs < 0; ) {
      openDue(nowNs);
      int mostMs = !toAsk.isEmpty() ? 0 : toOpen > 0 ? 1 : 10;
      int count = epoll.await((int) Math.clamp((untilNs - nowNs) / 1_000_000, 0, mostMs));
      for (int i = 0; i < count; i++) {
        onEvent(clients.get(epoll.number(i)));
      }
      if (count == 0) {
        askAll();
      }
    }
  }

  private void openDue(long nowNs) throws IOException {
    while (toOpen > 0 && openNextNs - nowNs <= 0) {
      toOpen--;
      openNextNs += openEveryNs;
      var client = new Client(clients.size(), sockets.connect(address));
      clients.add(client);
      epoll.add(client.fd, Epoll.OUT, client.index);
    }
  }

  private void onEvent(Client client) throws IOException {
    if (client.lost) {
      return; // an event of the same batch
    }
    try {
      if (!client.connected) {
        connected(client);
      } else if (client.inBody) {
        body(client);
      } else {
        head(client);
      }
    } catch (MalformedException broken) {
      lose(client, String.valueOf(broken.getMessage()));
    }
  }

  private void connected(Client client) throws IOException {
    int errno = sockets.connectError(client.fd);
    if (errno != 0) {
      lose(client, "connecting failed with error number " + errno);
      return;
    }
    client.connected = true;
    epoll.change(client.fd, Epoll.IN, client.index);
    ask(client);
  }

  private void askAll() {
    for (Client client; (client = toAsk.poll()) != null; ) {
      if (!client.lost) {
        ask(client);
      }
    }
  }

  private void ask(Client client) {
    byte[] start = ("GET " + errands.next(client.index)).getBytes(ISO_8859_1);
    byte[] request = Arrays.copyOf(start, start.length + tail.length);
    System.arraycopy(tail, 0, request, start.length, tail.length);
    client.askedNs = System.nanoTime();
    if (sockets.send(client.fd, request) != request.length) {
      lose(client, "the server does not read");
    }
  }

  private void head(Client client) {
    int have = client.begun.length;
    System.arraycopy(client.begun, 0, headBytes, 0, have);
    int count = sockets.read(client.fd, headBytes, have);
    if (count == Sockets.CLOSED) {
      lose(client, "the server closed the connection");
      return;
    }
    if (count <= 0) {
      return;
    }
    bytes += count;
    have += count;
    AnswerHead head = AnswerHead.read(headBytes, have);
    if (head.size() == 0) {
      client.begun = Arrays.copyOf(headBytes, have);
      return;
    }
    client.begun = NOTHING;
    if (head.status() != OK) {
      lose(client, "status %d".formatted(head.status()));
      return;
    }
    int early = have - head.size();
    client.inBody = true;
    client.bodyLeft = head.contentLength();
    client.body = null;
    bodies += head.contentLength();
    if (errands.wantsBody(client.index)) {
      if (head.contentLength() > MAX_CHECKED_BYTES) {
        throw new MalformedException("a body of %d bytes".formatted(head.contentLength()));
      }
      client.body = new byte[(int) head.contentLength()];
    }
    took(client, headBytes, head.size(), early);
  }

  private void body(Client client) {
    boolean kept = client.body != null;
    long count = kept ? sockets.read(client.fd, bodyBytes, 0) : sockets.drop(client.fd);
    if (count == Sockets.CLOSED) {
      lose(client, "the server closed the connection within an answer");
    } else if (count > 0) {
      bytes += count;
      took(client, bodyBytes, 0, count);
    }
  }

  /** So much of the body has come, and stands at {@code from} when it is kept. */
  private void took(Client client, byte[] in, int from, long count) {
    if (count > client.bodyLeft) {
      throw new MalformedException("more bytes than Content-Length says");
    }
    byte[] body = client.body;
    if (body != null) {
      System.arraycopy(in, from, body, (int) (body.length - client.bodyLeft), (int) count);
    }
    client.bodyLeft -= count;
    if (client.bodyLeft == 0) {
      whole(client);
    }
  }

  private void whole(Client client) {
    long nowNs = System.nanoTime();
    answers++;
    times.add(nowNs - client.askedNs);
    client.inBody = false;
    if (!client.answered) {
      client.answered = true;
      answeredOnce++;
    }
    checked += client.body == null ? 0 : 1;
    String fault = errands.answered(client.index, client.body, nowNs);
    client.body = null;
    if (fault != null) {
      wrong++;
      firstWrong = firstWrong.isEmpty() ? fault : firstWrong;
    }
    if (errands.readsFirst()) {
      toAsk.add(client);
    } else {
      ask(client);
    }
  }

  private void lose(Client client, String why) {
    client.lost = true;
    if (!client.answered) {
      lost++;
    }
    if (firstReason.isEmpty()) {
      firstReason = "client %d: %s".formatted(client.index, why);
    }
    sockets.close(client.fd);
  }

  /** Why the first client was lost; empty when none was. */
  public String firstReason() {
    return firstReason;
  }

  /** Counters begin at zero again. */
  public void beginWindow() {
    windowNs = System.nanoTime();
    answers = 0;
    bytes = 0;
    bodies = 0;
    checked = 0;
    wrong = 0;
    firstWrong = "";
    times.clear();
  }

  /** What was fetched since {@link #beginWindow}. */
  public FetchFigures figures() {
    long[] ns = times.percentiles(0.5, 0.99);
    return new FetchFigures(
        clients.size() + toOpen,
        (int) clients.stream().filter(client -> !client.lost).count(),
        firstReason,
        (System.nanoTime() - windowNs) / 1e9,
        answers,
        bytes / 1e9,
        answers == 0 ? 0 : (double) bodies / answers,
        checked,
        wrong,
        firstWrong,
        ns[0] / 1e6,
        ns[1] / 1e6);
  }

  @Override
  public void close() {
    for (Client client : clients) {
      if (!client.lost) {
        sockets.close(client.fd);
      }
    }
    epoll.close();
    sockets.close();
  }
}
