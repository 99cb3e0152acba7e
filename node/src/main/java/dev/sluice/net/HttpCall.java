package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One {@code GET} of ours on a connection of its own, whose answer is taken as it comes. Everything
 * happens on the caller's loop.
 */
public final class HttpCall {
  private static final int MAX_LINE_BYTES = 4_096;
  private static final int MAX_HEAD_BYTES = 16_384;
  private static final int MAX_CHUNK_BYTES = 65_536;

  /** Where to, as a URL names it. */
  public record Target(boolean tls, String host, int port) {
    /** As the header {@code Host} has it. */
    public String authority() {
      String name = host.contains(":") ? "[" + host + "]" : host;
      return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }
  }

  /** Takes the answer. */
  public interface Receiver {
    /**
     * The head has come.
     *
     * @return false when the rest is not wanted: nothing more is told
     */
    boolean head(int status, HttpHeaders headers);

    /** Some of the body; borrowed. */
    void body(ByteBuf bytes);

    /** All that came at once has been handed on. */
    default void pause() {}

    /**
     * It is over; nothing more is told.
     *
     * @param why a phrase; null when the answer is whole
     */
    void over(@Nullable String why);
  }

  private final Target target;
  private final String path;
  private final Map<String, String> headers;
  private final Receiver receiver;
  private Dialer.@Nullable Call call;
  private @Nullable ChannelHandlerContext context;
  private boolean over;

  private HttpCall(Target target, String path, Map<String, String> headers, Receiver receiver) {
    this.target = target;
    this.path = path;
    this.headers = headers;
    this.receiver = receiver;
  }

  /**
   * Asks.
   *
   * @param path with the query
   * @param headers beside {@code Host} and {@code Connection}
   * @param loop the caller's
   */
  public static HttpCall start(
      Dialer dialer,
      Target target,
      String path,
      Map<String, String> headers,
      Loop loop,
      Receiver receiver) {
    var call = new HttpCall(target, path, headers, receiver);
    loop.execute(() -> call.dial(dialer, loop));
    return call;
  }

  private void dial(Dialer dialer, Loop loop) {
    if (over) {
      return;
    }
    SslContext tls;
    try {
      tls = target.tls ? TlsContexts.client() : null;
    } catch (IOException broken) {
      end("TLS cannot be used: " + broken.getMessage());
      return;
    }
    call =
        dialer.connect(
            target.host,
            target.port,
            tls,
            loop,
            Install::new,
            why -> end("cannot connect: " + why));
  }

  /** It is not wanted any more; nothing more is told. */
  public void cancel() {
    over = true;
    if (call != null) {
      call.cancel();
    }
    if (context != null) {
      context.close();
    }
  }

  /** Whether the answer is to be read. */
  public void reading(boolean wanted) {
    if (context != null && !over) {
      context.channel().config().setAutoRead(wanted);
    }
  }

  private void end(@Nullable String why) {
    if (!over) {
      over = true;
      if (context != null) {
        context.close();
      }
      receiver.over(why);
    }
  }

  /** Puts the codec in front of it, asks, and takes the answer. */
  private final class Install extends ChannelInboundHandlerAdapter {
    private boolean headSeen;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      context = ctx;
      ChannelHandler codec =
          new HttpClientCodec(MAX_LINE_BYTES, MAX_HEAD_BYTES, MAX_CHUNK_BYTES, true);
      ctx.pipeline().addBefore(ctx.name(), "http", codec);
      if (over) {
        ctx.close();
        return;
      }
      var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
      request.headers().set(HttpHeaderNames.HOST, target.authority());
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      headers.forEach((name, value) -> request.headers().set(name, value));
      ctx.writeAndFlush(request);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        take(message);
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    private void take(Object message) {
      if (over) {
        return;
      }
      if (message instanceof HttpObject object) {
        DecoderResult result = object.decoderResult();
        if (result.isFailure()) {
          end("what came is no HTTP: " + result.cause().getMessage());
          return;
        }
      }
      if (message instanceof HttpResponse head) {
        headSeen = true;
        if (!receiver.head(head.status().code(), head.headers())) {
          cancel();
          return;
        }
      }
      if (message instanceof HttpContent content) {
        if (content.content().isReadable()) {
          receiver.body(content.content());
        }
        if (message instanceof LastHttpContent) {
          end(null);
        }
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (!over) {
        receiver.pause();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end(headSeen ? "the connection broke" : "the connection broke before there was an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
      end(String.valueOf(fault.getMessage()));
    }
  }
}
