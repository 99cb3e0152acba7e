package dev.sluice.cli.top;

import java.util.Locale;

/** A viewer as a line of the table. */
final class ViewerLine {
  private static final String FORM = "%-10s %-7s %-{}s %-8s %-8s %4s %5s %5s %4s %5s";

  /** From this width of the screen on, addresses are shown whole, and programs. */
  private static final int WIDE_FROM = 110;

  private static final int ADDRESS = 15;
  private static final int WHOLE_ADDRESS = 39; // of IPv6

  private ViewerLine() {}

  static String head(int width) {
    String head =
        line(
            width, "SESSION", "FORM", "ADDRESS", "USER", "STATE", "AGE", "OUT", "QUEUE", "SKIP",
            "LATE");
    return width >= WIDE_FROM ? head + "  AGENT" : head;
  }

  static String of(ViewerFigures viewer, int width) {
    String line =
        line(
            width,
            cut(viewer.id(), 10),
            cut(viewer.protocol(), 7),
            cut(viewer.address(), address(width)),
            cut(viewer.user().isEmpty() ? "-" : viewer.user(), 8),
            cut(viewer.state(), 8),
            Figures.age(viewer.ageMs()),
            Figures.bytes(viewer.bytesOut()),
            Figures.bytes(viewer.backlogBytes()),
            Figures.count(viewer.skips()),
            late(viewer.delayMs()));
    return width >= WIDE_FROM ? line + "  " + viewer.agent() : line;
  }

  private static int address(int width) {
    return width >= WIDE_FROM ? WHOLE_ADDRESS : ADDRESS;
  }

  private static String line(int width, Object... cells) {
    return FORM.replace("{}", Integer.toString(address(width))).formatted(cells);
  }

  private static String late(double ms) {
    if (!Double.isFinite(ms)) {
      return "-";
    }
    return ms < 999.5
        ? String.format(Locale.ROOT, "%.0fms", ms)
        : String.format(Locale.ROOT, "%.1fs", Math.min(ms / 1_000, 99.9));
  }

  private static String cut(String text, int width) {
    return text.length() > width ? text.substring(0, width - 1) + "~" : text;
  }
}
