package dev.sluice.access.backend;

/** What a back end has said. */
public sealed interface BackendReply {

  /** The same, which holds for so long from now on. */
  default BackendReply validFor(long ms) {
    return this;
  }

  /**
   * Yes.
   *
   * @param user whom it knows him as; empty when it does not say
   * @param maxSessions how many sessions that user may have at a time; 0 for no limit
   * @param validMs how long this holds
   */
  record Allowed(String user, int maxSessions, long validMs) implements BackendReply {
    @Override
    public BackendReply validFor(long ms) {
      return new Allowed(user, maxSessions, ms);
    }
  }

  /**
   * No.
   *
   * @param why a phrase without secrets
   * @param validMs how long this holds
   */
  record Denied(String why, long validMs) implements BackendReply {
    @Override
    public BackendReply validFor(long ms) {
      return new Denied(why, ms);
    }
  }

  /**
   * The stream is to be had elsewhere.
   *
   * @param location an absolute URL or path; it may hold secrets
   * @param validMs how long this holds
   */
  record Moved(String location, long validMs) implements BackendReply {
    @Override
    public BackendReply validFor(long ms) {
      return new Moved(location, ms);
    }

    /** Without where. */
    @Override
    public String toString() {
      return "Moved";
    }
  }

  /**
   * Yes, for another stream of this server.
   *
   * @param name what stands in place of the last element of the stream's name; of characters that
   *     names of streams have, and slashes
   * @param validMs how long this holds
   */
  record Sent(String name, long validMs) implements BackendReply {
    @Override
    public BackendReply validFor(long ms) {
      return new Sent(name, ms);
    }
  }

  /**
   * Nothing that could be used: it was not to be reached, too slow, or failed.
   *
   * @param why a phrase without secrets
   */
  record Failed(String why) implements BackendReply {}
}
