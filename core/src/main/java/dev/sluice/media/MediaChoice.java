package dev.sluice.media;

import org.jspecify.annotations.Nullable;

/** Which kinds of tracks a viewer wants; data goes with each. */
public enum MediaChoice {
  ALL("av"),
  AUDIO("a"),
  VIDEO("v");

  private final String key;

  MediaChoice(String key) {
    this.key = key;
  }

  /** Short form, for keys of forms. */
  public String key() {
    return key;
  }

  /**
   * What a request's {@code only} says: {@code audio}, {@code video}, or nothing for all.
   *
   * @return null when it says something else
   */
  public static @Nullable MediaChoice of(@Nullable String only) {
    return switch (only) {
      case null -> ALL;
      case "audio" -> AUDIO;
      case "video" -> VIDEO;
      default -> null;
    };
  }

  /** Whether tracks of this kind are wanted. */
  public boolean includes(Track.Kind kind) {
    return switch (kind) {
      case AUDIO -> this != VIDEO;
      case VIDEO -> this != AUDIO;
      case DATA -> true;
    };
  }
}
