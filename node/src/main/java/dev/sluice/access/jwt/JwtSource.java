package dev.sluice.access.jwt;

/** Where the keys come from. Any thread; must not block. */
public interface JwtSource {
  /** The keys that are known now. */
  JwtKeys keys();

  /** Whether there may be keys that are not known yet. */
  boolean mayHaveMore();

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
    };
  }
}
