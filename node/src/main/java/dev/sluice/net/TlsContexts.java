package dev.sluice.net;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.io.IOException;
import java.nio.file.Files;

/** TLS by BoringSSL where its native library loads, else by the JDK: TLS 1.2 and 1.3. */
public final class TlsContexts {
  private TlsContexts() {}

  /** Name of the engine in use, for the start-up log. */
  public static String engine() {
    return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version();
  }

  /**
   * A server's context, for protocols that are not HTTP.
   *
   * @throws IOException when a file cannot be read or does not hold what it should; the message
   *     names both files
   */
  public static SslContext server(HttpOptions.Tls tls) throws IOException {
    return TlsPair.read(tls).context();
  }

  /**
   * A client's context: it trusts whom the JDK trusts.
   *
   * @throws IOException when TLS cannot be used here
   */
  public static SslContext client() throws IOException {
    return SslContextBuilder.forClient()
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }

  /** Names the file that is missing, which the TLS libraries do not. */
  static void check(HttpOptions.Tls tls) throws IOException {
    if (!Files.isReadable(tls.certificate())) {
      throw new IOException("TLS certificate " + tls.certificate() + " cannot be read");
    }
    if (!Files.isReadable(tls.key())) {
      throw new IOException("TLS key " + tls.key() + " cannot be read");
    }
  }

  /** The same choice for Vert.x. */
  static SSLEngineOptions forHttp() {
    return OpenSsl.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable()
        ? new OpenSSLEngineOptions()
        : new JdkSSLEngineOptions();
  }
}
