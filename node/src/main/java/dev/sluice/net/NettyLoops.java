package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The event loops of a node: one group for media sockets and HTTP alike. The group is made by the
 * HTTP stack and closed with it.
 */
public final class NettyLoops {
  private final EventLoopGroup group;
  private final List<Loop> loops = new ArrayList<>();
  private final IdentityHashMap<EventExecutor, NettyLoop> byExecutor = new IdentityHashMap<>();

  /**
   * The loops of {@code group}.
   *
   * @param clock monotonic nanoseconds
   */
  public NettyLoops(EventLoopGroup group, LongSupplier clock) {
    this.group = group;
    for (EventExecutor executor : group) {
      var loop = new NettyLoop(loops.size(), executor, clock);
      loops.add(loop);
      byExecutor.put(executor, loop);
    }
  }

  /**
   * Makes a Vert.x whose event loops are driven as {@code transport} says; its loops carry media,
   * too.
   */
  public static Vertx vertx(Transport transport, int eventLoops) {
    var files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    var options =
        new VertxOptions()
            .setEventLoopPoolSize(eventLoops)
            .setWorkerPoolSize(2)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(files);
    return Vertx.builder()
        .with(options)
        .withTransport(AcceptingTransport.of(vertxTransport(transport)))
        .build();
  }

  private static io.vertx.core.transport.Transport vertxTransport(Transport transport) {
    return switch (transport) {
      case EPOLL -> io.vertx.core.transport.Transport.EPOLL;
      case IO_URING -> io.vertx.core.transport.Transport.IO_URING;
      case NIO -> io.vertx.core.transport.Transport.NIO;
    };
  }

  /** The loops of {@code vertx}. */
  public static NettyLoops of(Vertx vertx, LongSupplier clock) {
    return new NettyLoops(((VertxInternal) vertx).nettyEventLoopGroup(), clock);
  }

  /** All loops, by index. */
  public List<Loop> all() {
    return List.copyOf(loops);
  }

  /** The group, for bootstraps. */
  public EventLoopGroup group() {
    return group;
  }

  /**
   * The loop that is {@code eventLoop}.
   *
   * @throws IllegalArgumentException when it is not of this group
   */
  public Loop of(EventLoop eventLoop) {
    NettyLoop loop = byExecutor.get(eventLoop);
    if (loop == null) {
      throw new IllegalArgumentException("not a loop of this group: " + eventLoop);
    }
    return loop;
  }

  /** The event loop that {@code loop}, one of these, is. */
  EventLoop eventLoop(Loop loop) {
    return (EventLoop) ((NettyLoop) loop).executor();
  }

  /** Tasks that wait for {@code loop}, where its kind can tell. Any thread. */
  public int queuedTasks(Loop loop) {
    return loop instanceof NettyLoop ours
            && ours.executor() instanceof SingleThreadEventExecutor executor
        ? executor.pendingTasks()
        : 0;
  }
}
