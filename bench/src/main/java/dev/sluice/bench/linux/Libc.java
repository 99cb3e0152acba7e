package dev.sluice.bench.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The handful of libc calls of the load client. A negative result means failure; {@link #errno()}
 * then holds the error number of this object's last call. One object per thread.
 */
final class Libc {
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EINPROGRESS = 115;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // Static and final: only then does the compiler inline the calls.
  private static final MethodHandle SOCKET =
      call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CONNECT =
      call("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle RECV =
      call("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SEND =
      call("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      call(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle GETSOCKOPT =
      call(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle EPOLL_CREATE =
      call("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle EPOLL_CTL =
      call("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle EPOLL_WAIT =
      call("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle GETRLIMIT =
      call("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SETRLIMIT =
      call("setrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SCHED_SETAFFINITY =
      call("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

  private final MemorySegment state;

  Libc(Arena arena) {
    state = arena.allocate(STATE);
  }

  private static MethodHandle call(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  /** Returns {@code result}, or throws when it is negative. */
  int checked(String call, int result) throws IOException {
    if (result < 0) {
      throw new IOException("%s failed with error number %d".formatted(call, errno()));
    }
    return result;
  }

  int socket(int domain, int type, int protocol) {
    try {
      return (int) SOCKET.invokeExact(state, domain, type, protocol);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int connect(int fd, MemorySegment address, int length) {
    try {
      return (int) CONNECT.invokeExact(state, fd, address, length);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int close(int fd) {
    try {
      return (int) CLOSE.invokeExact(state, fd);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  long recv(int fd, MemorySegment buffer, long length, int flags) {
    try {
      return (long) RECV.invokeExact(state, fd, buffer, length, flags);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  long send(int fd, MemorySegment buffer, long length, int flags) {
    try {
      return (long) SEND.invokeExact(state, fd, buffer, length, flags);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
    try {
      return (int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      return (int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int epollCreate() {
    try {
      return (int) EPOLL_CREATE.invokeExact(state, 0);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
    try {
      return (int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int epollWait(int epoll, MemorySegment events, int max, int timeoutMs) {
    try {
      return (int) EPOLL_WAIT.invokeExact(state, epoll, events, max, timeoutMs);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int getrlimit(int resource, MemorySegment limits) {
    try {
      return (int) GETRLIMIT.invokeExact(state, resource, limits);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int setrlimit(int resource, MemorySegment limits) {
    try {
      return (int) SETRLIMIT.invokeExact(state, resource, limits);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  int schedSetAffinity(int tid, long size, MemorySegment mask) {
    try {
      return (int) SCHED_SETAFFINITY.invokeExact(state, tid, size, mask);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
