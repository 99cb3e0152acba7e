package dev.sluice.cli;

import dev.sluice.session.rtmp.ClientOutput;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpClientSession;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.session.rtmp.Send;
import dev.sluice.wire.rtmp.Acknowledgement;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.UserControl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.SplittableRandom;

/** One RTMP connection of {@link Train} to the server in the same process; blocks. */
final class TrainingPeer implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;

  /** The chunk stream of protocol control messages (RTMP 1.0, section 5.4). */
  private static final int CONTROL = 2;

  private final Socket socket;
  private final RtmpClientSession session;
  private final byte[] buffer = new byte[65_536];
  private boolean ready;
  private boolean ended;

  /** Connects, and publishes or plays {@code url} as soon as the server lets it. */
  TrainingPeer(String url, RtmpTarget.Purpose purpose) throws IOException {
    RtmpTarget target = RtmpTarget.parse(url, purpose);
    socket = new Socket(InetAddress.getLoopbackAddress(), target.port());
    socket.setSoTimeout(TIMEOUT_MS);
    session =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT,
            target,
            new SplittableRandom(1),
            ByteBufAllocator.DEFAULT,
            0);
  }

  /** Waits until the server takes media, or sends it. */
  void awaitReady() throws IOException {
    carryOut();
    while (!ready && !ended && receive()) {}
  }

  /** Sends a message of media; {@code body} is borrowed. */
  void send(int type, int timestampMs, ByteBuf body) throws IOException {
    session.sendMedia(type, timestampMs, body);
    carryOut();
  }

  /**
   * Reads until the stream ends, and says after each piece what a viewer says now and then: what it
   * has received, and that it is still there. With thousands of viewers that is often.
   */
  void watch() throws IOException {
    ByteBuf said = Unpooled.buffer();
    for (int sequence = 0; !ended && receive(); sequence++) {
      control(new Acknowledgement(sequence), said);
      control(new UserControl.PingResponse(sequence), said);
      said.readBytes(socket.getOutputStream(), said.readableBytes());
      said.clear();
    }
  }

  /** Writes a message in full, so that it may stand between those of the session. */
  private static void control(RtmpMessage message, ByteBuf out) {
    ByteBuf body = Unpooled.buffer();
    message.write(body);
    ChunkWriter.write(out, CONTROL, 0, message.type(), 0, ChunkWriter.INITIAL_CHUNK_SIZE, body);
  }

  private boolean receive() throws IOException {
    InputStream in = socket.getInputStream();
    int length = in.read(buffer);
    if (length < 0) {
      return false;
    }
    session.receive(Unpooled.wrappedBuffer(buffer, 0, length), 0);
    carryOut();
    return true;
  }

  /** Sends what the engine wants to send, and drops what it received. */
  private void carryOut() throws IOException {
    for (ClientOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
          bytes.release();
        }
        case MediaReceived media -> {
          media.body().release();
        }
        case Closed _ -> ended = true;
        case ClientOutput.Ready _ -> ready = true;
        case ClientOutput.StatusReceived _ -> {}
        case ClientOutput.Redirected _ -> {}
      }
    }
  }

  @Override
  public void close() throws IOException {
    session.release();
    socket.close();
  }
}
