package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.proxy.Endpoint;
import dev.sluice.wire.proxy.IpAddress;
import dev.sluice.wire.proxy.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyPrefaceTest {
  private static final ProxyHeader HEADER =
      new ProxyHeader(
          new Endpoint(IpAddress.of((byte) 192, (byte) 0, (byte) 2, (byte) 7), 4711),
          new Endpoint(IpAddress.of((byte) 192, (byte) 0, (byte) 2, (byte) 8), 80));

  private final List<String> seen = new ArrayList<>();
  private final List<ByteBuf> given = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void everythingIsReleased() {
    channel.finishAndReleaseAll();
    assertThat(given).allSatisfy(bytes -> assertThat(bytes.refCnt()).isZero());
  }

  private void expect() {
    channel.freezeTime();
    ProxyPreface.expect(channel, why -> seen.add("failed: " + why));
    ProxyPreface.whenRead(
        channel,
        () -> {
          Peer peer = Peer.of(channel);
          seen.add("from " + peer.endpoint() + " " + peer.named());
          channel.pipeline().addLast(new Above());
        });
  }

  /** Notes what comes through. */
  private final class Above extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      seen.add(bytes.toString(StandardCharsets.US_ASCII));
      bytes.release();
    }
  }

  private static byte[] header(boolean binary) {
    ByteBuf out = Unpooled.buffer();
    if (binary) {
      HEADER.writeBinary(out, Bytes.ofHex("04000100"), true);
    } else {
      HEADER.writeText(out);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  private void feed(byte[] bytes, int from, int to) {
    ByteBuf in = Unpooled.directBuffer().writeBytes(bytes, from, to - from);
    given.add(in);
    channel.writeInbound(in);
  }

  @ParameterizedTest(name = "version 2: {0}")
  @ValueSource(booleans = {true, false})
  void whatStandsInFrontIsReadHoweverItComes(boolean binary) {
    byte[] header = header(binary);
    byte[] all = new byte[header.length + 5];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy("hello".getBytes(StandardCharsets.US_ASCII), 0, all, header.length, 5);
    for (int step : new int[] {1, 7, header.length, all.length}) {
      var fed = new ProxyPrefaceTest();
      fed.expect();
      for (int from = 0; from < all.length; from += step) {
        fed.feed(all, from, Math.min(all.length, from + step));
      }
      assertThat(fed.seen.getFirst()).isEqualTo("from 192.0.2.7:4711 true");
      assertThat(String.join("", fed.seen.subList(1, fed.seen.size()))).isEqualTo("hello");
      assertThat(fed.channel.pipeline().get(ProxyPreface.class)).isNull();
      fed.channel.advanceTimeBy(1, TimeUnit.HOURS);
      fed.channel.runScheduledPendingTasks();
      assertThat(fed.channel.isActive()).isTrue();
      fed.everythingIsReleased();
    }
  }

  @Test
  void whoNamesNobodySpeaksForItself() {
    expect();
    byte[] local = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
    feed(local, 0, local.length);
    assertThat(seen).containsExactly("from 0.0.0.0:0 false"); // an embedded channel's address
  }

  @Test
  void whereNoneIsExpectedNothingWaits() {
    ProxyPreface.whenRead(channel, () -> seen.add("at once"));
    assertThat(seen).containsExactly("at once");
  }

  @Test
  void whatIsNoHeaderEndsTheConnection() {
    expect();
    byte[] request = "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    feed(request, 0, request.length);
    assertThat(seen).containsExactly("failed: PROXY protocol: the header is missing");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void aHeaderHasItsTime() {
    expect();
    feed(header(true), 0, 20);
    channel.advanceTimeBy(ProxyPreface.TIMEOUT_MS - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isTrue();
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(seen).containsExactly("failed: no header within 5000 ms");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void whoLeavesInTheMiddleOfItIsNoFault() {
    expect();
    feed(header(true), 0, 20);
    channel.close();
    channel.runPendingTasks();
    assertThat(seen).isEmpty();
  }
}
