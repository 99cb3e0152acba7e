package dev.sluice.net;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A media stream as binary messages of a WebSocket (RFC 6455), one for each block: a small frame
 * header of its own, then the shared bytes. The upgrade is held back until the first byte is there,
 * so that a refusal is an ordinary HTTP answer.
 */
public final class WebSocketResponse implements ProgressiveResponse {
  /** What RFC 6455, section 1.3 appends to the client's key. */
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final int KEY_BYTES = 16;
  private static final int FINAL_BINARY = 0x82;
  private static final int FINAL_CLOSE = 0x88;
  private static final int FINAL_PONG = 0x8A;

  /** Payload of one frame from the viewer, who has little to say. */
  static final int MAX_INBOUND_FRAME_BYTES = 4_096;

  /** Backlog past which pings go unanswered, so that a peer that only sends cannot grow it. */
  static final int MAX_PONG_BACKLOG_BYTES = 64 * 1024;

  private static final int NORMAL = 1000; // close codes: RFC 6455, section 7.4.1
  private static final int GOING_AWAY = 1001;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int POLICY = 1008;
  private static final int INTERNAL_ERROR = 1011;

  private final HttpServerRequest request;
  private final ChannelSeam seam;
  private final String accept;
  private boolean begun;
  private boolean closeSent;

  private WebSocketResponse(HttpServerRequest request, Loop loop, String accept) {
    this.request = request;
    this.accept = accept;
    this.seam = ChannelSeam.attach(request, loop);
  }

  /** Whether the client asks for a WebSocket. */
  public static boolean wanted(HttpServerRequest request) {
    String upgrade = request.getHeader("Upgrade");
    return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
  }

  /**
   * Prepares an upgrade; nothing is sent before {@link #begin} or {@link #ended}. Returns null,
   * with the request answered, when the client's handshake is not valid.
   *
   * @param loop the request's loop, which the caller is on
   */
  public static @Nullable WebSocketResponse open(HttpServerRequest request, Loop loop) {
    String key = request.getHeader("Sec-WebSocket-Key");
    String connection = request.getHeader("Connection");
    if (request.version() != HttpVersion.HTTP_1_1
        || !request.method().equals(HttpMethod.GET)
        || connection == null
        || !connection.toLowerCase(Locale.ROOT).contains("upgrade")
        || key == null
        || !isKey(key)) {
      HttpAnswers.refuse(request, Reason.MALFORMED);
      return null;
    }
    if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
      request.response().putHeader("Sec-WebSocket-Version", "13");
      HttpAnswers.refuse(request, 426, "unsupported", "WebSocket version 13 is needed");
      return null;
    }
    return new WebSocketResponse(request, loop, acceptFor(key));
  }

  private static boolean isKey(String text) {
    try {
      return Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** {@code Sec-WebSocket-Accept} for a client's key (RFC 6455, section 4.2.2). */
  static String acceptFor(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JDK has SHA-1
    }
  }

  @Override
  public void onLeft(Runnable action) {
    seam.onLeft(action);
  }

  @Override
  public void begin() {
    begun = true;
    var config =
        WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(true)
            .allowExtensions(false)
            .maxFramePayloadLength(MAX_INBOUND_FRAME_BYTES)
            .closeOnProtocolViolation(false)
            .build();
    seam.pipeline()
        .addBefore(ChannelSeam.name(), "sluice-ws-decoder", new WebSocket13FrameDecoder(config))
        .addBefore(ChannelSeam.name(), "sluice-ws-faults", new Faults());
    seam.open(head(), this::received);
  }

  private ByteBuf head() {
    var text =
        new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n")
            .append("Upgrade: websocket\r\nConnection: Upgrade\r\n")
            .append("Sec-WebSocket-Accept: ")
            .append(accept)
            .append("\r\n");
    for (Map.Entry<String, String> header : request.response().headers()) {
      text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    return ByteBufUtil.writeAscii(seam.channel().alloc(), text.append("\r\n"));
  }

  @Override
  public void unsentLimit(long bytes) {
    seam.limitUnsent(bytes);
  }

  @Override
  public void write(ByteBuf bytes) {
    seam.write(frameHeader(FINAL_BINARY, bytes.readableBytes()));
    seam.write(bytes);
  }

  /** First bytes of a server's frame, which has no mask (RFC 6455, section 5.2). */
  private ByteBuf frameHeader(int first, int size) {
    ByteBuf header = seam.channel().alloc().directBuffer(10);
    header.writeByte(first);
    if (size < 126) {
      header.writeByte(size);
    } else if (size < 1 << 16) {
      header.writeByte(126).writeShort(size);
    } else {
      header.writeByte(127).writeLong(size);
    }
    return header;
  }

  @Override
  public void flush() {
    seam.flush();
  }

  @Override
  public long backlogBytes() {
    return seam.backlogBytes();
  }

  @Override
  public void ended(Reason reason, String detail) {
    if (!begun) {
      ProgressiveResponse.refuse(request, seam, reason, detail);
      return;
    }
    if (reason == Reason.TOO_SLOW) {
      seam.abort();
      return;
    }
    int code =
        switch (reason) {
          case STREAM_ENDED, NOT_FOUND -> NORMAL;
          case SHUTTING_DOWN -> GOING_AWAY;
          case FAILED -> INTERNAL_ERROR;
          case MALFORMED -> PROTOCOL_ERROR;
          default -> POLICY;
        };
    close(code, reason.label());
  }

  private void close(int code, String why) {
    if (!closeSent) {
      closeSent = true;
      seam.write(frameHeader(FINAL_CLOSE, 2 + why.length()));
      ByteBuf body = Unpooled.buffer(2 + why.length()).writeShort(code);
      body.writeCharSequence(why, StandardCharsets.US_ASCII);
      seam.write(body);
    }
    seam.finish();
  }

  /** Takes over a frame of the viewer's. */
  private void received(Object frame) {
    try {
      switch (frame) {
        case PingWebSocketFrame ping -> pong(ping.content());
        case CloseWebSocketFrame _ -> {
          seam.peerLeft();
          close(NORMAL, "");
        }
        default -> {} // a viewer has nothing else to tell
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void pong(ByteBuf payload) {
    if (seam.backlogBytes() > MAX_PONG_BACKLOG_BYTES) {
      return;
    }
    seam.write(frameHeader(FINAL_PONG, payload.readableBytes()));
    seam.write(payload.retainedDuplicate());
    seam.flush();
  }

  /** Answers bytes that are no frames. */
  private final class Faults extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
      if (fault.getCause() instanceof CorruptedWebSocketFrameException
          || fault instanceof CorruptedWebSocketFrameException) {
        seam.peerLeft();
        close(PROTOCOL_ERROR, "malformed");
      } else {
        ctx.fireExceptionCaught(fault);
      }
    }
  }
}
