package dev.sluice.node;

import dev.sluice.endpoint.rtmp.BandCheckPolicy;
import dev.sluice.net.HttpOptions;
import dev.sluice.net.Transport;
import dev.sluice.net.TrustedProxies;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.ListenAddress;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.WebOrigin;
import dev.sluice.session.rtmp.RtmpServerSettings;
import dev.sluice.wire.rtmp.ChunkLimits;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From the words of the configuration to the options that the parts of the node take. */
final class Translation {
  private Translation() {}

  /**
   * The transport to use.
   *
   * @throws IOException when the one that is asked for is not there
   */
  static Transport transport(Config.Transport wanted) throws IOException {
    Transport transport =
        switch (wanted) {
          case AUTO -> Transport.automatic();
          case EPOLL -> Transport.EPOLL;
          case IO_URING -> Transport.IO_URING;
          case NIO -> Transport.NIO;
        };
    if (!transport.available()) {
      throw new IOException(
          "transport " + transport.label() + " does not work on this machine; use auto or nio");
    }
    return transport;
  }

  static int eventLoops(Config config) {
    return config.eventLoops() == 0
        ? Runtime.getRuntime().availableProcessors()
        : config.eventLoops();
  }

  /** Bytes that media may take, of what the process may use: heap and direct memory. */
  static long mediaBytes(Config.Memory memory) {
    return memory
        .media()
        .bytesOf(Runtime.getRuntime().maxMemory() + PlatformDependent.maxDirectMemory());
  }

  static RtmpServerSettings rtmp(Config.Rtmp rtmp) {
    RtmpServerSettings usual = RtmpServerSettings.DEFAULT;
    RtmpServerSettings.Timeouts timeouts = usual.timeouts();
    int messageBytes = Math.toIntExact(rtmp.maxMessage().bytes());
    ChunkLimits limits = usual.limits();
    long handshakeNs = rtmp.handshakeTimeout().toNanos();
    return new RtmpServerSettings(
        rtmp.chunkSize(),
        usual.windowBytes(),
        usual.fmsVersion(),
        new ChunkLimits(
            limits.chunkStreams(), messageBytes, limits.commandBytes(), messageBytes / 2 * 3),
        new RtmpServerSettings.Timeouts(
            handshakeNs,
            handshakeNs,
            handshakeNs,
            timeouts.firstMediaNs(),
            rtmp.pingTimeout().toNanos(),
            timeouts.republishNs(),
            timeouts.redirectNs(),
            rtmp.pingInterval().toNanos(),
            rtmp.pingTimeout().toNanos()),
        usual.messagesPerSecond(),
        usual.commandsPerSecond(),
        usual.createStreams());
  }

  /** How bandwidth is checked over RTMP; null when it is not. */
  static @Nullable BandCheckPolicy bandCheck(Config.BandCheck check) {
    Secret key = check.key();
    return key == null
        ? null
        : new BandCheckPolicy(
            check.vhost().value().toLowerCase(Locale.ROOT),
            key.value(),
            check.interval().toNanos(),
            Math.toIntExact(check.limit().bitsPerSecond() / 1_000));
  }

  static HttpOptions http(Config.Http http) throws IOException {
    List<HttpOptions.Listener> listeners = new ArrayList<>();
    for (ListenAddress address : http.addresses()) {
      listeners.add(
          new HttpOptions.Listener(address.host(), address.port(), null, http.proxyProtocol()));
    }
    HttpOptions.Tls tls = tls(http.tls(), "http.tls");
    for (ListenAddress address : http.tls().addresses()) {
      listeners.add(
          new HttpOptions.Listener(
              address.host(), address.port(), tls, http.tls().proxyProtocol()));
    }
    return options(listeners, http.cors().stream().map(WebOrigin::toString).toList());
  }

  /** A listener for a face of another server, which says itself what other pages may. */
  static HttpOptions face(List<ListenAddress> addresses) {
    List<HttpOptions.Listener> listeners = new ArrayList<>();
    for (ListenAddress address : addresses) {
      listeners.add(new HttpOptions.Listener(address.host(), address.port(), null));
    }
    return options(listeners, List.of());
  }

  private static HttpOptions options(
      List<HttpOptions.Listener> listeners, List<String> corsOrigins) {
    HttpOptions usual = HttpOptions.of();
    return new HttpOptions(
        listeners,
        corsOrigins,
        usual.maxHeaderBytes(),
        usual.maxBodyBytes(),
        usual.requestTimeoutMs(),
        usual.keepAliveMs(),
        usual.answerTimeoutMs());
  }

  /** Whose word is taken for whom they speak for: as the configuration says at the time. */
  static TrustedProxies proxies(LiveConfig live) {
    return new TrustedProxies(
        address ->
            live.now().access().trustedProxies().stream().anyMatch(it -> it.contains(address)),
        () ->
            switch (live.now().access().proxyHeaders()) {
              case X_FORWARDED -> TrustedProxies.Fields.X_FORWARDED;
              case FORWARDED -> TrustedProxies.Fields.FORWARDED;
            });
  }

  /**
   * The PEM files of a listener; null when it has none.
   *
   * @throws IOException when only one of the two is given
   */
  static HttpOptions.@Nullable Tls tls(Config.Tls tls, String key) throws IOException {
    Path certificate = tls.certificate();
    Path privateKey = tls.key();
    if (tls.addresses().isEmpty()) {
      return null;
    }
    if (certificate == null || privateKey == null) {
      throw new IOException(key + " listens but has no certificate and key");
    }
    return new HttpOptions.Tls(certificate, privateKey);
  }
}
