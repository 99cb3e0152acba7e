package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the simplest requests of an HTTP/1.1 connection before Vert.x sees them, in front of its
 * {@code httpDecoder}: a player asks for the same playlist every second with the same header
 * fields, and parsing these, routing, and building an answer cost several times what the sending
 * does.
 *
 * <p>A request is taken when it is the whole of what was read, nothing is under way in the stack,
 * its fields are known to mean nothing but what {@link SimpleRequest} says, and a {@link
 * QuickRoute} wants it. Whatever else comes goes to the stack; after the first thing that is not a
 * simple request everything does, since its decoder may hold a part of it. Answers keep their
 * order: what comes while one is waited for, or is not all sent, is held back, so that nobody makes
 * answers wait in memory by asking for more than it reads.
 */
final class QuickLane extends ChannelInboundHandlerAdapter {
  private static final String NAME = "sluice-quick";
  private static final String ABOVE = "httpDecoder";

  /** Replies that are looked at before they are sent; more would fall out of the cache again. */
  private static final int TOGETHER = 16;

  private final Channel channel;
  private final Loop loop;
  private final List<QuickRoute> routes;
  private final OneRequest stack;
  private final RequestDeadline deadline;
  private final @Nullable DirectSend direct;
  private final boolean plain;
  private final SimpleRequests requests;

  private @Nullable ChannelHandlerContext context;
  private boolean reading;
  private boolean passedOn;
  private boolean off;
  private SimpleRequest.@Nullable Fields fields;
  private @Nullable Reply open;
  private @Nullable ByteBuf held;
  private @Nullable Object kept;

  private QuickLane(Channel channel, Loop loop, List<QuickRoute> routes, SimpleRequests requests) {
    this.channel = channel;
    this.loop = loop;
    this.routes = routes;
    this.stack = channel.pipeline().get(OneRequest.class);
    this.deadline = channel.pipeline().get(RequestDeadline.class);
    this.direct = DirectSend.of(channel);
    this.requests = requests;
    this.plain = channel.pipeline().get(SslHandler.class) == null;
  }

  /**
   * Opens the lane in a channel that has a {@link OneRequest} and a {@link RequestDeadline}.
   *
   * @param requests by which those of all connections of {@code loop} are read
   */
  static void install(
      Channel channel, Loop loop, List<QuickRoute> routes, SimpleRequests requests) {
    if (!routes.isEmpty() && channel.pipeline().context(ABOVE) != null) {
      channel.pipeline().addBefore(ABOVE, NAME, new QuickLane(channel, loop, routes, requests));
    }
  }

  /** One request that is answered here. */
  private final class Reply implements QuickReply {
    private final SimpleRequest request;
    private boolean done;
    private volatile boolean gone;

    Reply(SimpleRequest request) {
      this.request = request;
    }

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public boolean isGone() {
      return gone;
    }

    @Override
    public @Nullable Object kept() {
      return kept;
    }

    @Override
    public void keep(Object thing) {
      kept = thing;
    }

    @Override
    public void send(ByteBuf answer) {
      if (begin()) {
        write(answer);
      }
    }

    @Override
    public boolean anyOrigin() {
      return requests.anyOrigin();
    }

    @Override
    public boolean takesFiles() {
      return plain;
    }

    @Override
    public void send(AnswerFile answer) {
      if (begin()) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
          over();
        } else {
          await(ctx.writeAndFlush(answer.region()));
        }
      }
    }

    /**
     * Whether the answer can be sent at once, past the channel's queue. Looks at all that sending
     * needs.
     */
    boolean isClear() {
      return !done && !gone && direct != null && direct.isClear() && deadline.isWatching();
    }

    void sendClear(ByteBuf answer) {
      done = true;
      int sent = direct == null ? 0 : direct.sendNext(answer);
      rest(answer, sent);
    }

    /** What comes next stays held back until {@link #over}. */
    private boolean begin() {
      boolean first = !done && !gone;
      done = true;
      return first;
    }

    @Override
    public void pass() {
      if (!begin()) {
        return;
      }
      open = null;
      fire(request.written(channel.alloc()));
      next();
    }
  }

  /** What {@link QuickReply#sendAll} says. */
  static void sendAll(List<QuickReply> replies, ByteBuf answer) {
    boolean[] clear = new boolean[TOGETHER];
    for (int from = 0; from < replies.size(); from += TOGETHER) {
      int count = Math.min(TOGETHER, replies.size() - from);
      for (int i = 0; i < count; i++) {
        clear[i] = replies.get(from + i) instanceof Reply reply && reply.isClear();
      }
      for (int i = 0; i < count; i++) {
        QuickReply reply = replies.get(from + i);
        if (clear[i] && reply instanceof Reply own) {
          own.sendClear(answer);
        } else {
          reply.send(answer);
        }
      }
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
    kept = null;
    context = null;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    reading = true;
    if (message instanceof ByteBuf in && (!off || open != null)) {
      if (open != null) {
        hold(in);
      } else {
        take(in);
      }
    } else {
      passedOn = true;
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (passedOn) { // who was given nothing has nothing to complete
      passedOn = false;
      ctx.fireChannelReadComplete();
    }
  }

  private void take(ByteBuf in) {
    SimpleRequest request = requests.read(in, fields);
    if (request == null) {
      off = true;
      fields = null;
      fire(in);
      return;
    }
    fields = request.fields();
    if (!stack.isIdle()) {
      fire(in);
      return;
    }
    Reply reply = new Reply(request);
    open = reply;
    for (QuickRoute route : routes) {
      if (route.take(request.target(), request.fields().gzip(), reply)) {
        in.release(); // many may wait: none of them holds what the next is read into
        if (!reply.done) {
          deadline.asked();
        }
        return;
      }
    }
    open = null;
    fire(in);
  }

  private void fire(ByteBuf in) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      in.release();
    } else {
      passedOn = reading;
      ctx.fireChannelRead(in);
      if (!reading) {
        ctx.fireChannelReadComplete(); // Vert.x holds its answers back until then
      }
    }
  }

  /** Who sends more while an answer is waited for is not read any further. */
  private void hold(ByteBuf in) {
    ByteBuf before = held;
    held = before == null ? in : Unpooled.wrappedBuffer(before, in);
    channel.config().setAutoRead(false);
  }

  private void next() {
    ByteBuf in = held;
    if (in == null) {
      return;
    }
    held = null;
    channel.config().setAutoRead(true);
    if (off) {
      fire(in);
    } else {
      take(in);
    }
  }

  private void write(ByteBuf answer) {
    if (context == null) {
      over();
      return;
    }
    rest(answer, direct == null ? 0 : direct.send(answer));
  }

  /** {@code sent} bytes are on their way. */
  private void rest(ByteBuf answer, int sent) {
    int left = answer.readableBytes() - sent;
    ChannelHandlerContext ctx = context;
    if (left == 0 || ctx == null) {
      over();
    } else {
      await(ctx.writeAndFlush(answer.retainedSlice(answer.readerIndex() + sent, left)));
    }
  }

  private void await(ChannelFuture written) {
    if (!written.isDone()) {
      deadline.asked(); // the peer has to read it within that time
    }
    written.addListener(_ -> over()); // at once when it is done
  }

  /** An answer is all sent, or never will be. */
  private void over() {
    open = null;
    deadline.answered();
    next();
  }

  private void drop() {
    Reply waiting = open;
    if (waiting != null) {
      waiting.gone = true;
    }
    open = null;
    ByteBuf more = held;
    held = null;
    if (more != null) {
      more.release();
    }
  }
}
