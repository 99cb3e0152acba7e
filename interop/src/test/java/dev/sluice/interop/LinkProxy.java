package dev.sluice.interop;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between an edge and its source, hands all on as it comes, and on demand changes a byte of
 * a picture, which nobody but a hash can see.
 */
final class LinkProxy implements AutoCloseable {
  private static final int UNIT = 5;

  /** Smaller units may be sound. */
  private static final int LEAST_PICTURE_BYTES = 1_000;

  private final ServerSocket listener;
  private final AtomicBoolean tamper = new AtomicBoolean();
  private volatile int sourcePort;

  LinkProxy() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Where the source is; before anybody comes. */
  void source(int port) {
    sourcePort = port;
  }

  /** The next picture is to be changed. */
  void tamper() {
    tamper.set(true);
  }

  private void accept() {
    try {
      while (true) {
        Socket edge = listener.accept();
        Thread.ofVirtual().start(() -> serve(edge));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket edge) {
    try (edge;
        Socket source = new Socket(InetAddress.getLoopbackAddress(), sourcePort)) {
      var asked = new DataInputStream(new BufferedInputStream(edge.getInputStream()));
      byte[] request = head(asked);
      source.getOutputStream().write(request);
      boolean media =
          new String(request, StandardCharsets.US_ASCII).startsWith("GET /link/v1/media/");
      var answered = new DataInputStream(new BufferedInputStream(source.getInputStream()));
      OutputStream out = new BufferedOutputStream(edge.getOutputStream());
      byte[] answer = head(answered);
      out.write(answer);
      out.flush();
      if (media && new String(answer, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200")) {
        records(answered, out);
      } else {
        answered.transferTo(out);
      }
      out.flush();
    } catch (IOException over) {
      // one of them has gone, and so does the other
    }
  }

  private static byte[] head(DataInputStream in) throws IOException {
    var text = new StringBuilder();
    while (text.length() < 4 || !text.substring(text.length() - 4).equals("\r\n\r\n")) {
      text.append((char) in.readUnsignedByte());
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private void records(DataInputStream in, OutputStream out) throws IOException {
    while (true) {
      int header = in.readInt();
      byte[] body = new byte[header & 0xFF_FFFF];
      in.readFully(body);
      boolean picture = header >>> 24 == UNIT && body.length > LEAST_PICTURE_BYTES;
      if (picture && tamper.compareAndSet(true, false)) {
        body[body.length - 1] ^= 1;
      }
      out.write(header >>> 24);
      out.write(header >>> 16);
      out.write(header >>> 8);
      out.write(header);
      out.write(body);
      if (in.available() == 0) {
        out.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
