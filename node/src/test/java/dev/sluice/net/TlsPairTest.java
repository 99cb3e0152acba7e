package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and keys in files: what is taken, and that no half of one is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsPairTest {
  /** Where in PKCS #8 the key itself begins that PKCS #1 has alone: behind the algorithm. */
  private static final int RSA_AT = 26;

  @TempDir Path folder;
  private HttpOptions.Tls ec;
  private HttpOptions.Tls rsa;
  private HttpOptions.Tls chained;

  @BeforeAll
  void make() throws Exception {
    ec = TestFront.selfSigned();
    rsa = TestFront.certificate("RSA", "CN=other", 20);
    chained = TestFront.chained();
  }

  private HttpOptions.Tls files(String certificate, String key) throws IOException {
    Path chain = folder.resolve("chain.pem");
    Path secret = folder.resolve("key.pem");
    Files.writeString(chain, certificate);
    Files.writeString(secret, key);
    return new HttpOptions.Tls(chain, secret);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.US_ASCII);
  }

  private static byte[] der(Path pem) throws IOException {
    return Base64.getMimeDecoder().decode(text(pem).replaceAll("-----.*-----", ""));
  }

  private static void assertUsed(HttpOptions.Tls files, int certificates) throws IOException {
    TlsPair pair = TlsPair.read(files);
    SslContext context = pair.context();
    assertThat(context.isServer()).isTrue();
    assertThat(pair.forHttp().getCertValues().getFirst().toString().split("BEGIN", -1))
        .hasSize(certificates + 1);
  }

  @Test
  void readsWhatToolsWrite() throws Exception {
    assertUsed(ec, 1);
    assertUsed(rsa, 1);
    assertUsed(chained, 2);
    String chain = text(chained.certificate());
    String key = text(chained.key());
    assertUsed(files("Certificate:\n  Data: x\n" + chain, "Bag Attributes\n" + key), 2);
    assertUsed(files(chain.replace("\n", "\r\n"), key.replace("\n", "\r\n")), 2);
  }

  @Test
  void readsKeysOfPkcs1AndSec1() throws Exception {
    byte[] pkcs1 = Arrays.copyOfRange(der(rsa.key()), RSA_AT, der(rsa.key()).length);
    HttpOptions.Tls old = files(text(rsa.certificate()), TestFront.pem("RSA PRIVATE KEY", pkcs1));
    assertThat(TlsPair.read(old).isSame(TlsPair.read(rsa))).isTrue();
    byte[] pkcs8 = der(ec.key());
    int at = 0;
    while (!(pkcs8[at] == 0x04 && pkcs8[at + 2] == 0x30)) {
      at++; // the OCTET STRING that holds a SEQUENCE
    }
    byte[] sec1 = Arrays.copyOfRange(pkcs8, at + 2, pkcs8.length);
    String parameters = TestFront.pem("EC PARAMETERS", new byte[] {0x06, 0x01, 0x01});
    old = files(text(ec.certificate()), parameters + TestFront.pem("EC PRIVATE KEY", sec1));
    assertThat(TlsPair.read(old).isSame(TlsPair.read(ec))).isTrue();
  }

  @Test
  void tellsWhenItEnds() throws Exception {
    long leftMs = TlsPair.read(rsa).expiresAtMs() - System.currentTimeMillis();
    assertThat(Duration.ofMillis(leftMs)).isBetween(Duration.ofDays(19), Duration.ofDays(20));
    leftMs = TlsPair.read(chained).expiresAtMs() - System.currentTimeMillis(); // the root's
    assertThat(Duration.ofMillis(leftMs)).isBetween(Duration.ofDays(19), Duration.ofDays(20));
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    String chain = text(chained.certificate());
    String key = text(chained.key());
    int first = chain.indexOf("-----BEGIN", 1);
    for (int length = 0; length < chain.strip().length(); length += 13) {
      if (length < first - 1 || length > first) { // else the first one is whole, and alone
        assertRefused(files(chain.substring(0, length), key));
      }
    }
    assertRefused(files(chain.substring(0, first + 1), key));
    for (int length = 0; length < key.strip().length(); length += 13) {
      assertRefused(files(chain, key.substring(0, length)));
    }
  }

  private static void assertRefused(HttpOptions.Tls files) {
    assertThatThrownBy(() -> TlsPair.read(files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be used: ")
        .hasMessageContaining(files.certificate().toString());
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() throws Exception {
    assertRefused(new HttpOptions.Tls(ec.certificate(), rsa.key()));
    assertRefused(new HttpOptions.Tls(rsa.certificate(), ec.key()));
    HttpOptions.Tls other = TestFront.certificate("EC", "CN=localhost", 30);
    assertRefused(new HttpOptions.Tls(ec.certificate(), other.key()));
    assertRefused(new HttpOptions.Tls(ec.key(), ec.certificate()));
    assertRefused(files(text(ec.certificate()) + text(rsa.certificate()), text(ec.key())));
    String chain = text(chained.certificate());
    int second = chain.indexOf("-----BEGIN", 1);
    assertRefused(files(chain.substring(second) + chain.substring(0, second), text(chained.key())));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "",
        "what is this",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n",
        "-----END PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
      })
  void whatIsNoKeyIsRefused(String key) throws Exception {
    assertRefused(files(text(ec.certificate()), key));
  }

  @Test
  void filesAndChainsHaveBounds() throws Exception {
    String certificate = text(ec.certificate());
    assertThatThrownBy(
            () -> TlsPair.read(files(certificate.repeat(TlsPair.MAX_CHAIN), text(ec.key()))))
        .hasMessageContaining("certificate 2 of the chain");
    assertThatThrownBy(
            () -> TlsPair.read(files(certificate.repeat(TlsPair.MAX_CHAIN + 1), text(ec.key()))))
        .hasMessageContaining("more than " + TlsPair.MAX_CHAIN);
    String fill = "#".repeat(TlsPair.MAX_FILE_BYTES - certificate.length() - 1) + "\n";
    assertUsed(files(fill + certificate, text(ec.key())), 1);
    assertRefused(files("#" + fill + certificate, text(ec.key())));
  }
}
