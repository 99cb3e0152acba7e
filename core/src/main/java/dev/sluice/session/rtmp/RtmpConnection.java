package dev.sluice.session.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.rtmp.Abort;
import dev.sluice.wire.rtmp.Acknowledgement;
import dev.sluice.wire.rtmp.Aggregate;
import dev.sluice.wire.rtmp.ChunkLimits;
import dev.sluice.wire.rtmp.ChunkReader;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.MessageType;
import dev.sluice.wire.rtmp.RawMessage;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.SetChunkSize;
import dev.sluice.wire.rtmp.SetPeerBandwidth;
import dev.sluice.wire.rtmp.SharedMemory;
import dev.sluice.wire.rtmp.UserControl;
import dev.sluice.wire.rtmp.WindowAcknowledgementSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of an RTMP connection do alike: chunks, acknowledgements, pings, and the row of
 * outputs. Nothing that is sent depends on an earlier chunk.
 */
final class RtmpConnection {
  /** Of protocol control and user control messages. */
  static final int CONTROL_CHUNK_STREAM = 2;

  /** Of commands. */
  static final int COMMAND_CHUNK_STREAM = 3;

  private static final int STRING_MARKER = 2;

  /** More than any name that is looked for. */
  private static final int MAX_NAME_BYTES = 64;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final int QUEUE_CAPACITY = 2;

  private final ByteBufAllocator allocator;
  private final RtmpTrace trace;
  private final ChunkReader reader;
  private final int messagesPerSecond;
  private final int commandsPerSecond;

  private ArrayDeque<RtmpOutput> outputs = new ArrayDeque<>(QUEUE_CAPACITY);

  /** Bytes that become the next {@link Send}. */
  private @Nullable ByteBuf unsent;

  private long sentBytes;
  private int outChunkSize = ChunkWriter.INITIAL_CHUNK_SIZE;
  private boolean closed;

  private long receivedBytes;
  private long acknowledgedBytes;

  /** Acknowledgement window that the peer asked for. */
  private long windowBytes;

  private long peerAcknowledgedBytes;
  private long lastReceivedNs;

  private boolean pinged;
  private long pingSentNs;
  private long roundTripNs = -1;

  private long rateSinceNs;
  private int messages;
  private int commands;

  RtmpConnection(
      ChunkLimits limits,
      SharedMemory shared,
      int windowBytes,
      int messagesPerSecond,
      int commandsPerSecond,
      ByteBufAllocator allocator,
      RtmpTrace trace,
      long nowNs) {
    this.allocator = allocator;
    this.trace = trace;
    this.reader = new ChunkReader(limits, shared, allocator);
    this.windowBytes = windowBytes;
    this.messagesPerSecond = messagesPerSecond;
    this.commandsPerSecond = commandsPerSecond;
    this.lastReceivedNs = nowNs;
    this.rateSinceNs = nowNs;
  }

  // Outputs

  @Nullable RtmpOutput poll() {
    RtmpOutput next = outputs.poll();
    if (next != null) {
      return next;
    }
    ByteBuf bytes = unsent;
    unsent = null;
    return bytes == null ? null : new Send(bytes);
  }

  void output(RtmpOutput output) {
    endSend();
    outputs.add(output);
  }

  /** Closes the connection: nothing is read or sent any more. */
  void close(String reason, Closed.Cause cause) {
    if (!closed) {
      output(new Closed(Text.plain(reason), cause));
      closed = true;
      reader.release();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Drops what nobody will poll. */
  void release() {
    closed = true;
    endSend();
    for (RtmpOutput output : outputs) {
      switch (output) {
        case Send(ByteBuf bytes) -> bytes.release();
        case MediaReceived(_, _, ByteBuf body) -> body.release();
        default -> {}
      }
    }
    outputs.clear();
    reader.release();
  }

  /** Gives up what an idle connection does not need. */
  void trim() {
    reader.trim();
    if (outputs.isEmpty()) {
      outputs = new ArrayDeque<>(QUEUE_CAPACITY);
    }
  }

  private void endSend() {
    if (unsent != null) {
      outputs.add(new Send(unsent));
      unsent = null;
    }
  }

  // Receiving

  /** To be called with every piece of input before it is read. */
  void received(int bytes, long nowNs) {
    receivedBytes += bytes;
    lastReceivedNs = nowNs;
    pinged = false;
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  /** The next message of {@code in}, null when there is none; the body is owned by the caller. */
  @Nullable RawMessage read(ByteBuf in, long nowNs) {
    RawMessage raw = reader.read(in);
    if (raw != null) {
      try {
        count(nowNs);
        if (trace.isOn()) {
          trace.received(raw.messageStreamId(), raw.timestampMs(), RtmpMessage.read(raw));
        }
      } catch (RuntimeException broken) {
        raw.body().release();
        throw broken;
      }
    }
    return raw;
  }

  void limits(ChunkLimits limits) {
    reader.limits(limits);
  }

  /** Counts a message against the rate, also one that came in an aggregate. */
  void count(long nowNs) {
    if (nowNs - rateSinceNs >= SECOND_NS) {
      rateSinceNs = nowNs;
      messages = 0;
      commands = 0;
    }
    if (++messages > messagesPerSecond && messagesPerSecond > 0) {
      throw new MalformedException(
          "more than %d messages in one second".formatted(messagesPerSecond));
    }
  }

  /** Counts a message that is going to be answered. */
  void countCommand() {
    countCommands(1);
  }

  /** Counts a message that costs as much as {@code cost} answers. */
  void countCommands(int cost) {
    commands += cost;
    if (commands > commandsPerSecond && commandsPerSecond > 0) {
      throw new MalformedException(
          "more than %d commands in one second".formatted(commandsPerSecond));
    }
  }

  /** What both ends do about the messages that concern the connection itself. */
  void onControl(RtmpMessage.Control message) {
    switch (message) {
      case WindowAcknowledgementSize(int bytes) -> windowBytes = Integer.toUnsignedLong(bytes);
      case Acknowledgement(int sequenceNumber) ->
          peerAcknowledgedBytes = Integer.toUnsignedLong(sequenceNumber);
      case SetChunkSize _, Abort _ -> {} // done by the reader
      case SetPeerBandwidth _ -> {} // the socket limits what is sent
    }
  }

  // Media

  /**
   * Puts media into outputs. True when the body has gone into one, else it stays the caller's. A
   * data message that does not begin with a name is dropped: ffmpeg sends time codes of four bytes.
   */
  boolean deliver(RawMessage raw, long nowNs) {
    return switch (raw.type()) {
      case MessageType.AGGREGATE -> {
        deliverParts(raw, nowNs);
        yield false;
      }
      case MessageType.AUDIO, MessageType.VIDEO -> {
        output(new MediaReceived(raw.type(), raw.timestampMs(), raw.body()));
        yield true;
      }
      case MessageType.DATA_AMF0, MessageType.DATA_AMF3 -> {
        boolean named = !dataName(raw).isEmpty();
        if (named) {
          output(new MediaReceived(MessageType.DATA_AMF0, raw.timestampMs(), raw.body()));
        }
        yield named;
      }
      default -> false;
    };
  }

  private void deliverParts(RawMessage aggregate, long nowNs) {
    var parts = new Aggregate.Splitter(aggregate);
    for (RawMessage slice; (slice = parts.next()) != null; ) {
      RawMessage part = copied(slice);
      boolean kept = false;
      try {
        count(nowNs);
        kept = deliver(part, nowNs);
      } finally {
        if (!kept) {
          part.body().release();
        }
      }
    }
  }

  /** A message of its own: a slice that somebody keeps would keep all of the aggregate. */
  private RawMessage copied(RawMessage slice) {
    ByteBuf body = slice.body();
    try {
      return new RawMessage(
          slice.chunkStreamId(),
          slice.messageStreamId(),
          slice.type(),
          slice.timestampMs(),
          allocator.directBuffer(body.readableBytes()).writeBytes(body));
    } finally {
      body.release();
    }
  }

  /**
   * The name of a command, empty where it has none. Reads nothing else of it, and skips the marker
   * of AMF3 messages.
   */
  static String commandName(RawMessage raw) {
    return name(raw, MessageType.COMMAND_AMF3);
  }

  /**
   * The name that a data message begins with, empty where it begins with none. Skips the marker of
   * AMF3 messages.
   */
  static String dataName(RawMessage raw) {
    return name(raw, MessageType.DATA_AMF3);
  }

  private static String name(RawMessage raw, int amf3) {
    ByteBuf body = raw.body();
    if (raw.type() == amf3) {
      RtmpMessage.withoutAmf3Marker(body);
    }
    int start = body.readerIndex();
    if (body.readableBytes() < 3 || body.getByte(start) != STRING_MARKER) {
      return "";
    }
    int length = body.getUnsignedShort(start + 1);
    return length > body.readableBytes() - 3
        ? ""
        : body.toString(start + 3, Math.min(length, MAX_NAME_BYTES), StandardCharsets.UTF_8);
  }

  void onPing(int timestampMs) {
    countCommand();
    sendControl(new UserControl.PingResponse(timestampMs));
  }

  void onPong(long nowNs) {
    if (pingSentNs != 0) {
      roundTripNs = nowNs - pingSentNs;
    }
  }

  /**
   * Sends an acknowledgement when half a window has come since the last one. To be called after the
   * messages of a piece of input.
   */
  void acknowledge() {
    if (!closed && windowBytes > 0 && receivedBytes - acknowledgedBytes >= windowBytes / 2) {
      acknowledgedBytes = receivedBytes;
      sendControl(new Acknowledgement((int) receivedBytes));
    }
  }

  // Sending

  void sendControl(RtmpMessage message) {
    send(CONTROL_CHUNK_STREAM, 0, message);
  }

  /** Sends Set Chunk Size and uses that size from then on. */
  void sendChunkSize(int chunkSize) {
    sendControl(new SetChunkSize(chunkSize));
    outChunkSize = chunkSize;
  }

  /** Sends a command or data message of message stream {@code messageStreamId}. */
  void send(int chunkStreamId, int messageStreamId, RtmpMessage message) {
    if (closed) {
      return;
    }
    ByteBuf body = allocator.buffer();
    try {
      message.write(body);
      sendBody(chunkStreamId, messageStreamId, 0, message.type(), body);
    } finally {
      body.release();
    }
    trace.sent(messageStreamId, 0, message);
  }

  /** Sends a body, which is borrowed. */
  void sendBody(int chunkStreamId, int messageStreamId, int timestampMs, int type, ByteBuf body) {
    int size = ChunkWriter.size(timestampMs, body.readableBytes(), outChunkSize);
    ChunkWriter.write(
        unsent(size), chunkStreamId, timestampMs, type, messageStreamId, outChunkSize, body);
  }

  /** Sends a part of the handshake. */
  void sendHandshake(String part, byte[] bytes) {
    unsent(bytes.length).writeBytes(bytes);
    trace.handshakeSent(part);
  }

  void handshakeReceived(String part) {
    trace.handshakeReceived(part);
  }

  private ByteBuf unsent(int bytes) {
    sentBytes += bytes;
    ByteBuf buffer = unsent;
    if (buffer == null) {
      buffer = allocator.directBuffer(bytes);
      unsent = buffer;
    }
    return buffer;
  }

  // Time

  long lastReceivedNs() {
    return lastReceivedNs;
  }

  /** As if something had just come, for the time in which nothing was read. */
  void excuseSilence(long nowNs) {
    lastReceivedNs = nowNs;
    pinged = false;
  }

  void sendPing(long nowNs) {
    pinged = true;
    pingSentNs = nowNs;
    sendControl(new UserControl.PingRequest((int) (nowNs / 1_000_000)));
  }

  /**
   * When {@link #keepAlive} has something to do: send a ping after a silence of {@code pingNs},
   * give up after a further silence of {@code answerNs}.
   */
  long keepAliveNs(long pingNs, long answerNs) {
    return pinged ? pingSentNs + answerNs : lastReceivedNs + pingNs;
  }

  void keepAlive(long pingNs, long answerNs, long nowNs) {
    if (keepAliveNs(pingNs, answerNs) - nowNs > 0) {
      return;
    }
    if (pinged) {
      close(
          "no sign of life for %d s".formatted((nowNs - lastReceivedNs) / SECOND_NS),
          Closed.Cause.SILENCE);
    } else {
      sendPing(nowNs);
    }
  }

  // Counters

  long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes to the peer, handshake included. */
  long sentBytes() {
    return sentBytes;
  }

  long peerAcknowledgedBytes() {
    return peerAcknowledgedBytes;
  }

  long roundTripNs() {
    return roundTripNs;
  }
}
