package dev.sluice.node.api;

import dev.sluice.control.StoreRevision;
import dev.sluice.control.Touched;
import dev.sluice.node.config.Layer;
import dev.sluice.node.config.Part;
import dev.sluice.node.config.PartDifference;
import dev.sluice.node.config.WantedConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** What is in the store, and what was, as the API writes it. Never a secret. */
final class StoreJson {
  private StoreJson() {}

  /** How parts of that kind are called. */
  static String kind(Part part) {
    return switch (part) {
      case Part.Entry _ -> "entry";
      case Part.Whole _ -> "section";
    };
  }

  /** A part, by its name under its kind. */
  static JsonObject known(WantedConfig.Known known) {
    Layer place = known.place();
    return new JsonObject()
        .put(kind(known.part()), known.part().name())
        .put("file", place == null ? null : place.toString())
        .put("managed", known.managed() ? "api" : "file")
        .put("revision", known.revision() == 0 ? null : known.revision())
        .put("keys", known.keys() == null ? null : new JsonObject(known.keys()));
  }

  /** A change that was made. */
  static JsonObject done(WantedConfig.Done done) {
    return new JsonObject()
        .put("revision", done.revision())
        .put("taken", done.taken() == null ? null : ConfigJson.applied(done.taken()));
  }

  /** An entry of the history. */
  static JsonObject revision(StoreRevision revision) {
    var parts = new Parts();
    for (Touched touched : revision.touched()) {
      Part part = Part.of(touched.key());
      if (part != null) {
        parts.add(part, touched.how().name().toLowerCase(Locale.ROOT));
      }
    }
    var told =
        new JsonObject()
            .put("revision", revision.revision())
            .put("atMs", revision.utcMs())
            .put("who", revision.author().who())
            .put("from", revision.author().from())
            .put("what", revision.author().what());
    return parts.into(told);
  }

  /** What is different at two revisions. */
  static JsonObject differences(List<PartDifference> differences) {
    var parts = new Parts();
    for (PartDifference difference : differences) {
      var keys = new JsonArray();
      for (PartDifference.Key key : difference.keys()) {
        keys.add(
            new JsonObject()
                .put("key", key.key())
                .put("before", key.before())
                .put("after", key.after()));
      }
      String changed = difference.after() ? "changed" : "removed";
      parts.add(difference.part(), difference.before() ? changed : "added").put("keys", keys);
    }
    return parts.into(new JsonObject());
  }

  /**
   * What has become of parts, by their kinds.
   *
   * @param entries those of {@code streams}
   */
  private record Parts(JsonArray entries, JsonArray sections) {
    Parts() {
      this(new JsonArray(), new JsonArray());
    }

    JsonObject add(Part part, String how) {
      JsonObject told = new JsonObject().put(kind(part), part.name()).put("how", how);
      JsonArray list =
          switch (part) {
            case Part.Entry _ -> entries;
            case Part.Whole _ -> sections;
          };
      list.add(told);
      return told;
    }

    JsonObject into(JsonObject told) {
      return told.put("entries", entries).put("sections", sections);
    }
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
