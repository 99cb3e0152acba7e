package dev.sluice.interop;

import dev.sluice.testkit.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** ffmpeg as a viewer, without decoding: tells each packet over a socket as it comes. */
final class FfmpegWitness extends Witness {
  private static final Duration STOP = Duration.ofSeconds(10);

  private final ServerSocket ear;
  private final Children.Child child;
  private final boolean polite;

  /** Starts ffmpeg as one of {@code children}; it decodes nothing. */
  FfmpegWitness(String name, Children children, String url) {
    this(name, children, url, "", true);
  }

  /**
   * The same of what has no end that ffmpeg would notice, as a live playlist: it does not hear a
   * polite word while it waits for more.
   *
   * @param filters options of ffmpeg that make comparable what it tells
   */
  static FfmpegWitness ofEndless(String name, Children children, String url, String filters) {
    return new FfmpegWitness(name, children, url, filters, false);
  }

  private FfmpegWitness(
      String name, Children children, String url, String filters, boolean polite) {
    super(name);
    this.polite = polite;
    try {
      ear = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("packets of " + name).start(this::listen);
    child =
        children.start(
            ("ffmpeg -v warning -copyts -i "
                    + url
                    + " -map 0:v -map 0:a -c copy "
                    + filters
                    + " -flush_packets 1 -f framehash -hash md5"
                    + " tcp://127.0.0.1:"
                    + ear.getLocalPort()
                    + "?tcp_nodelay=1")
                .strip()
                .split(" +"));
  }

  private void listen() {
    PacketLines lines = new PacketLines();
    try (Socket socket = ear.accept();
        var reader =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line; (line = reader.readLine()) != null; ) {
        Packet packet = lines.read(line, System.nanoTime());
        if (packet != null) {
          saw(packet);
        }
      }
    } catch (IOException e) {
      // ffmpeg was killed, or the test has ended: no more packets, which the test sees.
    }
  }

  /** Waits for its end and returns its status. */
  int waitFor(Duration bound) {
    return child.waitFor(bound);
  }

  @Override
  boolean ended() {
    return !child.isAlive();
  }

  @Override
  String complaints() {
    return child.output();
  }

  @Override
  String describe() {
    return child.describe(ended() ? "has ended" : "runs");
  }

  @Override
  public void close() {
    if (child.isAlive() && !polite) {
      child.kill();
    } else if (child.isAlive()) {
      child.signal("INT");
      child.waitFor(STOP);
    }
    try {
      ear.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
