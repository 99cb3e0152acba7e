package dev.sluice.interop;

import dev.sluice.session.rtmp.ClientOutput;
import dev.sluice.session.rtmp.Closed;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpClientSession;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.session.rtmp.Send;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Our own RTMP client as a viewer. Sees time stamps as they are on the wire, where other programs
 * repair them, and headers, which others pass over.
 */
final class RtmpWitness extends Witness {
  private static final int POLL_MS = 500;
  private static final int READ_BYTES = 65_536;
  private static final int VIDEO_HEAD = 5; // frame type and codec, packet type, composition time
  private static final int AUDIO_HEAD = 2; // format, packet type
  private static final int SEQUENCE_HEADER = 0;
  private static final int FRAMES = 1;

  private final Socket socket;
  private final RtmpClientSession session;
  private final Thread reader;
  private volatile String state = "connecting";
  private volatile String lastStatus = "nothing";
  private final AtomicInteger headers = new AtomicInteger();

  RtmpWitness(String name, String url) {
    super(name);
    RtmpTarget target = RtmpTarget.parse(url, RtmpTarget.Purpose.PLAY);
    session =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT,
            target,
            new SplittableRandom(1),
            UnpooledByteBufAllocator.DEFAULT,
            System.nanoTime());
    try {
      socket = new Socket(target.host(), target.port());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(POLL_MS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reader = Thread.ofVirtual().name(name).start(this::run);
  }

  private void run() {
    byte[] bytes = new byte[READ_BYTES];
    try (socket) {
      carryOut();
      while (!socket.isClosed()) {
        try {
          int length = socket.getInputStream().read(bytes);
          if (length < 0) {
            state = "ended by the server; said last: " + lastStatus;
            return;
          }
          session.receive(Unpooled.wrappedBuffer(bytes, 0, length), System.nanoTime());
        } catch (SocketTimeoutException _) {
          session.tick(System.nanoTime());
        }
        carryOut();
      }
    } catch (IOException e) {
      state = "failed: " + e;
    } finally {
      session.release();
    }
  }

  private void carryOut() throws IOException {
    for (ClientOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
          bytes.release();
        }
        case MediaReceived media -> {
          note(media);
          media.body().release();
        }
        case Closed closed -> {
          state = "closed: " + closed.reason();
          socket.close();
        }
        case ClientOutput.Ready _ -> state = "plays";
        case ClientOutput.Redirected redirected -> state = "sent to " + redirected.target();
        case ClientOutput.StatusReceived status -> lastStatus = status.code();
      }
    }
  }

  private void note(MediaReceived media) {
    ByteBuf body = media.body();
    boolean video = media.type() == MessageType.VIDEO;
    int head = video ? VIDEO_HEAD : AUDIO_HEAD;
    if ((!video && media.type() != MessageType.AUDIO) || body.readableBytes() < head) {
      return;
    }
    int packetType = body.getByte(body.readerIndex() + 1);
    if (packetType == SEQUENCE_HEADER) {
      headers.incrementAndGet();
    } else if (packetType == FRAMES) {
      long dtsMs = Integer.toUnsignedLong(media.timestampMs());
      long ptsMs = dtsMs + (video ? body.getMedium(body.readerIndex() + 2) : 0);
      saw(new Packet(video, dtsMs, ptsMs, md5(body.skipBytes(head)), System.nanoTime()));
    }
  }

  private static String md5(ByteBuf bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(bytes.nioBuffer());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sequence headers that came so far: two, of picture and sound, when nothing has changed. */
  int headers() {
    return headers.get();
  }

  @Override
  boolean ended() {
    return !reader.isAlive();
  }

  @Override
  String complaints() {
    return "";
  }

  @Override
  String describe() {
    return this + ": " + state;
  }

  @Override
  public void close() {
    try {
      socket.close();
      reader.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
