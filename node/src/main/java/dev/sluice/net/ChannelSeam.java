package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where media goes past the HTTP stack: a handler of ours in front of Vert.x's {@code httpDecoder},
 * that is, below its encoder and above TLS. Bytes written here reach the socket as they are, from
 * memory that many connections share, with the channel's own account of what is unsent.
 *
 * <p>Vert.x's pipeline is left whole (it closes a connection that lacks a handler), and it gets
 * nothing more to read: what the peer sends after its request ends here.
 *
 * <p>Order of use, all on the connection's loop: {@link #attach}; then {@link #open}, any number of
 * {@link #write} and {@link #flush}, and {@link #finish} or {@link #abort}; or instead {@link
 * #detach}, after which the request is answered by Vert.x as any other.
 */
final class ChannelSeam extends ChannelInboundHandlerAdapter {
  private static final String NAME = "sluice-seam";
  private static final String ABOVE = "httpDecoder";

  /** How long the last bytes of a stream may take. */
  static final long LAST_BYTES_NS = 10_000_000_000L;

  /** How long the peer may take to close after we have. */
  static final long LINGER_NS = 2_000_000_000L;

  private final Loop loop;
  private final Channel channel;
  private final VoidChannelPromise silent;
  private final boolean tls;
  private final @Nullable DirectSend direct;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Consumer<Object> inbound;
  private Runnable left = () -> {};

  private boolean sawBytes;
  private boolean ending;
  private Loop.@Nullable Timer deadline;

  private ChannelSeam(Loop loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
    this.silent = new VoidChannelPromise(channel, false);
    this.tls = channel.pipeline().get(SslHandler.class) != null;
    this.direct = DirectSend.of(channel);
  }

  /** Puts a seam into the channel of an HTTP/1.x request. */
  static ChannelSeam attach(HttpServerRequest request, Loop loop) {
    Channel channel = ((ConnectionBase) request.connection()).channel();
    var seam = new ChannelSeam(loop, channel);
    channel.pipeline().addBefore(ABOVE, NAME, seam);
    RequestDeadline.suspend(channel);
    return seam;
  }

  /** Sets what to do, once, when the peer has gone; not done after an end of our own. */
  void onLeft(Runnable action) {
    left = action;
    if (!channel.isActive()) {
      leave();
    }
  }

  /**
   * Takes the seam out again.
   *
   * @return whether the connection can serve another request: not when the peer has sent bytes that
   *     nobody has read
   */
  boolean detach() {
    left = () -> {};
    RequestDeadline.resume(channel);
    if (channel.pipeline().context(this) != null) {
      channel.pipeline().remove(this);
    }
    return !sawBytes;
  }

  /**
   * Begins the answer.
   *
   * @param head owned; its bytes are the first on the wire
   * @param reader takes over what the peer sends from now on, and releases it; null to ignore it
   */
  void open(ByteBuf head, @Nullable Consumer<Object> reader) {
    inbound = reader;
    RequestDeadline.lift(channel);
    write(head);
  }

  /** Handlers before the seam in the pipeline may be added with this name as their successor. */
  static String name() {
    return NAME;
  }

  /** The channel that lies under the seam. */
  Channel channel() {
    return channel;
  }

  /** Whether the peer has sent bytes that nobody has read. */
  boolean sawBytes() {
    return sawBytes;
  }

  /** Has the kernel hold at most so many unsent bytes. */
  void limitUnsent(long bytes) {
    UnsentLimit.set(channel, bytes);
  }

  /** Queues {@code bytes}, which are owned. */
  void write(ByteBuf bytes) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || ending) {
      bytes.release();
      return;
    }
    // TLS gathers small writes by appending to the first, in place where it finds room: memory
    // that others share must not look as if it had any
    ctx.write(tls && !bytes.isReadOnly() ? bytes.asReadOnly() : bytes, silent);
  }

  /** Sends what was queued, and {@code bytes}, which are borrowed and shared with others. */
  void share(ByteBuf bytes) {
    if (context == null || ending) {
      return;
    }
    int sent = direct == null ? 0 : direct.send(bytes);
    if (sent < bytes.readableBytes()) {
      write(bytes.retainedSlice(bytes.readerIndex() + sent, bytes.readableBytes() - sent));
      flush();
    }
  }

  /** Hands what was queued to the socket, as far as it goes. */
  void flush() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.flush();
    }
  }

  /**
   * Bytes that the kernel has not taken; what TLS holds back is in the channel's account, too. Each
   * write counts some bytes more than it has, for its entry in the queue.
   */
  long backlogBytes() {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  /**
   * Sends what is queued, closes our direction, waits a moment for the peer to close its own (so
   * that no reset overtakes the last bytes), and closes.
   */
  void finish() {
    ChannelHandlerContext ctx = context;
    if (ending) {
      return;
    }
    ending = true;
    if (ctx == null || !channel.isActive()) {
      return;
    }
    arm(LAST_BYTES_NS);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.isSuccess()) {
                    closeOutput();
                  } else {
                    reset();
                  }
                });
  }

  private void closeOutput() {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    ChannelPromise farewell = channel.newPromise();
    if (ssl == null) {
      farewell.setSuccess();
    } else {
      ssl.closeOutbound(farewell); // close_notify
    }
    farewell.addListener(_ -> {
      arm(LINGER_NS);
      if (channel instanceof DuplexChannel duplex && channel.isActive()) {
        duplex.shutdownOutput();
      } else {
        reset();
      }
    });
  }

  private void arm(long delayNs) {
    disarm();
    deadline = loop.schedule(this::reset, delayNs);
  }

  private void disarm() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  /** Drops what is queued, here and in the kernel, and closes at once. */
  void abort() {
    ending = true;
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    reset();
  }

  private void reset() {
    disarm();
    // from the handler next to the socket: neither TLS nor Vert.x, which wait for the queue
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
    } else {
      first.close();
    }
  }

  /**
   * The peer has said that it wants no more: as if it had closed, while bytes can still be sent.
   */
  void peerLeft() {
    Runnable action = left;
    left = () -> {};
    if (!ending) {
      action.run();
    }
  }

  private void leave() {
    disarm();
    peerLeft();
    ending = true;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    context = null;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Consumer<Object> reader = inbound;
    if (reader != null && !ending) {
      reader.accept(message);
    } else {
      sawBytes = true;
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leave();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    // a reset by the peer, or input that a decoder before us could not read
    reset();
  }

  /** The channel's pipeline. */
  ChannelPipeline pipeline() {
    return channel.pipeline();
  }
}
