package dev.sluice.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Environment variables of SRS: {@code SRS_} and a directive's path in capitals, {@code _} between
 * its parts. They win over the file, and one of a vhost holds for all of them.
 */
final class SrsEnvironment {
  private static final String PREFIX = "SRS_";
  private static final String VHOST = "vhost.";

  /** Blocks of which there may be several: no variable says which one it means. */
  private static final List<String> SEVERAL =
      List.of("vhost.ingest.", "vhost.transcode.", "stream_caster.", "vhost.security.");

  private SrsEnvironment() {}

  /** {@code statements} with what {@code environment} says otherwise. */
  static List<Statement> over(List<Statement> statements, Map<String, String> environment) {
    var list = new ArrayList<>(statements);
    for (Map.Entry<String, String> entry : known(environment).entrySet()) {
      var place = new Place(variable(entry.getKey()), 0, 0);
      List<String> words = List.of(entry.getValue().strip().split("\\s+", -1));
      List<String> path = List.of(entry.getKey().split("\\.", -1));
      if (!entry.getKey().startsWith(VHOST)) {
        set(list, path, words, place);
        continue;
      }
      if (list.stream().noneMatch(statement -> statement.name().equals("vhost"))) {
        list.add(new Statement("vhost", List.of(SrsImport.DEFAULT_VHOST), List.of(), true, place));
      }
      for (int i = 0; i < list.size(); i++) {
        Statement vhost = list.get(i);
        if (vhost.name().equals("vhost")) {
          var block = new ArrayList<>(vhost.block());
          set(block, path.subList(1, path.size()), words, place);
          list.set(i, vhost.with(block));
        }
      }
    }
    return list;
  }

  /** Paths of directives and the text of their variables, in order. */
  private static Map<String, String> known(Map<String, String> environment) {
    var found = new TreeMap<String, String>();
    for (Directive directive : SrsDirectives.TABLE.directives()) {
      String path = directive.path();
      String value = environment.getOrDefault(variable(path), "");
      boolean one = !path.endsWith("*") && SEVERAL.stream().noneMatch(path::startsWith);
      if (one && !value.isBlank() && value.length() <= ConfReader.MAX_WORD) {
        found.put(path, value);
      }
    }
    return found;
  }

  private static String variable(String path) {
    return PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private static void set(
      List<Statement> list, List<String> path, List<String> words, Place place) {
    String name = path.getFirst();
    int at = -1;
    for (int i = 0; i < list.size() && at < 0; i++) {
      at = list.get(i).name().equals(name) ? i : -1;
    }
    if (path.size() == 1) {
      Statement statement = Statement.of(name, words, place);
      if (at < 0) {
        list.add(statement);
      } else {
        list.set(at, statement);
      }
      return;
    }
    Statement block =
        at < 0 ? new Statement(name, List.of(), List.of(), true, place) : list.get(at);
    var inner = new ArrayList<>(block.block());
    set(inner, path.subList(1, path.size()), words, place);
    if (at < 0) {
      list.add(block.with(inner));
    } else {
      list.set(at, block.with(inner));
    }
  }
}
