package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneRequestTest {
  private final List<String> seen = new ArrayList<>();
  private final List<HttpContent> bodies = new ArrayList<>();
  private int reads;
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
              reads++;
              ctx.read();
            }
          },
          new ChannelInboundHandlerAdapter());

  OneRequestTest() {
    channel
        .pipeline()
        .addLast(
            "handler",
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof HttpRequest request) {
                  seen.add(request.uri());
                } else {
                  seen.add(message instanceof LastHttpContent ? "end" : "part");
                  ((HttpContent) message).release();
                }
              }
            });
    OneRequest.install(channel);
  }

  private void request(String uri) {
    channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri));
  }

  private void part() {
    var body = new DefaultHttpContent(Unpooled.buffer().writeZero(10));
    bodies.add(body);
    channel.writeInbound(body);
  }

  private void end() {
    channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void answer(HttpResponseStatus status) {
    channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    channel.runPendingTasks();
    channel.releaseOutbound();
  }

  /** Vert.x sends nothing that it has answered before it was told that all is read. */
  @Test
  void theEndOfReadingIsToldOfWhatHasWaited() {
    int[] completed = {0};
    channel
        .pipeline()
        .addAfter(
            "sluice-one-request",
            "end of reading",
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelReadComplete(ChannelHandlerContext ctx) {
                completed[0]++;
                ctx.fireChannelReadComplete();
              }
            });
    request("/a");
    end();
    request("/b");
    end();
    int before = completed[0];
    answer(HttpResponseStatus.OK);
    assertThat(seen).containsExactly("/a", "end", "/b", "end");
    assertThat(completed[0]).isEqualTo(before + 1);
  }

  private void assertReleased() {
    assertThat(bodies).allMatch(body -> body.refCnt() == 0);
  }

  @Test
  void theNextRequestWaitsForTheAnswerToTheFirst() {
    request("/a");
    part();
    end();
    request("/b");
    part();
    end();
    request("/c");
    assertThat(seen).containsExactly("/a", "part", "end");
    answer(HttpResponseStatus.OK);
    assertThat(seen).containsExactly("/a", "part", "end", "/b", "part", "end");
    answer(HttpResponseStatus.OK);
    assertThat(seen).endsWith("/c");
    assertReleased();
  }

  @Test
  void anAnswerBeforeTheEndOfItsRequestDoesNotLetTheNextOnePass() {
    request("/a");
    answer(HttpResponseStatus.CONTINUE);
    part();
    answer(HttpResponseStatus.OK);
    part();
    end();
    request("/b");
    assertThat(seen).containsExactly("/a", "part", "part", "end", "/b");
    assertReleased();
  }

  @Test
  void aProvisionalAnswerIsNone() {
    request("/a");
    end();
    request("/b");
    answer(HttpResponseStatus.CONTINUE);
    assertThat(seen).containsExactly("/a", "end");
    answer(HttpResponseStatus.OK);
    assertThat(seen).endsWith("/b");
  }

  @Test
  void theSocketIsNotReadWhileSomethingWaits() {
    request("/a");
    end();
    channel.read();
    int before = reads;
    request("/b");
    channel.read();
    channel.read();
    assertThat(reads).isEqualTo(before);
    answer(HttpResponseStatus.OK);
    assertThat(reads).isEqualTo(before + 1);
  }

  @Test
  void whoSendsMoreThanMayWaitIsClosed() {
    request("/a");
    end();
    request("/b");
    for (int i = 1; i < OneRequest.MAX_WAITING; i++) {
      part();
    }
    assertThat(channel.isOpen()).isTrue();
    part();
    assertThat(channel.isOpen()).isFalse();
    assertThat(seen).containsExactly("/a", "end");
    assertReleased();
  }

  @Test
  void whatWaitsGoesWithTheConnection() {
    request("/a");
    end();
    request("/b");
    part();
    channel.close();
    channel.runPendingTasks();
    assertThat(seen).containsExactly("/a", "end");
    assertReleased();
  }
}
