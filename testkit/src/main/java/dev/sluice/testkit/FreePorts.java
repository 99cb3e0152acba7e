package dev.sluice.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * TCP and UDP ports that nobody listens on just now. A server that can be told port 0 needs none of
 * this; a child process that cannot say which port it got does.
 *
 * <p>They come from below the range that the system takes from for connections and for port 0, so
 * that nobody is given one between its choice and its use. Each process begins elsewhere in it and
 * goes its own stride, so that two of them that run side by side are not after the same ports.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000; // Linux hands out 32768 and up
  private static final long PID = ProcessHandle.current().pid();
  private static final long START = PID * 7_919;

  /** Shares no divisor with {@link #COUNT}: all ports have their turn. */
  private static final long STRIDE = PID % 1_000 * 10 + 3;

  private static final AtomicLong DRAWN = new AtomicLong();

  private FreePorts() {}

  /** One port that is free for TCP and for UDP on all addresses. */
  public static int next() {
    return take(1).getFirst();
  }

  /** {@code count} different ports, each free for TCP and for UDP on all addresses. */
  public static List<Integer> take(int count) {
    List<Integer> ports = new ArrayList<>();
    for (int tries = 0; ports.size() < count; tries++) {
      if (tries == COUNT) {
        throw new IllegalStateException("no free port from " + FIRST + " on");
      }
      int port = FIRST + (int) ((START + DRAWN.getAndIncrement() * STRIDE) % COUNT);
      if (!isTaken(port) && freeForUdp(port)) {
        ports.add(port);
      }
    }
    return List.copyOf(ports);
  }

  /** Does somebody listen on this TCP port of this host? */
  static boolean isTaken(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress((InetAddress) null, port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean freeForUdp(int port) {
    try (DatagramSocket _ = new DatagramSocket(port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
