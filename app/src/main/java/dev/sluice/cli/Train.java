package dev.sluice.cli;

import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.Loaded;
import dev.sluice.node.log.LogSetup;
import dev.sluice.restream.ClipSource;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sluice train}: what the launcher runs once, after a build, while the JVM records what a
 * start needs. A server on free ports plays the demo clip to an RTMP and an HTTP viewer, and ends.
 */
@Command(name = "train", hidden = true, description = "Records what a start needs, and ends.")
public final class Train implements Callable<Integer> {
  private static final StreamName NAME = StreamName.parse("live/train");
  private static final int MESSAGES = 100;
  private static final int BYTES = 100_000;
  private static final int TIMEOUT_MS = 10_000;

  @Option(names = "--data", required = true, description = "An empty folder.")
  private String data = "";

  private Train() {}

  @Override
  public Integer call() throws IOException, ConfigException {
    Map<String, String> env = new HashMap<>();
    env.put("SLUICE_DATA", data);
    env.put("SLUICE_HTTP_PORT", "0");
    env.put("SLUICE_RTMP_PORT", "0");
    Loaded loaded = ConfigSource.load(null, env);
    try (LogSetup _ = LogSetup.start(loaded.config().log());
        Node node = Node.start(loaded, new Node.Options("train", true));
        ClipSource _ = clip(node)) {
      watchRtmp(node.rtmpPort() == null ? 0 : node.rtmpPort());
      get(node.httpPort(), "/healthz");
      get(node.httpPort(), "/");
      get(node.httpPort(), "/sluice/v1/live");
      get(node.httpPort(), "/" + NAME + ".flv");
    }
    return 0;
  }

  private static ClipSource clip(Node node) {
    return ClipSource.start(
        node.hub(),
        NAME,
        new Client("train", "file", "127.0.0.1", 0, node.access().token().reveal(), "train"),
        node.loops().all().getFirst(),
        DemoPicture.readClip(),
        node.serverName(),
        _ -> {});
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  private static void get(int port, String path) throws IOException {
    try (Socket socket = connect(port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(BYTES);
    }
  }

  private static void watchRtmp(int port) throws IOException {
    RtmpTarget target =
        RtmpTarget.parse("rtmp://127.0.0.1:" + port + "/" + NAME, RtmpTarget.Purpose.PLAY);
    var session =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT,
            target,
            new SplittableRandom(1),
            ByteBufAllocator.DEFAULT,
            0);
    try (Socket socket = connect(port)) {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[16_384];
      int messages = carryOut(session, socket.getOutputStream());
      for (int length; messages < MESSAGES && (length = in.read(buffer)) > 0; ) {
        session.receive(Unpooled.wrappedBuffer(buffer, 0, length), 0);
        messages += carryOut(session, socket.getOutputStream());
      }
    } finally {
      session.release();
    }
  }

  /** Sends what the engine wants to send; returns how many messages came. */
  private static int carryOut(RtmpClientSession session, OutputStream out) throws IOException {
    int messages = 0;
    for (ClientOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          bytes.readBytes(out, bytes.readableBytes());
          bytes.release();
        }
        case MediaReceived media -> {
          media.body().release();
          messages++;
        }
        case Closed closed -> throw new IOException(closed.reason());
        case ClientOutput.Ready _ -> {}
        case ClientOutput.StatusReceived _ -> {}
        case ClientOutput.Redirected _ -> {}
      }
    }
    return messages;
  }
}
