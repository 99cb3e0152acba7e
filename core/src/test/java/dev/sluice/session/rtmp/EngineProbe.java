package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.rtmp.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An engine under any input, with an owner who accepts and refuses as a random source says. Checks
 * what has to hold whatever comes: no exception, memory within its limits, no more outputs than
 * input can ask for, one end, nothing left over.
 */
final class EngineProbe {
  /** What limits of the settings allow to be kept, and what is under way in one call. */
  private static final long MEMORY_BYTES = 2 * (12L << 20);

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final RandomGenerator random;
  private @Nullable RtmpServerSession server;
  private @Nullable RtmpClientSession client;
  private long nowNs;
  private long receivedBytes;
  private long outputs;
  private boolean closed;

  private EngineProbe(RandomGenerator random) {
    this.random = random;
    this.nowNs = random.nextLong();
  }

  static EngineProbe server(RandomGenerator random) {
    var probe = new EngineProbe(random);
    probe.server =
        new RtmpServerSession(
            RtmpServerSettings.DEFAULT, random, probe.allocator, new ReadingTrace(), probe.nowNs);
    return probe;
  }

  static EngineProbe client(RandomGenerator random) {
    var probe = new EngineProbe(random);
    Purpose purpose = random.nextBoolean() ? Purpose.PUBLISH : Purpose.PLAY;
    probe.client =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT,
            RtmpTarget.parse("rtmp://a/live/s", purpose),
            random,
            probe.allocator,
            new ReadingTrace(),
            probe.nowNs);
    return probe;
  }

  /** A trace that looks at everything, as one that writes a log does. */
  private static final class ReadingTrace implements RtmpTrace {
    @Override
    public void received(int messageStreamId, int timestampMs, RtmpMessage message) {
      assertThat(message.toString()).isNotEmpty();
    }
  }

  void receive(ByteBuf bytes) {
    receivedBytes += bytes.readableBytes();
    if (server != null) {
      server.receive(bytes, nowNs);
    } else if (client != null) {
      client.receive(bytes, nowNs);
    }
    assertThat(bytes.isReadable()).isFalse();
    assertThat(allocator.metric().usedDirectMemory()).isLessThan(MEMORY_BYTES);
    drain();
  }

  /** Lets time pass, with a tick at each deadline. */
  void pass(long ns) {
    long endNs = nowNs + ns;
    for (int ticks = 0; deadlineNs() - endNs <= 0; ticks++) {
      assertThat(ticks).isLessThan(1000);
      nowNs = deadlineNs() - nowNs > 0 ? deadlineNs() : nowNs;
      if (server != null) {
        server.tick(nowNs);
      } else if (client != null) {
        client.tick(nowNs);
      }
      drain();
    }
    nowNs = endNs;
  }

  void end() {
    if (server != null) {
      server.release();
    } else if (client != null) {
      client.release();
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  private long deadlineNs() {
    return server != null ? server.nextDeadlineNs() : client != null ? client.nextDeadlineNs() : 0;
  }

  private void drain() {
    RtmpServerSession ofServer = server;
    RtmpClientSession ofClient = client;
    Supplier<@Nullable RtmpOutput> next =
        ofServer != null ? ofServer::poll : ofClient != null ? ofClient::poll : () -> null;
    for (RtmpOutput output; (output = next.get()) != null; ) {
      assertThat(closed).as("after the end: %s", output).isFalse();
      assertThat(++outputs).isLessThan(receivedBytes + 100);
      if (!(output instanceof Send)) {
        assertThat(output.toString()).isNotEmpty();
      }
      switch (output) {
        case Send(ByteBuf bytes) -> {
          assertThat(bytes.isReadable()).isTrue();
          bytes.release();
        }
        case MediaReceived(_, _, ByteBuf body) -> {
          assertThat(body.refCnt()).isPositive();
          body.release();
        }
        case Closed(String reason, _) -> {
          assertThat(reason).isNotBlank().doesNotContain("\n");
          closed = true;
        }
        case ServerOutput request when ofServer != null -> answer(ofServer, request);
        case ClientOutput.Ready _ -> send(ofClient);
        default -> {}
      }
    }
  }

  private void answer(RtmpServerSession session, ServerOutput request) {
    int choice = random.nextInt(10);
    switch (request) {
      case ServerOutput.ConnectRequested _ when choice == 0 ->
          session.rejectConnect("NetConnection.Connect.Rejected", "No.");
      case ServerOutput.ConnectRequested _ ->
          session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, nowNs);
      case ServerOutput.PublishRequested _ when choice == 0 ->
          session.rejectPublish("NetStream.Publish.BadName", "No.", nowNs);
      case ServerOutput.PlayRequested _ when choice == 0 ->
          session.rejectPlay("NetStream.Play.StreamNotFound", "No.", nowNs);
      case ServerOutput.PublishRequested _, ServerOutput.PlayRequested _ when choice == 1 ->
          session.redirect("rtmp://b/live", "rtmp://b/live/s", nowNs);
      case ServerOutput.PublishRequested _ when choice > 2 -> session.acceptPublish(nowNs);
      case ServerOutput.PlayRequested _ when choice > 2 -> session.acceptPlay(nowNs);
      default -> {}
    }
  }

  private static void send(@Nullable RtmpClientSession session) {
    if (session != null) {
      session.sendMedia(9, 0, Unpooled.EMPTY_BUFFER);
    }
  }
}
