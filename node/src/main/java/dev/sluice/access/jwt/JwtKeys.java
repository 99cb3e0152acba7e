package dev.sluice.access.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sluice.wire.MalformedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys that tokens may be signed with. A key says which algorithms it is good for, so a token
 * cannot choose to be taken for something else. Immutable.
 */
public final class JwtKeys {
  /** Keys of one set; the rest is left out. */
  public static final int MAX_KEYS = 64;

  /** Characters of a text that is read. */
  public static final int MAX_CHARS = 256 * 1024;

  /** Bytes of the shortest secret: as many as HS256 has (RFC 7518, section 3.2). */
  public static final int MIN_SECRET_BYTES = 32;

  /** Bits of the shortest RSA key (RFC 7518, section 3.3). */
  static final int MIN_RSA_BITS = 2_048;

  /** No keys. */
  public static final JwtKeys NONE = new JwtKeys(List.of());

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private final List<Key> keys;

  private JwtKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * One key.
   *
   * @param id its {@code kid}; null when it has none
   * @param algorithms what it may check
   */
  private record Key(@Nullable String id, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {
    boolean mayBe(JWSAlgorithm algorithm, @Nullable String wanted) {
      return algorithms.contains(algorithm) && (wanted == null || id == null || id.equals(wanted));
    }
  }

  /**
   * The key for HS256, HS384 and HS512, as far as it is long enough for them.
   *
   * @throws MalformedException when it has fewer than 32 bytes
   */
  public static JwtKeys ofSecret(byte[] secret) {
    try {
      var verifier = new MACVerifier(secret);
      return new JwtKeys(
          List.of(new Key(null, Set.copyOf(verifier.supportedJWSAlgorithms()), verifier)));
    } catch (JOSEException tooShort) {
      throw new MalformedException(
          "a secret of %d bytes; at least %d are needed"
              .formatted(secret.length, MIN_SECRET_BYTES));
    }
  }

  /**
   * Reads public keys: a JSON Web Key Set (RFC 7517), or PEM blocks with public keys or
   * certificates. Keys of a set that are of no use here are left out: those for encryption,
   * secrets, unknown curves, RSA below 2048 bits.
   *
   * @throws MalformedException when it is neither, or no key is left
   */
  public static JwtKeys parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedException(
          "keys of %d characters, allowed are %d".formatted(text.length(), MAX_CHARS));
    }
    List<Key> keys = text.contains("-----BEGIN ") ? pem(text) : set(text);
    if (keys.isEmpty()) {
      throw new MalformedException("there is no key that could check a signature");
    }
    return new JwtKeys(keys);
  }

  private static List<Key> set(String text) {
    JWKSet set;
    try {
      set = JWKSet.parse(text);
    } catch (ParseException | RuntimeException malformed) {
      throw new MalformedException("these are no keys: neither a JSON Web Key Set nor PEM");
    }
    var keys = new ArrayList<Key>();
    for (JWK each : set.getKeys()) {
      Key key = keys.size() < MAX_KEYS ? key(each) : null;
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static @Nullable Key key(JWK jwk) {
    Set<KeyOperation> operations = jwk.getKeyOperations();
    if ((jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse()))
        || (operations != null
            && !operations.isEmpty()
            && !operations.contains(KeyOperation.VERIFY))) {
      return null;
    }
    try {
      JWSVerifier verifier =
          switch (jwk) {
            case RSAKey rsa when rsa.size() >= MIN_RSA_BITS -> new RSASSAVerifier(rsa);
            case ECKey ec -> new ECDSAVerifier(ec);
            default -> null;
          };
      return verifier == null ? null : key(jwk, verifier);
    } catch (JOSEException | RuntimeException unsupported) {
      return null;
    }
  }

  private static @Nullable Key key(JWK jwk, JWSVerifier verifier) {
    Set<JWSAlgorithm> able = Set.copyOf(verifier.supportedJWSAlgorithms());
    if (jwk.getAlgorithm() == null) {
      return new Key(jwk.getKeyID(), able, verifier);
    }
    var only = JWSAlgorithm.parse(jwk.getAlgorithm().getName());
    return able.contains(only) ? new Key(jwk.getKeyID(), Set.of(only), verifier) : null;
  }

  private static List<Key> pem(String text) {
    var keys = new ArrayList<Key>();
    Matcher block = PEM.matcher(text);
    while (block.find() && keys.size() < MAX_KEYS) {
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(block.group(2));
        PublicKey key = block.group(1).equals("CERTIFICATE") ? ofCertificate(bytes) : bare(bytes);
        JWSVerifier verifier =
            switch (key) {
              case RSAPublicKey rsa when rsa.getModulus().bitLength() >= MIN_RSA_BITS ->
                  new RSASSAVerifier(rsa);
              case ECPublicKey ec -> new ECDSAVerifier(ec);
              default ->
                  throw new MalformedException(
                      "a key in PEM is neither RSA of at least %d bits nor EC"
                          .formatted(MIN_RSA_BITS));
            };
        keys.add(new Key(null, Set.copyOf(verifier.supportedJWSAlgorithms()), verifier));
      } catch (GeneralSecurityException | JOSEException | IllegalArgumentException malformed) {
        throw new MalformedException("a key in PEM cannot be read");
      }
    }
    return keys;
  }

  private static PublicKey ofCertificate(byte[] bytes) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(bytes))
        .getPublicKey();
  }

  private static PublicKey bare(byte[] bytes) throws GeneralSecurityException {
    var spec = new X509EncodedKeySpec(bytes);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (GeneralSecurityException notRsa) {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    }
  }

  /** These keys and others behind them. */
  public JwtKeys and(JwtKeys others) {
    var all = new ArrayList<>(keys);
    all.addAll(others.keys);
    return new JwtKeys(all);
  }

  /** Whether there is a key of this name. */
  boolean has(String id) {
    return keys.stream().anyMatch(key -> id.equals(key.id));
  }

  /** How many there are. */
  public int size() {
    return keys.size();
  }

  /** Those that could check a signature, at most {@link #MAX_KEYS} of each source. */
  List<JWSVerifier> candidates(JWSAlgorithm algorithm, @Nullable String id) {
    return keys.stream().filter(key -> key.mayBe(algorithm, id)).map(Key::verifier).toList();
  }
}
