package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AccessRules.Who;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, as tables. */
class AccessRulesTest {
  private static final StreamName NAME = StreamName.parse("live/a");

  /** Decisions are made at once: the loop is not asked for anything. */
  private static final Loop UNUSED =
      new Loop() {
        @Override
        public int index() {
          return 0;
        }

        @Override
        public void execute(Runnable task) {
          throw new IllegalStateException("unused");
        }

        @Override
        public Timer schedule(Runnable task, long delayNs) {
          throw new IllegalStateException("unused");
        }

        @Override
        public boolean inLoop() {
          return true;
        }

        @Override
        public long nowNs() {
          return 0;
        }
      };

  private static Client client(String address, @Nullable String token) {
    return new Client("T-1", "test", address, 4_000, token, "");
  }

  @Test
  void anotherNodeIsServedWhateverViewersNeed() {
    var rules = new AccessRules(Who.TOKEN, Who.TOKEN, false, new Token("abcdefgh12345678"));
    var node = new Client("L-1", Client.OF_NODE, "192.0.2.1", 4_000, null, "");
    var answer = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, node, UNUSED, answer::complete);
    assertThat(answer.getNow(Reason.FAILED)).isNull();
    var published = new CompletableFuture<@Nullable Reason>();
    rules.publish(NAME, node, UNUSED, published::complete);
    assertThat(published.getNow(Reason.FAILED)).isEqualTo(Reason.TOKEN_MISSING);
  }

  @ParameterizedTest(name = "{0}, loopback trusted {1}, from {2} with {3}: {4}")
  @CsvSource({
    "TOKEN, true, 127.0.0.1, , ",
    "TOKEN, true, 127.8.9.10, , ",
    "TOKEN, true, ::1, , ",
    "TOKEN, true, 0:0:0:0:0:0:0:1, , ",
    "TOKEN, true, ::ffff:127.0.0.1, , ",
    "TOKEN, true, 127.0.0.1, nonsense, ",
    "TOKEN, false, 127.0.0.1, , TOKEN_MISSING",
    "TOKEN, false, ::1, nonsense, TOKEN_WRONG",
    "TOKEN, true, 10.0.0.1, , TOKEN_MISSING",
    "TOKEN, true, 10.0.0.1, '', TOKEN_MISSING",
    "TOKEN, true, 10.0.0.1, nonsense, TOKEN_WRONG",
    "TOKEN, true, 10.0.0.1, the secret, ",
    "TOKEN, true, fe80::1%eth0, the secret, ",
    "TOKEN, true, 128.0.0.1, , TOKEN_MISSING",
    "TOKEN, true, localhost, , TOKEN_MISSING", // a name is not an address
    "ANYBODY, false, 10.0.0.1, , ",
    "ANYBODY, false, 10.0.0.1, nonsense, "
  })
  void publishing(
      Who who, boolean trust, String address, @Nullable String token, @Nullable Reason refusal) {
    var rules = new AccessRules(who, Who.ANYBODY, trust, new Token("the secret"));
    var answer = new CompletableFuture<@Nullable Reason>();
    rules.publish(NAME, client(address, token), UNUSED, answer::complete);
    assertThat(answer).isCompletedWithValue(refusal);
  }

  @ParameterizedTest(name = "{0}, from {1} with {2}: {3}")
  @CsvSource({
    "ANYBODY, 10.0.0.1, , ",
    "TOKEN, 10.0.0.1, , TOKEN_MISSING",
    "TOKEN, 10.0.0.1, nonsense, TOKEN_WRONG",
    "TOKEN, 10.0.0.1, the secret, ",
    "TOKEN, 127.0.0.1, , TOKEN_MISSING" // who guards playing guards it from everybody
  })
  void playing(Who who, String address, @Nullable String token, @Nullable Reason refusal) {
    var rules = new AccessRules(Who.TOKEN, who, true, new Token("the secret"));
    var answer = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, client(address, token), UNUSED, answer::complete);
    assertThat(answer).isCompletedWithValue(refusal);
  }

  @ParameterizedTest(name = "wanted {0}, proxy {1}, container {2}: {3}")
  @CsvSource({
    "true, false, false, true",
    "false, false, false, false",
    "true, true, false, false",
    "true, false, true, false",
    "false, true, true, false"
  })
  void loopbackIsTrustedOnlyWhereItCanBe(
      boolean wanted, boolean proxy, boolean container, boolean trusted) {
    assertThat(AccessRules.trusts(wanted, proxy, container)).isEqualTo(trusted);
  }
}
