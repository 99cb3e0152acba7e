package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the server said of the storm; each question answers with the lines that it must not have.
 */
record ServerLog(List<String> lines) {
  /** A line that an operator is to look at, and what it has to name. */
  private static final Pattern LOUD = Pattern.compile("^\\S+ +(WARN|ERROR) .*");

  private static final Pattern SAYS_WHO_AND_WHY =
      Pattern.compile(".*\\b(peer|stream|id)=\\S+.*\\b(why|reason|error|what)=.*");

  /** That the server ended an RTMP connection, or would not do what it asked for. */
  private static final Pattern TURNED_AWAY =
      Pattern.compile(
          " (?:id=(?<id>R-\\w+) event=(?:closed|publish-refused|play-refused|unpublish|stop)"
              + "|event=refused) .*peer=127\\.0\\.0\\.1:(?<port>\\d+) .*"
              + "\\breason=(?!peer-left)");

  /** The one line that every connection of RTMP has that was ended for what it did. */
  private static final Pattern CLOSED = Pattern.compile(" id=(\\S+) event=closed ");

  static ServerLog of(Path file) throws IOException {
    return new ServerLog(Files.readAllLines(file));
  }

  List<String> stackTracesAndLostBuffers() {
    return lines.stream().filter(line -> line.startsWith("\t") || line.contains("LEAK")).toList();
  }

  /** Warnings and errors that do not say who, what and why. */
  List<String> unexplained() {
    return lines.stream()
        .filter(line -> LOUD.matcher(line).matches())
        .filter(line -> !SAYS_WHO_AND_WHY.matcher(line).matches())
        .toList();
  }

  /** Ports of RTMP connections that were ended without a word of the reason. */
  List<String> endedWithoutAWord(Collection<Integer> ports) {
    Map<Integer, Set<String>> said = new HashMap<>();
    for (String line : lines) {
      Matcher found = TURNED_AWAY.matcher(line);
      if (found.find()) {
        String who = found.group("id") == null ? line : found.group("id"); // a line for each
        said.computeIfAbsent(Integer.valueOf(found.group("port")), _ -> new HashSet<>()).add(who);
      }
    }
    Map<Integer, Long> ended =
        ports.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return ended.entrySet().stream()
        .filter(port -> said.getOrDefault(port.getKey(), Set.of()).size() < port.getValue())
        .map(port -> "port %d, %d times".formatted(port.getKey(), port.getValue()))
        .toList();
  }

  /** Connections whose end was reported more than once. */
  List<String> endedTwice() {
    Map<String, Long> ends =
        lines.stream()
            .map(CLOSED::matcher)
            .filter(Matcher::find)
            .collect(Collectors.groupingBy(line -> line.group(1), Collectors.counting()));
    return ends.entrySet().stream()
        .filter(end -> end.getValue() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }
}
