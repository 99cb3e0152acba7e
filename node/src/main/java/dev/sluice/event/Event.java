package dev.sluice.event;

import dev.sluice.media.StreamName;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that has happened. Nothing secret stands in it.
 *
 * @param id later ones are greater
 * @param utcMs when it happened, UTC in milliseconds; of two that come from different loops the one
 *     with the smaller id may have the later time, by a moment
 * @param stream that it is about; null for none
 * @param party whom it is about; null for nobody
 * @param figures what else there is to say: texts, whole numbers and booleans by name
 */
public record Event(
    EventId id,
    long utcMs,
    EventKind kind,
    @Nullable StreamName stream,
    @Nullable Party party,
    Map<String, Object> figures) {
  /** Characters of a text among the figures that are kept. */
  public static final int MAX_TEXT = 512;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public Event {
    var kept = new TreeMap<String, Object>(); // the order of names, whatever it was before
    figures.forEach((name, value) -> kept.put(name, plain(name, value)));
    figures = Collections.unmodifiableMap(kept);
  }

  private static Object plain(String name, Object value) {
    return switch (value) {
      case String text -> cut(text, MAX_TEXT);
      case Integer number -> number.longValue();
      case Long number -> number;
      case Boolean truth -> truth;
      default ->
          throw new IllegalArgumentException(
              "the figure %s is a %s".formatted(name, value.getClass()));
    };
  }

  /** At most {@code most} characters of {@code text}, and no half of one. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end);
  }

  /** {@code 2026-11-20T12:34:56.789Z}, always with milliseconds. */
  static String time(long utcMs) {
    String whole = Instant.ofEpochMilli(utcMs - Math.floorMod(utcMs, 1_000L)).toString();
    return String.format(
        Locale.ROOT,
        "%s.%03dZ",
        whole.substring(0, whole.length() - 1),
        Math.floorMod(utcMs, 1_000L));
  }

  /** As one line of JSON. */
  public String json() {
    return tree().toString();
  }

  /** As JSON. */
  ObjectNode tree() {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", id.toString());
    json.put("time", time(utcMs));
    json.put("kind", kind.label());
    if (stream != null) {
      json.put("stream", stream.toString());
    }
    if (party != null) {
      ObjectNode client = json.putObject("client");
      client.put("id", party.id());
      client.put("protocol", party.protocol());
      client.put("address", party.address());
      client.put("port", party.port());
      client.put("agent", party.agent());
      client.put("user", party.user());
    }
    ObjectNode more = json.putObject("figures");
    figures.forEach((name, value) -> {
      switch (value) {
        case Long number -> more.put(name, number);
        case Boolean truth -> more.put(name, truth);
        default -> more.put(name, value.toString());
      }
    });
    return json;
  }
}
