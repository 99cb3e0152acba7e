package dev.sluice.node.config;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds after a change: what is new, but for the keys that wait for a restart. */
final class HeldConfig {
  private HeldConfig() {}

  /**
   * What holds.
   *
   * @param running what has held until now
   * @param next what was read
   * @throws ConfigException when the two do not go together
   */
  static Loaded of(Loaded running, Loaded next) throws ConfigException {
    var config = (Config) held(KeyTree.ROOT, running.config(), next.config());
    EffectiveConfig effective = running.effective().heldUntilRestart(next.effective());
    List<Problem> problems = new ArrayList<>();
    ConfigRules.check(
        config,
        (keys, found, allowed) -> {
          String key = keys.getFirst();
          Setting setting = effective.setting(key);
          Layer layer = setting == null ? new Layer.Default() : setting.layer();
          problems.add(new Problem(layer, key, found, allowed + "; or a restart"));
        });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Loaded(config, effective, next.sections(), next.warnings(), next.origin());
  }

  private static Record held(Section section, Record running, Record next) {
    var values = new @Nullable Object[section.members().size()];
    for (int i = 0; i < values.length; i++) {
      Member member = section.members().get(i);
      Object before = member.of(running);
      Object after = member.of(next);
      values[i] =
          switch (member.node()) {
            case Section inner when before instanceof Record old && after instanceof Record fresh ->
                held(inner, old, fresh);
            case Section _, Leaf<?> _, Named _, Sections _ ->
                member.when() == When.RESTART ? before : after;
          };
    }
    return section.make(values);
  }
}
