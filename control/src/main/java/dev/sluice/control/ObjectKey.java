package dev.sluice.control;

import java.util.Comparator;

/**
 * Names an object of the store.
 *
 * @param kind what it is, such as {@code stream}: 1 to {@value #MAX_KIND} characters
 * @param name unique among those of its kind: 1 to {@value #MAX_NAME} characters
 */
public record ObjectKey(String kind, String name) implements Comparable<ObjectKey> {
  /** Characters of a kind. */
  public static final int MAX_KIND = 64;

  /** Characters of a name. */
  public static final int MAX_NAME = 512;

  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::kind).thenComparing(ObjectKey::name);

  public ObjectKey {
    check("kind", kind, MAX_KIND);
    check("name", name, MAX_NAME);
  }

  private static void check(String what, String text, int most) {
    if (text.isEmpty() || text.length() > most) {
      throw new IllegalArgumentException(
          "a %s of %d characters; allowed are 1 to %d".formatted(what, text.length(), most));
    }
  }

  /** By kind, then by name. */
  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
