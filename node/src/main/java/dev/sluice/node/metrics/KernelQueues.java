package dev.sluice.node.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel holds and has turned away of TCP, of everything in this network namespace: two
 * small files of Linux that cost the same whatever the number of connections (proc_net(5)). Control
 * plane only.
 *
 * @param tcpBytes memory of all TCP queues, sent and received, which the kernel counts by pages
 * @param listenOverflows connections that came while a queue of those to be accepted was full, so
 *     far
 * @param listenDrops connections that were turned away at a listener for whatever reason, so far
 */
public record KernelQueues(long tcpBytes, long listenOverflows, long listenDrops) {
  private static final Path SOCKSTAT = Path.of("/proc/net/sockstat");
  private static final Path NETSTAT = Path.of("/proc/net/netstat");

  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  /** Longer than these files are, and than one mapping; more is not read. */
  private static final int MAX_BYTES = 16 << 10;

  private static final Pattern TCP_PAGES =
      Pattern.compile("^TCP:(?: \\w+ \\d+)* mem (\\d{1,12})(?: |$)", Pattern.MULTILINE);
  private static final Pattern PAGE = Pattern.compile("KernelPageSize: +(\\d{1,6}) kB");
  private static final int COMMON_PAGE_BYTES = 4_096;
  private static final String EXTENDED = "TcpExt:";
  private static final Pattern COUNT = Pattern.compile("\\d{1,18}");

  /** As it is now; null where there is no such thing. Blocks, not for long. */
  public static @Nullable KernelQueues now() {
    String sockets = text(SOCKSTAT);
    String counts = text(NETSTAT);
    return sockets == null || counts == null ? null : read(sockets, counts, Pages.BYTES);
  }

  /**
   * Reads the two texts; null when they are none of these.
   *
   * @param sockstat what is in {@code /proc/net/sockstat}
   * @param netstat what is in {@code /proc/net/netstat}
   * @param pageBytes of the kernel's pages
   */
  static @Nullable KernelQueues read(String sockstat, String netstat, int pageBytes) {
    Matcher pages = TCP_PAGES.matcher(sockstat);
    Long overflows = count(netstat, "ListenOverflows");
    Long drops = count(netstat, "ListenDrops");
    return pages.find() && overflows != null && drops != null
        ? new KernelQueues(Long.parseLong(pages.group(1)) * pageBytes, overflows, drops)
        : null;
  }

  /** The size of a page, from what is said of any mapping; the common one where nothing is. */
  static int pageBytes(@Nullable String mappings) {
    Matcher page = PAGE.matcher(mappings == null ? "" : mappings);
    return page.find() ? Integer.parseInt(page.group(1)) << 10 : COMMON_PAGE_BYTES;
  }

  /** Of two lines, one of names and one of counts, the count that stands where the name does. */
  private static @Nullable Long count(String netstat, String name) {
    String[] names = null;
    for (String line : netstat.split("\n", -1)) {
      if (!line.startsWith(EXTENDED)) {
        continue;
      }
      String[] words = line.split(" ", -1);
      if (names == null) {
        names = words;
        continue;
      }
      for (int i = 0; i < Math.min(names.length, words.length); i++) {
        if (names[i].equals(name) && COUNT.matcher(words[i]).matches()) {
          return Long.parseLong(words[i]);
        }
      }
    }
    return null;
  }

  /** Looked up once: it does not change. */
  private static final class Pages {
    static final int BYTES = pageBytes(text(MAPPINGS));
  }

  private static @Nullable String text(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
    } catch (IOException none) {
      return null; // not Linux, or hidden from us
    }
  }
}
