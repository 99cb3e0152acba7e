package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The real server as a child process, one for a test class. It gets free ports and a new data
 * folder, is ready when {@code /healthz} says so, and has to end cleanly, without a leaked buffer,
 * when the class is done.
 *
 * <pre>{@code
 * @RegisterExtension static final ServerUnderTest SERVER = new ServerUnderTest();
 * }</pre>
 */
public final class ServerUnderTest implements BeforeAllCallback, AfterAllCallback {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(15);

  /** 128 + SIGTERM: what a JVM ends with that was asked to end and did so in order. */
  private static final int ENDED_BY_SIGNAL = 143;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> jvm = new ArrayList<>();
  private final Children children = new Children();
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable Supplier<String> config;
  private int httpPort;
  private int rtmpPort;
  private @Nullable Path data;
  private Children.@Nullable Child child;

  /** Sets an environment variable of the server; before it starts. */
  public ServerUnderTest with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Gives it a configuration file, made when it starts; before it starts. */
  public ServerUnderTest withConfig(Supplier<String> yaml) {
    config = yaml;
    return this;
  }

  /** Has it fetch the streams of a server on this host that has the same key; before it starts. */
  ServerUnderTest following(String key, IntSupplier httpPort) {
    return with("SLUICE_CLUSTER_KEY", key)
        .with("SLUICE_PULL_RETRY_MOST", "1s")
        .withConfig(() ->
            """
            cluster:
              source: http://127.0.0.1:%d
            pull:
              allow: 127.0.0.1
            """
                .formatted(httpPort.getAsInt()));
  }

  /** Adds an option of its JVM, which wins over the usual ones; before it starts. */
  public ServerUnderTest withJvm(String option) {
    jvm.add(option);
    return this;
  }

  /** Starts it and waits until it is ready. */
  public void start() throws IOException {
    List<Integer> ports = FreePorts.take(2);
    httpPort = ports.get(0);
    rtmpPort = ports.get(1);
    Path folder = Files.createTempDirectory("sluice-data-");
    data = folder;
    environment.put("SLUICE_HTTP_PORT", Integer.toString(httpPort));
    environment.put("SLUICE_RTMP_PORT", Integer.toString(rtmpPort));
    environment.put("SLUICE_DATA", folder.toString());
    if (config != null) {
      Path file = Files.writeString(folder.resolve("sluice.yaml"), config.get());
      environment.put("SLUICE_CONFIG", file.toString());
    }
    begin();
  }

  private void begin() throws IOException {
    Children.Child started = children.start(environment, data, command());
    child = started;
    Await.until("the server to be ready", START, () -> isReady(started));
  }

  /** Asks it to end, and checks that it does so in order. */
  public void stop() {
    Children.Child running = running();
    try {
      end(running);
    } finally {
      child = null;
      children.close();
      deleteData();
    }
  }

  /** Ends it in order, and starts it again with the same ports and the same data. */
  public void restart() throws IOException {
    end(running());
    child = null;
    begin();
  }

  /** The port of RTMP. */
  public int rtmpPort() {
    return rtmpPort;
  }

  /** The port of HTTP. */
  public int httpPort() {
    return httpPort;
  }

  /** {@code rtmp://…/} with the stream's name. */
  public String rtmp(String stream) {
    return "rtmp://127.0.0.1:" + rtmpPort + "/" + stream;
  }

  /** The same with the token that publishing needs, in containers also from the own host. */
  public String publish(String stream) {
    return rtmp(stream) + "?token=" + token();
  }

  /** {@code http://…} with a path that begins with a slash. */
  public String http(String path) {
    return "http://127.0.0.1:" + httpPort + path;
  }

  /** {@code ws://…} with a path that begins with a slash. */
  public String webSocket(String path) {
    return "ws://127.0.0.1:" + httpPort + path;
  }

  /** The secret that the API asks for. */
  public String token() {
    Path folder = data;
    if (folder == null) {
      throw new IllegalStateException("the server does not run");
    }
    try {
      return Files.readString(folder.resolve("token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An answer of the server, as text. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(http(path)))
            .header("Authorization", "Bearer " + token())
            .timeout(Duration.ofSeconds(10))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** What the API answers to a call without a body, as text. */
  public HttpResponse<String> post(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(http(path)))
            .header("Authorization", "Bearer " + token())
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Waits until a stream of that name is being published. */
  public void awaitLive(String stream) {
    Await.until(stream + " to be live", () -> isLive(stream));
  }

  /** Whether a stream of that name is there, be its publisher away or not. */
  public boolean isLive(String stream) throws IOException, InterruptedException {
    return get("/sluice/v1/streams").body().contains("\"" + stream + "\"");
  }

  /** What it has written to its log up to now. */
  public String log() {
    return running().output();
  }

  /** The process, for its memory and for signals. */
  public ProcessHandle process() {
    return running().process().toHandle();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getExecutionException().isPresent() && child != null) {
      System.err.println(running().describe("at the end of the tests"));
    }
    stop();
  }

  private static void end(Children.Child running) {
    int status = running.stop(STOP);
    assertThat(status).as(running.describe("ended")).isIn(0, ENDED_BY_SIGNAL);
    assertThat(running.output()).doesNotContain("LEAK:").doesNotContain("Exception");
  }

  private Children.Child running() {
    Children.Child running = child;
    if (running == null) {
      throw new IllegalStateException("the server does not run");
    }
    return running;
  }

  private boolean isReady(Children.Child started) throws InterruptedException {
    if (!started.isAlive()) {
      throw new AssertionError(started.describe("ended while starting"));
    }
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(http("/healthz"))).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not listening yet
    }
  }

  private List<String> command() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            // it lives for a minute and serves a few: a better compiler takes more than it gives
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=512m",
            // each buffer is watched, but not each look at it, which would slow the server down to
            // a
            // fraction of itself
            "-Dio.netty.leakDetection.level=simple",
            "-Dio.netty.leakDetection.samplingInterval=1"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath(), "dev.sluice.Main", "run"));
    return command;
  }

  /** What ships: the libraries that app runs with, and our own modules without the test kit. */
  private static String classPath() throws IOException {
    String libraries = Files.readString(Path.of("..", "app", "target", "runtime.classpath"));
    Stream<String> own =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                entry -> entry.matches(".*/(core|control|node|console|bench|app)/target/[^/]+"));
    return String.join(
        File.pathSeparator,
        Stream.concat(own, Stream.of(libraries.strip().split(File.pathSeparator))).toList());
  }

  private void deleteData() {
    Path folder = data;
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
