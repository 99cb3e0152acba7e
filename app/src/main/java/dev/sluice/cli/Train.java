package dev.sluice.cli;

import dev.sluice.media.StreamName;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.Loaded;
import dev.sluice.node.log.LogSetup;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sluice train}: what the launcher runs once, after a build, while the JVM records what a
 * start needs and how often what is called. A server on free ports takes in some streams, faster
 * than life, and hands them to RTMP and HTTP viewers and to players of HLS; then all ends. The code
 * of a frame's way is so often called in those seconds that a server started later compiles it at
 * once: without that, a quiet server runs it slowly for minutes.
 */
@Command(name = "train", hidden = true, description = "Records what a start needs, and ends.")
public final class Train implements Callable<Integer> {
  private static final int STREAMS = 8;
  private static final int RTMP_VIEWERS = 4;
  private static final int HTTP_VIEWERS = 2;

  /** Media seconds of each stream; a publisher may be as far ahead as {@code maxLead} says. */
  private static final int SECONDS = 55;

  private static final String MAX_LEAD = "1m";

  /** How much faster than life they are published: all of it takes three seconds. */
  private static final int SPEED = 20;

  private static final int TIMEOUT_MS = 10_000;
  private static final long NS_PER_MS = 1_000_000;

  @Option(names = "--data", required = true, description = "An empty folder.")
  private String data = "";

  private Train() {}

  @Override
  public Integer call() throws IOException, ConfigException, InterruptedException {
    Map<String, String> env = new HashMap<>();
    env.put("SLUICE_DATA", data);
    env.put("SLUICE_HTTP_PORT", "0");
    env.put("SLUICE_RTMP_PORT", "0");
    env.put("SLUICE_DEFAULTS_LATENCY", "0"); // most writes for a picture
    env.put("SLUICE_DEFAULTS_MAX_LEAD", MAX_LEAD);
    env.put("SLUICE_DEFAULTS_RECONNECT_GRACE", "0"); // viewers end with their publisher
    Loaded loaded = ConfigSource.load(null, env);
    try (LogSetup _ = LogSetup.start(loaded.config().log());
        Node node = Node.start(loaded, new Node.Options("train", true));
        ExecutorService peers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      List<TrainingPlayer> players = new ArrayList<>();
      List<Future<?>> playing = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        StreamName name = StreamName.parse("live/train" + i);
        for (int viewer = 0; viewer < RTMP_VIEWERS; viewer++) {
          all.add(peers.submit(() -> watch(node, name)));
        }
        for (int viewer = 0; viewer < HTTP_VIEWERS; viewer++) {
          all.add(peers.submit(() -> get(node, "/" + name + ".flv")));
          TrainingPlayer player = player(node, name, viewer % 2 == 0);
          players.add(player);
          playing.add(peers.submit(player::play));
        }
        all.add(peers.submit(() -> publish(node, name)));
      }
      for (String path : List.of("/healthz", "/", "/sluice/v1/live")) {
        all.add(peers.submit(() -> get(node, path)));
      }
      for (Future<?> peer : all) {
        await(peer);
      }
      players.forEach(TrainingPlayer::close);
      for (Future<?> player : playing) {
        await(player);
      }
    }
    return 0;
  }

  /** One that failed has trained less; the others count all the same. */
  private static void await(Future<?> peer) throws InterruptedException {
    try {
      peer.get();
    } catch (ExecutionException failed) {
      System.err.println("a peer ended: " + failed.getCause());
    }
  }

  private static String url(Node node, StreamName name) {
    return "rtmp://127.0.0.1:%d/%s?token=%s"
        .formatted(Objects.requireNonNull(node.rtmpPort()), name, node.access().token().reveal());
  }

  private static TrainingPlayer player(Node node, StreamName name, boolean gzip) {
    String first = "http://127.0.0.1:%d/%s/index.m3u8".formatted(node.httpPort(), name);
    return new TrainingPlayer(URI.create(first), gzip);
  }

  private static Void watch(Node node, StreamName name) throws IOException {
    try (var peer = new TrainingPeer(url(node, name), RtmpTarget.Purpose.PLAY)) {
      peer.awaitReady();
      peer.watch();
    }
    return null;
  }

  /** Publishes the demo clip again and again, with time stamps that go on. */
  private static Void publish(Node node, StreamName name) throws IOException, InterruptedException {
    ByteBuf clip = DemoPicture.readClip();
    try (var peer = new TrainingPeer(url(node, name), RtmpTarget.Purpose.PUBLISH)) {
      peer.awaitReady();
      Objects.requireNonNull(FlvHeader.read(clip));
      int tags = clip.readerIndex() + Integer.BYTES; // behind the size of the tag before the first
      long startNs = System.nanoTime();
      long offsetMs = 0;
      long lastMs = 0;
      for (clip.readerIndex(tags); lastMs < SECONDS * 1000L; ) {
        FlvTagHeader tag = Objects.requireNonNull(FlvTagHeader.read(clip));
        lastMs = offsetMs + tag.timestampMs();
        peer.send(tag.type(), (int) lastMs, clip.slice(clip.readerIndex(), tag.bodySize()));
        clip.skipBytes(tag.bodySize() + FlvTagHeader.TRAILER_SIZE);
        if (!clip.isReadable()) {
          clip.readerIndex(tags);
          offsetMs = lastMs;
        }
        long aheadMs = lastMs / SPEED - (System.nanoTime() - startNs) / NS_PER_MS;
        if (aheadMs > 0) {
          Thread.sleep(aheadMs);
        }
      }
    } finally {
      clip.release();
    }
    return null;
  }

  private static Void get(Node node, String path) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout(TIMEOUT_MS);
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      in.transferTo(OutputStream.nullOutputStream());
    }
    return null;
  }
}
