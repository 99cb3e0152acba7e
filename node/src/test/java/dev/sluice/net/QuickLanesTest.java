package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.testkit.Await;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same answer for many connections, whose sockets take different amounts of it. */
class QuickLanesTest {
  private static final int PEERS = 40;
  private static final int SMALL = 16_384;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Queue<QuickReply> waiting = new ConcurrentLinkedQueue<>();
  private final List<Socket> peers = new ArrayList<>();
  private Channel listener = new EmbeddedChannel();

  @BeforeEach
  void listen() {
    assumeTrue(Epoll.isAvailable(), "epoll");
    var requests = new SimpleRequests(false);
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childOption(ChannelOption.SO_SNDBUF, SMALL)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast("httpDecoder", new HttpRequestDecoder())
                        .addLast("httpEncoder", new HttpResponseEncoder())
                        .addLast("handler", new ChannelInboundHandlerAdapter());
                    RequestDeadline.watch(channel, HttpOptions.of());
                    OneRequest.install(channel);
                    var loop = new NettyLoop(0, channel.eventLoop(), System::nanoTime);
                    QuickLane.install(channel, loop, List.of(QuickLanesTest.this::route), requests);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  private boolean route(String target, boolean gzip, QuickReply reply) {
    return waiting.add(reply);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket peer : peers) {
      peer.close();
    }
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void connect() throws IOException {
    Socket peer = new Socket();
    peer.setReceiveBufferSize(SMALL);
    peer.setSoTimeout(10_000);
    peer.connect(
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(),
            ((InetSocketAddress) listener.localAddress()).getPort()));
    peers.add(peer);
  }

  private void ask(int from) throws IOException {
    for (Socket peer : peers.subList(from, peers.size())) {
      byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      peer.getOutputStream().write(request);
    }
  }

  /** Has all who wait be answered, once so many do. */
  private void answer(int expected, ByteBuf answer) throws Exception {
    Await.until("all of them to wait", () -> waiting.size() == expected);
    List<QuickReply> replies = List.copyOf(waiting);
    waiting.clear();
    group.next().submit(() -> QuickReply.sendAll(replies, answer)).get();
  }

  @Test
  void eachGetsAllOfItHoweverMuchItsSocketTakesAtOnce() throws Exception {
    for (int i = 0; i < PEERS; i++) {
      connect();
    }
    byte[] small = new byte[100];
    byte[] large = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(small);
    new SplittableRandom(2).nextBytes(large);
    for (byte[] bytes : List.of(small, large, small)) {
      ByteBuf answer = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
      ask(0);
      answer(PEERS, answer);
      assertThat(answer.readableBytes()).isEqualTo(bytes.length);
      for (Socket peer : peers) {
        assertThat(peer.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
      }
      Await.until("the bytes to be given back", () -> answer.refCnt() == 1);
      answer.release();
    }
  }

  @Test
  void whoHasGoneTakesNothingFromTheOthers() throws Exception {
    for (int i = 0; i < PEERS; i++) {
      connect();
    }
    ask(0);
    Await.until("all of them to wait", () -> waiting.size() == PEERS);
    for (Socket gone : peers.subList(0, 5)) {
      gone.setSoLinger(true, 0);
      gone.close();
    }
    Await.until(
        "them to be missed", () -> waiting.stream().filter(QuickReply::isGone).count() == 5);
    ByteBuf answer = Unpooled.directBuffer(1).writeByte('a');
    answer(PEERS, answer);
    for (Socket peer : peers.subList(5, PEERS)) {
      assertThat(peer.getInputStream().read()).isEqualTo('a');
    }
    ask(5);
    answer(PEERS - 5, answer);
    for (Socket peer : peers.subList(5, PEERS)) {
      assertThat(peer.getInputStream().read()).isEqualTo('a');
    }
    assertThat(answer.refCnt()).isOne();
    answer.release();
  }
}
