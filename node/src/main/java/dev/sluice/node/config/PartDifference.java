package dev.sluice.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part that is in the store, at two revisions.
 *
 * @param before whether it was there
 * @param after whether it is there
 * @param keys those that are different
 */
public record PartDifference(Part part, boolean before, boolean after, List<Key> keys) {
  public PartDifference {
    keys = List.copyOf(keys);
  }

  /**
   * A key at two revisions; secrets are hidden, and may look the same.
   *
   * @param key with those of the sections in it that it is in: {@code jwt.issuer}
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
  static PartDifference of(
      Part part, YamlText.@Nullable Mapping before, YamlText.@Nullable Mapping after) {
    return new PartDifference(part, before != null, after != null, keys(part, before, after));
  }

  private static List<Key> keys(
      Part part, YamlText.@Nullable Mapping before, YamlText.@Nullable Mapping after) {
    Map<String, YamlText.Node> old = byKey(before);
    Map<String, YamlText.Node> fresh = byKey(after);
    Map<String, YamlText.Node> oldShown = shown(part, before);
    Map<String, YamlText.Node> freshShown = shown(part, after);
    var names = new LinkedHashMap<>(old);
    names.putAll(fresh);
    List<Key> differences = new ArrayList<>();
    for (String name : names.keySet()) {
      if (!text(old.get(name)).equals(text(fresh.get(name)))) {
        differences.add(new Key(name, plain(oldShown.get(name)), plain(freshShown.get(name))));
      }
    }
    return differences;
  }

  private static Map<String, YamlText.Node> byKey(YamlText.@Nullable Mapping mapping) {
    Map<String, YamlText.Node> nodes = new LinkedHashMap<>();
    if (mapping != null) {
      collect(mapping, "", nodes);
    }
    return nodes;
  }

  private static void collect(
      YamlText.Mapping mapping, String path, Map<String, YamlText.Node> nodes) {
    for (YamlText.Entry entry : mapping.entries()) {
      if (!(entry.key() instanceof YamlText.Scalar key)) {
        continue;
      }
      if (entry.value() instanceof YamlText.Mapping section) {
        collect(section, path + key.text() + ".", nodes);
      } else {
        nodes.put(path + key.text(), entry.value());
      }
    }
  }

  private static Map<String, YamlText.Node> shown(Part part, YamlText.@Nullable Mapping mapping) {
    return byKey(mapping == null ? null : StoredText.shown(part, mapping));
  }

  private static @Nullable Object plain(YamlText.@Nullable Node shown) {
    return shown == null ? null : StoredText.plain(shown);
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
