package dev.sluice.node.face.srs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Texts of {@code /proc} (proc(5)) as figures by name. What is missing or no number is left out, so
 * a text of another kernel gives what it has, and none gives nothing.
 */
final class ProcText {
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,20}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,15}(?:\\.[0-9]{1,9})?");

  /** The fields of {@code /proc/self/stat} behind the state, from the fourth on. */
  static final List<String> SELF =
      List.of(
          "ppid",
          "pgrp",
          "session",
          "tty_nr",
          "tpgid",
          "flags",
          "minflt",
          "cminflt",
          "majflt",
          "cmajflt",
          "utime",
          "stime",
          "cutime",
          "cstime",
          "priority",
          "nice",
          "num_threads",
          "itrealvalue",
          "starttime",
          "vsize",
          "rss",
          "rsslim",
          "startcode",
          "endcode",
          "startstack",
          "kstkesp",
          "kstkeip",
          "signal",
          "blocked",
          "sigignore",
          "sigcatch",
          "wchan",
          "nswap",
          "cnswap",
          "exit_signal",
          "processor",
          "rt_priority",
          "policy",
          "delayacct_blkio_ticks",
          "guest_time",
          "cguest_time");

  /** The fields of the line {@code cpu} of {@code /proc/stat}. */
  static final List<String> CPU =
      List.of("user", "nice", "sys", "idle", "iowait", "irq", "softirq", "steal", "guest");

  private ProcText() {}

  /** {@code /proc/self/stat}: its numbers. The name, second, may hold spaces and brackets. */
  static Map<String, Long> self(String text) {
    int name = text.lastIndexOf(')');
    return name < 0 || name + 4 > text.length()
        ? Map.of()
        : named(SELF, SPACE.split(text.substring(name + 4)), 0);
  }

  /** The name of the program, of the same text; empty when there is none. */
  static String selfName(String text) {
    int from = text.indexOf('(');
    int to = text.lastIndexOf(')');
    return from < 0 || to < from ? "" : text.substring(from + 1, to);
  }

  /** Its state, a letter; empty when there is none. */
  static String selfState(String text) {
    int name = text.lastIndexOf(')');
    return name < 0 || name + 3 > text.length() ? "" : text.substring(name + 2, name + 3);
  }

  /** {@code /proc/stat}: the line of all processors, in ticks. */
  static Map<String, Long> cpu(String text) {
    for (String line : text.lines().toList()) {
      String[] words = SPACE.split(line);
      if (words.length > 0 && words[0].equals("cpu")) {
        return named(CPU, words, 1);
      }
    }
    return Map.of();
  }

  /**
   * {@code /proc/meminfo}, {@code /proc/self/io}, {@code /proc/self/status}, {@code /proc/vmstat}.
   */
  static Map<String, Long> table(String text) {
    Map<String, Long> figures = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      String[] words = SPACE.split(line);
      if (words.length >= 2) {
        String name =
            words[0].endsWith(":") ? words[0].substring(0, words[0].length() - 1) : words[0];
        put(figures, name, words[1]);
      }
    }
    return figures;
  }

  /**
   * {@code /proc/net/sockstat}: pairs of name and number behind the protocol, as {@code TCP inuse}.
   */
  static Map<String, Long> sockets(String text) {
    Map<String, Long> figures = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      String[] words = SPACE.split(line);
      for (int i = 1; i + 1 < words.length; i += 2) {
        put(figures, words[0].replace(":", "") + " " + words[i], words[i + 1]);
      }
    }
    return figures;
  }

  /** {@code /proc/net/snmp}: a line of names and one of numbers for each protocol. */
  static Map<String, Long> protocols(String text) {
    Map<String, Long> figures = new LinkedHashMap<>();
    String[] names = {};
    for (String line : text.lines().toList()) {
      String[] words = SPACE.split(line);
      if (words.length > 0 && names.length == words.length && names[0].equals(words[0])) {
        for (int i = 1; i < words.length; i++) {
          put(figures, words[0].replace(":", "") + " " + names[i], words[i]);
        }
      }
      names = words;
    }
    return figures;
  }

  /** Bytes of an interface. */
  record Traffic(long in, long out) {}

  /** {@code /proc/net/dev}, by name of the interface. */
  static Map<String, Traffic> interfaces(String text) {
    Map<String, Traffic> traffic = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':');
      String[] words = colon < 0 ? new String[0] : SPACE.split(line.substring(colon + 1).strip());
      if (words.length > 8 && isNumber(words[0]) && isNumber(words[8])) {
        traffic.put(
            line.substring(0, colon).strip(), new Traffic(number(words[0]), number(words[8])));
      }
    }
    return traffic;
  }

  /** {@code /proc/diskstats}: milliseconds in which a device was at work, by its name. */
  static Map<String, Long> disks(String text) {
    Map<String, Long> busy = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      String[] words = SPACE.split(line.strip());
      if (words.length > 12) {
        put(busy, words[2], words[12]);
      }
    }
    return busy;
  }

  /** {@code /proc/loadavg}, {@code /proc/uptime}: the decimal numbers that it begins with. */
  static List<Double> decimals(String text) {
    return SPACE
        .splitAsStream(text.strip())
        .takeWhile(word -> DECIMAL.matcher(word).matches())
        .map(Double::valueOf)
        .toList();
  }

  private static Map<String, Long> named(List<String> names, String[] words, int first) {
    Map<String, Long> figures = new LinkedHashMap<>();
    for (int i = 0; i < names.size() && first + i < words.length; i++) {
      put(figures, names.get(i), words[first + i]);
    }
    return figures;
  }

  private static void put(Map<String, Long> figures, String name, String word) {
    if (isNumber(word)) {
      figures.put(name, number(word));
    }
  }

  private static boolean isNumber(String word) {
    if (!NUMBER.matcher(word).matches()) {
      return false;
    }
    try {
      number(word);
      return true;
    } catch (NumberFormatException tooLarge) {
      return false;
    }
  }

  /** Unlimited, which is 2⁶⁴ − 1, becomes −1, as it does in SRS. */
  private static long number(String word) {
    return word.startsWith("-") ? Long.parseLong(word) : Long.parseUnsignedLong(word);
  }
}
