package dev.sluice.bench.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * Non-blocking TCP sockets as plain file descriptors. Results of {@link #read}, {@link #drop} and
 * {@link #send} are byte counts, {@link #AGAIN} or {@link #CLOSED}. One object per thread.
 */
public final class Sockets implements AutoCloseable {
  /** Nothing can be moved now. */
  public static final int AGAIN = -1;

  /** The peer has closed or reset the connection. */
  public static final int CLOSED = -2;

  /** Most bytes that one {@link #drop} takes out of the socket. */
  public static final long DROP_BYTES = 1 << 20;

  private static final int READ_BYTES = 1 << 18;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;

  private final Arena arena = Arena.ofConfined();
  private final Libc libc = new Libc(arena);
  private final MemorySegment address = arena.allocate(28, 8);
  private final MemorySegment number = arena.allocate(JAVA_INT);
  private final MemorySegment numberSize = arena.allocate(JAVA_INT);
  private final MemorySegment buffer = arena.allocate(READ_BYTES);

  /** Opens a socket with TCP_NODELAY and begins to connect it. Owned by the caller. */
  public int connect(InetSocketAddress to) throws IOException {
    boolean four = to.getAddress() instanceof Inet4Address;
    int fd =
        libc.checked(
            "socket", libc.socket(four ? AF_INET : AF_INET6, SOCK_STREAM_NONBLOCK_CLOEXEC, 0));
    number.set(JAVA_INT, 0, 1);
    libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, number, 4);
    int length = writeAddress(to);
    if (libc.connect(fd, address, length) < 0 && libc.errno() != Libc.EINPROGRESS) {
      int errno = libc.errno();
      libc.close(fd);
      throw new IOException("connect to %s failed with error number %d".formatted(to, errno));
    }
    return fd;
  }

  private int writeAddress(InetSocketAddress to) {
    address.fill((byte) 0);
    byte[] bytes = to.getAddress().getAddress();
    address.set(JAVA_BYTE, 2, (byte) (to.getPort() >> 8)); // sin_port is big-endian
    address.set(JAVA_BYTE, 3, (byte) to.getPort());
    boolean six = to.getAddress() instanceof Inet6Address;
    address.set(JAVA_SHORT, 0, (short) (six ? AF_INET6 : AF_INET));
    MemorySegment.copy(bytes, 0, address, JAVA_BYTE, six ? 8 : 4, bytes.length);
    return six ? 28 : 16;
  }

  /** Error number of a connection attempt that has ended; 0 means connected. */
  public int connectError(int fd) {
    numberSize.set(JAVA_INT, 0, 4);
    number.set(JAVA_INT, 0, 0);
    return libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, number, numberSize) < 0
        ? libc.errno()
        : number.get(JAVA_INT, 0);
  }

  /** Lets the kernel drop what has arrived, without a copy: at most {@link #DROP_BYTES}. */
  public long drop(int fd) {
    return outcome(libc.recv(fd, MemorySegment.NULL, DROP_BYTES, MSG_TRUNC | MSG_DONTWAIT));
  }

  /** Reads what has arrived into the start of {@code into}. */
  public int read(int fd, byte[] into) {
    return read(fd, into, 0);
  }

  /** Reads what has arrived into {@code into}, from {@code at} on. */
  public int read(int fd, byte[] into, int at) {
    int most = Math.min(into.length - at, READ_BYTES);
    int count = (int) outcome(libc.recv(fd, buffer, most, MSG_DONTWAIT));
    if (count > 0) {
      MemorySegment.copy(buffer, JAVA_BYTE, 0, into, at, count);
    }
    return count;
  }

  /** Sends {@code bytes}; an answer short of all of them means that the socket is full. */
  public int send(int fd, byte[] bytes) {
    if (bytes.length > READ_BYTES) {
      throw new IllegalArgumentException("more than " + READ_BYTES + " bytes at once");
    }
    MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
    long count = libc.send(fd, buffer, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    return count >= 0 ? (int) count : libc.errno() == Libc.EAGAIN ? AGAIN : CLOSED;
  }

  private long outcome(long result) {
    if (result > 0) {
      return result;
    }
    if (result == 0) {
      return CLOSED;
    }
    int errno = libc.errno();
    return errno == Libc.EAGAIN || errno == Libc.EINTR ? AGAIN : CLOSED;
  }

  /** Closes one socket. */
  public void close(int fd) {
    libc.close(fd);
  }

  @Override
  public void close() {
    arena.close();
  }
}
