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
    var wanted = new WantedStreams(live, store, () -> 0);
    StreamSelector name = StreamSelector.parse("live/a");
    told(wanted.put(name, text, WantedStreams.Expected.ANYTHING, ME));
    told(wanted.patch(name, text, WantedStreams.Expected.ANYTHING, ME));
    told(wanted.importAll(text, false, WantedStreams.Expected.ANYTHING, ME));
    Loaded again = WantedStreams.read(none, store);
    assertThat(again.config()).isEqualTo(live.now());
    String exported = wanted.export(true);
    WantedStreams.Outcome outcome =
        wanted.importAll(exported, true, WantedStreams.Expected.ANYTHING, ME);
    assertThat(outcome).isEqualTo(new WantedStreams.Done(store.revision(), null, 0));
  }

  private static void told(WantedStreams.Outcome outcome) throws IOException {
    if (outcome instanceof WantedStreams.Refused refused) {
      assertThat(refused.problems()).isNotEmpty();
      for (Problem problem : refused.problems()) {
        assertThat(problem.toString()).doesNotContainPattern("\\p{Cntrl}");
      }
    }
  }
}
