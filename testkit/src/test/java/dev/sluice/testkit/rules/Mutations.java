package dev.sluice.testkit.rules;

import java.util.random.RandomGenerator;

/** Texts that are spoilt anywhere, most of them a little, so that their form often holds. */
public final class Mutations {
  private static final String CHARACTERS = "0123456789-.,:=\"$%/<>&#@ \n\u0000é\uD800";

  private Mutations() {}

  /** A text with up to four places spoilt; often none, so that a sequence has good ones, too. */
  public static String of(String text, RandomGenerator random) {
    StringBuilder out = new StringBuilder(text);
    for (int i = random.nextInt(-2, 5); i > 0 && !out.isEmpty(); i--) {
      spoil(out, random);
    }
    return out.toString();
  }

  private static void spoil(StringBuilder out, RandomGenerator random) {
    int at = random.nextInt(out.length());
    int end = Math.min(out.length(), at + 1 + random.nextInt(1 << random.nextInt(8)));
    char any = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    switch (random.nextInt(6)) {
      case 0 -> out.setCharAt(at, any);
      case 1 -> out.insert(at, any);
      case 2 -> out.delete(at, end);
      case 3 -> out.insert(random.nextInt(out.length()), out.substring(at, end));
      case 4 -> digit(out, at, random);
      default -> attribute(out, at);
    }
  }

  /** The next digit becomes another one, or many. */
  private static void digit(StringBuilder out, int from, RandomGenerator random) {
    for (int i = from; i < out.length(); i++) {
      if (Character.isDigit(out.charAt(i))) {
        String digits = random.nextBoolean() ? "9".repeat(random.nextInt(1, 25)) : "-1";
        out.replace(i, i + 1, digits);
        return;
      }
    }
  }

  /** The next quoted text becomes empty. */
  private static void attribute(StringBuilder out, int from) {
    int open = out.indexOf("\"", from);
    int close = open < 0 ? -1 : out.indexOf("\"", open + 1);
    if (close > 0) {
      out.delete(open + 1, close);
    }
  }
}
