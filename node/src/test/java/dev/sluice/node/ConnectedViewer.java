package dev.sluice.node;

import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.testkit.PlainWebSocket;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A viewer to whom the stream is sent on one connection. */
final class ConnectedViewer extends TestViewer {
  private static final int OK = 200;
  private static final int BUFFER_BYTES = 8_192;
  private static final String ENDED = "ended";

  private final MessageDigest digest = sha256();
  private @Nullable Closeable connection; // guarded by this
  private boolean leaving; // guarded by this
  private String sum = ""; // guarded by this
  private volatile @Nullable SocketRtmp rtmp;

  ConnectedViewer(Form form, Door door, String stream, String query) {
    super(form, door, stream, query);
  }

  @Override
  String watch() throws IOException, InterruptedException {
    return switch (form()) {
      case RTMP -> rtmp();
      case WS_FLV -> webSocket();
      case FLV, TS, AAC -> http("." + form().name().toLowerCase(Locale.ROOT));
      case HLS, LL_HLS, DASH -> throw new IllegalStateException(form() + " is fetched");
    };
  }

  /** The same media are the same digest, however they came in pieces. After the end. */
  synchronized String digest() {
    if (sum.isEmpty()) {
      sum = HexFormat.of().formatHex(digest.digest());
    }
    return sum;
  }

  /** Bytes that came on the connection, where they are more than {@link #bytes}. */
  long wireBytes() {
    SocketRtmp of = rtmp;
    return of == null ? bytes() : of.readBytes();
  }

  private synchronized void open(Closeable opened) throws IOException {
    connection = opened;
    if (leaving) {
      opened.close();
    }
  }

  @Override
  synchronized boolean isLeaving() {
    return leaving;
  }

  @Override
  synchronized void leave() {
    leaving = true;
    if (connection != null) {
      try {
        connection.close();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  private void got(byte[] buffer, int size) {
    digest.update(buffer, 0, size);
    got(size);
  }

  private String http(String suffix) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        door()
            .http()
            .send(request(door().uri(path(suffix))), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      open(in);
      if (answer.statusCode() != OK) {
        return refusal(answer.statusCode(), in.readAllBytes());
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int size; (size = in.read(buffer)) >= 0; ) {
        got(buffer, size);
      }
      return ENDED;
    }
  }

  private String webSocket() throws IOException {
    URI address = URI.create(door().uri(path(".flv")).toString().replaceFirst("http", "ws"));
    try (PlainWebSocket socket = PlainWebSocket.open(address)) {
      open(socket);
      return socket.transferTo(
          new OutputStream() {
            @Override
            public void write(int single) {
              write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int size) {
              digest.update(from, offset, size);
              got(size);
            }
          });
    }
  }

  private String rtmp() throws IOException {
    int port = Objects.requireNonNull(door().node().rtmpPort());
    String url = "rtmp://127.0.0.1:" + port + path("");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var client = new SocketRtmp(socket, url, RtmpTarget.Purpose.PLAY, this::received)) {
      rtmp = client;
      open(socket);
      String outcome = client.outcome();
      return outcome.equals("ready") ? client.outcome() : outcome;
    }
  }

  private void received(MediaReceived media) {
    digest.update(
        ByteBuffer.allocate(2 * Integer.BYTES)
            .putInt(media.type())
            .putInt(media.timestampMs())
            .flip());
    digest.update(media.body().nioBuffer());
    got(media.body().readableBytes());
  }
}
