package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Client;
import dev.sluice.hub.Intake;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.SourceClock;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.session.rtmp.ClientOutput;
import dev.sluice.session.rtmp.ClientOutput.Ready;
import dev.sluice.session.rtmp.ClientOutput.Redirected;
import dev.sluice.session.rtmp.ClientOutput.StatusReceived;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpClientSession;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.session.rtmp.Send;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One connection of ours to an RTMP server whose stream is fetched: feeds its engine, carries out
 * what the engine asks for, and publishes what comes. On the connection's loop, which is the
 * stream's.
 */
final class RtmpPullHandler extends ChannelInboundHandlerAdapter implements SourceHandler {
  /** How long the farewell may take. */
  private static final long FAREWELL_NS = 1_000_000_000L;

  private final RtmpPuller.Fetch fetch;
  private final RtmpTarget target;
  private final String id;
  private final Loop loop;
  private final RtmpClientSession session;
  private final Intake intake;
  private final FlvDemuxer demuxer;
  private final Alarm alarm;

  private @Nullable ChannelHandlerContext context;
  private boolean closing;
  private @Nullable RtmpTarget elsewhere;
  private String why = "the server closed the connection";

  RtmpPullHandler(
      RtmpPuller.Fetch fetch,
      RtmpClientSettings settings,
      RtmpTarget target,
      String serverName,
      String id,
      Loop loop,
      RandomGenerator random) {
    this.fetch = fetch;
    this.target = target;
    this.id = id;
    this.loop = loop;
    this.session =
        new RtmpClientSession(settings, target, random, ByteBufAllocator.DEFAULT, loop.nowNs());
    this.intake = new Intake(said -> FlvMetadata.cleaned(said, serverName));
    this.demuxer = new FlvDemuxer(intake);
    this.alarm = new Alarm(loop, this::tick);
  }

  // ---- from the socket

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    carryOut();
    arm();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      session.receive(bytes, loop.nowNs());
    } finally {
      bytes.release();
    }
    carryOut();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    intake.flush();
    arm();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    alarm.cancel();
    intake.end(Reason.PEER_LEFT);
    session.release();
    RtmpTarget next = elsewhere;
    if (next == null) {
      fetch.over(why);
    } else {
      fetch.dial(next);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    why =
        fault instanceof IOException || fault instanceof DecoderException
            ? String.valueOf(fault.getMessage()) // a reset by the peer, or TLS that is none
            : "failed: " + fault;
    ctx.close();
  }

  // ---- time

  private void arm() {
    if (!closing) {
      alarm.set(session.nextDeadlineNs());
    }
  }

  private void tick() {
    session.tick(loop.nowNs());
    carryOut();
    arm();
  }

  // ---- what the engine wants

  private void carryOut() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    boolean wrote = false;
    for (ClientOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          ctx.write(bytes, ctx.voidPromise());
          wrote = true;
        }
        case Ready _ -> publish(ctx);
        case MediaReceived media -> receive(media);
        case Redirected(RtmpTarget next, _) -> elsewhere = next;
        case StatusReceived(_, String code, _) -> fetch.port().note("the server says " + code);
        case Closed closed -> close(ctx, closed.reason());
      }
    }
    if (wrote) {
      ctx.flush();
    }
  }

  private void publish(ChannelHandlerContext ctx) {
    var peer = (InetSocketAddress) ctx.channel().remoteAddress();
    String address = peer == null ? target.host() : peer.getAddress().getHostAddress();
    var client = new Client(id, target.tls() ? "rtmps" : "rtmp", address, target.port(), null, "");
    fetch.port().note("fetching");
    fetch.port().publish(client, SourceClock.RTMP, this);
  }

  private void receive(MediaReceived media) {
    try {
      if (!intake.ended()) {
        demuxer.tag(media.type(), Integer.toUnsignedLong(media.timestampMs()), media.body());
      }
    } catch (MalformedException | UnsupportedException refused) {
      stop(String.valueOf(refused.getMessage()));
    } finally {
      media.body().release();
    }
  }

  private void close(ChannelHandlerContext ctx, String reason) {
    if (closing) {
      return;
    }
    closing = true;
    why = reason;
    alarm.cancel();
    intake.end(Reason.PEER_LEFT);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    loop.schedule(ctx::close, FAREWELL_NS); // a server that takes nothing is not waited for
  }

  /** Says goodbye. */
  void stop(String reason) {
    session.close(reason);
    carryOut();
  }

  // ---- what the hub wants

  @Override
  public void accepted(Publication publication) {
    intake.accepted(publication);
  }

  @Override
  public void ended(Reason reason) {
    intake.dismissed();
    stop(reason.text());
  }

  @Override
  public void reading(boolean wanted) {
    ChannelHandlerContext ctx = context;
    if (ctx != null && !closing) {
      session.reading(wanted, loop.nowNs());
      ctx.channel().config().setAutoRead(wanted);
      arm();
    }
  }
}
