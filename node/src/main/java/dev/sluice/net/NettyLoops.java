package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
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
}
