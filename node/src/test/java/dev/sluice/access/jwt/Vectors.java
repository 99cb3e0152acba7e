package dev.sluice.access.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Keys and tokens that were made with OpenSSL; the private keys are gone. */
final class Vectors {
  static final byte[] SECRET =
      "a-secret-of-thirty-two-characters-at-least-and-sixty-four-of-them".getBytes(UTF_8);

  private Vectors() {}

  /** The token of this name: {@code sub} alice, {@code exp} 1800000000, {@code play} live/*. */
  static String token(String name) {
    return text("tokens.txt")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  static JwtKeys keys(String file) {
    return JwtKeys.parse(text(file));
  }

  static String text(String file) {
    try (InputStream in = Vectors.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Anything, with a signature that is right. */
  static String signed(byte[] payload) throws JOSEException {
    var object = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(payload));
    object.sign(new MACSigner(SECRET));
    return object.serialize();
  }
}
