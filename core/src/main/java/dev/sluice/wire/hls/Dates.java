package dev.sluice.wire.hls;

import dev.sluice.wire.MalformedException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Dates of playlists: ISO 8601, nanoseconds since the Unix epoch in UTC. */
final class Dates {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long LAST_SECOND = Long.MAX_VALUE / NS_PER_SECOND - 1;

  /** Zones come as Z, +hh:mm, +hhmm and +hh. */
  private static final DateTimeFormatter READER =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]")
          .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter WRITER =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Dates() {}

  static long read(String name, String text) {
    Instant instant;
    try {
      instant = OffsetDateTime.parse(text, READER).toInstant();
    } catch (DateTimeParseException broken) {
      throw new MalformedException("%s is no date: %s".formatted(name, text));
    }
    if (Math.abs(instant.getEpochSecond()) > LAST_SECOND) {
      throw new MalformedException("%s is out of range: %s".formatted(name, text));
    }
    return instant.getEpochSecond() * NS_PER_SECOND + instant.getNano();
  }

  /** With milliseconds; what is finer is rounded. */
  static String text(long utcNs) {
    long ms = Math.floorDiv(utcNs + 500_000, 1_000_000L);
    return WRITER.format(Instant.ofEpochMilli(ms));
  }
}
