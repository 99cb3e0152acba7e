package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.SimLoops;
import dev.sluice.session.rtmp.Capabilities;
import dev.sluice.session.rtmp.ClientOutput;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpClientSession;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.session.rtmp.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** An RTMP client and its connection to the endpoint. */
final class RtmpPeer {
  private final SimLoops sim;
  private final EmbeddedChannel channel;
  private final RtmpClientSession session;
  final List<String> received = new ArrayList<>();
  final List<String> statuses = new ArrayList<>();
  boolean ready;
  @Nullable String closed;
  @Nullable String redirected;
  long bytesSent;
  long bytesReceived;
  private boolean deaf;

  RtmpPeer(
      SimLoops sim,
      RtmpConnectionHandler handler,
      String url,
      boolean publishes,
      Capabilities capabilities,
      long seed) {
    this.sim = sim;
    this.channel =
        new EmbeddedChannel(handler) {
          @Override
          protected void doWrite(ChannelOutboundBuffer unsent) throws Exception {
            if (!deaf) {
              super.doWrite(unsent);
            }
          }
        };
    this.session =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT.announcing(capabilities),
            RtmpTarget.parse(url, publishes ? RtmpTarget.Purpose.PUBLISH : RtmpTarget.Purpose.PLAY),
            new SplittableRandom(seed),
            ByteBufAllocator.DEFAULT,
            sim.nowNs());
  }

  /** Carries bytes both ways; whether there were any. */
  boolean pump() {
    boolean busy = pollSession();
    for (ByteBuf bytes; (bytes = channel.readOutbound()) != null; busy = true) {
      bytesReceived += bytes.readableBytes();
      session.receive(bytes, sim.nowNs());
      bytes.release();
      busy |= pollSession();
    }
    return busy;
  }

  private boolean pollSession() {
    boolean busy = false;
    for (ClientOutput output; (output = session.poll()) != null; busy = true) {
      switch (output) {
        case Send(ByteBuf bytes) -> feed(bytes);
        case MediaReceived media -> {
          received.add(
              media.type() + "@" + media.timestampMs() + " " + ByteBufUtil.hexDump(media.body()));
          media.body().release();
        }
        case Closed(String reason, Closed.Cause _) -> closed = reason;
        case ClientOutput.Ready _ -> ready = true;
        case ClientOutput.Redirected to -> redirected = to.target().tcUrl();
        case ClientOutput.StatusReceived status -> statuses.add(status.code());
      }
    }
    return busy;
  }

  /** Bytes on the wire, as from a socket. */
  void feed(ByteBuf bytes) {
    if (channel.isActive()) {
      bytesSent += bytes.readableBytes();
      sim.on(sim.loop(0), () -> channel.writeInbound(bytes));
    } else {
      bytes.release();
    }
  }

  void send(int type, int timestampMs, String hex) {
    ByteBuf body = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    session.sendMedia(type, timestampMs, body);
    body.release();
  }

  /** Takes nothing from its socket from now on, or again what waits there. */
  void deaf(boolean on) {
    deaf = on;
    sim.on(sim.loop(0), () -> channel.flush());
  }

  Capabilities serverCapabilities() {
    return session.serverCapabilities();
  }

  boolean connected() {
    return channel.isActive();
  }

  boolean isRead() {
    return channel.config().isAutoRead();
  }

  /** The connection is gone without a word. */
  void vanish() {
    sim.on(sim.loop(0), () -> channel.close());
  }

  void close() {
    session.release();
    channel.finishAndReleaseAll();
  }
}
