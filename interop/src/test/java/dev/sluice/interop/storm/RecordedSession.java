package dev.sluice.interop.storm;

import dev.sluice.session.rtmp.Capabilities;
import dev.sluice.session.rtmp.ClientOutput;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpClientSession;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpServerSession;
import dev.sluice.session.rtmp.RtmpServerSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.session.rtmp.Send;
import dev.sluice.session.rtmp.ServerOutput;
import dev.sluice.wire.amf.AmfProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What our own client says to our own server in an undisturbed session, turn by turn: the
 * handshake, {@code connect}, what prepares the request, the request, and for a publisher its
 * media.
 */
final class RecordedSession {
  /** What a turn of the client is about. */
  enum Phase {
    HANDSHAKE,
    CONNECT,
    CREATE,
    REQUEST,
    MEDIA
  }

  /** What the client sends before it waits for the server. */
  static final class Turn {
    private final Phase phase;
    private final byte[] bytes;

    private Turn(Phase phase, byte[] bytes) {
      this.phase = phase;
      this.bytes = bytes;
    }

    Phase phase() {
      return phase;
    }

    /** Not to be changed. */
    byte[] bytes() {
      return bytes;
    }
  }

  private static final int FRAMES = 50;
  private static final int FRAME_MS = 40;
  private static final int KEY_EACH = 10;
  private static final int FRAME_BYTES = 700;

  private final RtmpClientSession client;
  private final RtmpServerSession server;
  private final List<Turn> turns = new ArrayList<>();
  private boolean ready;

  private RecordedSession(RtmpTarget target) {
    client =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT,
            target,
            new SplittableRandom(1),
            UnpooledByteBufAllocator.DEFAULT,
            0);
    server =
        new RtmpServerSession(
            RtmpServerSettings.DEFAULT,
            new SplittableRandom(2),
            UnpooledByteBufAllocator.DEFAULT,
            0);
  }

  /** Publishes {@code stream}, which may have a query. */
  static List<Turn> publisher(String stream) {
    var session = new RecordedSession(target(stream, RtmpTarget.Purpose.PUBLISH));
    session.converse();
    session.send(RtmpBytes.VIDEO, 0, RtmpBytes.pictureHeader());
    var random = new SplittableRandom(3);
    for (int i = 0; i < FRAMES; i++) {
      byte[] picture = RtmpBytes.picture(i % KEY_EACH == 0, Noise.bytes(random, FRAME_BYTES));
      session.send(RtmpBytes.VIDEO, i * FRAME_MS, picture);
    }
    session.turn(Phase.MEDIA);
    return session.end();
  }

  /** Plays {@code stream}. */
  static List<Turn> player(String stream) {
    var session = new RecordedSession(target(stream, RtmpTarget.Purpose.PLAY));
    session.converse();
    return session.end();
  }

  private static RtmpTarget target(String stream, RtmpTarget.Purpose purpose) {
    return RtmpTarget.parse("rtmp://127.0.0.1/" + stream, purpose);
  }

  private void converse() {
    Phase[] phases = Phase.values();
    for (int i = 0; !ready; i++) {
      turn(phases[Math.min(i, Phase.REQUEST.ordinal())]);
      answer();
    }
  }

  /** Notes what the client has to say, and tells the server. */
  private void turn(Phase phase) {
    ByteBuf said = Unpooled.buffer();
    for (ClientOutput output; (output = client.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          said.writeBytes(bytes);
          bytes.release();
        }
        case ClientOutput.Ready _ -> ready = true;
        case MediaReceived media -> media.body().release();
        case Closed closed -> throw new IllegalStateException(closed.reason());
        case ClientOutput.Redirected _, ClientOutput.StatusReceived _ -> {}
      }
    }
    if (said.isReadable()) {
      turns.add(new Turn(phase, ByteBufUtil.getBytes(said)));
      server.receive(said, 0);
    }
  }

  private void answer() {
    for (ServerOutput output; (output = server.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          client.receive(bytes, 0);
          bytes.release();
        }
        case MediaReceived media -> media.body().release();
        case ServerOutput.ConnectRequested _ ->
            server.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, 0);
        case ServerOutput.PublishRequested _ -> server.acceptPublish(0);
        case ServerOutput.PlayRequested _ -> server.acceptPlay(0);
        case Closed closed -> throw new IllegalStateException(closed.reason());
        default -> {}
      }
    }
  }

  private void send(int type, int timestampMs, byte[] body) {
    client.sendMedia(type, timestampMs, Unpooled.wrappedBuffer(body));
  }

  private List<Turn> end() {
    client.release();
    server.release();
    return List.copyOf(turns);
  }
}
