package dev.sluice.mux.flv;

import dev.sluice.media.Track;

/** Which kinds of tracks a viewer wants; data goes with each. */
public enum FlvMedia {
  ALL("av"),
  AUDIO("a"),
  VIDEO("v");

  private final String key;

  FlvMedia(String key) {
    this.key = key;
  }

  /** Short form for keys. */
  public String key() {
    return key;
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
