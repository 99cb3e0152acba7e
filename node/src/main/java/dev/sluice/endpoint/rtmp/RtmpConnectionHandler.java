package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Client;
import dev.sluice.hub.Cut;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told;
import dev.sluice.hub.Viewer;
import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;
import dev.sluice.net.DirectSend;
import dev.sluice.net.UnsentLimit;
import dev.sluice.session.rtmp.Capabilities;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpServerSession;
import dev.sluice.session.rtmp.RtmpTrace;
import dev.sluice.session.rtmp.Send;
import dev.sluice.session.rtmp.ServerOutput;
import dev.sluice.session.rtmp.ServerOutput.BufferLength;
import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.MediaSelected;
import dev.sluice.session.rtmp.ServerOutput.PauseChanged;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayStopped;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.session.rtmp.ServerOutput.Unpublished;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.rtmp.RtmpUrl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One RTMP connection: feeds its engine, carries out what the engine asks for, and stands between
 * the engine and the source or viewer that the connection has become. On the connection's loop.
 */
final class RtmpConnectionHandler extends ChannelInboundHandlerAdapter {
  /** Answers that a peer may ask for and not take: some thousand. */
  static final int MAX_UNTAKEN_BYTES = 256 << 10;

  /** What begins the parameters in an app, of today and of old. */
  private static final Pattern PARAMETERS = Pattern.compile("\\?|\\.\\.\\.");

  private final RtmpService service;
  private final Loop loop;
  private final String id;
  private final String protocol;
  private final String address;
  private final int port;
  private final boolean tls;
  private final RtmpServerSession session;
  private final Alarm alarm;

  private @Nullable ChannelHandlerContext context;
  private @Nullable DirectSend direct;
  private boolean closing;

  private String software = "";
  private String page = "";
  private String app = "";
  private @Nullable String place;
  private long bytesIn;
  private long bytesAnswered;
  private Capabilities announced = Capabilities.NONE;
  private PlayerDialect player = PlayerDialect.LEGACY;
  private @Nullable Long playsFromMs;
  private volatile boolean askedToReconnect;
  private @Nullable RtmpSource source;
  private @Nullable Viewer viewer;
  private boolean sourceWantsReading = true;
  private long bytesToViewer;
  private long bytesTaken;
  private int untakenAnswerBytes;

  RtmpConnectionHandler(
      RtmpService service,
      Loop loop,
      String id,
      String address,
      int port,
      boolean tls,
      RandomGenerator random) {
    this.service = service;
    this.loop = loop;
    this.id = id;
    this.protocol = tls ? "rtmps" : "rtmp";
    this.address = address;
    this.port = port;
    this.tls = tls;
    this.alarm = new Alarm(loop, this::tick);
    this.session =
        new RtmpServerSession(
            service.settings(),
            random,
            service.arrivals(),
            ByteBufAllocator.DEFAULT,
            RtmpTrace.NONE,
            loop.nowNs());
  }

  // ---- from the socket

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    direct = DirectSend.of(ctx.channel());
    service.connections().add(this);
    arm();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    bytesIn += bytes.readableBytes();
    try {
      session.receive(bytes, loop.nowNs());
    } finally {
      bytes.release();
    }
    carryOut();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (source != null) {
      source.flush();
    }
    arm();
    updateReading();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    alarm.cancel();
    leave(Reason.PEER_LEFT);
    session.release();
    service.connections().remove(this);
    if (place != null) {
      hub().listener().disconnected(self(), place, bytesIn, bytesAnswered + bytesToViewer);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    if (!(fault instanceof IOException || fault instanceof DecoderException)) {
      hub().listener().connectionFailed(self(), fault);
      leave(Reason.FAILED);
    }
    ctx.close(); // a reset by the peer, TLS that is none, or a fault of ours
  }

  // ---- time

  private void arm() {
    if (!closing) {
      alarm.set(session.nextDeadlineNs());
    }
  }

  private void tick() {
    if (closing) {
      return;
    }
    long nowNs = loop.nowNs();
    excuseIfTaking(nowNs);
    if (session.isBandCheck()) {
      session.backlog(backlogBytes());
    }
    session.tick(nowNs);
    carryOut();
    arm();
    updateReading();
  }

  /** A player whose host takes our bytes is there, even when it says nothing. */
  private void excuseIfTaking(long nowNs) {
    long taken = bytesToViewer - backlogBytes();
    if (taken != bytesTaken) {
      bytesTaken = taken;
      session.heard(nowNs);
    }
  }

  // ---- what the engine wants

  /** Does all that the engine asks for, and sends what it has to say. */
  private void carryOut() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    boolean wrote = false;
    for (ServerOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          untakenAnswerBytes += bytes.readableBytes();
          bytesAnswered += bytes.readableBytes();
          ctx.write(bytes, ctx.voidPromise());
          wrote = true;
        }
        case Closed closed -> close(closed);
        case MediaReceived media -> receive(media);
        case ConnectRequested request -> connect(request);
        case PublishRequested request -> publish(request);
        case PlayRequested request -> play(request);
        case PauseChanged(boolean paused) -> pause(paused);
        case MediaSelected(boolean audio, boolean video) -> select(audio, video);
        case BufferLength _ -> {} // our latency is the stream's, not the player's
        case Unpublished _ -> leaveSource(Reason.PEER_LEFT);
        case PlayStopped _ -> leaveViewer(Reason.PEER_LEFT);
      }
    }
    if (wrote) {
      ctx.flush();
      checkUntaken();
    }
  }

  /** Who asks and does not listen would have us keep the answers. */
  private void checkUntaken() {
    if (closing || session.isBandCheck() || untakenAnswerBytes <= MAX_UNTAKEN_BYTES) {
      return;
    }
    if (backlogBytes() == 0) {
      untakenAnswerBytes = 0;
    } else {
      session.closeForFault(
          "asked for %d bytes of answers without taking them".formatted(untakenAnswerBytes));
      carryOut();
    }
  }

  private void connect(ConnectRequested request) {
    software = request.flashVer();
    page = request.pageUrl();
    announced = request.capabilities();
    AmfProperties data = AmfProperties.builder().put("sluice_id", id).build();
    BandCheckPolicy check = service.bandCheck();
    if (check != null && check.isAsked(request.tcUrl(), request.app())) {
      checkBandwidth(check, request, data);
      return;
    }
    session.acceptConnect(RtmpService.CAPABILITIES, data, loop.nowNs());
    app = PARAMETERS.split(request.app(), 2)[0]; // among them may be a token
    String host = RtmpUrl.parse(request.tcUrl(), request.app(), "").vhost();
    String now = placed(hub().virtualHosts().has(host) ? host : "", app);
    if (place == null) {
      hub().listener().connected(self(), now);
    }
    place = now;
  }

  /** The connection becomes a check of its bandwidth, and nothing else. */
  private void checkBandwidth(BandCheckPolicy check, ConnectRequested request, AmfProperties data) {
    if (!check.isKeyOf(request.tcUrl(), request.app())) {
      session.rejectConnect(Reason.TOKEN_WRONG.rtmpCode(), "bandcheck key is wrong");
    } else if (!service.bandCheckTurns().take(loop.nowNs())) {
      session.rejectConnect("NetConnection.Connect.Rejected", "bandcheck rejected");
    } else {
      session.acceptBandCheck(data, check.limitKbps(), !request.swfUrl().isEmpty(), loop.nowNs());
    }
  }

  private void publish(PublishRequested request) {
    StreamName name = name(request.url());
    if (name == null) {
      session.rejectPublish(
          Reason.NAME_INVALID.rtmpCode(), Reason.NAME_INVALID.text(), loop.nowNs());
      return;
    }
    try {
      name.requirePublishable();
    } catch (MalformedException reserved) {
      session.rejectPublish(
          Reason.NAME_RESERVED.rtmpCode(),
          Objects.requireNonNullElse(reserved.getMessage(), Reason.NAME_RESERVED.text()),
          loop.nowNs());
      return;
    }
    var fresh = new RtmpSource(this);
    source = fresh;
    hub().publish(name, client(request.url()), SourceClock.RTMP, loop, fresh);
  }

  private void play(PlayRequested request) {
    StreamName name = name(request.url());
    if (name == null) {
      session.rejectPlay(Reason.NAME_INVALID.rtmpCode(), Reason.NAME_INVALID.text(), loop.nowNs());
      return;
    }
    PlayerDialect dialect =
        PlayerDialect.of(announced, request.url().parameters().get(PlayerDialect.PARAMETER));
    if (dialect == null) {
      session.rejectPlay(
          Reason.MALFORMED.rtmpCode(),
          "'dialect' is none of legacy, fourcc, multitrack",
          loop.nowNs());
      return;
    }
    player = dialect;
    playsFromMs = null;
    watch(name, client(request.url()), null);
  }

  private void watch(StreamName name, Client client, @Nullable Cut cut) {
    var form = service.form(player, true, true, playsFromMs);
    viewer = hub().watch(name, client, form, loop, new RtmpViewer(this), cut);
  }

  private static String placed(String vhost, String app) {
    return vhost.isEmpty() || app.indexOf('!') >= 0 ? app : vhost + "!" + app;
  }

  private @Nullable StreamName name(RtmpUrl url) {
    try {
      StreamName name = hub().virtualHosts().named(StreamName.ofDecoded(url.path()), url.vhost());
      place = placed(name.vhost(), app); // it may have come behind the stream only
      return name;
    } catch (MalformedException invalid) {
      return null;
    }
  }

  private Client client(RtmpUrl url) {
    String key = url.parameters().get("key"); // of one source of a stream
    String token = key == null ? url.parameters().get("token") : key;
    return new Client(
        id, protocol, address, port, token, software, Told.of(page, url.parameters()));
  }

  private Client self() {
    return new Client(id, protocol, address, port, null, software, Told.of(page, Map.of()));
  }

  private void pause(boolean paused) {
    if (viewer != null) {
      viewer.pause(paused);
    }
  }

  private void select(boolean audio, boolean video) {
    if (viewer != null) {
      viewer.pause(!audio && !video);
      if (audio || video) {
        viewer.changeForm(service.form(player, audio, video, playsFromMs));
      }
    }
  }

  /** Hands media to the source; what it cannot read closes the connection. */
  private void receive(MediaReceived media) {
    if (source == null) {
      media.body().release();
      return;
    }
    try {
      source.receive(media);
    } catch (MalformedException | UnsupportedException refused) {
      session.closeForFault(String.valueOf(refused.getMessage()));
    }
  }

  private void close(Closed closed) {
    closing = true;
    alarm.cancel();
    Reason reason =
        switch (closed.cause()) {
          case ORDERLY -> Reason.PEER_LEFT;
          case SILENCE -> Reason.SILENT;
          case FAULT -> Reason.MALFORMED;
        };
    if (reason != Reason.PEER_LEFT) {
      hub().listener().connectionClosed(self(), reason, closed.reason());
    }
    leave(reason);
    channelContext().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    new Farewell(channelContext(), loop, this::backlogBytes).await();
  }

  private void leave(Reason reason) {
    leaveSource(reason);
    leaveViewer(reason);
  }

  private void leaveSource(Reason reason) {
    if (source != null) {
      RtmpSource gone = source;
      source = null;
      gone.leave(reason);
    }
  }

  private void leaveViewer(Reason reason) {
    if (viewer != null) {
      Viewer gone = viewer;
      viewer = null;
      gone.leave(reason);
    }
  }

  // ---- what source and viewer want

  void publishAccepted() {
    session.acceptPublish(loop.nowNs());
    afterAnswer();
  }

  void publishRefused(Reason reason) {
    source = null;
    session.rejectPublish(reason.rtmpCode(), reason.text(), loop.nowNs());
    afterAnswer();
  }

  void publishEnded(Reason reason) {
    source = null;
    session.endPublish(reason.rtmpCode(), reason.text(), loop.nowNs());
    session.close(reason.text());
    afterAnswer();
  }

  void playAccepted() {
    session.acceptPlay(loop.nowNs());
    afterAnswer();
  }

  /** The player is given another stream from here on. */
  void playAnother(StreamName to, @Nullable Cut cut) {
    Viewer before = viewer;
    viewer = null;
    if (before == null || !session.playAnother(to.elements().getLast(), loop.nowNs())) {
      return; // the connection is on its way out
    }
    if (cut != null) {
      playsFromMs = cut.zeroMs();
    }
    watch(to, before.client(), cut);
    afterAnswer();
  }

  void playRefused(Reason reason, String why) {
    viewer = null;
    session.rejectPlay(reason.rtmpCode(), why, loop.nowNs());
    session.close(why);
    afterAnswer();
  }

  /** The stream is at {@code url}, which is one of RTMP. */
  void playMoved(String url) {
    viewer = null;
    int query = url.indexOf('?');
    String app = url.substring(0, url.lastIndexOf('/', query < 0 ? url.length() : query));
    session.redirect(app, url, loop.nowNs());
    afterAnswer();
  }

  void playEnded(Reason reason, String why) {
    viewer = null;
    if (reason == Reason.STREAM_ENDED) {
      session.notifyUnpublished();
      session.completePlay(loop.nowNs());
    } else {
      session.status("error", reason.rtmpCode(), why);
    }
    session.close(why);
    afterAnswer();
  }

  /** Asks a client that can to connect anew, at the same place. Its own loop. */
  void askToReconnect(String why) {
    if (!closing && session.requestReconnect(null, why)) {
      askedToReconnect = true;
      afterAnswer();
    }
  }

  /** Whether the client was asked to connect anew, and is still here. Any thread. */
  boolean askedToReconnect() {
    return askedToReconnect;
  }

  Loop loop() {
    return loop;
  }

  /** Answers come from inside the engine's outputs or from outside: both are carried out. */
  private void afterAnswer() {
    carryOut();
    if (source != null) {
      source.flush();
    }
    arm();
    updateReading();
  }

  void reading(boolean wanted) {
    sourceWantsReading = wanted;
    session.reading(wanted, loop.nowNs());
    updateReading();
  }

  private void updateReading() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && !closing) {
      boolean wanted = sourceWantsReading && session.wantsBytes();
      if (ctx.channel().config().isAutoRead() != wanted) {
        ctx.channel().config().setAutoRead(wanted);
      }
    }
  }

  /** Has the kernel hold at most so many unsent bytes. */
  void limitUnsent(long bytes) {
    UnsentLimit.set(channelContext().channel(), bytes);
  }

  /** Sends a viewer's bytes, past the engine. Owned. */
  void write(ByteBuf bytes) {
    ChannelHandlerContext ctx = channelContext();
    bytesToViewer += bytes.readableBytes();
    // TLS gathers small writes in place where it finds room: shared memory must not look so
    ctx.write(tls && !bytes.isReadOnly() ? bytes.asReadOnly() : bytes, ctx.voidPromise());
  }

  void flush() {
    channelContext().flush();
  }

  /** Sends bytes that many viewers get, past the engine. Borrowed. */
  void share(ByteBuf bytes) {
    int sent = direct == null ? 0 : direct.send(bytes);
    bytesToViewer += sent;
    if (sent < bytes.readableBytes()) {
      int left = bytes.readableBytes() - sent;
      write(bytes.retainedSlice(bytes.readerIndex() + sent, left));
      flush();
    }
  }

  /** Bytes that the kernel has not taken. */
  long backlogBytes() {
    ChannelOutboundBuffer unsent = channelContext().channel().unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  private ChannelHandlerContext channelContext() {
    return Objects.requireNonNull(context);
  }

  private Hub hub() {
    return service.hub();
  }

  /** What the server calls itself in metadata. */
  String serverName() {
    return service.serverName();
  }
}
