package dev.sluice.interop.storm;

import dev.sluice.bench.stream.FrameLedger;
import dev.sluice.bench.stream.StreamChecker;
import dev.sluice.bench.wire.FlvParser;
import dev.sluice.bench.wire.HttpAnswer;
import dev.sluice.bench.wire.MediaSink;
import dev.sluice.bench.wire.RtmpClient;
import dev.sluice.bench.wire.RtmpUrl;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A real viewer: holds what it gets against what was published, and notes for how long it got
 * nothing. On a thread of its own.
 */
final class StormViewer implements AutoCloseable {
  /** A time in which nothing came, by {@link System#nanoTime}. */
  record Silence(long fromNs, long toNs) {
    long lengthNs() {
      return toNs - fromNs;
    }
  }

  /** Ways to watch. */
  enum Way {
    RTMP,
    RTMPS,
    HTTP_FLV,
    HTTPS_FLV,
    WEBSOCKET_FLV
  }

  /** Shorter silences are how blocks come. */
  private static final long NOTED_NS = 400_000_000;

  private static final int RECEIVE_BYTES = 256 << 10;
  private static final int READ_BYTES = 64 << 10;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;

  private final Way way;
  private final Prey prey;
  private final StreamChecker checker;
  private final Socket socket;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile long lastNs;
  private final Queue<Silence> silences = new ConcurrentLinkedQueue<>();
  private volatile @Nullable String ended;

  private StormViewer(Way way, Prey prey, FrameLedger ledger) throws IOException {
    this.way = way;
    this.prey = prey;
    this.checker = new StreamChecker(way.name(), ledger);
    this.socket =
        switch (way) {
          case RTMP -> Sockets.plain(prey.rtmpPort(), RECEIVE_BYTES);
          case RTMPS -> Sockets.tls(prey.rtmpsPort(), RECEIVE_BYTES);
          case HTTP_FLV, WEBSOCKET_FLV -> Sockets.plain(prey.httpPort(), RECEIVE_BYTES);
          case HTTPS_FLV -> Sockets.tls(prey.httpsPort(), RECEIVE_BYTES, "http/1.1");
        };
    this.thread = Thread.ofPlatform().daemon().name("viewer by " + way).unstarted(this::run);
  }

  /** Begins to watch. */
  static StormViewer start(Way way, Prey prey, FrameLedger ledger) throws IOException {
    var viewer = new StormViewer(way, prey, ledger);
    viewer.thread.start();
    return viewer;
  }

  private void run() {
    try (socket) {
      switch (way) {
        case RTMP, RTMPS -> rtmp();
        case HTTP_FLV, HTTPS_FLV -> http();
        case WEBSOCKET_FLV -> webSocket();
      }
      end("the server closed");
    } catch (IOException | UncheckedIOException | IllegalStateException fault) {
      end(fault.toString());
    }
  }

  private void end(String why) {
    if (!stopped) {
      ended = why;
    }
  }

  private void rtmp() throws IOException {
    RtmpClient client =
        RtmpClient.player(RtmpUrl.of("rtmp", "127.0.0.1", prey.rtmpPort(), prey.stream()));
    OutputStream out = socket.getOutputStream();
    out.write(client.opening());
    byte[] bytes = new byte[READ_BYTES];
    for (int length; (length = socket.getInputStream().read(bytes)) >= 0; ) {
      client.feed(bytes, 0, length, System.nanoTime(), this::reply, this::received);
      if (client.phase() == RtmpClient.Phase.REFUSED) {
        throw new IOException(client.refusal());
      }
    }
  }

  private void reply(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void http() throws IOException {
    socket
        .getOutputStream()
        .write(HttpAnswer.request("localhost", socket.getPort(), prey.stream() + ".flv"));
    var answer = new HttpAnswer();
    var flv = new FlvParser();
    byte[] bytes = new byte[READ_BYTES];
    for (int length; (length = socket.getInputStream().read(bytes)) >= 0; ) {
      int from = 0;
      if (answer.status() == 0) {
        from = answer.feed(bytes, 0, length);
        if (from < 0) {
          continue;
        }
        if (answer.status() != 200) {
          throw new IOException(answer.statusLine());
        }
      }
      flv.feed(bytes, from, length, System.nanoTime(), this::received);
    }
  }

  private void webSocket() throws IOException {
    String request = WebSocketAttacks.upgrade("/" + prey.stream() + ".flv", "");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var in = new DataInputStream(socket.getInputStream());
    String head = head(in);
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IOException(head);
    }
    var flv = new FlvParser();
    byte[] bytes = new byte[0];
    for (int first; (first = in.read()) >= 0; ) {
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = Math.toIntExact(in.readLong());
      }
      if (first == CLOSE) {
        return;
      }
      if (first != BINARY) {
        throw new IOException("a frame that begins with " + first);
      }
      if (bytes.length < length) {
        bytes = Arrays.copyOf(bytes, length);
      }
      in.readFully(bytes, 0, length);
      flv.feed(bytes, 0, length, System.nanoTime(), this::received);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (int next; head.indexOf("\r\n\r\n") < 0 && (next = in.read()) >= 0; ) {
      head.append((char) next);
    }
    return head.toString();
  }

  private void received(int type, int timestampMs, byte[] body, int length, long nowNs) {
    checker.onMedia(type, timestampMs, body, length, nowNs);
    if (lastNs != 0 && nowNs - lastNs > NOTED_NS) {
      silences.add(new Silence(lastNs, nowNs));
    }
    if (lastNs != 0 || MediaSink.isPicture(type, body, length)) {
      lastNs = nowNs;
    }
  }

  /** Whether it has a picture, or never will. */
  boolean begun() {
    return lastNs != 0 || ended != null;
  }

  /** The silences of more than {@link #NOTED_NS}, and the one that goes on. */
  List<Silence> silences() {
    List<Silence> all = new ArrayList<>(silences);
    if (lastNs != 0) {
      all.add(new Silence(lastNs, System.nanoTime()));
    }
    return all;
  }

  /** What ended it; null while it watches. */
  @Nullable String ended() {
    return ended;
  }

  /** What it found; to be asked after {@link #close}. */
  StreamChecker.Result result() {
    return checker.result();
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "viewer by " + way;
  }
}
