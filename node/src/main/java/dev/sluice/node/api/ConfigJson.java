package dev.sluice.node.api;

import dev.sluice.media.StreamName;
import dev.sluice.node.config.ConfigChange;
import dev.sluice.node.config.ConfigOrigin;
import dev.sluice.node.config.Layer;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.Problem;
import dev.sluice.node.config.Setting;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configuration as the API writes it. Never a secret, nor the query of an address. */
final class ConfigJson {
  private static final Pattern QUERY = Pattern.compile("(://[^?,\\s]*)\\?[^,\\s]+");

  private ConfigJson() {}

  /** All that holds. */
  static JsonObject state(LiveConfig.State state) {
    ConfigOrigin origin = state.loaded().origin();
    return new JsonObject()
        .put("generation", state.generation())
        .put("file", origin == null || origin.file() == null ? null : origin.file().toString())
        .put("settings", settings(List.copyOf(state.loaded().effective().settings()), 0))
        .put("waiting", changes(state.waiting()));
  }

  /**
   * Some settings.
   *
   * @param from how much of each key is left out at its beginning
   */
  static JsonArray settings(List<Setting> settings, int from) {
    var list = new JsonArray();
    for (Setting setting : settings) {
      list.add(
          new JsonObject()
              .put("key", setting.key().substring(from))
              .put("value", shown(setting.value()))
              .put("layer", kind(setting.layer()))
              .put("from", setting.layer().toString())
              .put("when", setting.when().label()));
    }
    return list;
  }

  /** A change that was taken. */
  static JsonObject applied(LiveConfig.Applied applied) {
    var streams = new JsonArray();
    applied.streams().stream().map(StreamName::toString).forEach(streams::add);
    var warnings = new JsonArray();
    applied.warnings().stream().map(Problem::toString).forEach(warnings::add);
    return new JsonObject()
        .put("changed", changes(applied.changed()))
        .put("waiting", changes(applied.waiting()))
        .put("streams", streams)
        .put("warnings", warnings);
  }

  private static JsonArray changes(List<ConfigChange> changes) {
    var list = new JsonArray();
    for (ConfigChange change : changes) {
      list.add(
          new JsonObject()
              .put("key", change.key())
              .put("before", shown(change.before()))
              .put("after", shown(change.after()))
              .put("layer", kind(change.layer()))
              .put("from", change.layer().toString())
              .put("when", change.when().label()));
    }
    return list;
  }

  /** A change that was refused, as a problem document (RFC 9457). */
  static JsonObject refused(List<Problem> refused, int status) {
    var problems = new JsonArray();
    for (Problem problem : refused) {
      Layer place = problem.place();
      boolean seen = !(place instanceof Layer.Store(long revision, _, _)) || revision == 0;
      problems.add(
          new JsonObject()
              .put("from", problem.place().toString())
              .put("line", seen && place.line() > 0 ? place.line() : null)
              .put("key", problem.key())
              .put("found", problem.found())
              .put("allowed", problem.allowed()));
    }
    String title = "the configuration is refused, and nothing has changed";
    String first = refused.getFirst().toString();
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", first)
        .put("problems", problems)
        .put("error", new JsonObject().put("reason", "config-refused").put("message", first));
  }

  private static String kind(Layer layer) {
    return switch (layer) {
      case Layer.Default _ -> "default";
      case Layer.File _ -> "file";
      case Layer.Store _ -> "store";
      case Layer.Environment _ -> "environment";
    };
  }

  private static @Nullable String shown(@Nullable String value) {
    return value == null ? null : QUERY.matcher(value).replaceAll("$1?(hidden)");
  }
}
