package dev.sluice.cli.remote;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fields of an answer, of whatever shape it is: a server of another version may say more, less or
 * something else, and that is no reason to fail.
 */
public final class Fields {
  private Fields() {}

  /** The text of that name; empty when there is none. */
  public static String text(JsonObject in, String name) {
    return in.getValue(name) instanceof String text ? text : "";
  }

  /** The number of that name, cut to a whole one; 0 when there is none. */
  public static long whole(JsonObject in, String name) {
    return in.getValue(name) instanceof Number number ? number.longValue() : 0;
  }

  /** The number of that name; not a number when there is none. */
  public static double number(JsonObject in, String name) {
    return in.getValue(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** The object of that name; null when there is none. */
  public static @Nullable JsonObject maybe(JsonObject in, String name) {
    return in.getValue(name) instanceof JsonObject object ? object : null;
  }

  /** The object of that name; an empty one when there is none. */
  public static JsonObject object(JsonObject in, String name) {
    return in.getValue(name) instanceof JsonObject object ? object : new JsonObject();
  }

  /** The objects in the list of that name. */
  public static List<JsonObject> objects(JsonObject in, String name) {
    List<JsonObject> objects = new ArrayList<>();
    if (in.getValue(name) instanceof JsonArray array) {
      for (Object each : array) {
        if (each instanceof JsonObject object) {
          objects.add(object);
        }
      }
    }
    return objects;
  }

  /** The texts in the list of that name. */
  public static List<String> texts(JsonObject in, String name) {
    List<String> texts = new ArrayList<>();
    if (in.getValue(name) instanceof JsonArray array) {
      for (Object each : array) {
        if (each instanceof String text) {
          texts.add(text);
        }
      }
    }
    return texts;
  }

  /** The numbers in the object of that name, by theirs. */
  public static Map<String, Long> numbers(JsonObject in, String name) {
    Map<String, Long> numbers = new TreeMap<>();
    for (Map.Entry<String, Object> entry : object(in, name)) {
      if (entry.getValue() instanceof Number number) {
        numbers.put(entry.getKey(), number.longValue());
      }
    }
    return numbers;
  }
}
