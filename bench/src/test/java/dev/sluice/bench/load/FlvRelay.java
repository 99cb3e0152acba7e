package dev.sluice.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.bench.stream.Frame;
import dev.sluice.bench.stream.FrameLedger;
import dev.sluice.bench.stream.SyntheticStream;
import dev.sluice.bench.wire.MediaSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * The smallest HTTP-FLV server: every connection gets a stream of its own of frames of one cycle,
 * five times as fast as real time. It can be told to misbehave.
 */
final class FlvRelay implements AutoCloseable {
  /** What it does wrong. */
  enum Fault {
    NONE,
    DROPS_FRAME_30,
    REPEATS_FRAME_30,
    FLIPS_A_BIT_OF_FRAME_30,
    CLOSES_AFTER_FRAME_30,
    ANSWERS_404
  }

  private static final int SPEED = 5;
  private static final int FRAMES = 4000;

  private final ServerSocket server;
  private final FrameLedger ledger = new FrameLedger();
  private final Fault fault;
  private volatile boolean closing;

  FlvRelay(ServerSocket server, Fault fault) {
    this.server = server;
    this.fault = fault;
    var stream = new SyntheticStream(1);
    for (int i = 0; i < FRAMES; i++) { // all are published before anybody watches
      Frame frame = stream.next();
      ledger.note(frame, stream.body(frame, 0), System.nanoTime());
    }
    Thread.ofVirtual().start(this::accept);
  }

  FrameLedger ledger() {
    return ledger;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (!closing) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      assert closing : closed;
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      readRequest(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      if (fault == Fault.ANSWERS_404) {
        out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        return;
      }
      out.write("HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n\r\n".getBytes(US_ASCII));
      out.write(new byte[] {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0});
      byte[] video = SyntheticStream.videoHeader();
      byte[] audio = SyntheticStream.audioHeader();
      out.write(tag(MediaSink.VIDEO, 0, video, video.length));
      out.write(tag(MediaSink.AUDIO, 0, audio, audio.length));
      stream(out);
    } catch (IOException viewerLeft) {
      return; // or the relay was closed: the viewer sees it
    }
  }

  private static void readRequest(InputStream in) throws IOException {
    var request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0) {
      request.append((char) in.read());
    }
  }

  private void stream(OutputStream out) throws IOException {
    var stream = new SyntheticStream(1);
    long startNs = System.nanoTime();
    for (int i = 0; i < FRAMES && !closing; i++) {
      Frame frame = stream.next();
      for (long waitNs; (waitNs = startNs + frame.atNs() / SPEED - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(waitNs);
      }
      byte[] tag = tag(frame.type(), frame.timestampMs(), stream.body(frame, 0), frame.bodyBytes());
      boolean chosen = frame.video() && frame.number() == 30;
      if (chosen && fault == Fault.FLIPS_A_BIT_OF_FRAME_30) {
        tag[tag.length - 6] ^= 1;
      }
      if (!chosen || fault != Fault.DROPS_FRAME_30) {
        out.write(tag);
      }
      if (chosen && fault == Fault.REPEATS_FRAME_30) {
        out.write(tag);
      }
      if (chosen && fault == Fault.CLOSES_AFTER_FRAME_30) {
        return;
      }
    }
  }

  private static byte[] tag(int type, int timestampMs, byte[] body, int length) {
    return ByteBuffer.allocate(15 + length)
        .putInt(type << 24 | length)
        .putInt(timestampMs << 8 | timestampMs >>> 24)
        .put(new byte[3])
        .put(body, 0, length)
        .putInt(11 + length)
        .array();
  }

  @Override
  public void close() throws IOException {
    closing = true;
    server.close();
  }
}
