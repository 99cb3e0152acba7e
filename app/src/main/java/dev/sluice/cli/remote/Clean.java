package dev.sluice.cli.remote;

/**
 * What others say of themselves, names of programs above all, as it may go to a terminal: an escape
 * sequence in it would be obeyed there.
 */
public final class Clean {
  private Clean() {}

  /** {@code text} with everything replaced that is not to be seen. */
  public static String text(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(isSeen(c) ? c : '?'));
    return clean.toString();
  }

  /** As {@link #text}, and nothing in it takes more or less than one column. */
  public static String cells(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
    return clean.toString();
  }

  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
