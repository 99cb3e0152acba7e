package dev.sluice.bench.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One epoll instance with a caller's number per socket. Used by one thread. */
public final class Epoll implements AutoCloseable {
  /** Bytes can be read, or the peer has closed. */
  public static final int IN = 0x1;

  /** Bytes can be written; a connection attempt has ended. */
  public static final int OUT = 0x4;

  /** The peer sends no more; reported only where asked for. */
  public static final int HANG_UP = 0x2000;

  /** Report a change once instead of as long as it lasts. */
  public static final int EDGE = 1 << 31;

  private static final int ENDED = HANG_UP | 0x8 | 0x10; // or EPOLLERR, or EPOLLHUP
  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int CTL_MOD = 3;

  // struct epoll_event is packed on x86-64 only (epoll_ctl(2), <sys/epoll.h>).
  private static final boolean PACKED = "amd64".equals(System.getProperty("os.arch"));
  private static final int EVENT_BYTES = PACKED ? 12 : 16;
  private static final int DATA_OFFSET = PACKED ? 4 : 8;

  private final Arena arena = Arena.ofConfined();
  private final Libc libc = new Libc(arena);
  private final MemorySegment one = arena.allocate(16, 8);
  private final MemorySegment events;
  private final int capacity;
  private final int fd;

  /**
   * Creates an instance that reports at most {@code capacity} events at once.
   *
   * @throws IOException when the kernel refuses
   */
  public Epoll(int capacity) throws IOException {
    this.capacity = capacity;
    events = arena.allocate((long) capacity * EVENT_BYTES, 8);
    fd = libc.checked("epoll_create1", libc.epollCreate());
  }

  /** This instance as something that another one can watch: readable while it has events. */
  public int descriptor() {
    return fd;
  }

  /** Watches {@code socket} for {@code mask}; events carry {@code number}. */
  public void add(int socket, int mask, int number) throws IOException {
    control(CTL_ADD, socket, mask, number);
  }

  /** Changes what {@code socket} is watched for. */
  public void change(int socket, int mask, int number) throws IOException {
    control(CTL_MOD, socket, mask, number);
  }

  /** Stops watching {@code socket}; closing a socket does the same by itself. */
  public void remove(int socket) throws IOException {
    control(CTL_DEL, socket, 0, 0);
  }

  private void control(int operation, int socket, int mask, int number) throws IOException {
    one.set(JAVA_INT_UNALIGNED, 0, mask);
    one.set(JAVA_INT_UNALIGNED, DATA_OFFSET, number);
    libc.checked("epoll_ctl", libc.epollCtl(fd, operation, socket, one));
  }

  /** Waits for at most {@code timeoutMs} and returns how many events there are. */
  public int await(int timeoutMs) throws IOException {
    int count = libc.epollWait(fd, events, capacity, timeoutMs);
    return count < 0 && libc.errno() == Libc.EINTR ? 0 : libc.checked("epoll_wait", count);
  }

  /** The number that was given for the socket of event {@code index} of the last wait. */
  public int number(int index) {
    return events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES + DATA_OFFSET);
  }

  /** True when event {@code index} of the last wait says that nothing will come any more. */
  public boolean hasEnded(int index) {
    return (events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES) & ENDED) != 0;
  }

  @Override
  public void close() {
    libc.close(fd);
    arena.close();
  }
}
