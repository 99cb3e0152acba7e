package dev.sluice.interop.storm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Connections to a port of this host, of which the certificate is not looked at. */
final class Sockets {
  private static final int CONNECT_MS = 10_000;
  private static final SSLContext TRUSTS_ALL = trustsAll();

  private Sockets() {}

  /** Connects; {@code receiveBytes} is what the kernel may keep of what is not read. */
  static Socket plain(int port, int receiveBytes) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(receiveBytes);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Connects and shakes hands by TLS; {@code protocols} for ALPN. */
  static Socket tls(int port, int receiveBytes, String... protocols) throws IOException {
    Socket below = plain(port, receiveBytes);
    below.setSoTimeout(CONNECT_MS);
    SSLSocket socket =
        (SSLSocket) TRUSTS_ALL.getSocketFactory().createSocket(below, "localhost", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IOException refused) {
      below.close();
      throw refused;
    }
    return socket;
  }

  private static SSLContext trustsAll() {
    TrustManager all =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {all}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
