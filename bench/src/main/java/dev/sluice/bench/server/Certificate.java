package dev.sluice.bench.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A self-signed certificate of {@code localhost} with an elliptic curve key, made by openssl.
 *
 * @param chain PEM file
 * @param key PEM file, PKCS #8
 */
record Certificate(String chain, String key) {
  /** Makes one in {@code folder}, valid for two days. */
  static Certificate make(Path folder) throws IOException {
    String chain = folder.resolve("certificate.pem").toString();
    String key = folder.resolve("key.pem").toString();
    String unused =
        Child.run(
            List.of(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-subj",
                "/CN=localhost",
                "-days",
                "2",
                "-keyout",
                key,
                "-out",
                chain));
    assert unused != null;
    return new Certificate(chain, key);
  }
}
