package dev.sluice.testkit.hls;

import java.math.BigDecimal;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A playlist taken apart, whatever is wrong with it. */
final class PlaylistText {
  /** There is no date. */
  static final long UNDATED = Long.MIN_VALUE;

  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,20})?");
  private static final Pattern INTEGER = Pattern.compile("[0-9]{1,18}");

  /** A line that begins with {@code #EXT}: its name, what is behind the colon, its number. */
  record Tag(String name, String value, int line) {}

  /**
   * A part.
   *
   * @param uri resolved
   * @param durationNs −1 when it is not said
   * @param attributes all
   */
  record Part(String uri, long durationNs, Attributes attributes) {
    boolean gap() {
      return attributes.yes("GAP");
    }

    boolean independent() {
      return attributes.yes("INDEPENDENT");
    }

    String key() {
      return attributes.has("BYTERANGE") ? uri + "#" + attributes.get("BYTERANGE") : uri;
    }
  }

  /**
   * A segment, or what there is of the one at the end.
   *
   * @param number media sequence number
   * @param discontinuityNumber of the stretch that it is in
   * @param uri resolved; null when it is not whole yet, or the line is missing
   * @param extinf the text of its duration; null when there is none
   * @param durationNs −1 when it is not known
   * @param discontinuity whether there is one in front of it
   * @param gap whether it is one
   * @param dateNs UTC; {@link #UNDATED} when it is not said
   * @param range text; null when there is none
   * @param map the init segment that applies; null when there is none
   * @param key the key that applies; null when there is none
   * @param parts that are told
   */
  record Entry(
      long number,
      long discontinuityNumber,
      @Nullable String uri,
      @Nullable String extinf,
      long durationNs,
      boolean discontinuity,
      boolean gap,
      long dateNs,
      @Nullable String range,
      @Nullable String map,
      @Nullable String key,
      List<Part> parts) {

    /** Of a whole segment: where its bytes are. */
    String resource() {
      return range == null ? String.valueOf(uri) : uri + "#" + range;
    }

    long partsNs() {
      return parts.stream().mapToLong(part -> Math.max(0, part.durationNs)).sum();
    }
  }

  final Load load;
  final List<Tag> tags = new ArrayList<>();
  final List<Entry> entries = new ArrayList<>();

  /** What is there of the segment that is not whole; null when there is nothing. */
  @Nullable Entry open;

  /** URIs without a duration in front, durations without a URI behind. */
  final List<String> unpaired = new ArrayList<>();

  final long targetNs;
  final long partTargetNs;
  final long mediaSequence;
  final long discontinuitySequence;
  final long skipped;
  final long version;
  final Attributes control;

  private PlaylistText(Load load) {
    this.load = load;
    String[] lines = load.text().split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].startsWith("#EXT")) {
        int colon = lines[i].indexOf(':');
        tags.add(
            new Tag(
                lines[i].substring(1, colon < 0 ? lines[i].length() : colon),
                colon < 0 ? "" : lines[i].substring(colon + 1),
                i + 1));
      }
    }
    long target = number(value("EXT-X-TARGETDURATION"));
    targetNs = target < 0 ? -1 : target * 1_000_000_000L;
    partTargetNs = attributes("EXT-X-PART-INF").seconds("PART-TARGET");
    mediaSequence = Math.max(0, number(value("EXT-X-MEDIA-SEQUENCE")));
    discontinuitySequence = Math.max(0, number(value("EXT-X-DISCONTINUITY-SEQUENCE")));
    skipped = Math.max(0, attributes("EXT-X-SKIP").number("SKIPPED-SEGMENTS"));
    version = Math.max(1, number(value("EXT-X-VERSION")));
    control = attributes("EXT-X-SERVER-CONTROL");
    readEntries(lines);
  }

  static PlaylistText of(Load load) {
    return new PlaylistText(load);
  }

  private void readEntries(String[] lines) {
    long number = mediaSequence + skipped;
    long stretch = discontinuitySequence;
    Pending pending = new Pending();
    String map = null;
    String key = null;
    for (String line : lines) {
      if (line.startsWith("#EXT-X-MAP:")) {
        Attributes init = Attributes.of("EXT-X-MAP", behindColon(line));
        map =
            resolve(init.text("URI")) + (init.has("BYTERANGE") ? "#" + init.get("BYTERANGE") : "");
      } else if (line.startsWith("#EXT-X-KEY:")) {
        key = behindColon(line);
      } else if (line.equals("#EXT-X-DISCONTINUITY")) {
        pending.discontinuity = true;
        stretch++;
      } else if (line.startsWith("#EXT")) {
        pending.take(line);
      } else if (!line.isBlank() && line.charAt(0) != '#') {
        if (pending.extinf == null) {
          unpaired.add("no EXTINF in front of " + line);
        }
        entries.add(pending.entry(number++, stretch, resolve(line), map, key));
        pending = new Pending();
      }
    }
    if (pending.extinf != null) {
      unpaired.add("no URI behind EXTINF:" + pending.extinf);
    } else if (pending.discontinuity || pending.dateNs != UNDATED || !pending.parts.isEmpty()) {
      open = pending.entry(number, stretch, null, map, key);
    }
  }

  /** Tags of the segment that comes next. */
  private final class Pending {
    private @Nullable String extinf;
    private boolean discontinuity;
    private boolean gap;
    private long dateNs = UNDATED;
    private @Nullable String range;
    private final List<Part> parts = new ArrayList<>();

    void take(String line) {
      if (line.startsWith("#EXTINF:")) {
        String value = behindColon(line);
        int comma = value.indexOf(',');
        extinf = comma < 0 ? value : value.substring(0, comma);
      } else if (line.equals("#EXT-X-GAP")) {
        gap = true;
      } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
        dateNs = date(behindColon(line));
      } else if (line.startsWith("#EXT-X-BYTERANGE:")) {
        range = behindColon(line);
      } else if (line.startsWith("#EXT-X-PART:")) {
        Attributes part = Attributes.of("EXT-X-PART", behindColon(line));
        parts.add(new Part(resolve(part.text("URI")), part.seconds("DURATION"), part));
      }
    }

    Entry entry(
        long number,
        long stretch,
        @Nullable String uri,
        @Nullable String map,
        @Nullable String key) {
      return new Entry(
          number,
          stretch,
          uri,
          extinf,
          extinf == null ? -1 : seconds(extinf),
          discontinuity,
          gap,
          dateNs,
          range,
          map,
          key,
          List.copyOf(parts));
    }
  }

  private static String behindColon(String line) {
    return line.substring(line.indexOf(':') + 1);
  }

  /** Relative to where the playlist is. */
  String resolve(String uri) {
    try {
      return URI.create(load.uri()).resolve(uri).toString();
    } catch (IllegalArgumentException noUri) {
      return uri;
    }
  }

  boolean has(String tag) {
    return tags.stream().anyMatch(one -> one.name.equals(tag));
  }

  /** What is behind the first of its kind; empty when there is none. */
  String value(String tag) {
    return tags.stream().filter(one -> one.name.equals(tag)).findFirst().map(Tag::value).orElse("");
  }

  List<Attributes> all(String tag) {
    return tags.stream()
        .filter(one -> one.name.equals(tag))
        .map(one -> Attributes.of(tag, one.value))
        .toList();
  }

  /** Of the first of its kind; none when there is none. */
  Attributes attributes(String tag) {
    return Attributes.of(tag, value(tag));
  }

  boolean ended() {
    return has("EXT-X-ENDLIST");
  }

  boolean hasParts() {
    return partTargetNs > 0;
  }

  /** −1 when it is none. */
  static long number(String text) {
    return INTEGER.matcher(text).matches() ? Long.parseLong(text) : -1;
  }

  /** Nanoseconds; −1 when it is no number. */
  static long seconds(String text) {
    return DECIMAL.matcher(text).matches()
        ? new BigDecimal(text).movePointRight(9).longValue()
        : -1;
  }

  /** Nanoseconds since the Unix epoch; {@link #UNDATED} when it is none with a zone. */
  static long date(String text) {
    try {
      var date = OffsetDateTime.parse(text).toInstant();
      return date.getEpochSecond() * 1_000_000_000L + date.getNano();
    } catch (DateTimeParseException none) {
      return UNDATED;
    }
  }
}
