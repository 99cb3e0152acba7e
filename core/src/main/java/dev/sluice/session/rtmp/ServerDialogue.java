package dev.sluice.session.rtmp;

import dev.sluice.session.rtmp.ServerOutput.BufferLength;
import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.MediaSelected;
import dev.sluice.session.rtmp.ServerOutput.PauseChanged;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayStopped;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.session.rtmp.ServerOutput.Unpublished;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.MessageType;
import dev.sluice.wire.rtmp.RawMessage;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.RtmpUrl;
import dev.sluice.wire.rtmp.UserControl;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a server makes of the messages of a client: requests for its owner, answers to everything
 * else. {@link RtmpServerSession} holds the way back and the deadlines.
 *
 * <pre>
 * AWAIT_CONNECT   connect      → CONNECT_PENDING   everything else closes
 * CONNECT_PENDING accept       → IDLE              messages wait
 * IDLE            publish      → PUBLISH_PENDING   play → PLAY_PENDING
 * PUBLISH_PENDING accept       → PUBLISHING        reject → IDLE   messages wait
 * PUBLISHING      FCUnpublish, closeStream, deleteStream → IDLE    publish → PUBLISH_PENDING
 * PLAY_PENDING    accept       → PLAYING           reject, closeStream, deleteStream → IDLE
 * PLAYING         closeStream, deleteStream → IDLE                 playAnother → PLAY_PENDING
 * any but the first two, redirect → REDIRECTED     any command closes
 * CONNECT_PENDING acceptBandCheck → BAND_CHECK     see {@link BandCheck}
 * </pre>
 */
final class ServerDialogue {
  /** What begins a publication or playback, or begins it anew, costs as much as so many answers. */
  private static final int BEGINNING = 10;

  enum Phase {
    HANDSHAKE,
    AWAIT_CONNECT,
    CONNECT_PENDING,
    /** Connected, neither publishing nor playing. */
    IDLE,
    PUBLISH_PENDING,
    PUBLISHING,
    PLAY_PENDING,
    PLAYING,
    REDIRECTED,
    /** A bandwidth check, which ends with the connection. */
    BAND_CHECK
  }

  /** Of app, URL and stream name, with the queries that they may carry. */
  private static final int MAX_NAME_CHARS = 4096;

  final RtmpServerSettings settings;
  final RtmpConnection connection;

  private Phase phase = Phase.HANDSHAKE;
  private long phaseSinceNs;
  private long phaseTimeoutNs;
  private @Nullable DeferredMessages deferred;
  private @Nullable BandCheck bandCheck;

  // From connect
  private String tcUrl = "";
  private String app = "";
  double connectTransactionId;
  int objectEncoding;
  Capabilities capabilities = Capabilities.NONE;

  // Of the publication or playback
  String stream = "";
  double playDurationMs;
  boolean fcPublish;
  boolean publishRefused;
  boolean mediaSeen;
  private boolean audioSelected = true;
  private boolean videoSelected = true;
  private boolean paused;
  private int streamsCreated;

  ServerDialogue(RtmpServerSettings settings, RtmpConnection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  // Phases

  Phase phase() {
    return phase;
  }

  /** Goes to another phase, which may last {@code timeoutNs}; 0 for ever. */
  void enter(Phase next, long timeoutNs, long nowNs) {
    phase = next;
    phaseTimeoutNs = timeoutNs;
    phaseSinceNs = nowNs;
  }

  /** As {@link #enter}, with a time that runs since the phase before began. */
  void enterWithin(Phase next, long timeoutNs) {
    phase = next;
    phaseTimeoutNs = timeoutNs;
  }

  boolean phaseEnds() {
    return phaseTimeoutNs > 0;
  }

  long phaseEndNs() {
    return phaseSinceNs + phaseTimeoutNs;
  }

  long phaseTimeoutNs() {
    return phaseTimeoutNs;
  }

  /** Whether the client has said {@code connect}. */
  boolean isConnecting() {
    return phase.compareTo(Phase.CONNECT_PENDING) >= 0;
  }

  /** Whether the owner has to answer before anything else of the client counts. */
  boolean isPending() {
    return phase == Phase.CONNECT_PENDING || phase == Phase.PUBLISH_PENDING;
  }

  /** Begins a bandwidth check. */
  void checkBandwidth(int limitKbps, boolean flash, long nowNs) {
    enter(Phase.BAND_CHECK, 0, nowNs);
    bandCheck = new BandCheck(connection, limitKbps, flash, nowNs);
  }

  /** The bandwidth check that this has become; null for none. */
  @Nullable BandCheck bandCheck() {
    return bandCheck;
  }

  // Messages

  /** Takes a message over. */
  void onMessage(RawMessage raw, long nowNs) {
    ByteBuf body = raw.body();
    boolean kept = false;
    try {
      if (RtmpMessage.isControl(raw.type())) {
        connection.onControl((RtmpMessage.Control) RtmpMessage.read(raw));
      } else if (isPending()) {
        kept = true;
        defer(raw);
      } else {
        kept = onOwnMessage(raw, nowNs);
      }
    } finally {
      if (!kept) {
        body.release();
      }
    }
  }

  /** Takes the messages that waited for an answer, until the next one is needed. */
  void replay(long nowNs) {
    while (deferred != null && !isPending() && !connection.isClosed()) {
      RawMessage raw = deferred.poll();
      if (raw == null) {
        deferred = null;
      } else {
        onMessage(raw, nowNs);
      }
    }
  }

  void releaseDeferred() {
    if (deferred != null) {
      deferred.release();
      deferred = null;
    }
  }

  private void defer(RawMessage raw) {
    if (deferred == null) {
      deferred = new DeferredMessages();
    }
    boolean publisher = phase == Phase.PUBLISH_PENDING;
    deferred.add(
        raw, publisher ? settings.limits().reassemblyBytes() : RtmpServerSession.MODEST_BYTES);
  }

  private void onUserControl(UserControl event, long nowNs) {
    switch (event) {
      case UserControl.PingRequest(int timestampMs) -> connection.onPing(timestampMs);
      case UserControl.PingResponse _ -> connection.onPong(nowNs);
      case UserControl.SetBufferLength(_, int bufferMs) -> {
        connection.countCommand();
        connection.output(new BufferLength(bufferMs));
      }
      default -> {} // nothing that a client could tell a server
    }
  }

  /** True when the body has gone into an output. */
  private boolean onOwnMessage(RawMessage raw, long nowNs) {
    if (bandCheck != null) {
      if (raw.type() == MessageType.COMMAND_AMF0 || raw.type() == MessageType.COMMAND_AMF3) {
        bandCheck.onCommand(RtmpConnection.commandName(raw), nowNs);
      }
      return false;
    }
    if (MessageType.isMedia(raw.type())) {
      return onMedia(raw, nowNs);
    }
    switch (RtmpMessage.read(raw)) {
      case Command command -> onCommand(command, nowNs);
      case UserControl event -> onUserControl(event, nowNs);
      default -> {} // shared objects and the unknown are passed over
    }
    return false;
  }

  private boolean onMedia(RawMessage raw, long nowNs) {
    if (phase == Phase.PUBLISHING) {
      mediaSeen = true;
      return connection.deliver(raw, nowNs);
    }
    if (phase == Phase.AWAIT_CONNECT) {
      throw new MalformedException("media before connect");
    }
    if (publishRefused) {
      throw new MalformedException("media without a publication; publish was refused");
    }
    return false; // the last of a publication that has ended
  }

  // Commands

  private void onCommand(Command command, long nowNs) {
    connection.countCommands(cost(command));
    if (phase == Phase.REDIRECTED) {
      connection.close("redirected", Closed.Cause.ORDERLY);
      return;
    }
    if (phase == Phase.AWAIT_CONNECT) {
      if (!command.name().equals("connect")) {
        throw new MalformedException(
            "command %s before connect".formatted(Text.quoted(command.name())));
      }
      onConnect(command, nowNs);
      return;
    }
    switch (command.name()) {
      case "connect" -> throw new MalformedException("second connect on one connection");
      case "createStream" -> onCreateStream(command);
      case "releaseStream" -> result(command, AmfValue.UNDEFINED);
      case "FCPublish" -> {
        fcPublish = true;
        result(command, AmfValue.UNDEFINED);
      }
      case "FCUnpublish" -> onFcUnpublish(command, nowNs);
      case "publish" -> onPublish(command, nowNs);
      case "play" -> onPlay(command, nowNs);
      case "closeStream", "deleteStream" -> endStream(nowNs);
      case "pause", "pauseRaw" -> onPause(command);
      case "receiveAudio" -> onSelect(command.bool(0, true), videoSelected, command);
      case "receiveVideo" -> onSelect(audioSelected, command.bool(0, true), command);
      case "seek" -> onSeek();
      case "getStreamLength" -> result(command, AmfValue.of(0)); // live
      case "_result", "_error", "onStatus" -> {} // no question of ours has an answer
      default -> {
        // _checkbw, FCSubscribe, set… and what else there is: nobody waits for more than an answer.
        result(command, AmfValue.NULL);
      }
    }
  }

  /** Paused players and those that select tracks are given a new beginning, as those who play. */
  private static int cost(Command command) {
    return switch (command.name()) {
      case "publish", "play", "pause", "pauseRaw", "receiveAudio", "receiveVideo" -> BEGINNING;
      default -> 1;
    };
  }

  private void onConnect(Command command, long nowNs) {
    AmfProperties properties = command.objectProperties();
    app = name("app", orEmpty(properties.string("app")));
    tcUrl = name("tcUrl", orEmpty(properties.string("tcUrl")));
    connectTransactionId = command.transactionId();
    objectEncoding = (int) properties.number("objectEncoding", 0);
    capabilities = Capabilities.of(properties);
    enter(Phase.CONNECT_PENDING, 0, nowNs);
    connection.output(
        new ConnectRequested(
            app,
            tcUrl,
            orEmpty(properties.string("flashVer")),
            orEmpty(properties.string("pageUrl")),
            orEmpty(properties.string("swfUrl")),
            objectEncoding,
            capabilities,
            properties,
            command.arguments()));
  }

  private void onCreateStream(Command command) {
    if (++streamsCreated > settings.createStreams()) {
      throw new MalformedException(
          "createStream more than %d times".formatted(settings.createStreams()));
    }
    result(command, AmfValue.of(RtmpServerSession.MESSAGE_STREAM_ID));
  }

  private void onPublish(Command command, long nowNs) {
    if (phase == Phase.PLAYING || phase == Phase.PLAY_PENDING) {
      status("error", "NetStream.Publish.BadConnection", "This connection plays already.");
      return;
    }
    endStream(nowNs);
    if (command.argument(0) instanceof AmfValue.Bool) {
      return; // publish(false) only ends the publication
    }
    String name = name("stream name", command.string(0, ""));
    publishRefused = false;
    connection.limits(settings.limits());
    enter(Phase.PUBLISH_PENDING, 0, nowNs);
    connection.output(new PublishRequested(name, url(name), command.string(1, "live")));
  }

  private void onPlay(Command command, long nowNs) {
    if (phase != Phase.IDLE) {
      status("error", "NetStream.Play.Failed", "This connection is in use already.");
      return;
    }
    stream = name("stream name", command.string(0, ""));
    paused = false;
    playDurationMs = command.number(2, -1);
    boolean reset = !(command.argument(3) instanceof AmfValue.Num(double flag) && flag == 0);
    enter(Phase.PLAY_PENDING, 0, nowNs);
    connection.output(
        new PlayRequested(
            stream, url(stream), command.number(1, -2), playDurationMs, command.bool(3, reset)));
    if (!audioSelected || !videoSelected) {
      connection.output(new MediaSelected(audioSelected, videoSelected)); // said before play
    }
  }

  /** The owner lets something else be played; false when nothing is. */
  boolean playAnother(String name, long nowNs) {
    if (phase != Phase.PLAYING && phase != Phase.PLAY_PENDING) {
      return false;
    }
    stream = name;
    enter(Phase.PLAY_PENDING, 0, nowNs);
    if (!audioSelected || !videoSelected) {
      connection.output(new MediaSelected(audioSelected, videoSelected));
    }
    if (paused) {
      connection.output(new PauseChanged(true));
    }
    return true;
  }

  private void onFcUnpublish(Command command, long nowNs) {
    if (phase == Phase.PUBLISHING) {
      command(RtmpServerSession.MESSAGE_STREAM_ID, Statuses.onFcUnpublish());
      result(command, AmfValue.UNDEFINED);
      status("status", "NetStream.Unpublish.Success", "Stream is now unpublished.");
      endStream(nowNs);
    } else {
      result(command, AmfValue.UNDEFINED);
    }
  }

  /** Ends what goes on, where something does. */
  private void endStream(long nowNs) {
    switch (phase) {
      case PUBLISHING -> connection.output(new Unpublished());
      case PLAY_PENDING, PLAYING -> connection.output(new PlayStopped());
      default -> {
        return;
      }
    }
    fcPublish = false;
    audioSelected = true;
    videoSelected = true;
    streamsCreated = 0;
    enter(Phase.IDLE, settings.timeouts().republishNs(), nowNs);
  }

  private void onPause(Command command) {
    if (phase != Phase.PLAYING && phase != Phase.PLAY_PENDING) {
      return;
    }
    boolean pause = command.bool(0, true);
    if (pause != paused) {
      paused = pause;
      connection.output(new PauseChanged(pause));
    }
    if (pause) {
      status("status", "NetStream.Pause.Notify", "Paused stream.");
      connection.sendControl(new UserControl.StreamEof(RtmpServerSession.MESSAGE_STREAM_ID));
    } else {
      status("status", "NetStream.Unpause.Notify", "Unpaused stream.");
      connection.sendControl(new UserControl.StreamBegin(RtmpServerSession.MESSAGE_STREAM_ID));
    }
  }

  private void onSelect(boolean audio, boolean video, Command command) {
    if (audio != audioSelected || video != videoSelected) {
      audioSelected = audio;
      videoSelected = video;
      if (phase == Phase.PLAYING || phase == Phase.PLAY_PENDING) {
        connection.output(new MediaSelected(audio, video));
      }
    }
    result(command, AmfValue.NULL);
  }

  /** ffmpeg skips what comes until it is told that the seek was done: live goes on as it was. */
  private void onSeek() {
    if (phase == Phase.PLAYING) {
      status("status", "NetStream.Seek.Notify", "This is live: it goes on where it is.");
    }
  }

  // Sending

  /** Sends a command; nothing while there is nobody to hear it. */
  void command(int messageStreamId, Command command) {
    if (!isConnecting()) {
      return;
    }
    connection.send(RtmpConnection.COMMAND_CHUNK_STREAM, messageStreamId, command);
  }

  void status(String level, String code, String description) {
    command(RtmpServerSession.MESSAGE_STREAM_ID, Statuses.onStatus(level, code, description));
  }

  /** Answers, unless the client numbered its question 0: then it does not want to know. */
  private void result(Command question, AmfValue value) {
    if (question.transactionId() != 0) {
      command(0, Command.of("_result", question.transactionId(), value));
    }
  }

  // Values

  /** Refuses a text that would be kept for long and is longer than any real one. */
  private static String name(String what, String text) {
    if (text.length() > MAX_NAME_CHARS) {
      throw new MalformedException(
          "%s of %d characters, allowed are %d".formatted(what, text.length(), MAX_NAME_CHARS));
    }
    return text;
  }

  private RtmpUrl url(String name) {
    return RtmpUrl.parse(tcUrl, app, name);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
