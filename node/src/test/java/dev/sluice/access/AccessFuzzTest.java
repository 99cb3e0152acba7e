package dev.sluice.access;

import static dev.sluice.access.Asking.NOW_MS;
import static dev.sluice.access.Asking.SIGNING;
import static dev.sluice.access.Asking.ask;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Whatever a client says, nothing but what it was given lets it in, and nothing fails. */
class AccessFuzzTest {
  private static final Rulebook BOOK =
      Asking.book(
          Asking.rule(
              "live/**",
              new Restrictions(
                  Set.of(),
                  Set.of(),
                  List.of(),
                  List.of(),
                  List.of(PageHost.NONE, Objects.requireNonNull(PageHost.parse("*.a.example")))),
              new LinkProver(SIGNING, EnumSet.allOf(LinkForm.class)),
              new TokenProver(List.of(Asking.TOKEN)),
              new LoginProver(Map.of("alice", new Token("a password that is long")))));

  @FuzzTest
  void noQueryLetsAnybodyIn(byte[] input) {
    String query = new String(input, StandardCharsets.UTF_8);
    for (Action action : Action.values()) {
      var decision = Asking.decided(BOOK, ask(action, "live/fuzz", query));
      assertThat(decision.allowed()).isFalse();
      assertThat(decision.why()).doesNotContainPattern("\\p{Cntrl}");
      assertThat(BOOK.decide(ask(action, "live/fuzz", query), NOW_MS + 2_000)).isNotNull();
    }
  }
}
