package dev.sluice.access;

import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import org.jspecify.annotations.Nullable;

/**
 * May {@code client} do that with the stream?
 *
 * @param asked the stream that the client has named; a back end may have sent it to another one
 * @param standing what is known of somebody who is in already; null for a newcomer
 */
public record Question(
    Action action,
    StreamName stream,
    StreamName asked,
    Client client,
    @Nullable Standing standing) {

  /** About a newcomer. */
  public Question(Action action, StreamName stream, Client client) {
    this(action, stream, client, null);
  }

  /** About somebody who was sent nowhere. */
  public Question(Action action, StreamName stream, Client client, @Nullable Standing standing) {
    this(action, stream, stream, client, standing);
  }

  /** The same about somebody who is in already. */
  Question again(Standing now) {
    return new Question(action, stream, asked, client, now);
  }

  /** The same about the stream to which a back end sends the client. */
  Question sentTo(StreamName other) {
    return new Question(action, other, asked, client, standing);
  }

  /** Whether a back end has sent the client from the stream that it named to another one. */
  public boolean isSent() {
    return !asked.equals(stream);
  }

  /** Whether somebody asks who is in already, by a proof of this name. */
  public boolean isOfProvedBy(String prover) {
    return standing != null && standing.proof.equals(prover);
  }

  /**
   * Somebody who is in.
   *
   * @param proof name of the prover that let him in; empty when it was none
   * @param number which question about him this is, from 1
   * @param forMs how long he has been in
   * @param bytes what a viewer was sent, or what a publisher has sent, so far; {@link #UNKNOWN}
   *     while nobody has looked
   */
  public record Standing(String proof, int number, long forMs, long bytes) {
    /** Bytes that nobody has counted. */
    public static final long UNKNOWN = -1;

    /** Of somebody whose bytes nobody has counted. */
    public Standing(String proof, int number, long forMs) {
      this(proof, number, forMs, UNKNOWN);
    }
  }
}
