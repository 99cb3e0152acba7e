package dev.sluice.hub.source;

/**
 * The place of one source of a stream, as configured.
 *
 * @param kind how whoever takes it gets there
 * @param priority lower is better; seats of equal priority do not take back from one another
 * @param standby what it does while it is not needed; only for {@link Kind#PULL}
 */
public record Seat(Kind kind, int priority, Standby standby) {

  /** How a seat comes to be taken. */
  public enum Kind {
    /** Somebody comes to us. */
    PUBLISH,
    /** A job of ours fetches or makes it, while it is wanted. */
    PULL,
    /** A job of ours plays a clip while no other source delivers; there is at most one. */
    BACKUP
  }

  /** What a pull does while a better source delivers. */
  public enum Standby {
    /** It runs, so that it can take over at its next key frame. */
    HOT,
    /** It is started when all better sources have failed. */
    COLD
  }

  /** A seat for whoever publishes. */
  public static Seat publish(int priority) {
    return new Seat(Kind.PUBLISH, priority, Standby.HOT);
  }

  /** A seat for a job of ours. */
  public static Seat pull(int priority, Standby standby) {
    return new Seat(Kind.PULL, priority, standby);
  }

  /** The seat of the clip that bridges gaps. */
  public static Seat backup() {
    return new Seat(Kind.BACKUP, Integer.MAX_VALUE, Standby.COLD);
  }

  /** Whether a job of ours takes it. */
  boolean isOurs() {
    return kind != Kind.PUBLISH;
  }

  boolean isBackup() {
    return kind == Kind.BACKUP;
  }
}
