package dev.sluice.interop;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.PlainWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/** Viewers of all kinds, each of which records what it gets to a file. */
public final class Watchers {
  private final Children children;

  /** Programs are started as children of the test. */
  public Watchers(Children children) {
    this.children = children;
  }

  /** A way to watch: by its name, a start with server and stream, recording to a file. */
  public record Way(String name, BiFunction<Target, Path, Watcher> start) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What is watched. */
  public record Target(ServerUnderTest server, String stream) {}

  /** Somebody who watches. */
  public interface Watcher {
    /** Has the server, or the program's own fault, ended it? */
    boolean ended();

    /** Ends it; the recording is complete then. */
    void stop();
  }

  /** All ways. */
  public List<Way> ways() {
    return List.of(
        new Way("RTMP, ffmpeg", this::ffmpeg),
        new Way("RTMP, rtmpdump", this::rtmpdump),
        new Way("RTMP, GStreamer", this::gstreamer),
        new Way("HTTP-FLV", (target, file) -> http(target, ".flv", file)),
        new Way("WebSocket-FLV", this::webSocketFlv));
  }

  /** Records what comes over a WebSocket. */
  public Watcher webSocketFlv(Target target, Path file) {
    return new WebSocketFlv(target, file);
  }

  /** Records the body of {@code /{stream}{suffix}}. */
  public Watcher http(Target target, String suffix, Path file) {
    return new Http(target, suffix, file);
  }

  private Watcher ffmpeg(Target target, Path file) {
    return program(
        "ffmpeg -v warning -copyts -i "
            + target.server.rtmp(target.stream)
            + " -c copy -flush_packets 1 -f flv "
            + file);
  }

  private Watcher rtmpdump(Target target, Path file) {
    return program("rtmpdump -q -r " + target.server.rtmp(target.stream) + " -o " + file);
  }

  private Watcher gstreamer(Target target, Path file) {
    return program(
        "gst-launch-1.0 -q rtmp2src location="
            + target.server.rtmp(target.stream)
            + " ! filesink buffer-mode=unbuffered location="
            + file);
  }

  private Watcher program(String command) {
    Children.Child child = children.start(command.split(" "));
    return new Watcher() {
      @Override
      public boolean ended() {
        return !child.isAlive();
      }

      @Override
      public void stop() {
        if (child.isAlive()) {
          child.signal("INT");
          child.waitFor(Duration.ofSeconds(10));
        }
      }
    };
  }

  /** Reads a progressive response on a thread of its own. */
  private static final class Http implements Watcher {
    private final InputStream body;
    private final Thread reader;
    private volatile boolean stopped;

    private Http(Target target, String suffix, Path file) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(target.server.http("/" + target.stream + suffix)))
                .build();
        HttpResponse<InputStream> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
          throw new AssertionError(suffix + " was answered with " + response.statusCode());
        }
        body = response.body();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
      reader = Thread.ofVirtual().name("viewer of " + suffix).start(() -> record(file));
    }

    private void record(Path file) {
      try (OutputStream out = Files.newOutputStream(file)) {
        body.transferTo(out);
      } catch (IOException e) {
        if (!stopped) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public boolean ended() {
      return !reader.isAlive();
    }

    @Override
    public void stop() {
      stopped = true;
      try {
        body.close();
        reader.join(Duration.ofSeconds(10));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Writes the payload of each binary message. */
  private static final class WebSocketFlv implements Watcher {
    private final PlainWebSocket socket;
    private final Thread reader;
    private volatile boolean stopped;

    private WebSocketFlv(Target target, Path file) {
      try {
        socket =
            PlainWebSocket.open(URI.create(target.server.webSocket("/" + target.stream + ".flv")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      reader = Thread.ofVirtual().name("viewer of WebSocket-FLV").start(() -> record(file));
    }

    private void record(Path file) {
      try (OutputStream out = Files.newOutputStream(file)) {
        socket.transferTo(out);
      } catch (IOException e) {
        if (!stopped) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public boolean ended() {
      return !reader.isAlive();
    }

    @Override
    public void stop() {
      stopped = true;
      try {
        socket.close();
        reader.join(Duration.ofSeconds(10));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
