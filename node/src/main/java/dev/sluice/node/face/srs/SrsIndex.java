package dev.sluice.node.face.srs;

import java.util.LinkedHashMap;
import java.util.Map;

/** What SRS's API says of itself and of the server. */
final class SrsIndex {
  /** Of what SRS names and this server has not. */
  static final String NOT_THERE = "not there";

  /** What there is under {@code /api/v1/}. Of SRS's list some are named that no server has now. */
  static final Map<String, String> URLS =
      pairs(
          "versions", "the version of SRS whose API this is",
          "summaries", "the summary (pid, argv, cwd, cpu, mem) of the server",
          "rusages", "what the process has used",
          "self_proc_stats", "the process as the kernel sees it",
          "system_proc_stats", "the processors as the kernel sees them",
          "meminfos", "the memory as the kernel sees it",
          "authors", "the license and who made it",
          "features", "what the server has of SRS's features",
          "requests", "the request itself, for tests",
          "vhosts", "all vhosts, or one",
          "streams", "all streams, or one",
          "clients", "all clients, or one, which DELETE ends",
          "raw", "reads the configuration again",
          "clusters", "where a stream is",
          "perf", NOT_THERE,
          "tcmalloc", NOT_THERE,
          "valgrind", NOT_THERE,
          "signal", NOT_THERE);

  /** What there is under {@code /api/v1/tests/}. */
  static final Map<String, String> TESTS =
      pairs(
          "requests", "the request itself",
          "errors", "always the code 100",
          "redirects", "always a redirect to errors");

  /** What the server has of SRS's features. */
  static final Map<String, Boolean> FEATURES = features();

  private SrsIndex() {}

  private static Map<String, String> pairs(String... words) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      pairs.put(words[i], words[i + 1]);
    }
    return pairs;
  }

  private static Map<String, Boolean> features() {
    Map<String, Boolean> features = new LinkedHashMap<>();
    features.put("ssl", true);
    features.put("hls", true);
    features.put("hds", false);
    features.put("callback", true);
    features.put("api", true);
    features.put("httpd", true);
    features.put("dvr", false);
    features.put("transcode", false);
    features.put("ingest", true); // sources that the server fetches
    features.put("stat", true);
    features.put("caster", false);
    features.put("complex_send", true); // many messages in one write
    features.put("tcp_nodelay", true);
    features.put("so_sendbuf", false); // what is unsent is bounded otherwise
    features.put("mr", true); // sources rest between reads
    return features;
  }
}
