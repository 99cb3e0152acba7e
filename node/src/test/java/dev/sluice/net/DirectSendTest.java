package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.testkit.Await;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectSendTest {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
  private Channel listener = new EmbeddedChannel();

  @BeforeEach
  void listen() {
    assumeTrue(Epoll.isAvailable(), "epoll");
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public boolean isSharable() {
                    return true;
                  }

                  @Override
                  public void channelActive(ChannelHandlerContext ctx) {
                    accepted.add(ctx.channel());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  @AfterEach
  void stop() {
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Socket connect() throws IOException {
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static DirectSend direct(Channel channel) {
    return Objects.requireNonNull(DirectSend.of(channel));
  }

  @Test
  void sendsSharedBytesAndLeavesThemAsTheyAre() throws Exception {
    ByteBuf shared = Unpooled.directBuffer().writeZero(3).writeBytes(new byte[] {1, 2, 3, 4});
    shared.skipBytes(3);
    try (Socket peer = connect()) {
      Channel channel = accepted.take();
      int sent = channel.eventLoop().submit(() -> direct(channel).send(shared)).get();
      assertThat(sent).isEqualTo(4);
      assertThat(peer.getInputStream().readNBytes(4)).containsExactly(1, 2, 3, 4);
    }
    assertThat(shared.readerIndex()).isEqualTo(3);
    assertThat(shared.refCnt()).isOne();
    shared.release();
  }

  @Test
  void sendsNothingWhileSomethingIsQueued() throws Exception {
    ByteBuf shared = Unpooled.directBuffer().writeByte(2);
    try (Socket peer = connect()) {
      Channel channel = accepted.take();
      int sent =
          channel
              .eventLoop()
              .submit(() -> {
                channel.write(Unpooled.directBuffer().writeByte(1));
                int direct = direct(channel).send(shared);
                channel.writeAndFlush(shared.retainedDuplicate());
                return direct;
              })
              .get();
      assertThat(sent).isZero();
      assertThat(peer.getInputStream().readNBytes(2)).containsExactly(1, 2);
    }
    Await.until("the bytes to be given back", () -> shared.refCnt() == 1);
    shared.release();
  }

  @Test
  void sendsWhatTheSocketTakesAndNothingWhenItIsFull() throws Exception {
    ByteBuf shared = Unpooled.directBuffer(1 << 20).writeZero(1 << 20);
    try (Socket peer = connect()) {
      Channel channel = accepted.take();
      AtomicInteger total = new AtomicInteger();
      int last =
          channel
              .eventLoop()
              .submit(() -> {
                DirectSend direct = direct(channel);
                int sent;
                while ((sent = direct.send(shared)) > 0) {
                  total.addAndGet(sent);
                }
                return sent;
              })
              .get();
      assertThat(last).isZero();
      assertThat(total.get()).isPositive();
      assertThat(peer.getInputStream().readNBytes(total.get())).hasSize(total.get());
    }
    shared.release();
  }

  @Test
  void aClosedPeerIsLeftToTheOrdinaryWay() throws Exception {
    ByteBuf shared = Unpooled.directBuffer().writeByte(1);
    Socket peer = connect();
    Channel channel = accepted.take();
    DirectSend direct = direct(channel);
    channel.config().setAutoRead(false);
    peer.setSoLinger(true, 0);
    peer.close();
    Await.until(
        "the reset to arrive",
        () -> channel.eventLoop().submit(() -> direct.send(shared)).get() == 0);
    assertThat(shared.refCnt()).isOne();
    shared.release();
  }

  @Test
  void isNotForOtherChannels() {
    assertThat(DirectSend.of(new EmbeddedChannel())).isNull();
  }
}
