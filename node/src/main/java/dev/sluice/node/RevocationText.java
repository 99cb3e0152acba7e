package dev.sluice.node;

import dev.sluice.access.Revocation;
import dev.sluice.access.Revocations;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Revocations as lines of a file: of what form it is, the number of the latest, one line for each,
 * and the CRC32C of all before. It can be read by people, and either is whole or is seen not to be.
 *
 * <pre>
 * sluice-revocations 1
 * last 17
 * k3f9-rh 1800000000000 1800086400000 user alice
 * end 5f3c0a11
 * </pre>
 *
 * <p>A line: id, since when and until when (UTC in milliseconds), kind, and the rest is of whom or
 * what. Backslashes, and characters beside printable ASCII, are escaped as in JSON, by their
 * number.
 */
final class RevocationText {
  /** Bytes of the longest file. */
  static final int MAX_BYTES = 20 << 20;

  private static final String HEAD = "sluice-revocations 1\n";
  private static final Pattern ANY_HEAD = Pattern.compile("sluice-revocations [0-9]+\n");
  private static final int END_CHARS = "end 00000000\n".length();
  private static final Pattern ID = Pattern.compile("[0-9a-z-]{1,40}");
  private static final Pattern LAST = Pattern.compile("last ([0-9]{1,18})");
  private static final Pattern LINE =
      Pattern.compile("(" + ID + ") ([0-9]{1,18}) ([0-9]{1,18}) ([a-z]+) ([ -~]+)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  private RevocationText() {}

  /**
   * The file.
   *
   * @throws IllegalArgumentException when it could not be read again
   */
  static byte[] write(Revocations revocations) {
    var text = new StringBuilder(HEAD);
    text.append("last ").append(revocations.last()).append('\n');
    for (Revocation each : revocations.all()) {
      write(each, text);
    }
    return text.append(end(text.toString())).toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void write(Revocation revocation, StringBuilder text) {
    String value = revocation.subject().value();
    if (!ID.matcher(revocation.id()).matches()
        || revocation.atMs() < 0
        || revocation.untilMs() < 0
        || value.isEmpty()
        || value.length() > Revocation.MAX_CHARS) {
      throw new IllegalArgumentException(
          "revocation %s, %d to %d, of %d characters"
              .formatted(revocation.id(), revocation.atMs(), revocation.untilMs(), value.length()));
    }
    text.append(revocation.id())
        .append(' ')
        .append(revocation.atMs())
        .append(' ')
        .append(revocation.untilMs())
        .append(' ')
        .append(revocation.subject().kind().label())
        .append(' ');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || c == '\\') {
        text.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        text.append(c);
      }
    }
    text.append('\n');
  }

  private static String end(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return "end %08x\n".formatted(crc.getValue());
  }

  /**
   * Reads a file.
   *
   * @throws MalformedException when it is damaged
   * @throws UnsupportedException when another version wrote it
   */
  static Revocations read(byte[] file) {
    if (file.length > MAX_BYTES) {
      throw new MalformedException("more than %d bytes".formatted(MAX_BYTES));
    }
    String text = new String(file, StandardCharsets.ISO_8859_1);
    if (!text.startsWith(HEAD)) {
      if (ANY_HEAD.matcher(text).lookingAt()) {
        throw new UnsupportedException("another version of the server wrote it");
      }
      throw new MalformedException("it does not begin with '%s'".formatted(HEAD.strip()));
    }
    int end = Math.max(HEAD.length(), text.length() - END_CHARS);
    if (!text.substring(end).equals(end(text.substring(0, end)))) {
      throw new MalformedException("its checksum is not right: it was changed, or has no end");
    }
    List<String> lines = text.substring(HEAD.length(), end).lines().toList();
    Matcher last = LAST.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!last.matches()) {
      throw new MalformedException("line 2 is not that of the latest number");
    }
    if (lines.size() - 1 > Revocations.MAX) {
      throw new MalformedException(
          "%d revocations; allowed are %d".formatted(lines.size() - 1, Revocations.MAX));
    }
    List<Revocation> all = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        throw new MalformedException("line %d is none of a revocation".formatted(i + 2));
      }
      all.add(revocation(line));
    }
    return new Revocations(Long.parseLong(last.group(1)), all);
  }

  private static Revocation revocation(Matcher line) {
    String value =
        ESCAPE
            .matcher(line.group(5))
            .replaceAll(escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) HexFormat.fromHexDigits(escape.group(1)))));
    if (value.length() > Revocation.MAX_CHARS) {
      throw new MalformedException(
          "%s is of %d characters; allowed are %d"
              .formatted(line.group(1), value.length(), Revocation.MAX_CHARS));
    }
    return new Revocation(
        line.group(1),
        new Revocation.Subject(kind(line.group(4)), value),
        Long.parseLong(line.group(2)),
        Long.parseLong(line.group(3)));
  }

  private static Revocation.Kind kind(String label) {
    for (Revocation.Kind each : Revocation.Kind.values()) {
      if (each.label().equals(label)) {
        return each;
      }
    }
    throw new MalformedException("a revocation is of no '%s'".formatted(label));
  }
}
