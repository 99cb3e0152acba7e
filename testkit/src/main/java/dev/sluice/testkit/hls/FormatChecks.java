package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.PlaylistText.Part;
import dev.sluice.testkit.hls.PlaylistText.Tag;
import dev.sluice.testkit.rules.Faults;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one playlist shows by itself: syntax, tags, versions. */
final class FormatChecks {
  private static final Set<String> ONCE =
      Set.of(
          "EXTM3U",
          "EXT-X-VERSION",
          "EXT-X-TARGETDURATION",
          "EXT-X-MEDIA-SEQUENCE",
          "EXT-X-DISCONTINUITY-SEQUENCE",
          "EXT-X-PLAYLIST-TYPE",
          "EXT-X-SERVER-CONTROL",
          "EXT-X-PART-INF",
          "EXT-X-INDEPENDENT-SEGMENTS",
          "EXT-X-SKIP",
          "EXT-X-ENDLIST");

  private static final Set<String> WITH_ATTRIBUTES =
      Set.of(
          "EXT-X-SERVER-CONTROL",
          "EXT-X-PART-INF",
          "EXT-X-SKIP",
          "EXT-X-KEY",
          "EXT-X-MAP",
          "EXT-X-PART",
          "EXT-X-PRELOAD-HINT",
          "EXT-X-RENDITION-REPORT",
          "EXT-X-DATERANGE",
          "EXT-X-MEDIA",
          "EXT-X-STREAM-INF");

  private static final Set<String> OF_MULTIVARIANT =
      Set.of("EXT-X-STREAM-INF", "EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-SESSION-KEY");

  private static final Pattern FRAGMENT = Pattern.compile(".*\\.(m4s|mp4|m4v|m4a|cmfv|cmfa)");

  private static final Pattern IV = Pattern.compile("0[xX][0-9A-Fa-f]{1,32}");

  private static final Pattern RANGE = Pattern.compile("[0-9]{1,18}(@[0-9]{1,18})?");

  private FormatChecks() {}

  static void clean(PlaylistText text, Faults faults) {
    faults.addIf(text.load.text().startsWith("\uFEFF"), "a byte order mark");
    text.load
        .text()
        .chars()
        .filter(c -> c < ' ' && c != '\n' && c != '\r' || c >= 0x7F && c < 0xA0 || c == 0xFFFD)
        .findFirst()
        .ifPresent(c -> faults.add("character U+%04X".formatted(c)));
  }

  static void firstLine(PlaylistText text, Faults faults) {
    String first = text.load.text().replace("\uFEFF", "").lines().findFirst().orElse("");
    faults.addIf(!first.equals("#EXTM3U"), "the first line is %s", first);
  }

  static void attributes(PlaylistText text, Faults faults) {
    for (Tag tag : text.tags) {
      if (WITH_ATTRIBUTES.contains(tag.name())) {
        Attributes.of(tag.name(), tag.value()).faults().forEach(faults::add);
      }
    }
  }

  static void once(PlaylistText text, Faults faults) {
    Map<String, Integer> counts = new HashMap<>();
    for (Tag tag : text.tags) {
      faults.addIf(
          ONCE.contains(tag.name()) && counts.merge(tag.name(), 1, Integer::sum) == 2,
          "%s comes again in line %d",
          tag.name(),
          tag.line());
    }
  }

  static void oneKind(PlaylistText text, Faults faults) {
    boolean multivariant = text.has("EXT-X-STREAM-INF");
    for (Tag tag : text.tags) {
      boolean ofOther =
          multivariant
              ? Set.of("EXTINF", "EXT-X-TARGETDURATION", "EXT-X-PART").contains(tag.name())
              : OF_MULTIVARIANT.contains(tag.name());
      faults.addIf(ofOther, "%s in line %d", tag.name(), tag.line());
    }
  }

  static void pairs(PlaylistText text, Faults faults) {
    text.unpaired.forEach(faults::add);
    for (Entry entry : text.entries) {
      faults.addIf(
          entry.extinf() != null && entry.durationNs() < 0,
          "segment %d has the duration %s",
          entry.number(),
          entry.extinf());
    }
  }

  static void target(PlaylistText text, Faults faults) {
    faults.addIf(
        text.targetNs <= 0, "EXT-X-TARGETDURATION is %s", text.value("EXT-X-TARGETDURATION"));
  }

  static void withinTarget(PlaylistText text, Faults faults) {
    long second = 1_000_000_000L;
    for (Entry entry : text.entries) {
      long rounded = (entry.durationNs() + second / 2) / second * second;
      faults.addIf(
          text.targetNs > 0 && rounded > text.targetNs,
          "segment %d has %s s, the target is %d s",
          entry.number(),
          entry.extinf(),
          text.targetNs / second);
    }
  }

  static void numbersFirst(PlaylistText text, Faults faults) {
    boolean segments = false;
    for (Tag tag : text.tags) {
      switch (tag.name()) {
        case "EXTINF", "EXT-X-PART", "EXT-X-DISCONTINUITY" -> segments = true;
        case "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE" -> {
          faults.addIf(segments, "%s stands in line %d", tag.name(), tag.line());
          faults.addIf(PlaylistText.number(tag.value()) < 0, "%s is %s", tag.name(), tag.value());
        }
        default -> {}
      }
    }
  }

  static void version(PlaylistText text, Faults faults) {
    for (Tag tag : text.tags) {
      Attributes attributes = Attributes.of(tag.name(), tag.value());
      int needed =
          switch (tag.name()) {
            case "EXT-X-KEY" ->
                attributes.has("KEYFORMAT") || attributes.has("KEYFORMATVERSIONS")
                    ? 5
                    : attributes.has("IV") ? 2 : 1;
            case "EXTINF" -> tag.value().split(",", 2)[0].contains(".") ? 3 : 1;
            case "EXT-X-BYTERANGE", "EXT-X-I-FRAMES-ONLY" -> 4;
            case "EXT-X-MAP" -> text.has("EXT-X-I-FRAMES-ONLY") ? 5 : 6;
            case "EXT-X-MEDIA" -> attributes.text("INSTREAM-ID").startsWith("SERVICE") ? 7 : 1;
            case "EXT-X-DEFINE" -> attributes.has("QUERYPARAM") ? 11 : 8;
            case "EXT-X-SKIP" -> attributes.has("RECENTLY-REMOVED-DATERANGES") ? 10 : 9;
            default -> 1;
          };
      if (text.version < needed) {
        faults.add(
            "line %d, %s, needs version %d, said is %d"
                .formatted(tag.line(), tag.name(), needed, text.version));
        return;
      }
    }
  }

  static void map(PlaylistText text, Faults faults) {
    for (Entry entry : text.entries) {
      String uri = entry.uri();
      boolean fragment = uri != null && FRAGMENT.matcher(uri.replaceFirst("\\?.*", "")).matches();
      faults.addIf(
          fragment && entry.map() == null && text.skipped == 0,
          "segment %d has no EXT-X-MAP",
          entry.number());
    }
  }

  static void keys(PlaylistText text, Faults faults) {
    for (Attributes key : text.all("EXT-X-KEY")) {
      boolean none = key.text("METHOD").equals("NONE");
      faults.addIf(!key.has("METHOD"), "a key without METHOD");
      faults.addIf(none && key.values().size() > 1, "NONE with more attributes");
      faults.addIf(!none && !key.has("URI"), "a key without URI");
      faults.addIf(
          key.has("IV") && !IV.matcher(key.text("IV")).matches(), "IV is %s", key.text("IV"));
      faults.addIf(
          key.has("IV") && Set.of("SAMPLE-AES-CTR", "AES-256-GCM").contains(key.text("METHOD")),
          "%s with IV",
          key.text("METHOD"));
    }
    boolean needsIv = false;
    for (Tag tag : text.tags) {
      if (tag.name().equals("EXT-X-KEY")) {
        Attributes key = Attributes.of(tag.name(), tag.value());
        needsIv = key.text("METHOD").equals("AES-128") && !key.has("IV");
      }
      faults.addIf(
          needsIv && tag.name().equals("EXT-X-MAP"),
          "EXT-X-MAP in line %d is encrypted without IV",
          tag.line());
    }
  }

  static void ranges(PlaylistText text, Faults faults) {
    String before = "";
    for (Entry entry : text.entries) {
      before = range("segment " + entry.number(), entry.uri(), entry.range(), before, faults);
    }
    before = "";
    for (Entry entry : text.entries) {
      before = partRanges(entry, before, faults);
    }
    if (text.open != null) {
      partRanges(text.open, before, faults);
    }
    for (Attributes map : text.all("EXT-X-MAP")) {
      faults.addIf(
          map.has("BYTERANGE") && !map.text("BYTERANGE").contains("@"),
          "EXT-X-MAP has the range %s",
          map.text("BYTERANGE"));
    }
  }

  private static String partRanges(Entry entry, String before, Faults faults) {
    String at = before;
    for (Part part : entry.parts()) {
      String what = "a part of segment " + entry.number();
      at = range(what, part.uri(), part.attributes().get("BYTERANGE"), at, faults);
    }
    return at;
  }

  /** Returns the resource that a range without an offset may follow. */
  private static String range(
      String what, @Nullable String uri, @Nullable String range, String before, Faults faults) {
    if (range == null) {
      return "";
    }
    faults.addIf(!RANGE.matcher(range).matches(), "%s has the range %s", what, range);
    faults.addIf(
        !range.contains("@") && !before.equals(uri),
        "%s has a range without an offset and follows none of its resource",
        what);
    return String.valueOf(uri);
  }

  static void dates(PlaylistText text, Faults faults) {
    for (Tag tag : text.tags) {
      faults.addIf(
          tag.name().equals("EXT-X-PROGRAM-DATE-TIME")
              && (PlaylistText.date(tag.value()) == PlaylistText.UNDATED
                  || !tag.value().contains(".")),
          "line %d: %s",
          tag.line(),
          tag.value());
    }
  }

  static void dateRanges(PlaylistText text, Faults faults) {
    Set<String> started = new HashSet<>();
    for (Attributes range : text.all("EXT-X-DATERANGE")) {
      String id = range.text("ID");
      boolean starts = range.has("START-DATE");
      faults.addIf(
          id.isEmpty() || !starts && !started.contains(id), "%s without ID or START-DATE", id);
      if (starts) {
        started.add(id);
      }
      faults.addIf(
          range.has("END-ON-NEXT")
              && (!range.has("CLASS") || range.has("DURATION") || range.has("END-DATE")),
          "%s ends on the next of no class, or has an end",
          id);
      for (String duration : List.of("DURATION", "PLANNED-DURATION")) {
        faults.addIf(
            range.has(duration) && range.seconds(duration) < 0,
            "%s has %s %s",
            id,
            duration,
            range.text(duration));
      }
      dateRangeEnd(range, faults);
      faults.addIf(
          !text.has("EXT-X-PROGRAM-DATE-TIME") && text.skipped == 0,
          "%s in a playlist without dates",
          id);
    }
  }

  private static void dateRangeEnd(Attributes range, Faults faults) {
    long start = PlaylistText.date(range.text("START-DATE"));
    long end = PlaylistText.date(range.text("END-DATE"));
    if (start != PlaylistText.UNDATED && end != PlaylistText.UNDATED) {
      long duration = range.seconds("DURATION");
      faults.addIf(end < start, "%s ends before it starts", range.text("ID"));
      faults.addIf(
          duration >= 0 && Math.abs(end - start - duration) > 1_000_000,
          "%s ends elsewhere than its duration says",
          range.text("ID"));
    }
    String cue = range.text("CUE");
    faults.addIf(
        cue.contains("PRE") && cue.contains("POST"), "%s has CUE %s", range.text("ID"), cue);
  }

  static void gapParts(PlaylistText text, Faults faults) {
    for (Entry entry : text.entries) {
      faults.addIf(
          entry.gap() && entry.parts().stream().anyMatch(part -> !part.gap()),
          "segment %d is a gap, its parts are not",
          entry.number());
    }
  }

  /** Neighbours in one playlist: another init segment without a discontinuity. */
  static void mapChanges(PlaylistText text, Faults faults) {
    Entry before = null;
    for (Entry entry : text.entries) {
      faults.addIf(
          before != null
              && before.map() != null
              && !before.map().equals(entry.map())
              && !entry.discontinuity(),
          "segment %d has another EXT-X-MAP than the one before",
          entry.number());
      before = entry;
    }
  }

  static void datesAtDiscontinuities(PlaylistText text, Faults faults) {
    for (Entry entry : text.entries) {
      faults.addIf(
          text.has("EXT-X-PROGRAM-DATE-TIME")
              && entry.discontinuity()
              && entry.dateNs() == PlaylistText.UNDATED,
          "segment %d has none",
          entry.number());
    }
  }

  /** Dates go on as durations say, to what rounding to milliseconds makes of it. */
  static void datesGoOn(PlaylistText text, Faults faults) {
    long tolerance = 2_000_000;
    Entry dated = null;
    long since = 0;
    for (Entry entry : text.entries) {
      if (entry.dateNs() != PlaylistText.UNDATED) {
        long off = dated == null ? 0 : entry.dateNs() - dated.dateNs() - since;
        faults.addIf(
            dated != null && !entry.discontinuity() && Math.abs(off) > tolerance,
            "segment %d is dated %d ms away from where the one before ends",
            entry.number(),
            off / 1_000_000);
        dated = entry;
        since = 0;
      } else if (entry.discontinuity()) {
        dated = null;
      }
      since += Math.max(0, entry.durationNs());
    }
  }
}
