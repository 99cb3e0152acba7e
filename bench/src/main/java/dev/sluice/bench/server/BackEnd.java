package dev.sluice.bench.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A back end that SRS's hooks ask, in this process: it thinks about each question for the same
 * time, fails every tenth, and says yes to the others.
 */
public final class BackEnd implements AutoCloseable {
  /** One question of so many fails. */
  public static final int FAILS_EACH = 10;

  private static final int BACKLOG = 4096;
  private static final int MAX_LINE_BYTES = 8192;
  private static final byte[] YES = answer("200 OK", "0");
  private static final byte[] FAILURE = answer("500 Internal Server Error", "");

  private final ServerSocket listener;
  private final long thinkingNs;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  private BackEnd(ServerSocket listener, Duration thinking) {
    this.listener = listener;
    this.thinkingNs = thinking.toNanos();
  }

  /** Begins to answer, each question after {@code thinking}. */
  public static BackEnd start(Duration thinking) throws IOException {
    var backEnd =
        new BackEnd(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), thinking);
    Thread.ofVirtual().name("back end").start(backEnd::accept);
    return backEnd;
  }

  private static byte[] answer(String status, String body) {
    return "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, body.length(), body)
        .getBytes(ISO_8859_1);
  }

  /** Where it is asked. */
  public String url() {
    return "http://127.0.0.1:%d/".formatted(listener.getLocalPort());
  }

  /** Questions so far. */
  public long asked() {
    return asked.get();
  }

  /** Questions at a time, at most. */
  public int mostOpen() {
    return mostOpen.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = listener.accept();
        Thread.ofVirtual().name("back end's caller").start(() -> serve(caller));
      }
    } catch (IOException closed) {
      // by close, or by who calls: then nobody is answered, and the run shows it
    }
  }

  private void serve(Socket caller) {
    try (caller) {
      caller.setTcpNoDelay(true);
      var in = new BufferedInputStream(caller.getInputStream());
      OutputStream out = caller.getOutputStream();
      while (true) {
        read(in);
        long number = asked.incrementAndGet();
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        think();
        open.decrementAndGet();
        out.write(number % FAILS_EACH == 0 ? FAILURE : YES);
      }
    } catch (IOException gone) {
      // the caller has no more questions
    }
  }

  private void think() {
    long untilNs = System.nanoTime() + thinkingNs;
    for (long leftNs; (leftNs = untilNs - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(leftNs);
    }
  }

  /** Reads a request with its body, and keeps nothing of it. */
  private static void read(InputStream in) throws IOException {
    long length = 0;
    String line = line(in);
    while (!line.isEmpty()) {
      String[] field = line.split(":", 2);
      if (field[0].equalsIgnoreCase("Content-Length")) {
        length = Long.parseLong(field[1].strip());
      }
      line = line(in);
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next; (next = in.read()) != '\n'; ) {
      if (next < 0 || line.length() == MAX_LINE_BYTES) {
        throw new EOFException("no whole line");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
