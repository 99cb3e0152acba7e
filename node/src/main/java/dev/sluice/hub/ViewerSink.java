package dev.sluice.hub;

import dev.sluice.media.StreamName;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a viewer, implemented by endpoints. All calls come on the viewer's loop, in
 * this order: {@link #admitted}, {@link #begin}, then {@link #write}, {@link #flush} and {@link
 * #share}; {@link #ended} comes once, last, at any point (before {@code admitted} it is a refusal),
 * or else {@link #moved}.
 */
public interface ViewerSink {

  /** The hub took the viewer in; {@code live} tells whether the stream is there already. */
  void admitted(boolean live);

  /** Bytes follow: send what the protocol puts before them (a response head). */
  void begin();

  /**
   * How many unsent bytes the kernel should hold at most, so that the rest is in the backlog: comes
   * before the first {@link #write} and when the stream's rate has changed. Nothing to a sink that
   * has no say in that.
   */
  default void unsentLimit(long bytes) {}

  /** Queues bytes for the peer. The sink owns {@code bytes}. */
  void write(ByteBuf bytes);

  /** Sends what was queued, as far as the socket takes it. */
  void flush();

  /**
   * Sends what was queued, and then bytes that other viewers are sent, too.
   *
   * @param bytes borrowed, and never changed
   */
  default void share(ByteBuf bytes) {
    write(bytes.retainedDuplicate());
    flush();
  }

  /** Bytes queued and not yet taken by the kernel. */
  long backlogBytes();

  /** Whether its connection can go on with another stream, by {@link #moved}. Any thread. */
  default boolean canMove() {
    return false;
  }

  /**
   * Its peer is to have another stream instead, as if it had asked for that. No call follows.
   *
   * @param cut where it was; null when it has not been sent anything yet
   */
  default void moved(StreamName to, @Nullable Cut cut) {}

  /** Says farewell in the protocol's own way and closes. No call follows. */
  void ended(Reason reason);

  /**
   * As {@link #ended(Reason)}, which it is by default.
   *
   * @param detail what the reason's own text leaves open, for people, without a full stop; empty
   *     when it says all
   */
  default void ended(Reason reason, String detail) {
    ended(reason);
  }
}
