package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request of a {@link QuickRoute}. Once {@link #send} or {@link #pass} was called
 * there is nothing more to call; when the peer has gone meanwhile, both do nothing. All on {@link
 * #loop}, except where a method says otherwise.
 */
public interface QuickReply {
  /** The connection's. Any thread. */
  Loop loop();

  /** Whether the peer has gone, so that nobody needs to answer. Any thread. */
  boolean isGone();

  /** What was kept with the connection for the requests that come on it; null at first. */
  @Nullable Object kept();

  /** Keeps something with the connection, in place of what was kept before. */
  void keep(Object thing);

  /**
   * Sends an answer, head and body, as it stands.
   *
   * @param answer borrowed, shared with others; its indexes stay as they are
   */
  void send(ByteBuf answer);

  /**
   * Whether pages of all origins may read the answer, and its head has to say so. It is the same in
   * all replies of a server.
   */
  boolean anyOrigin();

  /** Whether {@link #send(AnswerFile)} is possible here: bytes are not changed on their way. */
  boolean takesFiles();

  /**
   * Sends the same answer to many, as {@link #send(ByteBuf)} does to each. That they are many is
   * made use of: what a processor has to fetch from memory for each of them, it fetches for several
   * at a time.
   *
   * @param replies all of one loop, which the caller is on
   * @param answer borrowed, shared with others; its indexes stay as they are
   */
  static void sendAll(List<QuickReply> replies, ByteBuf answer) {
    QuickLane.sendAll(replies, answer);
  }

  /**
   * Sends an answer that is in a file.
   *
   * @param answer borrowed, shared with others
   */
  void send(AnswerFile answer);

  /** Hands the request to the HTTP stack after all. */
  void pass();
}
