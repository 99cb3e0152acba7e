package dev.sluice.session.rtmp;

/**
 * The last output: write what came before, then close the socket. It ends a publication or playback
 * without a further output.
 *
 * @param reason one sentence for the log
 * @param cause what kind of end it is
 */
public record Closed(String reason, Cause cause) implements ServerOutput, ClientOutput {

  /** Kinds of ends. */
  public enum Cause {
    /** Nobody's fault: done, refused, redirected. */
    ORDERLY,
    /** The peer was not heard of, or did not get on, for too long. */
    SILENCE,
    /** The peer broke the protocol or passed a limit. */
    FAULT
  }
}
