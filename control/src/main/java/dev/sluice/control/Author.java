package dev.sluice.control;

/**
 * Who changes something, for the history. Nothing of it is secret, and nothing is proved by it.
 *
 * @param who he says, or is known to be: at most {@value #MAX_CHARS} characters
 * @param from where, such as an address: at most {@value #MAX_CHARS} characters
 * @param what he does, in a few words: at most {@value #MAX_CHARS} characters
 */
public record Author(String who, String from, String what) {
  /** Characters of each. */
  public static final int MAX_CHARS = 200;

  public Author {
    check("who", who);
    check("from", from);
    check("what", what);
  }

  private static void check(String name, String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "'%s' of %d characters; allowed are %d".formatted(name, text.length(), MAX_CHARS));
    }
  }
}
