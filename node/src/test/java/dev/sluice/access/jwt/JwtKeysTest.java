package dev.sluice.access.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sluice.wire.MalformedException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys are read, and what they are good for. */
class JwtKeysTest {
  private static final String EC =
      "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\""
          .formatted(coordinate("x"), coordinate("y"));

  private static String coordinate(String name) {
    String set = Vectors.text("keys.json");
    String ec = set.substring(set.indexOf("P-256"));
    int begin = ec.indexOf("\"" + name + "\": \"") + 6;
    return ec.substring(begin, ec.indexOf('"', begin));
  }

  private static String set(String... members) {
    return "{\"keys\":[{" + String.join("},{", members) + "}]}";
  }

  @Test
  void aKeyIsChosenByNameAndAlgorithm() {
    JwtKeys keys = Vectors.keys("keys.json");
    assertThat(keys.size()).isEqualTo(3);
    assertThat(keys.candidates(JWSAlgorithm.RS256, "rsa-1")).hasSize(1);
    assertThat(keys.candidates(JWSAlgorithm.RS256, null)).hasSize(1);
    assertThat(keys.candidates(JWSAlgorithm.RS256, "ec-1")).isEmpty();
    assertThat(keys.candidates(JWSAlgorithm.ES256, "ec-1")).hasSize(1);
    assertThat(keys.candidates(JWSAlgorithm.ES384, "ec-1")).isEmpty();
    assertThat(keys.candidates(JWSAlgorithm.ES384, "ec-2")).hasSize(1);
    assertThat(keys.candidates(JWSAlgorithm.HS256, "rsa-1")).isEmpty();
    assertThat(keys.has("ec-2")).isTrue();
    assertThat(keys.has("ec-3")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"use\":\"enc\",",
        "\"key_ops\":[\"encrypt\"],",
        "\"alg\":\"RS256\",",
        "\"alg\":\"none\","
      })
  void whatIsNotForSignaturesIsLeftOut(String member) {
    JwtKeys keys = JwtKeys.parse(set(member + EC, EC));
    assertThat(keys.size()).isEqualTo(1);
  }

  @Test
  void secretsUnknownCurvesAndShortKeysAreLeftOut() {
    String oct = "\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"";
    String okp =
        "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"";
    String rsa = "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + "u".repeat(171) + "\"";
    assertThat(JwtKeys.parse(set(oct, okp, rsa, EC)).size()).isEqualTo(1);
    assertThatThrownBy(() -> JwtKeys.parse(set(oct, okp, rsa)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("no key");
    assertThatThrownBy(() -> Vectors.keys("rsa1024-public.pem"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("2048");
  }

  @Test
  void notMoreThanSoManyKeysAndCharacters() {
    String many =
        IntStream.range(0, JwtKeys.MAX_KEYS + 1)
            .mapToObj(i -> "\"kid\":\"" + i + "\"," + EC)
            .collect(Collectors.joining("},{", "{\"keys\":[{", "}]}"));
    assertThat(JwtKeys.parse(many).size()).isEqualTo(JwtKeys.MAX_KEYS);
    String set = set(EC);
    String longest = set + " ".repeat(JwtKeys.MAX_CHARS - set.length());
    assertThat(JwtKeys.parse(longest).size()).isEqualTo(1);
    assertThatThrownBy(() -> JwtKeys.parse(longest + " ")).isInstanceOf(MalformedException.class);
    String pem = Vectors.text("rsa-public.pem");
    assertThat(JwtKeys.parse(pem.repeat(JwtKeys.MAX_KEYS + 1)).size()).isEqualTo(JwtKeys.MAX_KEYS);
  }

  @Test
  void severalBlocksOfPemAreSeveralKeys() {
    JwtKeys keys =
        JwtKeys.parse("# ours\n" + Vectors.text("rsa-public.pem") + Vectors.text("ec256-cert.pem"));
    assertThat(keys.size()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"keys\":7}",
        "{\"keys\":[]}",
        "{\"keys\":[{}]}",
        "{\"keys\":[{\"kty\":\"EC\"}]}",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
      })
  void whatIsNoSetOfKeysIsRefused(String text) {
    assertThatThrownBy(() -> JwtKeys.parse(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void everyTruncationOfKeysIsRefused() {
    for (String file : new String[] {"keys.json", "rsa-public.pem", "ec256-cert.pem"}) {
      String text = Vectors.text(file).strip();
      for (int length = 0; length < text.length(); length += 7) {
        String cut = text.substring(0, length);
        assertThatThrownBy(() -> JwtKeys.parse(cut)).isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void aSecretIsGoodForTheAlgorithmsThatItIsLongEnoughFor() {
    JwtKeys shortest = JwtKeys.ofSecret("a".repeat(32).getBytes(UTF_8));
    assertThat(shortest.candidates(JWSAlgorithm.HS256, "any")).hasSize(1);
    assertThat(shortest.candidates(JWSAlgorithm.HS512, null)).isEmpty();
    assertThat(JwtKeys.ofSecret(Vectors.SECRET).candidates(JWSAlgorithm.HS512, null)).hasSize(1);
    assertThatThrownBy(() -> JwtKeys.ofSecret("a".repeat(31).getBytes(UTF_8)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("31");
  }
}
