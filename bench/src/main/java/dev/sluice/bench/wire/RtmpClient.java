package dev.sluice.bench.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an RTMP connection up to playing or publishing, and what a client owes the
 * server afterwards (acknowledgements and answers to pings).
 *
 * <ol>
 *   <li>send {@link #opening()};
 *   <li>feed what arrives; send what {@link Replies} get;
 *   <li>{@link #phase()} says whether media may flow, or why it never will.
 * </ol>
 */
public final class RtmpClient {
  /** How far the connection has come. */
  public enum Phase {
    HANDSHAKE,
    CONNECTING,
    CREATING,
    STARTING,
    RUNNING,
    REFUSED
  }

  /** Receives the bytes that are to be sent, owned by it. */
  @FunctionalInterface
  public interface Replies {
    void send(byte[] bytes);
  }

  private static final int PING = 6;
  private static final int ANSWER_BYTES = 1 + 2 * RtmpWriter.HANDSHAKE_BYTES; // S0 S1 S2

  private final RtmpUrl url;
  private final boolean publishing;
  private final byte[] answer = new byte[ANSWER_BYTES];
  private final ChunkParser chunks = new ChunkParser();
  private Phase phase = Phase.HANDSHAKE;
  private int answered;
  private int messageStreamId;
  private String refusal = "";
  private long received;
  private long acknowledged;
  private long window = Long.MAX_VALUE;

  private RtmpClient(RtmpUrl url, boolean publishing) {
    this.url = url;
    this.publishing = publishing;
  }

  /** A client that plays. */
  public static RtmpClient player(RtmpUrl url) {
    return new RtmpClient(url, false);
  }

  /** A client that publishes. */
  public static RtmpClient publisher(RtmpUrl url) {
    return new RtmpClient(url, true);
  }

  /** What is sent first. */
  public byte[] opening() {
    return RtmpWriter.hello();
  }

  /** How far the connection has come. */
  public Phase phase() {
    return phase;
  }

  /** What the server said when {@link #phase()} is {@link Phase#REFUSED}, else empty. */
  public String refusal() {
    return refusal;
  }

  /**
   * What asks for another publication of the same app on this connection, now that the last one was
   * refused; {@link #phase()} is {@link Phase#STARTING} again.
   *
   * @param stream with its parameters
   */
  public byte[] publishAnother(String stream) {
    if (phase != Phase.REFUSED || messageStreamId == 0) {
      throw new IllegalStateException("phase is " + phase);
    }
    phase = Phase.STARTING;
    refusal = "";
    return RtmpWriter.publish(messageStreamId, stream);
  }

  /** The message stream that was created; 0 before. */
  public int messageStreamId() {
    return messageStreamId;
  }

  /**
   * Takes in bytes from {@code from} to {@code to}; media goes to {@code sink}.
   *
   * @throws MalformedException when they are not RTMP
   */
  public void feed(byte[] data, int from, int to, long nowNs, Replies replies, MediaSink sink) {
    received += to - from;
    int at = from;
    if (phase == Phase.HANDSHAKE) {
      int count = Math.min(answer.length - answered, to - at);
      System.arraycopy(data, at, answer, answered, count);
      answered += count;
      at += count;
      if (answered < answer.length) {
        return;
      }
      greet(replies);
    }
    chunks.feed(
        data,
        at,
        to,
        (type, timestampMs, body, length) ->
            onMessage(type, timestampMs, body, length, nowNs, replies, sink));
    if (received - acknowledged >= window) {
      acknowledged = received;
      replies.send(RtmpWriter.acknowledgement(received));
    }
  }

  private void greet(Replies replies) {
    if (answer[0] != 3) {
      throw new MalformedException("S0 is %d, allowed is 3".formatted(answer[0] & 0xFF));
    }
    byte[] c2 = new byte[RtmpWriter.HANDSHAKE_BYTES]; // C2 echoes S1
    System.arraycopy(answer, 1, c2, 0, c2.length);
    replies.send(RtmpWriter.join(c2, RtmpWriter.connect(url.app(), url.tcUrl())));
    phase = Phase.CONNECTING;
  }

  private void onMessage(
      int type,
      int timestampMs,
      byte[] body,
      int length,
      long nowNs,
      Replies replies,
      MediaSink sink) {
    switch (type) {
      case MediaSink.AUDIO, MediaSink.VIDEO, MediaSink.DATA ->
          sink.onMedia(type, timestampMs, body, length, nowNs);
      case RtmpMessages.COMMAND -> onCommand(AmfReader.readAll(body, 0, length), replies);
      case RtmpMessages.COMMAND_AMF3 ->
          onCommand(AmfReader.readAll(body, Math.min(1, length), length), replies);
      case RtmpMessages.WINDOW_ACKNOWLEDGEMENT_SIZE -> {
        if (length >= 4) {
          window = Math.max(1, Integer.toUnsignedLong(number(body, 0)));
        }
      }
      case RtmpMessages.USER_CONTROL -> {
        if (length >= 6 && body[0] == 0 && body[1] == PING) {
          replies.send(RtmpWriter.pong(number(body, 2)));
        }
      }
      case 3, 6 -> {} // Acknowledgement, Set Peer Bandwidth: nothing to do for a client like this
      default -> throw new MalformedException("unexpected message type " + type);
    }
  }

  private void onCommand(List<@Nullable Object> command, Replies replies) {
    if (command.isEmpty() || !(command.getFirst() instanceof String name)) {
      throw new MalformedException("a command begins without its name");
    }
    switch (name) {
      case "_result" -> onResult(command, replies);
      case "_error" -> refuse(command);
      case "onStatus" -> onStatus(command);
      default -> {} // onBWDone, onFCPublish: nothing to do
    }
  }

  private void onResult(List<@Nullable Object> result, Replies replies) {
    int transaction = result.size() > 1 && result.get(1) instanceof Double n ? n.intValue() : 0;
    if (transaction == RtmpWriter.CONNECT && phase == Phase.CONNECTING) {
      phase = Phase.CREATING;
      if (publishing) {
        replies.send(RtmpWriter.announce(url.stream()));
      }
      replies.send(RtmpWriter.createStream());
    } else if (transaction == RtmpWriter.CREATE_STREAM && phase == Phase.CREATING) {
      if (result.size() < 4 || !(result.get(3) instanceof Double id)) {
        throw new MalformedException("the result of createStream has no number");
      }
      messageStreamId = id.intValue();
      phase = Phase.STARTING;
      replies.send(
          publishing
              ? RtmpWriter.publish(messageStreamId, url.stream())
              : RtmpWriter.play(messageStreamId, url.stream()));
    }
  }

  private void onStatus(List<@Nullable Object> status) {
    String code = text(status, "code");
    if ("error".equals(text(status, "level")) || code.endsWith("NotFound")) {
      refuse(status);
    } else if (phase == Phase.STARTING
        && (code.equals("NetStream.Play.Start") || code.equals("NetStream.Publish.Start"))) {
      phase = Phase.RUNNING;
    }
  }

  private void refuse(List<@Nullable Object> answer) {
    // Servers answer releaseStream and FCPublish with an error and mean nothing by it.
    boolean courtesy = answer.size() > 1 && answer.get(1) instanceof Double n && n > 10;
    if (!courtesy) {
      phase = Phase.REFUSED;
      refusal = (text(answer, "code") + " " + text(answer, "description")).strip();
    }
  }

  private static String text(List<@Nullable Object> command, String key) {
    for (Object value : command) {
      if (value instanceof Map<?, ?> map && map.get(key) instanceof String found) {
        String line = found.replaceAll("\\s+", " ");
        return new String(line.getBytes(US_ASCII), US_ASCII);
      }
    }
    return "";
  }

  private static int number(byte[] body, int at) {
    return (body[at] & 0xFF) << 24
        | (body[at + 1] & 0xFF) << 16
        | (body[at + 2] & 0xFF) << 8
        | body[at + 3] & 0xFF;
  }
}
