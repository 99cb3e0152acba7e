package dev.sluice.net;

import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Loop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** An HTTP front on free ports of loopback, one of them with TLS, for tests with real sockets. */
public final class TestFront implements AutoCloseable {
  private static final String PASSWORD = "secret-of-tests";
  private static final Object CERTIFICATE_LOCK = new Object();
  private static HttpOptions.@Nullable Tls certificate;

  private final Vertx vertx;
  private final NettyLoops loops;
  private final HttpFront front;

  private TestFront(Vertx vertx, NettyLoops loops, HttpFront front) {
    this.vertx = vertx;
    this.loops = loops;
    this.front = front;
  }

  /** Starts with two loops and the usual limits. */
  public static TestFront start(HttpRoutes... routes) {
    return start(options(), ConnectionGate.OPEN, routes);
  }

  /** The usual limits, a plain and a TLS listener. */
  public static HttpOptions options() {
    return HttpOptions.of(
        new HttpOptions.Listener("127.0.0.1", 0, null),
        new HttpOptions.Listener("127.0.0.1", 0, selfSigned()));
  }

  /** Starts with two loops. */
  public static TestFront start(HttpOptions options, ConnectionGate gate, HttpRoutes... routes) {
    return start(options, gate, _ -> List.of(routes));
  }

  /** Starts with two loops, which the routes get to know. */
  public static TestFront start(
      HttpOptions options, ConnectionGate gate, Function<NettyLoops, List<HttpRoutes>> routes) {
    return start(options, gate, TrustedProxies.NONE, routes);
  }

  /** Starts with two loops, which the routes get to know, behind proxies. */
  public static TestFront start(
      HttpOptions options,
      ConnectionGate gate,
      TrustedProxies proxies,
      Function<NettyLoops, List<HttpRoutes>> routes) {
    Vertx vertx = NettyLoops.vertx(Transport.automatic(), 2);
    try {
      NettyLoops loops = loops(vertx);
      return new TestFront(
          vertx,
          loops,
          HttpFront.start(vertx, options, gate, proxies, loops::of, routes.apply(loops)));
    } catch (IOException failed) {
      vertx.close();
      throw new UncheckedIOException(failed);
    }
  }

  /** The loops of {@code vertx}. */
  static NettyLoops loops(Vertx vertx) {
    return new NettyLoops(((VertxInternal) vertx).nettyEventLoopGroup(), System::nanoTime);
  }

  public List<Loop> loops() {
    return loops.all();
  }

  public HttpFront front() {
    return front;
  }

  public int port() {
    return front.listeners().get(0).port();
  }

  public int tlsPort() {
    return front.listeners().get(1).port();
  }

  /** A connection to the plain or the TLS listener. */
  public Socket connect(boolean tls) throws IOException {
    Socket socket =
        tls
            ? trustingAll().getSocketFactory().createSocket("127.0.0.1", tlsPort())
            : new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Sends {@code lines} as a request's head. */
  public static void request(Socket socket, String... lines) throws IOException {
    String head = String.join("\r\n", lines) + "\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** Reads up to and including the empty line that ends a head. */
  public static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the head ends early: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** A context for clients that believe any certificate. */
  public static SSLContext trustingAll() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A certificate for localhost and its key, made once for all tests of a JVM. */
  public static HttpOptions.Tls selfSigned() {
    synchronized (CERTIFICATE_LOCK) {
      if (certificate == null) {
        try {
          certificate = certificate("EC", "CN=localhost", 30);
        } catch (IOException | GeneralSecurityException | InterruptedException failed) {
          throw new IllegalStateException(failed);
        }
      }
      return certificate;
    }
  }

  /**
   * A certificate of its own for localhost, and its key.
   *
   * @param algorithm EC or RSA
   * @param days for how long it is good
   */
  public static HttpOptions.Tls certificate(String algorithm, String name, int days)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path folder = Files.createTempDirectory("sluice-tls");
    generate(folder, "test", algorithm, name, days);
    return export(folder);
  }

  /**
   * A certificate for localhost that another one has signed, which is in the chain, and its key.
   */
  public static HttpOptions.Tls chained()
      throws IOException, GeneralSecurityException, InterruptedException {
    Path folder = Files.createTempDirectory("sluice-tls");
    generate(folder, "root", "EC", "CN=root", 20, "-ext", "bc:c");
    generate(folder, "test", "EC", "CN=localhost", 30, "-signer", "root");
    return export(folder);
  }

  private static void generate(
      Path folder, String alias, String algorithm, String name, int days, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                algorithm,
                algorithm.equals("EC") ? "-groupname" : "-keysize",
                algorithm.equals("EC") ? "secp256r1" : "2048",
                "-dname",
                name,
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                Integer.toString(days),
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve("store.p12").toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  private static HttpOptions.Tls export(Path folder) throws IOException, GeneralSecurityException {
    Path store = folder.resolve("store.p12");
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    var all = new StringBuilder();
    for (Certificate each : keys.getCertificateChain("test")) {
      all.append(pem("CERTIFICATE", each.getEncoded()));
    }
    Files.writeString(chain, all);
    byte[] secret = keys.getKey("test", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(key, pem("PRIVATE KEY", secret));
    for (Path file : List.of(folder, chain, key, store)) {
      file.toFile().deleteOnExit(); // works backwards: the folder goes last
    }
    return new HttpOptions.Tls(chain, key);
  }

  /** PEM of {@code der}. */
  static String pem(String what, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
  }

  @Override
  public void close() {
    front.close(0);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
