package dev.sluice.access;

/**
 * Something that lets nobody in for a time, whatever it proves.
 *
 * @param id of this one, for whoever wants to end it
 * @param atMs since when, UTC in milliseconds
 * @param untilMs until when
 */
public record Revocation(String id, Subject subject, long atMs, long untilMs) {
  /** Characters of the longest user or token that can be revoked. */
  public static final int MAX_CHARS = 256;

  /** What is revoked. */
  public enum Kind {
    /** All that is given to a user. */
    USER("user"),
    /** What has a {@link Limits#tokenId}. */
    TOKEN("token");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** As the API has it. */
    public String label() {
      return label;
    }
  }

  /** Whom or what it is about. */
  public record Subject(Kind kind, String value) {}

  /** Whether {@code limits} are of somebody whom this is about. */
  boolean isAbout(Limits limits) {
    return subject.value.equals(
        switch (subject.kind) {
          case USER -> limits.user();
          case TOKEN -> limits.tokenId();
        });
  }
}
