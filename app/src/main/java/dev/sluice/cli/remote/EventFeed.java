package dev.sluice.cli.remote;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a server, as it says it: server-sent events, of which each is a JSON object. One
 * thread reads; any may look at {@link #heardNs} and {@link #close}.
 */
public final class EventFeed implements AutoCloseable {
  /** The longest line that is taken. */
  static final int MAX_LINE_BYTES = 64 << 10;

  private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,5}");

  private final InputStream in;
  private volatile long heardNs = System.nanoTime();
  private volatile long retryMs;

  /** Reads {@code in}, which belongs to it from now on. */
  EventFeed(InputStream in, long retryMs) {
    this.in = new BufferedInputStream(in);
    this.retryMs = retryMs;
  }

  /**
   * Something that has happened.
   *
   * @param id behind which somebody goes on who comes back; empty for none
   */
  public record ServerEvent(String id, JsonObject data) {}

  /**
   * The next event; blocks until there is one.
   *
   * @return null at the end
   * @throws IOException when the connection breaks, or what comes is no such event
   */
  public @Nullable ServerEvent next() throws IOException {
    String id = "";
    String data = "";
    for (String line; (line = line()) != null; ) {
      if (!line.isEmpty()) {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).stripLeading();
        switch (colon < 0 ? line : line.substring(0, colon)) {
          case "id" -> id = value;
          case "data" -> data = value; // one line, since it is JSON
          case "retry" -> retry(value);
          default -> {} // a comment, or the kind, which the data have, too
        }
      } else if (!data.isEmpty()) {
        return new ServerEvent(id, object(data));
      }
    }
    return null;
  }

  private void retry(String ms) {
    if (MILLISECONDS.matcher(ms).matches()) {
      retryMs = Long.parseLong(ms);
    }
  }

  private static JsonObject object(String data) throws IOException {
    try {
      return new JsonObject(data);
    } catch (DecodeException | ClassCastException none) {
      throw new IOException("an event that is no JSON object", none);
    }
  }

  private @Nullable String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b; (b = in.read()) >= 0; ) {
      if (b == '\n') {
        heardNs = System.nanoTime();
        return line.toString(StandardCharsets.UTF_8);
      }
      if (line.size() >= MAX_LINE_BYTES) {
        throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
      }
      line.write(b);
    }
    return null;
  }

  /** When something was heard last, by the monotonic clock. */
  public long heardNs() {
    return heardNs;
  }

  /** After how long the server wants to be asked again when this ends, in milliseconds. */
  public long retryMs() {
    return retryMs;
  }

  /** Ends it, also for who waits for the next event. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException gone) {
      // it was over before
    }
  }
}
