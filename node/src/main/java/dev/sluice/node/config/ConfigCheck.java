package dev.sluice.node.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code sluice check} says about a configuration. */
public final class ConfigCheck {
  private ConfigCheck() {}

  /**
   * A verdict.
   *
   * @param text lines for a terminal, the last one ended too
   * @param exitCode 0 when the configuration holds, 1 when it is refused
   */
  public record Verdict(String text, int exitCode) {}

  /** Reads file and environment as {@link ConfigSource#load} does, and says what comes of it. */
  public static Verdict check(@Nullable Path file, Map<String, String> env) {
    try {
      Loaded loaded = ConfigSource.load(file, env);
      var out = new StringBuilder(render("warning", loaded.warnings()));
      int set = 0;
      for (Setting setting : loaded.effective().settings()) {
        if (!(setting.layer() instanceof Layer.Default)) {
          set++;
          out.append(setting.key()).append(" = ").append(setting.value());
          out.append("  (").append(setting.layer()).append(")\n");
        }
      }
      String values = set == 1 ? "1 value is" : set + " values are";
      return new Verdict(out + "Valid; " + values + " not the default's.\n", 0);
    } catch (ConfigException refused) {
      int count = refused.problems().size();
      String faults = count == 1 ? "1 fault" : count + " faults";
      return new Verdict(render("error", refused.problems()) + "Refused: " + faults + ".\n", 1);
    }
  }

  /** One line for each of {@code problems}, begun with {@code severity}. */
  public static String render(String severity, List<Problem> problems) {
    var out = new StringBuilder();
    for (Problem problem : problems) {
      out.append(severity).append(": ").append(problem).append('\n');
    }
    return out.toString();
  }
}
