package dev.sluice.net;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.proxy.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol's header in front of a connection, first in its pipeline, below TLS. It
 * has to be there: nobody guesses whether it is, as the protocol demands. Everything behind it goes
 * on as if it had never been, and the handler takes itself out.
 */
final class ProxyPreface extends ChannelInboundHandlerAdapter {
  /** How long the header may take (section 2: at least 3 s, for one lost packet). */
  static final int TIMEOUT_MS = 5_000;

  private static final String NAME = "sluice-proxy-preface";
  private static final AttributeKey<ProxyPreface> WAITING =
      AttributeKey.valueOf("sluice-proxy-preface");

  private final Consumer<String> failed;
  private Runnable then = () -> {};
  private @Nullable ByteBuf seen;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean over;

  private ProxyPreface(Consumer<String> failed) {
    this.failed = failed;
  }

  /**
   * Has {@code channel}, which has not been read yet, begin with a header.
   *
   * @param failed is told why the connection is closed, when there is no header
   */
  static void expect(Channel channel, Consumer<String> failed) {
    var preface = new ProxyPreface(failed);
    channel.attr(WAITING).set(preface);
    channel.pipeline().addFirst(NAME, preface);
  }

  /**
   * Does {@code then} once it is known who is at the other end of {@code channel}: at once where no
   * header is expected, else before anything behind it is read. Never when there is no header.
   */
  static void whenRead(Channel channel, Runnable then) {
    ProxyPreface preface = channel.attr(WAITING).get();
    if (preface == null) {
      then.run();
    } else {
      preface.then = then;
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> fail(ctx, "no header within " + TIMEOUT_MS + " ms"),
                TIMEOUT_MS,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (over || !(message instanceof ByteBuf fresh)) {
      ReferenceCountUtil.release(message);
      return;
    }
    ByteBuf before = seen;
    ByteBuf in = before == null ? fresh : Unpooled.wrappedBuffer(before, fresh);
    seen = in;
    ProxyHeader header;
    try {
      header = ProxyHeader.read(in);
    } catch (MalformedException malformed) {
      fail(ctx, String.valueOf(malformed.getMessage()));
      return;
    }
    if (header != null) {
      seen = null;
      goOn(ctx, header, in);
    }
  }

  private void goOn(ChannelHandlerContext ctx, ProxyHeader header, ByteBuf rest) {
    end(ctx);
    Peer.name(ctx.channel(), header);
    then.run(); // may add handlers behind this one
    ctx.pipeline().remove(this);
    if (rest.isReadable()) {
      ctx.fireChannelRead(rest); // which owns it now
    } else {
      rest.release();
    }
  }

  private void fail(ChannelHandlerContext ctx, String why) {
    if (!over) {
      end(ctx);
      drop();
      failed.accept(why);
      ctx.close();
    }
  }

  private void end(ChannelHandlerContext ctx) {
    over = true;
    ctx.channel().attr(WAITING).set(null);
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void drop() {
    ByteBuf bytes = seen;
    seen = null;
    if (bytes != null) {
      bytes.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!over) { // a check whether somebody listens, mostly
      end(ctx);
      drop();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }
}
