package dev.sluice.net;

import dev.sluice.hub.Loop;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
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

  private final Channel channel;
  private final Loop loop;
  private final List<QuickRoute> routes;
  private final OneRequest stack;
  private final RequestDeadline deadline;
  private final @Nullable DirectSend direct;
  private final boolean plain;
  private final boolean anyOrigin;

  private @Nullable ChannelHandlerContext context;
  private boolean reading;
  private boolean passedOn;
  private boolean off;
  private @Nullable SimpleRequest last;
  private @Nullable Reply open;
  private @Nullable ByteBuf held;

  private QuickLane(Channel channel, Loop loop, List<QuickRoute> routes, boolean anyOrigin) {
    this.channel = channel;
    this.loop = loop;
    this.routes = routes;
    this.stack = channel.pipeline().get(OneRequest.class);
    this.deadline = channel.pipeline().get(RequestDeadline.class);
    this.direct = DirectSend.of(channel);
    this.anyOrigin = anyOrigin;
    this.plain = channel.pipeline().get(SslHandler.class) == null;
  }

  /**
   * Opens the lane in a channel that has a {@link OneRequest} and a {@link RequestDeadline}.
   *
   * @param anyOrigin whether pages of all origins may read answers; where only some may, the stack
   *     looks at who asks
   */
  static void install(Channel channel, Loop loop, List<QuickRoute> routes, boolean anyOrigin) {
    if (!routes.isEmpty() && channel.pipeline().context(ABOVE) != null) {
      channel.pipeline().addBefore(ABOVE, NAME, new QuickLane(channel, loop, routes, anyOrigin));
    }
  }

  /** One request that is answered here. */
  private final class Reply implements QuickReply {
    private final ByteBuf request;
    private volatile boolean gone;

    Reply(ByteBuf request) {
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
    public void send(ByteBuf answer) {
      if (begin()) {
        write(answer);
      }
    }

    @Override
    public boolean anyOrigin() {
      return anyOrigin;
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

    /** What comes next stays held back until {@link #over}. */
    private boolean begin() {
      if (gone) {
        return false;
      }
      gone = true;
      request.release();
      return true;
    }

    @Override
    public void pass() {
      if (gone) {
        return;
      }
      gone = true;
      open = null;
      fire(request);
      next();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
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
    SimpleRequest request = SimpleRequest.read(in, last, anyOrigin);
    if (request == null) {
      off = true;
      last = null;
      fire(in);
      return;
    }
    last = request;
    if (!stack.isIdle()) {
      fire(in);
      return;
    }
    Reply reply = new Reply(in);
    open = reply;
    for (QuickRoute route : routes) {
      if (route.take(request.target(), request.gzip(), reply)) {
        if (!reply.gone) {
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
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      over();
      return;
    }
    int sent = direct == null ? 0 : direct.send(answer);
    int left = answer.readableBytes() - sent;
    if (left == 0) {
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
    if (waiting != null && !waiting.gone) {
      waiting.gone = true;
      waiting.request.release();
    }
    open = null;
    ByteBuf more = held;
    held = null;
    if (more != null) {
      more.release();
    }
  }

  /**
   * A GET whose header fields change nothing about its answer but whether it may be compressed.
   *
   * @param target path and query
   * @param fields the header fields as they stand, with the empty line behind them
   * @param gzip whether the peer takes gzip
   */
  record SimpleRequest(String target, Bytes fields, boolean gzip) {
    /** The longest that is taken. */
    static final int MAX_BYTES = 4096;

    private static final byte[] START = "GET /".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Fields that mean something to somebody in the stack, whatever their value. */
    private static final List<String> MEANINGFUL =
        List.of(
            "authorization",
            "content-length",
            "expect",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /**
     * Reads the request that is all of {@code in}, whose indexes stay as they are.
     *
     * @param before a request of the same connection; equal fields are not looked at again
     * @param anyOrigin whether it means nothing which page asks
     * @return null when it is not one, not all of one, or more than one
     */
    static @Nullable SimpleRequest read(
        ByteBuf in, @Nullable SimpleRequest before, boolean anyOrigin) {
      int size = in.readableBytes();
      int from = in.readerIndex();
      if (size > MAX_BYTES || size < START.length + LINE_END.length || !matches(in, from, START)) {
        return null;
      }
      int lineFeed = in.indexOf(from, from + size, (byte) '\n');
      int targetEnd = lineFeed + 1 - LINE_END.length;
      if (targetEnd <= from + START.length - 1 || !matches(in, targetEnd, LINE_END)) {
        return null;
      }
      int targetFrom = from + START.length - 1;
      byte[] target = ByteBufUtil.getBytes(in, targetFrom, targetEnd - targetFrom);
      for (byte character : target) {
        if (character <= ' ' || character > '~') {
          return null;
        }
      }
      String text = new String(target, StandardCharsets.ISO_8859_1);
      int fieldsFrom = lineFeed + 1;
      int fieldsSize = from + size - fieldsFrom;
      if (before != null && before.fields.matches(in, fieldsFrom, fieldsSize)) {
        return new SimpleRequest(text, before.fields, before.gzip);
      }
      Bytes fields = Bytes.copyOf(in.slice(fieldsFrom, fieldsSize));
      Boolean gzip = judge(new String(fields.toArray(), StandardCharsets.ISO_8859_1), anyOrigin);
      return gzip == null ? null : new SimpleRequest(text, fields, gzip);
    }

    private static boolean matches(ByteBuf in, int at, byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        if (in.getByte(at + i) != bytes[i]) {
          return false;
        }
      }
      return true;
    }

    /** Whether fields allow for gzip; null when they are not simple. */
    private static @Nullable Boolean judge(String fields, boolean anyOrigin) {
      if (!fields.endsWith("\r\n\r\n")) {
        return null;
      }
      int hosts = 0;
      boolean gzip = false;
      int from = 0;
      while (from < fields.length() - 2) {
        int end = fields.indexOf("\r\n", from);
        int colon = fields.indexOf(':', from);
        if (end == from || colon <= from || colon > end) {
          return null; // an empty line before the end: more than one request; or no field
        }
        String name = fields.substring(from, colon);
        String value = fields.substring(colon + 1, end);
        if (!isToken(name) || !isText(value)) { // not even an end that strip() would take away
          return null;
        }
        value = value.strip();
        switch (lower(name)) {
          case "host" -> {
            hosts++;
            if (value.isEmpty()) {
              return null;
            }
          }
          case "connection" -> {
            if (!value.equalsIgnoreCase("keep-alive")) {
              return null;
            }
          }
          case "accept-encoding" -> gzip |= value.contains("gzip");
          case "origin" -> {
            if (!anyOrigin) {
              return null;
            }
          }
          default -> {
            if (MEANINGFUL.contains(lower(name))) {
              return null;
            }
          }
        }
        from = end + 2;
      }
      return hosts == 1 ? gzip : null;
    }

    private static String lower(String name) {
      return name.toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean isToken(String name) {
      return name.chars()
          .allMatch(c -> c > ' ' && c < 0x7F && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
    }

    private static boolean isText(String value) {
      return value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7F);
    }
  }
}
