package dev.sluice.session.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.session.rtmp.ServerDialogue.Phase;
import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.rtmp.ChunkLimits;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.RawMessage;
import dev.sluice.wire.rtmp.SetPeerBandwidth;
import dev.sluice.wire.rtmp.SharedMemory;
import dev.sluice.wire.rtmp.UserControl;
import dev.sluice.wire.rtmp.WindowAcknowledgementSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one RTMP connection.
 *
 * <ol>
 *   <li>Feed it with {@link #receive} and, at {@link #nextDeadlineNs}, with {@link #tick}; after
 *       each call of any method poll until null.
 *   <li>Answer {@link ConnectRequested}, {@link PublishRequested} and {@link PlayRequested} by an
 *       accept, reject or redirect method. While {@link #wantsBytes} is false, leave the socket
 *       unread.
 *   <li>After {@link #acceptPlay} write media yourself, as whole messages in chunks of formats 0
 *       and 3 with the chunk size of the settings, on message stream 1 and chunk streams 4 (data),
 *       6 (video) and 7 (audio). What is polled goes between such messages.
 *   <li>When the socket is gone, {@link #release}.
 * </ol>
 *
 * <p>One message stream, 1, can be in use: it is what every {@code createStream} gets, as with SRS.
 * A second {@code play} is refused while the first lasts; a {@code publish} over another one ends
 * that one.
 */
public final class RtmpServerSession {
  /** Message stream that every client publishes or plays on. */
  public static final int MESSAGE_STREAM_ID = 1;

  /** What a peer may make the engine keep until it wants to publish. */
  static final int MODEST_BYTES = 64 << 10;

  private static final int MODEST_CHUNK_STREAMS = 16;

  /** A longer playback than this has no end: 30 days. */
  private static final double MAX_PLAY_MS = 30.0 * 24 * 3_600_000;

  private static final long REST_NS = 3_600_000_000_000L;

  private final RtmpServerSettings settings;
  private final ChunkLimits modest;
  private final RtmpConnection connection;
  private final ServerDialogue dialogue;
  private @Nullable ServerHandshake handshake;

  private boolean reading = true;
  private long backlogBytes;
  private long restUntilNs;

  /**
   * A session that has seen nothing yet.
   *
   * @param shared for large messages that are incomplete
   */
  public RtmpServerSession(
      RtmpServerSettings settings,
      RandomGenerator random,
      SharedMemory shared,
      ByteBufAllocator allocator,
      RtmpTrace trace,
      long nowNs) {
    this.settings = settings;
    this.modest =
        new ChunkLimits(
            Math.min(settings.limits().chunkStreams(), MODEST_CHUNK_STREAMS),
            Math.min(settings.limits().mediaBytes(), MODEST_BYTES),
            settings.limits().commandBytes(),
            Math.min(settings.limits().reassemblyBytes(), 2 * MODEST_BYTES));
    this.connection =
        new RtmpConnection(
            modest,
            shared,
            settings.windowBytes(),
            settings.messagesPerSecond(),
            settings.commandsPerSecond(),
            allocator,
            trace,
            nowNs);
    this.dialogue = new ServerDialogue(settings, connection);
    this.handshake = new ServerHandshake(random);
    this.restUntilNs = nowNs + REST_NS;
    dialogue.enter(Phase.HANDSHAKE, settings.timeouts().handshakeNs(), nowNs);
  }

  public RtmpServerSession(
      RtmpServerSettings settings, RandomGenerator random, ByteBufAllocator allocator, long nowNs) {
    this(settings, random, SharedMemory.UNLIMITED, allocator, RtmpTrace.NONE, nowNs);
  }

  /** A session whose memory is its own affair. */
  public RtmpServerSession(
      RtmpServerSettings settings,
      RandomGenerator random,
      ByteBufAllocator allocator,
      RtmpTrace trace,
      long nowNs) {
    this(settings, random, SharedMemory.UNLIMITED, allocator, trace, nowNs);
  }

  // What goes in and out

  /** Takes bytes from the peer, all of them. */
  public void receive(ByteBuf bytes, long nowNs) {
    if (connection.isClosed()) {
      bytes.skipBytes(bytes.readableBytes());
      return;
    }
    restUntilNs = nowNs + REST_NS;
    connection.received(bytes.readableBytes(), nowNs);
    try {
      if (handshake != null) {
        if (!handshake.receive(bytes, connection, nowNs)) {
          return;
        }
        handshake = null;
        dialogue.enterWithin(Phase.AWAIT_CONNECT, settings.timeouts().connectNs());
      }
      for (RawMessage raw;
          !connection.isClosed() && (raw = connection.read(bytes, nowNs)) != null; ) {
        dialogue.onMessage(raw, nowNs);
      }
      connection.acknowledge();
      BandCheck check = dialogue.bandCheck();
      if (check != null) {
        check.received(nowNs);
      }
    } catch (MalformedException | UnsupportedException refused) {
      fail(String.valueOf(refused.getMessage()));
    }
    bytes.skipBytes(bytes.readableBytes());
  }

  /** The next thing to do, null when there is none. */
  public @Nullable ServerOutput poll() {
    return (ServerOutput) connection.poll();
  }

  /**
   * Whether bytes should be read from the socket. They need not be while a request of the client
   * waits for its answer, except that to play, nor while a bandwidth check has more than its limit.
   */
  public boolean wantsBytes() {
    BandCheck check = dialogue.bandCheck();
    return !dialogue.isPending() && (check == null || check.wantsBytes());
  }

  /** Tells whether the owner reads the socket: where it does not, silence is no fault. */
  public void reading(boolean on, long nowNs) {
    if (on && !reading) {
      connection.excuseSilence(nowNs);
    }
    reading = on;
  }

  /**
   * The owner has a sign of life of its own, such as that a player's host takes the media sent to
   * it: as good as a word from the peer.
   */
  public void heard(long nowNs) {
    connection.excuseSilence(nowNs);
  }

  /**
   * Tells how much of what was sent the socket has not taken yet: a bandwidth check ({@link
   * #isBandCheck}) has to know it before each {@link #tick}, and sends no more than that bears.
   */
  public void backlog(long bytes) {
    backlogBytes = bytes;
  }

  /** When {@link #tick} is to be called, at the latest. */
  public long nextDeadlineNs() {
    long next = restUntilNs;
    if (connection.isClosed()) {
      return next;
    }
    BandCheck check = dialogue.bandCheck();
    if (check != null) {
      return earlier(next, check.deadlineNs());
    }
    if (dialogue.phaseEnds()) {
      next = earlier(next, dialogue.phaseEndNs());
    }
    if (silenceCounts()) {
      next = earlier(next, connection.lastReceivedNs() + silenceNs());
    }
    if (keepsAlive()) {
      RtmpServerSettings.Timeouts timeouts = settings.timeouts();
      next = earlier(next, connection.keepAliveNs(timeouts.pingNs(), timeouts.pingAnswerNs()));
    }
    return next;
  }

  /** Does what is due. */
  public void tick(long nowNs) {
    restUntilNs = nowNs + REST_NS;
    if (connection.isClosed()) {
      return;
    }
    BandCheck check = dialogue.bandCheck();
    if (check != null) {
      check.tick(nowNs, backlogBytes);
    } else if (dialogue.phaseEnds() && dialogue.phaseEndNs() - nowNs <= 0) {
      onPhaseTimeout(nowNs);
    } else if (silenceCounts() && connection.lastReceivedNs() + silenceNs() - nowNs <= 0) {
      giveUp("publisher was silent for %d ms".formatted(silenceNs() / 1_000_000));
    } else if (keepsAlive()) {
      RtmpServerSettings.Timeouts timeouts = settings.timeouts();
      connection.keepAlive(timeouts.pingNs(), timeouts.pingAnswerNs(), nowNs);
    }
  }

  private void onPhaseTimeout(long nowNs) {
    switch (dialogue.phase()) {
      case HANDSHAKE -> giveUp("handshake not done after " + seconds());
      case AWAIT_CONNECT -> giveUp("no connect after " + seconds());
      case IDLE -> giveUp("neither publish nor play after " + seconds());
      case REDIRECTED -> connection.close("redirected", Closed.Cause.ORDERLY);
      case PLAYING -> {
        String reason = "played for " + seconds() + " as the client asked";
        completePlay(nowNs);
        connection.close(reason, Closed.Cause.ORDERLY);
      }
      case CONNECT_PENDING, PUBLISH_PENDING, PUBLISHING, PLAY_PENDING, BAND_CHECK -> {} // no end
    }
  }

  private String seconds() {
    return "%.1f s".formatted(dialogue.phaseTimeoutNs() / 1e9);
  }

  private boolean silenceCounts() {
    return dialogue.phase() == Phase.PUBLISHING && reading && silenceNs() > 0;
  }

  private long silenceNs() {
    return dialogue.mediaSeen ? settings.timeouts().mediaNs() : settings.timeouts().firstMediaNs();
  }

  private boolean keepsAlive() {
    return dialogue.phase().ordinal() >= Phase.IDLE.ordinal()
        && reading
        && !dialogue.isPending()
        && settings.timeouts().pingNs() > 0;
  }

  private static long earlier(long aNs, long bNs) {
    return aNs - bNs <= 0 ? aNs : bNs;
  }

  private void fail(String reason) {
    connection.close(reason, Closed.Cause.FAULT);
    dialogue.releaseDeferred();
  }

  private void giveUp(String reason) {
    connection.close(reason, Closed.Cause.SILENCE);
    dialogue.releaseDeferred();
  }

  // Answers of the owner

  /**
   * Accepts {@code connect}.
   *
   * @param capabilities what is said of this end to a client that says something of itself: a
   *     client of the old kind gets the old answer
   * @param data added to {@code data} of the answer's information object: who and where this is
   */
  public void acceptConnect(Capabilities capabilities, AmfProperties data, long nowNs) {
    if (dialogue.phase() != Phase.CONNECT_PENDING || connection.isClosed()) {
      return;
    }
    welcome(capabilities, data);
    dialogue.command(0, Command.of("onBWDone", 0));
    dialogue.enter(Phase.IDLE, settings.timeouts().requestNs(), nowNs);
    replay(nowNs);
  }

  private void welcome(Capabilities capabilities, AmfProperties data) {
    connection.sendControl(new WindowAcknowledgementSize(settings.windowBytes()));
    connection.sendControl(new SetPeerBandwidth(settings.windowBytes(), SetPeerBandwidth.DYNAMIC));
    // Before the answer: librtmp and OBS read the chunks that follow it with this size.
    connection.sendChunkSize(settings.chunkSize());
    Capabilities said = dialogue.capabilities.isEmpty() ? Capabilities.NONE : capabilities;
    dialogue.command(
        0,
        Statuses.connected(
            dialogue.connectTransactionId,
            settings.fmsVersion(),
            dialogue.objectEncoding,
            said,
            data));
  }

  /**
   * Accepts {@code connect} for a bandwidth check as SRS 1 and 2 had it, which begins at once and
   * closes the connection at its end. While it lasts, tell it of the {@link #backlog}.
   *
   * @param data as for {@link #acceptConnect}
   * @param limitKbps most that is sent and taken, in kilobits a second; at least 1
   * @param flash whether the client is a Flash player, told by its {@code swfUrl}
   */
  public void acceptBandCheck(AmfProperties data, int limitKbps, boolean flash, long nowNs) {
    checkRange("limitKbps", limitKbps, 1, Integer.MAX_VALUE);
    if (dialogue.phase() != Phase.CONNECT_PENDING || connection.isClosed()) {
      return;
    }
    connection.limits(
        new ChunkLimits(
            modest.chunkStreams(),
            modest.mediaBytes(),
            BandCheck.MAX_MESSAGE_BYTES,
            2 * BandCheck.MAX_MESSAGE_BYTES));
    welcome(Capabilities.NONE, data);
    dialogue.checkBandwidth(limitKbps, flash, nowNs);
    replay(nowNs);
  }

  /** Whether this has become a bandwidth check. */
  public boolean isBandCheck() {
    return dialogue.bandCheck() != null;
  }

  /** Refuses {@code connect} and closes. */
  public void rejectConnect(String code, String description) {
    if (dialogue.phase() == Phase.CONNECT_PENDING) {
      dialogue.command(
          0,
          Command.of(
              "_error",
              dialogue.connectTransactionId,
              Statuses.info("error", code, description).object()));
      connection.close("connect refused: " + description, Closed.Cause.ORDERLY);
      dialogue.releaseDeferred();
    }
  }

  /**
   * Sends the client elsewhere instead of accepting what it asked for last, and closes when it has
   * gone or after a while.
   *
   * @param tcUrl URL up to the app
   * @param url URL with the stream
   */
  public void redirect(String tcUrl, String url, long nowNs) {
    AmfProperties.Builder info = Statuses.redirect(tcUrl, url);
    switch (dialogue.phase()) {
      case CONNECT_PENDING ->
          dialogue.command(0, Command.of("_error", dialogue.connectTransactionId, info.object()));
      case PUBLISH_PENDING, PLAY_PENDING, PUBLISHING, PLAYING ->
          dialogue.command(MESSAGE_STREAM_ID, Statuses.onStatus(info));
      default -> {
        return;
      }
    }
    dialogue.releaseDeferred();
    dialogue.enter(Phase.REDIRECTED, settings.timeouts().redirectNs(), nowNs);
  }

  /** Accepts {@code publish}: media may come. */
  public void acceptPublish(long nowNs) {
    if (dialogue.phase() != Phase.PUBLISH_PENDING || connection.isClosed()) {
      return;
    }
    if (dialogue.fcPublish) {
      dialogue.command(MESSAGE_STREAM_ID, Statuses.onFcPublish());
    }
    dialogue.status("status", "NetStream.Publish.Start", "Started publishing stream.");
    dialogue.enter(Phase.PUBLISHING, 0, nowNs);
    dialogue.mediaSeen = false;
    connection.excuseSilence(nowNs);
    replay(nowNs);
  }

  /**
   * Refuses {@code publish}, such as with {@code NetStream.Publish.BadName}. The connection stays;
   * a client that sends media all the same is cut off.
   */
  public void rejectPublish(String code, String description, long nowNs) {
    if (dialogue.phase() == Phase.PUBLISH_PENDING) {
      dialogue.status("error", code, description);
      dialogue.enter(Phase.IDLE, settings.timeouts().requestNs(), nowNs);
      refusePublishing();
      replay(nowNs);
    }
  }

  /** Accepts {@code play}; media may follow what is polled now. */
  public void acceptPlay(long nowNs) {
    if (dialogue.phase() != Phase.PLAY_PENDING || connection.isClosed()) {
      return;
    }
    connection.sendControl(new UserControl.StreamBegin(MESSAGE_STREAM_ID));
    dialogue.command(
        MESSAGE_STREAM_ID,
        Statuses.onPlay("NetStream.Play.Reset", "Playing and resetting stream.", dialogue.stream));
    dialogue.command(
        MESSAGE_STREAM_ID,
        Statuses.onPlay("NetStream.Play.Start", "Started playing stream.", dialogue.stream));
    connection.send(
        RtmpConnection.COMMAND_CHUNK_STREAM, MESSAGE_STREAM_ID, Statuses.sampleAccess());
    dialogue.enter(Phase.PLAYING, playDurationNs(), nowNs);
    dialogue.stream = "";
    connection.trim();
  }

  /**
   * Gives a player another stream than it has asked for, as if it had asked for that now: an answer
   * is due as to {@link PlayRequested}, and what the player wants of it is polled. It is told of no
   * end of what it has played, since ffmpeg and librtmp would go.
   *
   * @param stream name that it is told
   * @return false, and nothing done, when it does not play and does not wait to
   */
  public boolean playAnother(String stream, long nowNs) {
    return !connection.isClosed() && dialogue.playAnother(stream, nowNs);
  }

  /**
   * Refuses {@code play}, such as with {@code NetStream.Play.StreamNotFound}; the connection stays.
   */
  public void rejectPlay(String code, String description, long nowNs) {
    if (dialogue.phase() == Phase.PLAY_PENDING) {
      dialogue.status("error", code, description);
      dialogue.enter(Phase.IDLE, settings.timeouts().requestNs(), nowNs);
    }
  }

  // What the owner tells the client

  /** Ends the publication from this side, with an error that tells why. */
  public void endPublish(String code, String description, long nowNs) {
    if (dialogue.phase() == Phase.PUBLISHING) {
      dialogue.status("error", code, description);
      dialogue.enter(Phase.IDLE, settings.timeouts().republishNs(), nowNs);
      refusePublishing();
    }
  }

  /** Takes back what the request to publish was given on trust. */
  private void refusePublishing() {
    dialogue.publishRefused = true;
    connection.limits(modest);
  }

  /** Tells a player that the publisher is there (again). */
  public void notifyPublished() {
    dialogue.status("status", "NetStream.Play.PublishNotify", "The stream is published now.");
  }

  /** Tells a player that the publisher has gone; the playback goes on waiting. */
  public void notifyUnpublished() {
    dialogue.status(
        "status", "NetStream.Play.UnpublishNotify", "The stream is not published any more.");
  }

  /** Tells a player that nothing comes for a while. */
  public void streamDry() {
    if (dialogue.isConnecting()) {
      connection.sendControl(new UserControl.StreamDry(MESSAGE_STREAM_ID));
    }
  }

  /** Ends the playback: there is nothing more. The connection stays. */
  public void completePlay(long nowNs) {
    if (dialogue.phase() == Phase.PLAYING) {
      connection.send(
          RtmpConnection.COMMAND_CHUNK_STREAM, MESSAGE_STREAM_ID, Statuses.onPlayComplete());
      connection.sendControl(new UserControl.StreamEof(MESSAGE_STREAM_ID));
      dialogue.status("status", "NetStream.Play.Stop", "Stopped playing stream.");
      dialogue.enter(Phase.IDLE, settings.timeouts().republishNs(), nowNs);
    }
  }

  /** Sends any other status of the message stream. */
  public void status(String level, String code, String description) {
    dialogue.status(level, code, description);
  }

  /**
   * Asks the client to connect anew (Enhanced RTMP v2). It goes on here until it has; what it makes
   * of the request, and when, is its affair.
   *
   * @param newTcUrl where to; null for the same place
   * @return false, and nothing was sent, when the client does not understand it
   */
  public boolean requestReconnect(@Nullable String newTcUrl, String description) {
    if (!dialogue.capabilities.has(Capabilities.RECONNECTS) || connection.isClosed()) {
      return false;
    }
    AmfProperties.Builder info =
        Statuses.info("status", "NetConnection.Connect.ReconnectRequest", description);
    if (newTcUrl != null) {
      info.put("tcUrl", newTcUrl);
    }
    dialogue.command(0, Statuses.onStatus(info));
    return true;
  }

  /** Sends a ping; silence after it closes the connection where players are pinged anyhow. */
  public void ping(long nowNs) {
    if (dialogue.phase().ordinal() >= Phase.IDLE.ordinal()) {
      connection.sendPing(nowNs);
    }
  }

  /** Closes after what has been sent so far. */
  public void close(String reason) {
    connection.close(reason, Closed.Cause.ORDERLY);
    dialogue.releaseDeferred();
  }

  /** Closes for what the peer did to its owner: as {@link #close}, but the fault is the peer's. */
  public void closeForFault(String reason) {
    fail(reason);
  }

  /** Drops everything, also what was not polled. To be called when the socket is gone. */
  public void release() {
    connection.release();
    dialogue.releaseDeferred();
  }

  /** Takes what came while the answer was awaited. */
  private void replay(long nowNs) {
    try {
      dialogue.replay(nowNs);
    } catch (MalformedException | UnsupportedException refused) {
      fail(String.valueOf(refused.getMessage()));
    }
  }

  private long playDurationNs() {
    double durationMs = dialogue.playDurationMs;
    return durationMs > 0 && durationMs < MAX_PLAY_MS ? (long) (durationMs * 1_000_000) : 0;
  }

  // Counters

  /** Bytes from the peer, handshake included. */
  public long receivedBytes() {
    return connection.receivedBytes();
  }

  /** What the peer acknowledged last, 32 bits; 0 when nothing yet. */
  public long peerAcknowledgedBytes() {
    return connection.peerAcknowledgedBytes();
  }

  /** Time between the last ping and its answer; −1 when there was none. */
  public long roundTripNs() {
    return connection.roundTripNs();
  }
}
