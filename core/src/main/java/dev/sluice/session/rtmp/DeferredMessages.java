package dev.sluice.session.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.rtmp.RawMessage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Messages that came while an answer of the owner was awaited. */
final class DeferredMessages {
  /** Three seconds of what an encoder sends in a hurry. */
  private static final int MAX_MESSAGES = 1024;

  private final ArrayDeque<RawMessage> messages = new ArrayDeque<>();
  private long bytes;

  /**
   * Keeps a message, which it then owns.
   *
   * @throws MalformedException when these are more than {@code maxBytes} or too many
   */
  void add(RawMessage raw, long maxBytes) {
    messages.add(raw);
    bytes += raw.body().readableBytes();
    if (messages.size() > MAX_MESSAGES || bytes > maxBytes) {
      throw new MalformedException(
          "%d messages of %d bytes before the request was answered, allowed are %d of %d"
              .formatted(messages.size(), bytes, MAX_MESSAGES, maxBytes));
    }
  }

  /** The oldest message, owned by the caller; null when there is none. */
  @Nullable RawMessage poll() {
    RawMessage raw = messages.poll();
    if (raw != null) {
      bytes -= raw.body().readableBytes();
    }
    return raw;
  }

  void release() {
    for (RawMessage raw; (raw = poll()) != null; ) {
      raw.body().release();
    }
  }
}
