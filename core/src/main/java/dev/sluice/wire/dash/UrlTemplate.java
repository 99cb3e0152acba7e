package dev.sluice.wire.dash;

import dev.sluice.wire.MalformedException;

/**
 * URLs with $-identifiers in them (ISO/IEC 23009-1, section 5.3.9.4.4).
 *
 * @param representationId for {@code $RepresentationID$}
 * @param bandwidth for {@code $Bandwidth$}, bits a second
 * @param number for {@code $Number$}
 * @param time for {@code $Time$}, in ticks
 */
public record UrlTemplate(String representationId, long bandwidth, long number, long time) {
  /** Digits that a number may be filled up to. */
  public static final int MAX_WIDTH = 20;

  /** Characters of a template. */
  public static final int MAX_CHARACTERS = 4_096;

  /**
   * The URL.
   *
   * @throws MalformedException when a $ is left over, or an identifier or its format is not known
   */
  public String fill(String template) {
    if (template.length() > MAX_CHARACTERS) {
      throw new MalformedException(
          "a template of %d characters, allowed are %d"
              .formatted(template.length(), MAX_CHARACTERS));
    }
    StringBuilder out = new StringBuilder(template.length() + 32);
    int at = 0;
    while (at < template.length()) {
      int dollar = template.indexOf('$', at);
      if (dollar < 0) {
        break;
      }
      int end = template.indexOf('$', dollar + 1);
      if (end < 0) {
        throw new MalformedException("a template with a $ left over: " + template);
      }
      out.append(template, at, dollar).append(value(template.substring(dollar + 1, end)));
      at = end + 1;
    }
    return out.append(template, at, template.length()).toString();
  }

  private String value(String identifier) {
    int percent = identifier.indexOf('%');
    String name = percent < 0 ? identifier : identifier.substring(0, percent);
    int width = percent < 0 ? 1 : width(identifier, identifier.substring(percent));
    return switch (name) {
      case "Number" -> padded(number, width);
      case "Time" -> padded(time, width);
      case "Bandwidth" -> padded(bandwidth, width);
      case "RepresentationID" -> {
        if (percent >= 0) {
          throw new MalformedException("an id has no format: " + identifier);
        }
        yield representationId;
      }
      case "" -> {
        if (percent >= 0) {
          throw new MalformedException("a format of nothing: " + identifier);
        }
        yield "$";
      }
      default -> throw new MalformedException("no identifier of a template: " + identifier);
    };
  }

  /** Of {@code %0[width]d}. */
  private static int width(String identifier, String format) {
    boolean valid = format.length() >= 4 && format.startsWith("%0") && format.endsWith("d");
    String width = valid ? format.substring(2, format.length() - 1) : "";
    if (!valid || !XmlValues.isDigits(width)) {
      throw new MalformedException("no format of a template: " + identifier);
    }
    return (int) XmlValues.integer(width, 1, MAX_WIDTH);
  }

  private static String padded(long value, int width) {
    String digits = Long.toString(value);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }
}
