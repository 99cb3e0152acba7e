package dev.sluice.node.face.srs;

import dev.sluice.node.face.srs.ProcText.Traffic;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures of process and host, read at most every few seconds, when somebody asks. Rates are from
 * the reading before to the last one. Where there is no {@code /proc} all figures are missing. Any
 * thread, but it blocks: not for a loop.
 */
final class HostFigures {
  private static final Logger LOG = LoggerFactory.getLogger(HostFigures.class);

  /** So long a reading is good: 3 s. */
  static final long PERIOD_MS = 3_000;

  /** The first one, at the start, is good for so long, so that the second tells a rate soon. */
  private static final long FIRST_MS = 100;

  /** Of a file more is not read: the longest that is of interest has some kilobytes. */
  static final int MAX_BYTES = 256 << 10;

  private final Path proc;
  private final LongSupplier utcMs;
  private Reading reading; // guarded by this
  private boolean first = true; // guarded by this

  /** Two samples, between which rates are taken; at the start both are the same. */
  record Reading(HostSample before, HostSample last) {}

  /**
   * Takes a first sample.
   *
   * @param proc where the kernel tells it: {@code /proc}
   * @param utcMs the clock: UTC in milliseconds
   */
  HostFigures(Path proc, LongSupplier utcMs) {
    this.proc = proc;
    this.utcMs = utcMs;
    HostSample now = sample();
    this.reading = new Reading(now, now);
  }

  /** What is known now. */
  synchronized Reading now() {
    long sinceMs = utcMs.getAsLong() - reading.last.ms();
    if (sinceMs >= (first ? FIRST_MS : PERIOD_MS) || sinceMs < 0) { // or the clock was set back
      first = false;
      reading = new Reading(reading.last, sample());
    }
    return reading;
  }

  private HostSample sample() {
    String self = read("self/stat");
    Map<String, Traffic> interfaces = ProcText.interfaces(read("net/dev"));
    Map<String, Long> sockets = new HashMap<>(ProcText.sockets(read("net/sockstat")));
    sockets.putAll(ProcText.sockets(read("net/sockstat6")));
    return new HostSample(
        utcMs.getAsLong(),
        ProcText.selfName(self),
        ProcText.selfState(self),
        ProcText.self(self),
        ProcText.table(read("self/status")),
        ProcText.table(read("self/io")),
        ProcText.cpu(read("stat")),
        ProcText.table(read("meminfo")),
        ProcText.table(read("vmstat")),
        ProcText.disks(read("diskstats")),
        ProcText.decimals(read("loadavg")),
        ProcText.decimals(read("uptime")),
        sum(interfaces, true),
        sum(interfaces, false),
        sockets,
        ProcText.protocols(read("net/snmp")));
  }

  private String read(String file) {
    try (InputStream in = Files.newInputStream(proc.resolve(file))) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException missing) {
      LOG.debug("no {} in {}", file, proc, missing);
      return "";
    }
  }

  private static Traffic sum(Map<String, Traffic> interfaces, boolean ofPublic) {
    long in = 0;
    long out = 0;
    for (Map.Entry<String, Traffic> each : interfaces.entrySet()) {
      if (isPublic(each.getKey()) == ofPublic) {
        in += each.getValue().in();
        out += each.getValue().out();
      }
    }
    return new Traffic(in, out);
  }

  /** Whether an interface has an address that the Internet can reach. */
  private static boolean isPublic(String name) {
    try {
      NetworkInterface device = NetworkInterface.getByName(name);
      return device != null && device.inetAddresses().anyMatch(HostFigures::isPublic);
    } catch (SocketException unknown) {
      return false;
    }
  }

  private static boolean isPublic(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isSiteLocalAddress()
        && !address.isAnyLocalAddress();
  }
}
