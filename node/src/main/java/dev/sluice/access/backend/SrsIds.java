package dev.sluice.access.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.media.StreamName;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Identifiers as SRS gives them to vhosts and streams, in hooks and API alike: {@code vid-} and
 * letters and digits. SRS draws them by lot; these are made of the name, so that a stream has the
 * same one on every server and after a restart. Its clients' identifiers are ours of connections.
 */
public final class SrsIds {
  /** What this server is called in hooks and API. */
  public static final String SERVER = "sluice";

  /** What this run of it is called: eight letters and digits, others after each start. */
  public static final String SERVICE = service(ProcessHandle.current());

  private static final int RADIX = 36;
  private static final int SERVICE_CHARS = 8;

  private SrsIds() {}

  private static String service(ProcessHandle process) {
    String start = process.info().startInstant().map(String::valueOf).orElse("");
    String digits = hash("process " + process.pid() + " " + start);
    return ("0".repeat(SERVICE_CHARS) + digits).substring(digits.length());
  }

  /** Of a vhost, by the name that SRS has for it. */
  public static String vhost(String vhost) {
    return of("vhost " + vhost);
  }

  /** Of a stream. */
  public static String stream(StreamName name) {
    return of("stream " + name);
  }

  private static String of(String name) {
    return "vid-" + hash(name);
  }

  private static String hash(String name) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
      long number = ByteBuffer.wrap(digest).getLong();
      return Long.toUnsignedString(number, RADIX);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JDK has it
    }
  }
}
