package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.net.HttpOptions;
import dev.sluice.net.TestFront;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.testkit.FreePorts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change while a node runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class NodeCertificatesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private HttpOptions.Tls one;
  private HttpOptions.Tls two;

  @BeforeAll
  void make() throws Exception {
    one = TestFront.selfSigned();
    two = TestFront.certificate("EC", "CN=second", 8);
  }

  private Path folder;
  private Path chain;
  private Path key;

  @BeforeEach
  void copy(@TempDir Path fresh) throws IOException {
    folder = fresh;
    chain = fresh.resolve("chain.pem");
    key = fresh.resolve("key.pem");
    put(one.certificate(), chain);
    put(one.key(), key);
  }

  /** As certbot does: another file in its place. */
  private void put(Path from, Path to) throws IOException {
    Path beside = folder.resolve("beside");
    Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String nameOf(SSLSocket socket) throws IOException {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private static SSLSocket connect(int port) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            TestFront.trustingAll()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static String nameAt(int port) throws IOException {
    try (SSLSocket socket = connect(port)) {
      return nameOf(socket);
    }
  }

  private static String get(SSLSocket socket, String path) throws IOException {
    TestFront.request(socket, "GET " + path + " HTTP/1.1");
    String head = TestFront.readHead(socket.getInputStream());
    int length = Integer.parseInt(head.replaceFirst("(?s).*content-length: (\\d+).*", "$1"));
    socket.getInputStream().readNBytes(length);
    return head.substring(9, 12);
  }

  @Test
  void newConnectionsGetTheNewOneAndOldOnesStay() throws Exception {
    List<Integer> ports = FreePorts.take(2);
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(
        file,
        """
        http:
          listen: 127.0.0.1:0
          tls: {listen: "127.0.0.1:%d", certificate: %s, key: %s}
        rtmp:
          listen: 127.0.0.1:0
          tls: {listen: "127.0.0.1:%d", certificate: %s, key: %s}
        """
            .formatted(ports.get(0), chain, key, ports.get(1), chain, key));
    Map<String, String> env = Map.of("SLUICE_DATA", folder.resolve("data").toString());
    try (Node node = Node.start(ConfigSource.load(file, env), new Node.Options("test", false));
        SSLSocket old = connect(ports.get(0))) {
      assertThat(nameOf(old)).isEqualTo("CN=localhost");
      assertThat(get(old, "/healthz")).isEqualTo("200");
      put(two.key(), key); // for a moment they do not belong together
      node.reload("test");
      assertThat(nameAt(ports.get(0))).isEqualTo("CN=localhost");
      assertThat(nameAt(ports.get(1))).isEqualTo("CN=localhost");
      put(two.certificate(), chain);
      await().atMost(SOON).until(() -> nameAt(ports.get(0)).equals("CN=second")); // by itself
      await().atMost(SOON).until(() -> nameAt(ports.get(1)).equals("CN=second"));
      assertThat(get(old, "/healthz")).isEqualTo("200");
      assertThat(nameOf(old)).isEqualTo("CN=localhost");
      put(one.key(), key);
      put(one.certificate(), chain);
      node.reload("test"); // at once
      assertThat(nameAt(ports.get(0))).isEqualTo("CN=localhost");
      assertThat(nameAt(ports.get(1))).isEqualTo("CN=localhost");
    }
  }

  /** Looks as the node does, with a clock of the test. */
  @Test
  void aPairIsReadOnceItIsStillAndRefusedOnce() throws Exception {
    var nowMs = new AtomicLong(System.currentTimeMillis());
    var certificates = new Certificates(nowMs::get);
    List<String> taken = new ArrayList<>();
    certificates.open(
        "http.tls",
        new HttpOptions.Tls(chain, key),
        pair -> taken.add(Long.toString(pair.expiresAtMs())));
    var registry = new SimpleMeterRegistry();
    certificates.measure(registry);
    assertThat(days(registry)).isBetween(29.0, 30.0);
    certificates.look();
    assertThat(taken).isEmpty();

    put(two.certificate(), chain);
    certificates.look(); // it may be being written
    put(two.key(), key);
    certificates.look(); // has changed since
    assertThat(taken).isEmpty();
    certificates.look();
    assertThat(taken).hasSize(1);
    assertThat(days(registry)).isBetween(7.0, 8.0);

    Files.writeString(key, Files.readString(key).substring(0, 40));
    certificates.look();
    certificates.look(); // refused
    certificates.look();
    assertThat(taken).hasSize(1);
    Files.delete(key);
    certificates.look();
    certificates.look(); // refused as well
    assertThat(days(registry)).isBetween(7.0, 8.0);
    put(two.key(), key);
    certificates.look();
    certificates.look();
    assertThat(taken).hasSize(1); // the same again

    Files.setLastModifiedTime(chain, FileTime.fromMillis(nowMs.get() - 5_000));
    certificates.again();
    assertThat(taken).hasSize(1); // another date alone
    put(one.certificate(), chain);
    put(one.key(), key);
    certificates.again();
    assertThat(taken).hasSize(2);
    nowMs.addAndGet(Duration.ofDays(40).toMillis());
    assertThat(days(registry)).isBetween(-11.0, -10.0);
  }

  private static double days(SimpleMeterRegistry registry) {
    return registry.get("sluice.tls.certificate.days").tag("listener", "http.tls").gauge().value();
  }

  @Test
  void whatAListenerDoesNotTakeIsNotTaken() throws Exception {
    var certificates = new Certificates(System::currentTimeMillis);
    certificates.open(
        "rtmp.tls",
        new HttpOptions.Tls(chain, key),
        _ -> {
          throw new IOException("on purpose");
        });
    var registry = new SimpleMeterRegistry();
    certificates.measure(registry);
    put(two.certificate(), chain);
    put(two.key(), key);
    certificates.again();
    double days =
        registry.get("sluice.tls.certificate.days").tag("listener", "rtmp.tls").gauge().value();
    assertThat(days).isGreaterThan(28);
  }

  @Test
  void aPairThatIsWrongAtTheStartIsNamed() {
    var certificates = new Certificates(System::currentTimeMillis);
    assertThatThrownBy(
            () -> certificates.open("http.tls", new HttpOptions.Tls(chain, two.key()), _ -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chain.pem")
        .hasMessageContaining("not that of the certificate");
  }

  @Test
  void theLogHasALineForEach() throws Exception {
    try (var log = new LogLines()) {
      var nowMs = new AtomicLong(System.currentTimeMillis());
      var certificates = new Certificates(nowMs::get);
      put(two.certificate(), chain);
      put(two.key(), key);
      certificates.open("http.tls", new HttpOptions.Tls(chain, key), _ -> {});
      for (int look = 0; look < 3; look++) {
        certificates.look();
      }
      assertThat(log.of("certificate-expires")).hasSize(1);
      nowMs.addAndGet(Duration.ofDays(1).toMillis());
      certificates.look();
      certificates.look();
      assertThat(log.of("certificate-expires")).hasSize(2);
      nowMs.addAndGet(Duration.ofDays(9).toMillis());
      certificates.look();
      assertThat(log.of("certificate-expired")).hasSize(1);
      Files.write(key, "nothing".getBytes(StandardCharsets.US_ASCII));
      for (int look = 0; look < 5; look++) {
        certificates.look();
      }
      assertThat(log.of("certificate-refused")).hasSize(1).first().asString().contains("key.pem");
      put(one.certificate(), chain);
      put(one.key(), key);
      certificates.again();
      assertThat(log.of("certificate-taken")).hasSize(1).first().asString().contains("http.tls");
    }
  }
}
