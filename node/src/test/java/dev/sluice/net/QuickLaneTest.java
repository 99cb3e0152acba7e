package dev.sluice.net;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickLaneTest {
  private static final String FIELDS = "Host: a\r\nUser-Agent: b\r\nAccept-Encoding: gzip\r\n\r\n";

  private final List<String> stack = new ArrayList<>();
  private final List<ByteBuf> sent = new ArrayList<>();
  private int completed;
  private final List<QuickReply> waiting = new ArrayList<>();
  private final ByteBuf answer = Unpooled.directBuffer().writeBytes("answer".getBytes(utf8()));
  private final EmbeddedChannel channel = new EmbeddedChannel();

  QuickLaneTest() {
    channel
        .pipeline()
        .addLast("httpDecoder", new HttpRequestDecoder())
        .addLast("httpEncoder", new HttpResponseEncoder())
        .addLast("handler", new Stack());
    RequestDeadline.watch(channel, HttpOptions.of());
    OneRequest.install(channel);
    var loop = new NettyLoop(0, channel.eventLoop(), System::nanoTime);
    QuickLane.install(channel, loop, List.of(this::route), new SimpleRequests(false));
  }

  private static java.nio.charset.Charset utf8() {
    return StandardCharsets.UTF_8;
  }

  /** Notes which requests come; they are answered by {@link #answerOfStack}. */
  private final class Stack extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest request) {
        stack.add(
            (((HttpObject) message).decoderResult().isSuccess() ? "" : "broken ") + request.uri());
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      completed++;
      ctx.fireChannelReadComplete();
    }
  }

  private boolean route(String target, boolean gzip, QuickReply reply) {
    if (target.startsWith("/now")) {
      reply.send(answer);
    } else if (target.startsWith("/later")) {
      waiting.add(reply);
    } else {
      return false;
    }
    return true;
  }

  private void read(String text) {
    ByteBuf in = Unpooled.copiedBuffer(text, utf8());
    sent.add(in);
    channel.writeInbound(in);
    channel.runPendingTasks();
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\n" + FIELDS;
  }

  private String written() {
    var text = new StringBuilder();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      text.append(out.toString(utf8()));
    }
    return text.toString();
  }

  private void answerOfStack() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
    channel.writeOutbound(response);
    channel.runPendingTasks();
  }

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
    assertThat(sent).allMatch(in -> in.refCnt() == 0);
    assertThat(answer.refCnt()).isEqualTo(1);
    answer.release();
  }

  @Test
  void whatARouteTakesIsAnsweredAtOnceAndTheStackSeesNothing() {
    read(get("/now"));
    read(get("/now?x=1"));
    assertThat(written()).isEqualTo("answeranswer");
    assertThat(stack).isEmpty();
  }

  @Test
  void whatNoRouteTakesGoesToTheStackAndTheNextMayBeTakenAgain() {
    read(get("/other"));
    assertThat(stack).containsExactly("/other");
    answerOfStack();
    assertThat(written()).startsWith("HTTP/1.1 204");
    read(get("/now"));
    assertThat(written()).isEqualTo("answer");
  }

  @Test
  void nothingOvertakesAnAnswerOfTheStack() {
    read(get("/other"));
    read(get("/now"));
    assertThat(written()).isEmpty();
    answerOfStack();
    assertThat(stack).containsExactly("/other", "/now"); // in the order in which they came
  }

  @Test
  void nothingOvertakesAnAnswerThatIsWaitedFor() {
    read(get("/later"));
    read(get("/other"));
    read(get("/now"));
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(stack).isEmpty();
    assertThat(written()).isEmpty();
    waiting.getFirst().send(answer);
    assertThat(written()).isEqualTo("answer");
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(stack).containsExactly("/other"); // two at once are no simple request
    answerOfStack();
    assertThat(stack).containsExactly("/other", "/now");
  }

  /** Who asks for more than it reads makes nothing wait in memory but what it has asked. */
  @Test
  void nothingIsAnsweredBeforeTheLastAnswerIsSent() {
    var slow = new SlowSocket();
    channel.pipeline().addFirst(slow);
    read(get("/now"));
    read(get("/now"));
    read(get("/other"));
    assertThat(slow.writes).hasSize(1);
    assertThat(channel.config().isAutoRead()).isFalse();
    slow.write();
    assertThat(slow.writes).isEmpty();
    assertThat(written()).isEqualTo("answer");
    assertThat(stack).containsExactly("/now"); // two at once are no simple request
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void whoLeavesBeforeTheLastAnswerIsSentIsForgotten() {
    var slow = new SlowSocket();
    channel.pipeline().addFirst(slow);
    read(get("/now"));
    read(get("/now"));
    channel.close();
    slow.write();
    assertThat(written()).isEmpty();
    assertThat(stack).isEmpty();
  }

  /** Writes when it is told to. */
  private static final class SlowSocket extends ChannelOutboundHandlerAdapter {
    final List<Runnable> writes = new ArrayList<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      writes.add(() -> ctx.writeAndFlush(message, promise));
    }

    void write() {
      List<Runnable> all = List.copyOf(writes);
      writes.clear();
      all.forEach(Runnable::run);
    }
  }

  @Test
  void aRequestCanBeHandedOnAfterAll() {
    read(get("/later"));
    int before = completed;
    waiting.getFirst().pass();
    assertThat(stack).containsExactly("/later");
    assertThat(completed).isGreaterThan(before); // the stack is told that this was all
    waiting.getFirst().send(answer); // one of the two counts
    answerOfStack();
    assertThat(written()).startsWith("HTTP/1.1 204").doesNotContain("answer");
  }

  @Test
  void whoHasGoneIsAnsweredNothing() {
    read(get("/later"));
    read(get("/now"));
    channel.close();
    assertThat(waiting.getFirst().isGone()).isTrue();
    waiting.getFirst().send(answer);
    waiting.getFirst().pass();
    assertThat(written()).isEmpty();
    assertThat(stack).isEmpty();
  }

  @Test
  void afterAnythingElseTheStackGetsAll() {
    read("GET /now HTTP/1.1\r\nHost: a\r\n"); // not all of it: the decoder holds this part
    read(get("/now").substring("GET /now HTTP/1.1\r\n".length()).replace("Host: a\r\n", ""));
    assertThat(stack).containsExactly("/now");
    answerOfStack();
    written();
    read(get("/now"));
    assertThat(stack).containsExactly("/now", "/now");
  }

  @Test
  void whoIsWaitedForIsNotIdle() {
    read(get("/now"));
    written();
    channel.advanceTimeBy(70, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isTrue();
    read(get("/later"));
    channel.advanceTimeBy(70, TimeUnit.SECONDS); // past the 75 s of an idle connection
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isTrue();
    waiting.getFirst().send(answer);
    assertThat(written()).isEqualTo("answer");
    channel.advanceTimeBy(76, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isFalse();
  }

  // ---- what is a simple request

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a\r\n\r\n",
        "host:a\r\nConnection: Keep-Alive\r\n\r\n",
        "User-Agent: x\r\nHost: a:80\r\nCookie: a=b; c=\"d\"\r\nAccept: */*\r\n\r\n",
      })
  void usualFieldsAreSimple(String fields) {
    assertThat(simple("GET /a?b=c HTTP/1.1\r\n" + fields)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.1\nHost: a\r\n\r\n",
        "GET /a HTTP/1.1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\n\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nno field\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void anythingElseIsNot(String request) {
    assertThat(simple(request)).isNull();
  }

  @Test
  void whichPageAsksMeansNothingWhereAllMay() {
    String request = "GET /a HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n";
    assertThat(simple(request, true)).isNotNull();
    assertThat(simple(request, false)).isNull();
  }

  @Test
  void noPartOfARequestIsOne() {
    String whole = get("/a?b=c");
    assertThat(simple(whole)).isNotNull();
    for (int length = 0; length < whole.length(); length++) {
      assertThat(simple(whole.substring(0, length))).isNull();
    }
  }

  @Test
  void theLongestRequestHasItsBound() {
    String start = "GET /";
    String rest = " HTTP/1.1\r\n" + FIELDS;
    int most = SimpleRequests.MAX_BYTES - start.length() - rest.length();
    assertThat(simple(start + "a".repeat(most) + rest)).isNotNull();
    assertThat(simple(start + "a".repeat(most + 1) + rest)).isNull();
  }

  @Test
  void equalFieldsAreNotJudgedAgain() {
    var requests = new SimpleRequests(false);
    SimpleRequest first = requireNonNull(requests.read(text(get("/a")), null));
    for (SimpleRequest.Fields before : Arrays.asList(first.fields(), null)) {
      ByteBuf in = text(get("/b"));
      SimpleRequest second = requireNonNull(requests.read(in, before));
      assertThat(second.fields()).isSameAs(first.fields());
      assertThat(second.target()).isEqualTo("/b");
      assertThat(second.fields().gzip()).isTrue();
      assertThat(in.readerIndex()).isZero();
    }
    String others = get("/b").replace("gzip", "br");
    assertThat(requireNonNull(requests.read(text(others), first.fields())).fields().gzip())
        .isFalse();
  }

  @Test
  void howManyFieldsAreKnownHasItsBound() {
    var requests = new SimpleRequests(false);
    SimpleRequest.Fields first = null;
    for (int i = 0; i <= SimpleRequests.MAX_KNOWN; i++) {
      String fields = "Host: a" + i + "\r\n\r\n";
      SimpleRequest request =
          requireNonNull(requests.read(text("GET / HTTP/1.1\r\n" + fields), first));
      first = first == null ? request.fields() : first;
    }
    String again = "GET / HTTP/1.1\r\nHost: a0\r\n\r\n";
    assertThat(requireNonNull(requests.read(text(again), null)).fields())
        .isEqualTo(first)
        .isNotSameAs(first);
  }

  @Test
  void aRequestIsWrittenAsItCame() {
    String whole = get("/a?b=c");
    ByteBuf written = requireNonNull(simple(whole)).written(UnpooledByteBufAllocator.DEFAULT);
    assertThat(written.toString(utf8())).isEqualTo(whole);
    written.release();
  }

  private static @Nullable SimpleRequest simple(String text) {
    return simple(text, false);
  }

  private static @Nullable SimpleRequest simple(String text, boolean anyOrigin) {
    return new SimpleRequests(anyOrigin).read(text(text), null);
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
