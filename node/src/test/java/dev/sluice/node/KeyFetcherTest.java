package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.access.jwt.JwtKeys;
import dev.sluice.access.jwt.KeyRing;
import dev.sluice.net.OutgoingHttp;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fetching of keys, and who waits for it. */
class KeyFetcherTest {
  private static final Path KEYS =
      Path.of("src", "test", "resources", "dev", "sluice", "access", "jwt", "keys.json");
  private static final JwtKeys SECRET =
      JwtKeys.ofSecret("a".repeat(32).getBytes(StandardCharsets.UTF_8));

  private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
  private final List<String> released = new ArrayList<>();
  private String text = "";
  private boolean fails;
  private int fetches;
  private long nowNs;
  private final KeyFetcher fetcher =
      new KeyFetcher(
          () -> {
            fetches++;
            if (fails) {
              throw new IOException("no connection");
            }
            return text;
          },
          SECRET,
          Duration.ofHours(1),
          () -> nowNs,
          threads::add);

  @BeforeEach
  void read() throws IOException {
    text = Files.readString(KEYS);
  }

  @Test
  void whoWaitsIsReleasedWhenTheKeysHaveCome() {
    assertThat(fetcher.keys()).isSameAs(SECRET);
    fetcher.start(() -> released.add("one " + fetcher.keys().size()));
    fetcher.start(() -> released.add("two " + fetcher.keys().size()));
    assertThat(threads).hasSize(1);
    assertThat(released).isEmpty();
    threads.remove().run();
    assertThat(released).containsExactly("one 4", "two 4");
    assertThat(fetcher.mayHaveMore()).isFalse();
    JwtKeys known = fetcher.keys();
    nowNs = KeyRing.MIN_GAP_NS - 1;
    fetcher.start(() -> released.add("three"));
    assertThat(released).endsWith("three");
    assertThat(threads).isEmpty();
    assertThat(fetcher.keys()).as("the same as long as none are fetched").isSameAs(known);
  }

  @Test
  void whatCannotBeFetchedReleasesAndIsTriedAgain() {
    fails = true;
    fetcher.tick();
    fetcher.start(() -> released.add("one"));
    threads.remove().run();
    assertThat(released).containsExactly("one");
    assertThat(fetcher.mayHaveMore()).isTrue();
    text = "no keys";
    fails = false;
    nowNs += Duration.ofSeconds(1).toNanos();
    fetcher.tick();
    threads.remove().run();
    assertThat(fetches).isEqualTo(2);
    assertThat(fetcher.keys()).isSameAs(SECRET);
  }

  @Test
  void anAnswerOverHttpIsTakenWhenItIsOneAndNotTooLong() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/keys",
        exchange -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/keys");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
    Vertx vertx = Vertx.vertx();
    try {
      var http = new OutgoingHttp(vertx);
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(KeyFetcher.http(URI.create(base + "/keys"), http).text()).isEqualTo(text);
      text = "x".repeat(JwtKeys.MAX_CHARS + 100);
      assertThatThrownBy(() -> KeyFetcher.http(URI.create(base + "/keys"), http).text())
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> KeyFetcher.http(URI.create(base + "/moved"), http).text())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("302");
    } finally {
      vertx.close();
      server.stop(0);
    }
  }
}
