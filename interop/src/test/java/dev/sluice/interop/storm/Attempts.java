package dev.sluice.interop.storm;

import dev.sluice.bench.wire.RtmpClient;
import dev.sluice.bench.wire.RtmpUrl;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that try to play and to publish as fast as they get answers, until so many were given: by
 * requests in rows over kept HTTP connections, and by RTMP, several on a connection where the
 * server lets them. Whoever is let in stays for a moment.
 */
final class Attempts {
  /** A stream that nobody may play who does not have the token. */
  static final String CLOSED_STREAM = "closed/a";

  private static final int RECEIVE_BYTES = 256 << 10;

  /** The last one is for the stream that is full: behind media there are no further answers. */
  private static final int REQUESTS_IN_A_ROW = 128;

  /** What whoever is let in takes before he goes: more than comes at once. */
  private static final int WATCHED_BYTES = 150_000;

  private static final int STAY_MS = 100;

  /** More in one second is not allowed on one connection: each costs 10 of 200 commands. */
  private static final int PUBLISHES_OF_A_CONNECTION = 15;

  private static final int PLAYERS = 2;
  private static final int GUESTS = 4;
  private static final int RTMP_PLAYERS = 1;
  private static final int PUBLISHERS = 6;

  private final Prey prey;
  private final int wanted;
  private final AtomicLong answered = new AtomicLong();
  private final Map<String, LongAdder> seen = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();

  /** Who is in, as they themselves know it: never more than the server has let in. */
  static final class Seats {
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    void enter() {
      most.accumulateAndGet(taken.incrementAndGet(), Math::max);
    }

    void leave() {
      taken.decrementAndGet();
    }

    int most() {
      return most.get();
    }
  }

  final Seats viewers = new Seats();
  final Seats publishers = new Seats();

  Attempts(Prey prey, int wanted) {
    this.prey = prey;
    this.wanted = wanted;
  }

  /** Makes them; returns when all have their answers. */
  void run() throws Exception {
    List<Callable<Void>> all = new ArrayList<>();
    add(all, PLAYERS, this::playInRows);
    add(all, GUESTS, this::visit);
    add(all, RTMP_PLAYERS, this::playByRtmp);
    add(all, PUBLISHERS, this::publish);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> each : threads.invokeAll(all)) {
        each.get();
      }
    }
  }

  /** What one client does, once or as long as it lasts. */
  private interface Client {
    void run() throws IOException;
  }

  private void add(List<Callable<Void>> all, int count, Client client) {
    for (int i = 0; i < count; i++) {
      all.add(() -> {
        while (!isDone()) {
          client.run();
        }
        return null;
      });
    }
  }

  private boolean isDone() {
    return answered.get() >= wanted;
  }

  private void note(String attempt, Object answer) {
    answered.incrementAndGet();
    seen.computeIfAbsent(attempt + ": " + answer, _ -> new LongAdder()).increment();
  }

  /** Attempts that were answered. */
  long answered() {
    return answered.get();
  }

  /** How often which attempt had which answer. */
  Map<String, Long> seen() {
    Map<String, Long> counts = new TreeMap<>();
    seen.forEach((what, count) -> counts.put(what, count.sum()));
    return counts;
  }

  // ---- HTTP

  private static byte[] request(String path) {
    return "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"
        .formatted(path)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The status of an answer, of which the body is left out, unless it is media without end. */
  private static int answer(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the server closed the connection behind " + head);
      }
      head.append((char) next);
    }
    int status = Integer.parseInt(head.substring(9, 12));
    if (status != 200) {
      String length = head.toString().replaceFirst("(?is).*content-length: (\\d+).*", "$1");
      in.skipNBytes(Long.parseLong(length));
    }
    return status;
  }

  private static boolean isForTheFull(int index) {
    return index == REQUESTS_IN_A_ROW - 1;
  }

  /** Many requests at once: all but the last with a token that is wrong. */
  private void playInRows() throws IOException {
    var row = new StringBuilder();
    for (int i = 0; i < REQUESTS_IN_A_ROW; i++) {
      String path =
          isForTheFull(i)
              ? prey.stream() + ".flv"
              : CLOSED_STREAM + ".flv?token=guess" + names.getAndIncrement();
      row.append(new String(request(path), StandardCharsets.US_ASCII));
    }
    byte[] requests = row.toString().getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = Sockets.plain(prey.httpPort(), RECEIVE_BYTES)) {
      var in = new BufferedInputStream(socket.getInputStream(), RECEIVE_BYTES);
      while (!isDone()) {
        socket.getOutputStream().write(requests);
        for (int i = 0; i < REQUESTS_IN_A_ROW; i++) {
          int status = answer(in);
          note(isForTheFull(i) ? "full stream" : "wrong token", status);
          if (status == 200) {
            viewers.enter();
            viewers.leave();
            return;
          }
        }
      }
    }
  }

  /** One request after the other for the stream that is full; who is let in watches. */
  private void visit() throws IOException {
    try (Socket socket = Sockets.plain(prey.httpPort(), RECEIVE_BYTES)) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (!isDone()) {
        socket.getOutputStream().write(request(prey.stream() + ".flv"));
        int status = answer(in);
        note("full stream", status);
        if (status == 200) {
          viewers.enter();
          try {
            in.skipNBytes(WATCHED_BYTES);
          } finally {
            viewers.leave();
          }
          return;
        }
      }
    }
  }

  // ---- RTMP

  private RtmpUrl url(String path) {
    return RtmpUrl.of("rtmp", "127.0.0.1", prey.rtmpPort(), path);
  }

  private void playByRtmp() throws IOException {
    RtmpClient client = RtmpClient.player(url(prey.stream()));
    try (Socket socket = Sockets.plain(prey.rtmpPort(), RECEIVE_BYTES)) {
      socket.getOutputStream().write(client.opening());
      await(client, socket);
      note("full stream by RTMP", told(client));
      if (client.phase() == RtmpClient.Phase.RUNNING) {
        viewers.enter();
        viewers.leave();
      }
    }
  }

  /** Streams of new names, every second one with the token; who is let in stays for a moment. */
  private void publish() throws IOException {
    int number = names.getAndIncrement();
    RtmpClient client = RtmpClient.publisher(url("live/" + stream(number)));
    try (Socket socket = Sockets.plain(prey.rtmpPort(), RECEIVE_BYTES)) {
      socket.getOutputStream().write(client.opening());
      for (int i = 0; i < PUBLISHES_OF_A_CONNECTION && !isDone(); i++) {
        if (i > 0) {
          number = names.getAndIncrement();
          socket.getOutputStream().write(client.publishAnother(stream(number)));
        }
        await(client, socket);
        note(mayPublish(number) ? "publish" : "publish with a wrong token", told(client));
        if (client.phase() == RtmpClient.Phase.RUNNING) {
          publishers.enter();
          try {
            stay(socket);
          } finally {
            publishers.leave();
          }
          return;
        }
      }
    }
  }

  private static boolean mayPublish(int number) {
    return number % 2 == 0;
  }

  private String stream(int number) {
    return "new%d?token=%s".formatted(number, mayPublish(number) ? prey.token() : "guess");
  }

  private static String told(RtmpClient client) {
    return client.phase() == RtmpClient.Phase.RUNNING ? "in" : client.refusal();
  }

  private static void await(RtmpClient client, Socket socket) throws IOException {
    byte[] bytes = new byte[RECEIVE_BYTES / 16];
    while (client.phase() != RtmpClient.Phase.RUNNING
        && client.phase() != RtmpClient.Phase.REFUSED) {
      int length = socket.getInputStream().read(bytes);
      if (length < 0) {
        throw new EOFException("the server closed the connection in phase " + client.phase());
      }
      client.feed(
          bytes,
          0,
          length,
          System.nanoTime(),
          reply -> write(socket, reply),
          (_, _, _, _, _) -> {});
    }
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stays until the server has said nothing for a moment. */
  private static void stay(Socket socket) throws IOException {
    socket.setSoTimeout(STAY_MS);
    try {
      while (socket.getInputStream().read() >= 0) {
        // it says something
      }
    } catch (SocketTimeoutException silent) {
      // long enough
    }
  }
}
