package dev.sluice.node.api;

import dev.sluice.control.StoreRevision;
import dev.sluice.node.config.EntryDifference;
import dev.sluice.node.config.Layer;
import dev.sluice.node.config.WantedStreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** What is in the store, and what was, as the API writes it. Never a secret. */
final class StoreJson {
  private StoreJson() {}

  /** An entry of {@code streams}. */
  static JsonObject entry(WantedStreams.Entry entry) {
    Layer place = entry.place();
    return new JsonObject()
        .put("entry", entry.selector().toString())
        .put("file", place == null ? null : place.toString())
        .put("managed", entry.managed() ? "api" : "file")
        .put("revision", entry.revision() == 0 ? null : entry.revision())
        .put("keys", entry.keys() == null ? null : new JsonObject(entry.keys()));
  }

  /** A change that was made. */
  static JsonObject done(WantedStreams.Done done) {
    return new JsonObject()
        .put("revision", done.revision())
        .put("taken", done.taken() == null ? null : ConfigJson.applied(done.taken()));
  }

  /** An entry of the history. */
  static JsonObject revision(StoreRevision revision) {
    var entries = new JsonArray();
    revision
        .touched()
        .forEach(touched ->
            entries.add(
                new JsonObject()
                    .put("entry", touched.key().name())
                    .put("how", touched.how().name().toLowerCase(Locale.ROOT))));
    return new JsonObject()
        .put("revision", revision.revision())
        .put("atMs", revision.utcMs())
        .put("who", revision.author().who())
        .put("from", revision.author().from())
        .put("what", revision.author().what())
        .put("entries", entries);
  }

  /** What is different at two revisions. */
  static JsonArray differences(List<EntryDifference> differences) {
    var list = new JsonArray();
    for (EntryDifference difference : differences) {
      var keys = new JsonArray();
      for (EntryDifference.Key key : difference.keys()) {
        keys.add(
            new JsonObject()
                .put("key", key.key())
                .put("before", key.before())
                .put("after", key.after()));
      }
      String changed = difference.after() ? "changed" : "removed";
      list.add(
          new JsonObject()
              .put("entry", difference.entry())
              .put("how", difference.before() ? changed : "added")
              .put("keys", keys));
    }
    return list;
  }

  /**
   * A refusal as a problem document (RFC 9457).
   *
   * @param reason lower case and hyphens, for machines
   * @param detail for people
   */
  static JsonObject problem(int status, String title, String reason, String detail) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", detail)
        .put("error", new JsonObject().put("reason", reason).put("message", detail));
  }
}
