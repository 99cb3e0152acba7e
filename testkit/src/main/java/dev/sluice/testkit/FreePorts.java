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
 * that nobody is given one between its choice and its use; each process begins elsewhere in it.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000; // Linux hands out 32768 and up
  private static final int STRIDE = 61; // processes that start one after the other do not meet soon

  private static final AtomicLong NEXT = new AtomicLong(ProcessHandle.current().pid() * STRIDE);

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
      int port = FIRST + (int) (NEXT.getAndIncrement() % COUNT);
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
