package dev.sluice.interop.storm;

import java.time.Duration;

/**
 * The server that is attacked, as its configuration has it.
 *
 * @param stream that is live, and that others watch
 * @param token that lets publish
 * @param handshakeTimeout of RTMP: for the handshake, for {@code connect}, and for what comes next
 * @param requestTimeout of HTTP: for the first request, and for TLS
 */
record Prey(
    int httpPort,
    int httpsPort,
    int rtmpPort,
    int rtmpsPort,
    String stream,
    String token,
    Duration handshakeTimeout,
    Duration requestTimeout) {

  /** What a busy machine may add to a timeout. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  /** By when an RTMP connection that does not get on has to be closed. */
  Duration rtmpPatience() {
    return handshakeTimeout.plus(SLACK);
  }

  /** By when an HTTP connection that does not get on has to be closed. */
  Duration httpPatience() {
    return requestTimeout.plus(SLACK);
  }
}
