package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.sluice.control.Author;
import dev.sluice.control.MemoryStore;
import java.io.IOException;
import java.util.Map;

/** Whatever is sent: it is kept and read again as the same, or refused with what is wrong. */
class StoredTextFuzzTest {
  private static final Author ME = new Author("fuzz", "", "");

  @FuzzTest
  void anyTextIsKeptAsItWasMeantOrRefused(@NotNull String text) throws Exception {
    Loaded none = ConfigSource.load(null, Map.of());
    var store = new MemoryStore();
    var live = new LiveConfig(none, LiveConfig.Listener.NONE);
    var wanted = new WantedConfig(live, store, () -> 0);
    Part name = new Part.Entry(StreamSelector.parse("live/a"));
    Part section = new Part.Whole("access");
    told(wanted.put(name, text, WantedConfig.Expected.ANYTHING, ME));
    told(wanted.patch(name, text, WantedConfig.Expected.ANYTHING, ME));
    told(wanted.put(section, text, WantedConfig.Expected.ANYTHING, ME));
    told(wanted.patch(section, text, WantedConfig.Expected.ANYTHING, ME));
    told(wanted.importAll(text, false, WantedConfig.Expected.ANYTHING, ME));
    Loaded again = WantedConfig.read(none, store);
    assertThat(again.config()).isEqualTo(live.now());
    String exported = wanted.export(true);
    WantedConfig.Outcome outcome =
        wanted.importAll(exported, true, WantedConfig.Expected.ANYTHING, ME);
    assertThat(outcome).isEqualTo(new WantedConfig.Done(store.revision(), null, 0));
  }

  private static void told(WantedConfig.Outcome outcome) throws IOException {
    if (outcome instanceof WantedConfig.Refused refused) {
      assertThat(refused.problems()).isNotEmpty();
      for (Problem problem : refused.problems()) {
        assertThat(problem.toString()).doesNotContainPattern("\\p{Cntrl}");
      }
    }
  }
}
