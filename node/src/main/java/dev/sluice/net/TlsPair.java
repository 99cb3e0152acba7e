package dev.sluice.net;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate with its chain, and the private key that belongs to it: read at once, so
 * that all listeners have the same, and checked, so that nobody serves with half of a file.
 */
public final class TlsPair {
  /** Bytes of either file. */
  static final int MAX_FILE_BYTES = 1 << 20;

  /** Certificates of a chain. */
  static final int MAX_CHAIN = 16;

  private static final byte[] PROBE = "sluice".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private TlsPair(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /**
   * Reads both files: PEM, the server's own certificate first, the key as PKCS #8, PKCS #1 or SEC 1
   * without encryption. Blocks.
   *
   * @throws IOException when a file cannot be read, is cut off or does not hold what it should, or
   *     the key is not that of the certificate; the message names the files
   */
  public static TlsPair read(HttpOptions.Tls files) throws IOException {
    TlsContexts.check(files);
    try {
      List<X509Certificate> chain = chain(blocks(files.certificate()));
      return new TlsPair(chain, key(blocks(files.key()), chain.getFirst().getPublicKey()));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException broken) {
      throw new IOException(
          "TLS certificate %s and key %s cannot be used: %s"
              .formatted(files.certificate(), files.key(), broken.getMessage()),
          broken);
    }
  }

  /** When the first of the chain's certificates ends, Unix time in milliseconds. */
  public long expiresAtMs() {
    return chain.stream()
        .mapToLong(each -> each.getNotAfter().toInstant().toEpochMilli())
        .min()
        .orElseThrow();
  }

  /** Whether {@code other} is the same certificate, chain and key. */
  public boolean isSame(TlsPair other) {
    return chain.equals(other.chain) && key.equals(other.key);
  }

  /**
   * What connections are secured by that are not HTTP.
   *
   * @throws IOException when the TLS library does not take it
   */
  public SslContext context() throws IOException {
    try {
      return SslContextBuilder.forServer(key, chain)
          .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (IOException | IllegalArgumentException refused) {
      throw new IOException("TLS cannot use the certificate: " + refused.getMessage(), refused);
    }
  }

  /** The same for Vert.x. */
  PemKeyCertOptions forHttp() {
    var certificates = new StringBuilder();
    try {
      for (X509Certificate each : chain) {
        certificates.append(pem("CERTIFICATE", each.getEncoded()));
      }
    } catch (CertificateException impossible) { // it was read from that
      throw new IllegalStateException(impossible);
    }
    return new PemKeyCertOptions()
        .addCertValue(Buffer.buffer(certificates.toString()))
        .addKeyValue(Buffer.buffer(pem("PRIVATE KEY", key.getEncoded())));
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  // ---- reading

  /** What stands between two lines of dashes (RFC 7468). */
  private record Block(String label, String body) {
    byte[] der() {
      return Base64.getDecoder().decode(body);
    }
  }

  private static List<Block> blocks(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
    }
    List<Block> blocks = new ArrayList<>();
    String open = null;
    var body = new StringBuilder();
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    for (String line : (Iterable<String>) text.lines().map(String::strip)::iterator) {
      String begins = label(line, "-----BEGIN ");
      String ends = label(line, "-----END ");
      if (begins != null && open == null) {
        open = begins;
        body.setLength(0);
      } else if (ends != null && ends.equals(open)) {
        blocks.add(new Block(ends, body.toString()));
        open = null;
      } else if (line.startsWith("-")) { // also where such a line is cut off
        throw new IOException(file + " has BEGIN and END that do not belong together");
      } else if (open != null) {
        body.append(line);
      }
    }
    if (open != null) {
      throw new IOException(file + " is cut off");
    }
    return blocks;
  }

  private static @Nullable String label(String line, String start) {
    return line.startsWith(start) && line.endsWith("-----") && line.length() > start.length() + 5
        ? line.substring(start.length(), line.length() - 5)
        : null;
  }

  private static List<X509Certificate> chain(List<Block> blocks)
      throws IOException, CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label.equals("CERTIFICATE")) {
        if (chain.size() == MAX_CHAIN) {
          throw new IOException("a chain of more than " + MAX_CHAIN + " certificates");
        }
        chain.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
      }
    }
    if (chain.isEmpty()) {
      throw new IOException("no certificate is there");
    }
    for (int i = 1; i < chain.size(); i++) {
      if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())
          || chain.indexOf(chain.get(i)) < i) {
        throw new IOException(
            "certificate %d of the chain is not that of who issued the one before"
                .formatted(i + 1));
      }
    }
    return chain;
  }

  private static PrivateKey key(List<Block> blocks, PublicKey of)
      throws IOException, GeneralSecurityException {
    for (Block block : blocks) {
      byte[] pkcs8 =
          switch (block.label) {
            case "PRIVATE KEY" -> block.der();
            case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrapped(block.der(), of);
            case "ENCRYPTED PRIVATE KEY" -> throw new IOException("the key is encrypted");
            default -> null; // parameters, certificates
          };
      if (pkcs8 != null) {
        PrivateKey key =
            KeyFactory.getInstance(of.getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        if (!belong(key, of)) {
          throw new IOException("the key is not that of the certificate");
        }
        return key;
      }
    }
    throw new IOException("no key is there");
  }

  /** Whether what {@code key} signs is signed for {@code certificate}. */
  private static boolean belong(PrivateKey key, PublicKey certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (certificate.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> "";
        };
    if (algorithm.isEmpty()) {
      return true; // left to the TLS library
    }
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(certificate);
    signature.update(PROBE);
    try {
      return signature.verify(signed);
    } catch (GeneralSecurityException ofAnotherCurve) {
      return false;
    }
  }

  /**
   * A key of PKCS #1 or SEC 1 as one of PKCS #8 (RFC 5958), whose algorithm is that of the
   * certificate's key.
   */
  private static byte[] wrapped(byte[] der, PublicKey of) throws IOException {
    byte[] algorithm = firstOf(of.getEncoded()); // SubjectPublicKeyInfo: SEQUENCE of algorithm, key
    return tlv(SEQUENCE, VERSION_0, algorithm, tlv(OCTET_STRING, der));
  }

  /** The first element of a DER sequence, whole. */
  private static byte[] firstOf(byte[] sequence) throws IOException {
    int inner = contentAt(sequence, 0);
    int end = contentAt(sequence, inner) + lengthAt(sequence, inner);
    if (end > sequence.length) {
      throw new IOException("the certificate's key cannot be read");
    }
    return Arrays.copyOfRange(sequence, inner, end);
  }

  private static int contentAt(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
  }

  private static int lengthAt(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7F); i++) {
      length = length << 8 | der[at + 2 + i] & 0xFF;
    }
    return length;
  }

  private static byte[] tlv(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
