package dev.sluice.interop.storm;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who carries out one attack: where the server is, a source of randomness, and the lines that were
 * opened. One thread, except for {@link #end}.
 */
final class Assailant {
  /** How soon a server that has no reason to wait has closed. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private final Prey prey;
  private final RandomGenerator random;
  private final List<Line> lines = new ArrayList<>(); // guarded by itself
  private final List<Line> rtmpLines = new ArrayList<>(); // guarded by lines
  private boolean ended; // guarded by lines

  Assailant(Prey prey, RandomGenerator random) {
    this.prey = prey;
    this.random = random;
  }

  Prey prey() {
    return prey;
  }

  RandomGenerator random() {
    return random;
  }

  /** A line to RTMP without TLS. */
  Line rtmp() throws IOException {
    return keepRtmp(Line.open(prey.rtmpPort(), random));
  }

  /** A line to RTMPS, below TLS. */
  Line rtmpsRaw() throws IOException {
    return keep(Line.open(prey.rtmpsPort(), random));
  }

  /** A line to HTTP without TLS. */
  Line http() throws IOException {
    return keep(Line.open(prey.httpPort(), random));
  }

  /** A line to HTTPS, below TLS. */
  Line httpsRaw() throws IOException {
    return keep(Line.open(prey.httpsPort(), random));
  }

  /** A line inside TLS, to RTMPS or HTTPS; {@code protocols} for ALPN. */
  Line tls(int port, String... protocols) throws IOException {
    Line line = Line.openTls(port, random, protocols);
    return port == prey.rtmpsPort() ? keepRtmp(line) : keep(line);
  }

  private Line keepRtmp(Line line) {
    synchronized (lines) {
      rtmpLines.add(line);
    }
    return keep(line);
  }

  private Line keep(Line line) {
    synchronized (lines) {
      lines.add(line);
      if (ended) {
        line.close();
      }
    }
    return line;
  }

  /** The server has to close {@code line}, which means harm, without waiting for anything. */
  void mustBeClosed(Line line) throws IOException {
    line.mustEndWithin(AT_ONCE);
  }

  /** Our ports of the RTMP connections that the server was seen to end. */
  List<Integer> turnedAway() {
    synchronized (lines) {
      return rtmpLines.stream().filter(Line::endedByServer).map(Line::port).toList();
    }
  }

  /** Ends what is still open: the attack fails with an exception if it has not come to an end. */
  void end() {
    synchronized (lines) {
      ended = true;
      lines.forEach(Line::close);
    }
  }
}
