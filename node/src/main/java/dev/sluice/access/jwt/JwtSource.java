package dev.sluice.access.jwt;

import dev.sluice.access.Lookup;

/** Where the keys come from. Any thread; must not block. */
public interface JwtSource {
  /** The keys that are known now. */
  JwtKeys keys();

  /** Whether there may be keys that are not known yet. */
  boolean mayHaveMore();

  /** Finds keys that are not known yet. */
  Lookup lookup();

  /** Keys that never change. */
  static JwtSource of(JwtKeys keys) {
    return new JwtSource() {
      @Override
      public JwtKeys keys() {
        return keys;
      }

      @Override
      public boolean mayHaveMore() {
        return false;
      }

      @Override
      public Lookup lookup() {
        return Lookup.NONE;
      }
    };
  }
}
