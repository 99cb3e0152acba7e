package dev.sluice.interop.storm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** A connection of an assailant, who may also never read from it. */
final class Line {
  /** Who does not read is soon full. */
  private static final int RECEIVE_BYTES = 4_096;

  private final Socket socket;
  private final int port;
  private final InputStream in;
  private final OutputStream out;
  private final RandomGenerator random;
  private final byte[] buffer = new byte[8_192];
  private volatile boolean closed;
  private volatile boolean endedByServer;

  private Line(Socket socket, RandomGenerator random) throws IOException {
    this.socket = socket;
    this.port = socket.getLocalPort();
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.random = random;
  }

  static Line open(int port, RandomGenerator random) throws IOException {
    return new Line(Sockets.plain(port, RECEIVE_BYTES), random);
  }

  /** Opens a line and shakes hands by TLS. */
  static Line openTls(int port, RandomGenerator random, String... protocols) throws IOException {
    return new Line(Sockets.tls(port, RECEIVE_BYTES, protocols), random);
  }

  Line write(byte... bytes) throws IOException {
    put(bytes, 0, bytes.length);
    return this;
  }

  private void put(byte[] bytes, int at, int length) throws IOException {
    try {
      out.write(bytes, at, length);
      out.flush();
    } catch (IOException end) {
      ended();
      throw end;
    }
  }

  /** Returns what was read, -1 for the end; waits as the socket says. */
  private int get(byte[] bytes) throws IOException {
    try {
      int length = in.read(bytes);
      if (length < 0) {
        ended();
      }
      return length;
    } catch (SocketTimeoutException late) {
      throw late;
    } catch (IOException end) {
      ended();
      throw end;
    }
  }

  private void ended() {
    endedByServer |= !closed;
  }

  /** Whether the server was seen to close, or to reset, what was still open here. */
  boolean endedByServer() {
    return endedByServer;
  }

  /** The port at this end, by which the server's log knows the line. */
  int port() {
    return port;
  }

  Line write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Writes in pieces of random length, as a network may cut them. */
  Line writeInPieces(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(1, 1_500)));
      put(bytes, at, length);
      at += length;
    }
    return this;
  }

  /**
   * Writes a byte each {@code gap}, again and again, until the server closes, which it has to do
   * within {@code bound}.
   */
  void trickle(byte[] bytes, Duration gap, Duration bound) {
    long endNs = System.nanoTime() + bound.toNanos();
    try {
      for (int at = 0; System.nanoTime() - endNs < 0; at = (at + 1) % bytes.length) {
        write(bytes[at]);
        if (read(gap)) {
          return;
        }
      }
    } catch (IOException _) {
      return; // a reset is an end, too
    }
    throw new AssertionError("the server bore it for " + bound.toMillis() + " ms");
  }

  /**
   * Reads what comes and forgets it, for {@code time} or to the end; true when that was reached.
   */
  boolean read(Duration time) throws IOException {
    long endNs = System.nanoTime() + time.toNanos();
    for (long leftNs; (leftNs = endNs - System.nanoTime()) > 0; ) {
      socket.setSoTimeout((int) Math.max(1, leftNs / 1_000_000));
      try {
        if (get(buffer) < 0) {
          return true;
        }
      } catch (SocketTimeoutException _) {
        return false;
      }
    }
    return false;
  }

  /** Reads up to {@code length} bytes, which have to come within {@code time}. */
  byte[] take(int length, Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    return in.readNBytes(length);
  }

  /** Reads an HTTP head. */
  String head(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Holds the line and reads nothing. */
  void holdFor(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  /** The server has to close within {@code bound}; what it sends before that is read. */
  void mustEndWithin(Duration bound) {
    try {
      if (!read(bound)) {
        throw new AssertionError("the server had not closed after " + bound.toMillis() + " ms");
      }
    } catch (IOException _) {
      // a reset is an end, too
    }
  }

  /** Closes by a reset: nothing of what is under way arrives. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    close();
  }

  void close() {
    closed = true;
    try {
      socket.close();
    } catch (IOException _) {
      // it has gone
    }
  }
}
