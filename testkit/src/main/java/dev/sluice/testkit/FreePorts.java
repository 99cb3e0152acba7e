package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * TCP and UDP ports that nobody listens on just now. A server that can be told port 0 needs none of
 * this; a child process that cannot say which port it got does.
 *
 * <p>Ports come from the system, which hands them out in turn, so one that was just closed is not
 * soon given to somebody else.
 */
public final class FreePorts {
  private FreePorts() {}

  /** One port that is free for TCP and for UDP on all addresses. */
  public static int next() {
    return take(1).getFirst();
  }

  /** {@code count} different ports, each free for TCP and for UDP on all addresses. */
  public static List<Integer> take(int count) {
    List<ServerSocket> held = new ArrayList<>(); // held until all are chosen: they differ
    try {
      List<Integer> ports = new ArrayList<>();
      while (ports.size() < count) {
        ServerSocket socket = new ServerSocket(0);
        held.add(socket);
        if (freeForUdp(socket.getLocalPort())) {
          ports.add(socket.getLocalPort());
        }
      }
      return List.copyOf(ports);
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    } finally {
      held.forEach(FreePorts::close);
    }
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

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
