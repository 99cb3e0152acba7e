package dev.sluice.session.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.session.link.LinkGate.Admitted;
import dev.sluice.session.link.LinkGate.Refused;
import dev.sluice.session.link.LinkGate.Verdict;
import dev.sluice.wire.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkGateTest {
  private static final Bytes KEY =
      Bytes.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
  private static final Bytes OTHER =
      Bytes.of("0123456789abcdef0123456789abcdeF".getBytes(StandardCharsets.US_ASCII));
  private static final long NOW = 1_800_000_000_000L;
  private static final String HOST = "origin.example:8080";
  private static final String PATH = "/link/v1/media/live/a";

  private final LinkGate gate = new LinkGate(KEY);

  private static String nonce(int number) {
    return "%022d".formatted(number);
  }

  private static LinkProof proof(Bytes key, long timeMs, int number) {
    return LinkProof.of(key, HOST, "GET", PATH, timeMs, nonce(number));
  }

  private Verdict judge(String header, long nowMs) {
    return gate.judge(header, HOST, "GET", PATH, nowMs);
  }

  private static void assertRefused(Verdict verdict, int status, String label) {
    assertThat(verdict).isInstanceOf(Refused.class);
    assertThat(((Refused) verdict).status()).isEqualTo(status);
    assertThat(((Refused) verdict).label()).isEqualTo(label);
  }

  @Test
  void whoHasTheKeyIsLetInOnceAndCanTellThatTheAnswerIsRight() {
    LinkProof proof = proof(KEY, NOW, 1);
    Verdict verdict = judge(proof.write(), NOW);
    assertThat(verdict).isEqualTo(new Admitted(proof));
    String answer = gate.answer(proof, 200);
    assertThat(proof.isAnsweredBy(KEY, 200, answer)).isTrue();
    assertThat(proof.isAnsweredBy(KEY, 404, answer)).isFalse();
    assertThat(proof.isAnsweredBy(OTHER, 200, answer)).isFalse();
    assertThat(proof(KEY, NOW, 2).isAnsweredBy(KEY, 200, answer)).isFalse();
    assertThat(proof.isAnsweredBy(KEY, 200, null)).isFalse();
    assertRefused(judge(proof.write(), NOW + 1), 403, "link-replay");
    assertThat(proof.write()).doesNotContain("0123456789abcdef");
  }

  @Test
  void theProofIsOfThisVectorForEver() {
    assertThat(proof(KEY, NOW, 7).write())
        .isEqualTo(
            "Sluice-Link v=1, time=1800000000000, nonce=0000000000000000000007, mac="
                + "oH3yRBZYf3rStTSK-_DA11SaGV3VoA90yLzpWDHqkWo");
  }

  @Test
  void anythingElseThanWhatWasProvedIsRefused() {
    String header = proof(KEY, NOW, 1).write();
    assertRefused(gate.judge(header, HOST, "POST", PATH, NOW), 403, "link-key");
    assertRefused(gate.judge(header, HOST, "GET", PATH + "?x", NOW), 403, "link-key");
    assertRefused(gate.judge(header, "other.example", "GET", PATH, NOW), 403, "link-key");
    String later = header.replace("time=1800000000000", "time=1800000000001");
    assertRefused(judge(later, NOW), 403, "link-key");
    assertRefused(judge(proof(OTHER, NOW, 1).write(), NOW), 403, "link-key");
    assertThat(judge(header, NOW)).isInstanceOf(Admitted.class); // and nothing of it was remembered
  }

  @Test
  void everyTruncationIsRefused() {
    String header = proof(KEY, NOW, 1).write();
    for (int length = 0; length < header.length(); length++) {
      assertThat(judge(header.substring(0, length), NOW)).isInstanceOf(Refused.class);
    }
    assertRefused(gate.judge(null, HOST, "GET", PATH, NOW), 401, "link-proof");
    assertRefused(judge("Bearer abc", NOW), 401, "link-proof");
    assertRefused(judge("Sluice-Link v=2, time=1", NOW), 400, "link-proof");
    assertRefused(judge(header + "x".repeat(LinkProof.MAX_HEADER), NOW), 400, "link-proof");
  }

  @ParameterizedTest(name = "{0} ms: {1}")
  @CsvSource({"30000, true", "30001, false", "-30000, true", "-30001, false"})
  void theRefusalTellsTheSkew(long skewMs, boolean admitted) {
    Verdict verdict = judge(proof(KEY, NOW + skewMs, 1).write(), NOW);
    assertThat(verdict instanceof Admitted).isEqualTo(admitted);
    if (verdict instanceof Refused(int status, String label, String message)) {
      assertThat(status).isEqualTo(403);
      assertThat(label).isEqualTo("link-skew");
      assertThat(message).contains(skewMs + " ms ahead");
    }
  }

  @Test
  void aReplayIsKnownForAsLongAsItCouldPass() {
    LinkProof ahead = proof(KEY, NOW + LinkGate.MAX_SKEW_MS, 1);
    assertThat(judge(ahead.write(), NOW)).isInstanceOf(Admitted.class);
    for (long ms = 0; ms <= 2 * LinkGate.MAX_SKEW_MS; ms += 1_000) {
      assertRefused(judge(ahead.write(), NOW + ms), 403, "link-replay");
    }
    assertRefused(judge(ahead.write(), NOW + 2 * LinkGate.MAX_SKEW_MS + 1), 403, "link-skew");
    assertThat(judge(proof(KEY, NOW + 61_000, 2).write(), NOW + 61_000))
        .isInstanceOf(Admitted.class);
    assertThat(gate.remembered()).isEqualTo(1); // and not for longer
  }

  @Test
  void whatIsRememberedIsBounded() {
    for (int i = 0; i < LinkGate.MAX_NONCES; i++) {
      assertThat(judge(proof(KEY, NOW, i).write(), NOW)).isInstanceOf(Admitted.class);
    }
    assertRefused(judge(proof(KEY, NOW, -1 >>> 8).write(), NOW), 503, "link-busy");
    assertThat(gate.remembered()).isEqualTo(LinkGate.MAX_NONCES);
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 15})
  void aShortKeyIsNone(int size) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LinkGate(Bytes.of(new byte[size])))
        .withMessageContaining("16");
  }
}
