package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.config.ConfigParser;
import dev.sluice.node.config.Layer;
import dev.sluice.node.config.Loaded;
import dev.sluice.node.config.Setting;
import java.util.Map;
import java.util.TreeMap;

/** Reads what was written with the parser of the server. */
final class Written {
  private Written() {}

  /** What the server makes of it; it has to be right. */
  static Loaded read(String yaml) {
    return switch (ConfigParser.parse("sluice.yaml", yaml, Map.of())) {
      case ConfigParser.Valid(Loaded loaded) -> loaded;
      case ConfigParser.Invalid invalid ->
          throw new AssertionError(invalid.problems() + " in\n" + yaml);
    };
  }

  /** The keys that it sets, with their values as they are shown, in alphabetic order. */
  static Map<String, String> keys(String yaml) {
    var keys = new TreeMap<String, String>();
    for (Setting setting : read(yaml).effective().settings()) {
      boolean own = !setting.key().startsWith("streams.") || !isInherited(setting, yaml);
      if (setting.layer() instanceof Layer.File && own) {
        keys.put(setting.key(), String.valueOf(setting.value()));
      }
    }
    assertThat(keys).isNotNull();
    return keys;
  }

  /** A stream has what stands under {@code defaults}, too. */
  private static boolean isInherited(Setting setting, String yaml) {
    if (!(setting.layer() instanceof Layer.File(_, int line, _))) {
      return true;
    }
    int streams = yaml.indexOf("\nstreams:");
    return streams < 0 || yaml.substring(0, streams).lines().count() >= line;
  }
}
