package dev.sluice.imports;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block of nginx-rtmp with what it inherits: {@code application} from {@code server} from {@code
 * rtmp}.
 *
 * @param outer where it stands; null for {@code rtmp}
 * @param block its statements
 */
record NginxLevel(@Nullable NginxLevel outer, Statement block) {
  /** The statement that holds here: the nearest one; null for none. */
  @Nullable Statement find(String name) {
    Statement own = block.first(name);
    return own != null ? own : outer == null ? null : outer.find(name);
  }

  /** All that hold here, the own ones before those further out. */
  List<Statement> all(List<String> names) {
    var list = new ArrayList<Statement>();
    for (Statement statement : block.block()) {
      if (names.contains(statement.name())) {
        list.add(statement);
      }
    }
    if (outer != null) {
      list.addAll(outer.all(names));
    }
    return list;
  }

  /** The first argument of what holds here, else {@code byDefault}. */
  String value(String name, String byDefault) {
    Statement statement = find(name);
    return statement == null ? byDefault : statement.value();
  }

  boolean isOn(String name) {
    return value(name, "off").equals("on");
  }
}
