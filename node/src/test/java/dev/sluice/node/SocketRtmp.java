package dev.sluice.node;

import dev.sluice.session.rtmp.ClientOutput;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpClientSession;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.session.rtmp.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An RTMP client on a socket that is connected already; for it no time passes. */
final class SocketRtmp implements AutoCloseable {
  private final Socket socket;
  private final RtmpClientSession session;
  private final Consumer<MediaReceived> media;
  private final AtomicLong readBytes = new AtomicLong();

  SocketRtmp(Socket socket, String url, RtmpTarget.Purpose purpose) {
    this(socket, url, purpose, _ -> {});
  }

  /** One that plays; {@code media} borrows what comes. */
  SocketRtmp(Socket socket, String url, RtmpTarget.Purpose purpose, Consumer<MediaReceived> media) {
    this.socket = socket;
    this.media = media;
    this.session =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT,
            RtmpTarget.parse(url, purpose),
            new SplittableRandom(1),
            ByteBufAllocator.DEFAULT,
            0);
  }

  /** Talks until it is let in, {@code ready}, or why it is not; after that, why it is ended. */
  String outcome() throws IOException {
    byte[] bytes = new byte[8_192];
    while (true) {
      String outcome = poll();
      if (outcome != null) {
        return outcome;
      }
      int read = socket.getInputStream().read(bytes);
      if (read < 0) {
        return "gone";
      }
      readBytes.addAndGet(read);
      ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, read);
      session.receive(in, 0);
      in.release();
    }
  }

  private @Nullable String poll() throws IOException {
    String outcome = null;
    for (ClientOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf out) -> {
          try {
            out.getBytes(out.readerIndex(), socket.getOutputStream(), out.readableBytes());
          } finally {
            out.release();
          }
        }
        case MediaReceived received -> {
          media.accept(received);
          received.body().release();
        }
        case Closed(String reason, Closed.Cause _) -> outcome = reason;
        case ClientOutput.Ready _ -> outcome = "ready";
        case ClientOutput.Redirected to -> outcome = to.description();
        case ClientOutput.StatusReceived _ -> {}
      }
    }
    socket.getOutputStream().flush();
    return outcome;
  }

  /** Bytes of all that has come, whatever it is. Any thread. */
  long readBytes() {
    return readBytes.get();
  }

  @Override
  public void close() throws IOException {
    session.release();
    socket.close();
  }
}
