package dev.sluice.node;

import dev.sluice.access.backend.BackendRequest;
import dev.sluice.event.Webhook;
import dev.sluice.net.OutgoingHttp;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.Bytes;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's file and its posts. The file survives the process as it is; to survive a crash of the
 * machine is left to the file system, since each event would else wait for the disk.
 */
final class WebhookPost implements Webhook.Outside {
  /** Characters of an answer that are taken; they mean nothing. */
  private static final int MAX_ANSWER = 16_384;

  /** Characters of the file's name: 96 bits of the address's digest. */
  private static final int NAME_CHARS = 24;

  private static final int SUCCESS = 2;

  private final URI uri;
  private final Path file;
  private final Bytes secret;
  private final Duration timeLimit;
  private final LongSupplier utcMs;
  private final OutgoingHttp http;

  /**
   * Of one receiver.
   *
   * @param folder in which its file stands
   * @param utcMs the clock: UTC in milliseconds
   * @param http carries the posts
   */
  WebhookPost(
      Path folder,
      URI uri,
      Bytes secret,
      Duration timeLimit,
      LongSupplier utcMs,
      OutgoingHttp http) {
    this.uri = uri;
    this.secret = secret;
    this.timeLimit = timeLimit;
    this.utcMs = utcMs;
    this.file = folder.resolve(name(uri) + ".events");
    this.http = http;
  }

  /** The address may hold a secret, and characters that no file's name has. */
  private static String name(URI uri) {
    Bytes key = Bytes.of("webhook".getBytes(StandardCharsets.UTF_8));
    Bytes address = Bytes.of(uri.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(address.hmacSha256(key).toArray()).substring(0, NAME_CHARS);
  }

  @Override
  public byte[] open() throws IOException {
    Files.createDirectories(file.getParent());
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }

  @Override
  public void truncate(int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  @Override
  public void append(byte[] bytes) throws IOException {
    write(file, bytes, StandardOpenOption.APPEND);
  }

  @Override
  public void replace(byte[] bytes) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    write(next, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(Path to, byte[] bytes, StandardOpenOption how) throws IOException {
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      if (how == StandardOpenOption.TRUNCATE_EXISTING) {
        channel.force(false); // it takes the place of what was there
      }
    }
  }

  @Override
  public boolean post(String body) throws InterruptedException {
    Map<String, String> headers =
        Map.of(
            "Content-Type",
            "application/json",
            Webhook.SIGNATURE,
            Webhook.signature(secret, utcMs.getAsLong(), body));
    try {
      var call = new OutgoingHttp.Call("POST", uri, headers, body);
      return http.ask(call, MAX_ANSWER, timeLimit.toMillis()).status() / 100 == SUCCESS;
    } catch (IOException failed) {
      return false; // it is not to be reached, or too slow
    }
  }

  @Override
  public void down(boolean down) {
    EventLog.warn("events", "webhook", shown(), "what", down ? "it is down" : "it is up again");
  }

  @Override
  public void fileFailed(@Nullable IOException fault) {
    EventLog.warn(
        "events",
        "webhook",
        shown(),
        "what",
        fault == null
            ? "its file is written again"
            : "its file cannot be written, so what is left is lost with the process: " + fault);
  }

  /** The receiver without what may be secret. */
  private BackendRequest shown() {
    return new BackendRequest("POST", uri, "", "");
  }
}
