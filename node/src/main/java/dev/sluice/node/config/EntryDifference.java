package dev.sluice.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the store at two revisions.
 *
 * @param entry its name
 * @param before whether it was there
 * @param after whether it is there
 * @param keys those that are different
 */
public record EntryDifference(String entry, boolean before, boolean after, List<Key> keys) {
  public EntryDifference {
    keys = List.copyOf(keys);
  }

  /**
   * A key at two revisions; secrets are hidden, and may look the same.
   *
   * @param before null when it was not there
   * @param after null when it is not there
   */
  public record Key(String key, @Nullable Object before, @Nullable Object after) {}

  /**
   * What is different.
   *
   * @param before null when it was not there
   * @param after null when it is not there
   */
  static EntryDifference of(
      String entry, YamlText.@Nullable Mapping before, YamlText.@Nullable Mapping after) {
    return new EntryDifference(entry, before != null, after != null, keys(before, after));
  }

  private static List<Key> keys(
      YamlText.@Nullable Mapping before, YamlText.@Nullable Mapping after) {
    Map<String, YamlText.Node> old = byKey(before);
    Map<String, YamlText.Node> fresh = byKey(after);
    Map<String, @Nullable Object> oldShown = shown(before);
    Map<String, @Nullable Object> freshShown = shown(after);
    var names = new LinkedHashMap<>(old);
    names.putAll(fresh);
    List<Key> differences = new ArrayList<>();
    for (String name : names.keySet()) {
      if (!text(old.get(name)).equals(text(fresh.get(name)))) {
        differences.add(new Key(name, oldShown.get(name), freshShown.get(name)));
      }
    }
    return differences;
  }

  private static Map<String, YamlText.Node> byKey(YamlText.@Nullable Mapping mapping) {
    Map<String, YamlText.Node> nodes = new LinkedHashMap<>();
    for (YamlText.Entry entry : mapping == null ? List.<YamlText.Entry>of() : mapping.entries()) {
      if (entry.key() instanceof YamlText.Scalar key) {
        nodes.put(key.text(), entry.value());
      }
    }
    return nodes;
  }

  private static Map<String, @Nullable Object> shown(YamlText.@Nullable Mapping mapping) {
    return mapping == null ? Map.of() : StoredText.plain(StoredText.shown(mapping));
  }

  private static String text(YamlText.@Nullable Node value) {
    if (value == null) {
      return "";
    }
    var key = new YamlText.Scalar("is", true, value.at());
    return StoredText.write(
        new YamlText.Mapping(List.of(new YamlText.Entry(key, value)), value.at()));
  }
}
