package dev.sluice.session.rtmp;

import dev.sluice.session.rtmp.ClientOutput.Ready;
import dev.sluice.session.rtmp.ClientOutput.Redirected;
import dev.sluice.session.rtmp.ClientOutput.StatusReceived;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.MessageType;
import dev.sluice.wire.rtmp.RawMessage;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.SharedMemory;
import dev.sluice.wire.rtmp.UserControl;
import dev.sluice.wire.rtmp.WindowAcknowledgementSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one RTMP connection: publishes or plays one stream.
 *
 * <ol>
 *   <li>Open a socket to the target's host and port and make a session; it wants to send at once.
 *   <li>Feed it with {@link #receive} and, at {@link #nextDeadlineNs}, with {@link #tick}; after
 *       each call of any method poll until null.
 *   <li>After {@link Ready}: to publish, call {@link #sendMedia}; when playing, media comes as
 *       {@link MediaReceived}.
 *   <li>{@link #close} says goodbye; when the socket is gone, {@link #release}.
 * </ol>
 *
 * <p>A redirect (302) or a reconnect request of the server ends the session with {@link
 * Redirected}.
 */
public final class RtmpClientSession {
  private static final int DATA_CHUNK_STREAM = 4;
  private static final int VIDEO_CHUNK_STREAM = 6;
  private static final int AUDIO_CHUNK_STREAM = 7;

  private static final int CONNECT_TRANSACTION = 1;
  private static final int CREATE_STREAM_TRANSACTION = 4;
  private static final int REDIRECT_CODE = 302;

  private static final long REST_NS = 3_600_000_000_000L;

  private enum Phase {
    HANDSHAKE,
    CONNECTING,
    CREATING,
    STARTING,
    READY
  }

  private final RtmpClientSettings settings;
  private final RtmpTarget target;
  private final RtmpConnection connection;
  private @Nullable ClientHandshake handshake;

  private Phase phase = Phase.HANDSHAKE;
  private long phaseEndNs;
  private long restUntilNs;
  private int messageStreamId;
  private Capabilities serverCapabilities = Capabilities.NONE;
  private boolean bandwidthChecked;
  private boolean reading = true;

  public RtmpClientSession(
      RtmpClientSettings settings,
      RtmpTarget target,
      RandomGenerator random,
      ByteBufAllocator allocator,
      RtmpTrace trace,
      long nowNs) {
    this.settings = settings;
    this.target = target;
    this.connection =
        new RtmpConnection(
            settings.limits(),
            SharedMemory.UNLIMITED,
            settings.windowBytes(),
            settings.messagesPerSecond(),
            settings.commandsPerSecond(),
            allocator,
            trace,
            nowNs);
    this.phaseEndNs = nowNs + settings.handshakeNs();
    this.restUntilNs = nowNs + REST_NS;
    ClientHandshake first = new ClientHandshake(random);
    first.begin(connection, nowNs);
    this.handshake = first;
  }

  public RtmpClientSession(
      RtmpClientSettings settings,
      RtmpTarget target,
      RandomGenerator random,
      ByteBufAllocator allocator,
      long nowNs) {
    this(settings, target, random, allocator, RtmpTrace.NONE, nowNs);
  }

  // What goes in and out

  /** Takes bytes from the server, all of them. */
  public void receive(ByteBuf bytes, long nowNs) {
    if (connection.isClosed()) {
      bytes.skipBytes(bytes.readableBytes());
      return;
    }
    restUntilNs = nowNs + REST_NS;
    connection.received(bytes.readableBytes(), nowNs);
    try {
      if (handshake != null) {
        if (!handshake.receive(bytes, connection)) {
          return;
        }
        handshake = null;
        sendConnect(nowNs);
      }
      for (RawMessage raw;
          !connection.isClosed() && (raw = connection.read(bytes, nowNs)) != null; ) {
        onMessage(raw, nowNs);
      }
      connection.acknowledge();
    } catch (MalformedException | UnsupportedException refused) {
      connection.close(String.valueOf(refused.getMessage()), Closed.Cause.FAULT);
    }
    bytes.skipBytes(bytes.readableBytes());
  }

  /** The next thing to do, null when there is none. */
  public @Nullable ClientOutput poll() {
    return (ClientOutput) connection.poll();
  }

  /**
   * Whether the owner reads the connection. While it does not, the server's silence means nothing.
   */
  public void reading(boolean on, long nowNs) {
    if (on && !reading) {
      connection.excuseSilence(nowNs);
    }
    reading = on;
  }

  /** When {@link #tick} is to be called, at the latest. */
  public long nextDeadlineNs() {
    if (connection.isClosed()) {
      return restUntilNs;
    }
    if (phase != Phase.READY) {
      return phaseEndNs;
    }
    return silenceCounts() ? connection.lastReceivedNs() + settings.silenceNs() : restUntilNs;
  }

  /** Does what is due. */
  public void tick(long nowNs) {
    restUntilNs = nowNs + REST_NS;
    if (phase != Phase.READY) {
      if (phaseEndNs - nowNs <= 0) {
        connection.close(
            "no answer from the server (%s)".formatted(waitingFor()), Closed.Cause.SILENCE);
      }
    } else if (silenceCounts() && connection.lastReceivedNs() + settings.silenceNs() - nowNs <= 0) {
      connection.close(
          "server was silent for %d s".formatted(settings.silenceNs() / 1_000_000_000),
          Closed.Cause.SILENCE);
    }
  }

  /**
   * Sends a message of media. Before {@link Ready} and after {@link Closed} it is dropped.
   *
   * @param type 8 audio, 9 video, 18 data
   * @param timestampMs 32 bits without sign
   * @param body FLV tag body, or a handler's name (usually {@code @setDataFrame} before it) and its
   *     arguments; borrowed
   * @return whether it was sent
   */
  public boolean sendMedia(int type, int timestampMs, ByteBuf body) {
    if (phase != Phase.READY || target.purpose() != Purpose.PUBLISH || connection.isClosed()) {
      return false;
    }
    int chunkStreamId =
        switch (type) {
          case MessageType.AUDIO -> AUDIO_CHUNK_STREAM;
          case MessageType.VIDEO -> VIDEO_CHUNK_STREAM;
          case MessageType.DATA_AMF0 -> DATA_CHUNK_STREAM;
          default -> throw new IllegalArgumentException("type " + type + " is no media");
        };
    connection.sendBody(chunkStreamId, messageStreamId, timestampMs, type, body);
    return true;
  }

  /** Ends the publication or playback in good order and closes. */
  public void close(String reason) {
    if (!connection.isClosed() && messageStreamId != 0) {
      AmfValue stream = AmfValue.of(target.stream());
      if (target.purpose() == Purpose.PUBLISH) {
        command(0, Command.of("FCUnpublish", 6, stream));
      }
      command(0, Command.of("deleteStream", 7, AmfValue.of(messageStreamId)));
    }
    connection.close(reason, Closed.Cause.ORDERLY);
  }

  /** Drops everything, also what was not polled. To be called when the socket is gone. */
  public void release() {
    connection.release();
  }

  /** What the server says that it can do beyond RTMP 1.0; nothing before {@link Ready}. */
  public Capabilities serverCapabilities() {
    return serverCapabilities;
  }

  /** Bytes from the server, handshake included. */
  public long receivedBytes() {
    return connection.receivedBytes();
  }

  /** What the server acknowledged last, 32 bits; 0 when nothing yet. */
  public long peerAcknowledgedBytes() {
    return connection.peerAcknowledgedBytes();
  }

  // The way to Ready

  private void sendConnect(long nowNs) {
    AmfProperties.Builder object =
        AmfProperties.builder()
            .put("app", target.app())
            .put(
                "flashVer",
                target.purpose() == Purpose.PUBLISH
                    ? settings.publishVersion()
                    : settings.playVersion())
            .put("tcUrl", target.tcUrl());
    if (target.purpose() == Purpose.PUBLISH) {
      object.put("type", "nonprivate");
    } else {
      object
          .put("fpad", false)
          .put("capabilities", 239)
          .put("audioCodecs", 3575)
          .put("videoCodecs", 252)
          .put("videoFunction", 1);
    }
    object.put("objectEncoding", 0);
    settings.capabilities().addTo(object);
    target.properties().asMap().forEach(object::put);
    command(0, new Command("connect", CONNECT_TRANSACTION, object.object(), target.arguments()));
    enter(Phase.CONNECTING, nowNs);
  }

  private void onConnected(long nowNs) {
    connection.sendControl(new WindowAcknowledgementSize(settings.windowBytes()));
    AmfValue stream = AmfValue.of(target.stream());
    if (target.purpose() == Purpose.PUBLISH) {
      connection.sendChunkSize(settings.chunkSize());
      // Their answers are not waited for: not every server gives them.
      command(0, Command.of("releaseStream", 2, stream));
      command(0, Command.of("FCPublish", 3, stream));
    }
    command(0, Command.of("createStream", CREATE_STREAM_TRANSACTION));
    enter(Phase.CREATING, nowNs);
  }

  private void onStreamCreated(int id, long nowNs) {
    messageStreamId = id;
    AmfValue stream = AmfValue.of(target.stream());
    if (target.purpose() == Purpose.PUBLISH) {
      command(id, Command.of("publish", 5, stream, AmfValue.of("live")));
    } else {
      command(id, Command.of("play", 5, stream, AmfValue.of(-2)));
      connection.sendControl(new UserControl.SetBufferLength(id, settings.bufferMs()));
    }
    enter(Phase.STARTING, nowNs);
  }

  private void onStarted(Purpose purpose) {
    if (phase == Phase.STARTING && target.purpose() == purpose) {
      phase = Phase.READY;
      connection.output(new Ready(messageStreamId));
    }
  }

  private void enter(Phase next, long nowNs) {
    phase = next;
    phaseEndNs = nowNs + settings.answerNs();
  }

  private String waitingFor() {
    return switch (phase) {
      case HANDSHAKE -> "handshake";
      case CONNECTING -> "connect";
      case CREATING -> "createStream";
      case STARTING, READY -> target.purpose() == Purpose.PUBLISH ? "publish" : "play";
    };
  }

  private boolean silenceCounts() {
    return target.purpose() == Purpose.PLAY && reading && settings.silenceNs() > 0;
  }

  // Messages

  private void onMessage(RawMessage raw, long nowNs) {
    boolean kept = false;
    try {
      if (MessageType.isMedia(raw.type())) {
        kept = onMedia(raw, nowNs);
      } else {
        switch (RtmpMessage.read(raw)) {
          case RtmpMessage.Control control -> connection.onControl(control);
          case UserControl.PingRequest(int timestampMs) -> connection.onPing(timestampMs);
          case Command command -> onCommand(command, nowNs);
          default -> {} // stream begin and end, which statuses tell too; shared objects
        }
      }
    } finally {
      if (!kept) {
        raw.body().release();
      }
    }
  }

  private boolean onMedia(RawMessage raw, long nowNs) {
    boolean playing = target.purpose() == Purpose.PLAY && phase.compareTo(Phase.STARTING) >= 0;
    if (!playing) {
      return false;
    }
    // Some servers begin to send without a word.
    onStarted(Purpose.PLAY);
    if (raw.type() == MessageType.DATA_AMF0 || raw.type() == MessageType.DATA_AMF3) {
      switch (RtmpConnection.dataName(raw)) {
        case "|RtmpSampleAccess" -> {
          return false;
        }
        case "onPlayStatus" -> {
          onPlayStatus(raw);
          return false;
        }
        default -> {}
      }
    }
    return connection.deliver(raw, nowNs);
  }

  private void onPlayStatus(RawMessage raw) {
    for (AmfValue value : Amf0.readAll(raw.body().duplicate())) {
      if (value instanceof AmfValue.Named named) {
        onStatus(named.properties());
      }
    }
  }

  private void onCommand(Command command, long nowNs) {
    switch (command.name()) {
      case "_result" -> onResult(command, nowNs);
      case "_error" -> onError(command);
      case "onStatus" -> onStatus(command.properties(0));
      case "onBWDone" -> {
        if (!bandwidthChecked) {
          bandwidthChecked = true;
          command(0, Command.of("_checkbw", 8));
        }
      }
      case "close" -> connection.close("closed by the server", Closed.Cause.ORDERLY);
      default -> {
        connection.countCommand();
        if (command.transactionId() > 0) {
          command(0, Command.of("_result", command.transactionId(), AmfValue.NULL));
        }
      }
    }
  }

  private void onResult(Command command, long nowNs) {
    if (phase == Phase.CONNECTING && command.transactionId() == CONNECT_TRANSACTION) {
      serverCapabilities = Capabilities.of(command.objectProperties());
      onConnected(nowNs);
    } else if (phase == Phase.CREATING && command.transactionId() == CREATE_STREAM_TRANSACTION) {
      onStreamCreated((int) command.number(0, 1), nowNs);
    }
  }

  private void onError(Command command) {
    AmfProperties info = command.properties(0);
    if (redirected(info)) {
      return;
    }
    boolean connect = command.transactionId() == CONNECT_TRANSACTION;
    if (connect || command.transactionId() == CREATE_STREAM_TRANSACTION) {
      refused(info);
    } // releaseStream and FCPublish may fail
  }

  private void onStatus(AmfProperties info) {
    String code = orEmpty(info.string("code"));
    switch (code) {
      case "NetStream.Publish.Start" -> onStarted(Purpose.PUBLISH);
      case "NetStream.Play.Start" -> onStarted(Purpose.PLAY);
      case "NetConnection.Connect.ReconnectRequest" ->
          follow(target.redirectedToApp(orEmpty(info.string("tcUrl"))), info);
      case "NetConnection.Connect.Closed", "NetConnection.Connect.AppShutdown" -> refused(info);
      default -> {
        if (redirected(info)) {
          return;
        }
        if ("error".equals(info.string("level"))) {
          refused(info);
        } else {
          connection.output(
              new StatusReceived(
                  orEmpty(info.string("level")), code, orEmpty(info.string("description"))));
        }
      }
    }
  }

  private boolean redirected(AmfProperties info) {
    AmfProperties extra = info.object("ex");
    if (extra == null || extra.number("code", 0) != REDIRECT_CODE) {
      return false;
    }
    String url = extra.string("redirect2");
    String tcUrl = extra.string("redirect");
    if (url != null) {
      follow(target.redirectedTo(url), info);
    } else if (tcUrl != null) {
      follow(target.redirectedToApp(tcUrl), info);
    } else {
      refused(info);
    }
    return true;
  }

  private void follow(RtmpTarget next, AmfProperties info) {
    String description = Text.plain(orEmpty(info.string("description")));
    if (next.redirects() > settings.redirects()) {
      connection.close(
          "redirected more than %d times".formatted(settings.redirects()), Closed.Cause.FAULT);
      return;
    }
    connection.output(new Redirected(next, description));
    close("redirected to " + next.host() + ":" + next.port());
  }

  private void refused(AmfProperties info) {
    connection.close(
        "server refused: %s %s"
            .formatted(
                Text.plain(orEmpty(info.string("code"))),
                Text.plain(orEmpty(info.string("description")))),
        Closed.Cause.ORDERLY);
  }

  private void command(int stream, Command command) {
    connection.send(RtmpConnection.COMMAND_CHUNK_STREAM, stream, command);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
