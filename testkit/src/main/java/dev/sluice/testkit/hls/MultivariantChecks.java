package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.Variants.Variant;
import dev.sluice.testkit.rules.Faults;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a multivariant playlist shows by itself. */
final class MultivariantChecks {
  private static final Set<String> TYPES = Set.of("AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS");

  /** Of corresponding renditions in groups of one type. */
  private static final Set<String> MAY_DIFFER =
      Set.of(
          "GROUP-ID",
          "URI",
          "CHANNELS",
          "BIT-DEPTH",
          "STABLE-RENDITION-ID",
          "INSTREAM-ID",
          "SAMPLE-RATE");

  private static final Pattern VIDEO = Pattern.compile("(?i)(avc|hvc|hev|av0|vp0|dvh|mp4v).*");

  private static final Pattern RESOLUTION = Pattern.compile("[1-9][0-9]*x[1-9][0-9]*");

  private MultivariantChecks() {}

  static boolean hasVideo(Variant variant) {
    return List.of(variant.attributes().text("CODECS").split(",")).stream()
        .anyMatch(codec -> VIDEO.matcher(codec.strip()).matches());
  }

  static void bandwidth(PlaylistText text, Faults faults) {
    for (Variant variant : Variants.of(text)) {
      faults.addIf(variant.uri().isEmpty(), "a variant has no URI");
      faults.addIf(
          variant.attributes().number("BANDWIDTH") <= 0,
          "%s has BANDWIDTH %s",
          variant.uri(),
          variant.attributes().text("BANDWIDTH"));
    }
  }

  static void codecs(PlaylistText text, Faults faults) {
    for (Variant variant : Variants.of(text)) {
      faults.addIf(
          variant.attributes().text("CODECS").isEmpty(), "%s has no CODECS", variant.uri());
    }
  }

  static void resolution(PlaylistText text, Faults faults) {
    for (Variant variant : Variants.of(text)) {
      faults.addIf(
          hasVideo(variant)
              && !RESOLUTION.matcher(variant.attributes().text("RESOLUTION")).matches(),
          "%s has RESOLUTION %s",
          variant.uri(),
          variant.attributes().text("RESOLUTION"));
    }
  }

  static void frameRate(PlaylistText text, Faults faults) {
    for (Variant variant : Variants.of(text)) {
      faults.addIf(
          hasVideo(variant) && variant.attributes().seconds("FRAME-RATE") <= 0,
          "%s has FRAME-RATE %s",
          variant.uri(),
          variant.attributes().text("FRAME-RATE"));
    }
  }

  static void groups(PlaylistText text, Faults faults) {
    Set<String> there = new HashSet<>();
    for (Attributes rendition : text.all("EXT-X-MEDIA")) {
      there.add(rendition.text("TYPE") + " " + rendition.text("GROUP-ID"));
    }
    for (Variant variant : Variants.of(text)) {
      for (String type : TYPES) {
        String group = variant.attributes().get(type);
        boolean none = type.equals("CLOSED-CAPTIONS") && "NONE".equals(group);
        faults.addIf(
            group != null && !none && !there.contains(type + " " + group),
            "%s has the group %s of %s, which is not there",
            variant.uri(),
            group,
            type);
      }
    }
  }

  static void captions(PlaylistText text, Faults faults) {
    List<Variant> variants = Variants.of(text);
    long none =
        variants.stream()
            .filter(variant -> "NONE".equals(variant.attributes().get("CLOSED-CAPTIONS")))
            .count();
    faults.addIf(
        none > 0 && none < variants.size(), "%d of %d variants say NONE", none, variants.size());
  }

  static void renditions(PlaylistText text, Faults faults) {
    for (Attributes rendition : text.all("EXT-X-MEDIA")) {
      String type = rendition.text("TYPE");
      String name = rendition.text("NAME");
      boolean captions = type.equals("CLOSED-CAPTIONS");
      faults.addIf(!TYPES.contains(type), "TYPE is %s", type);
      faults.addIf(!rendition.has("GROUP-ID"), "%s %s has no GROUP-ID", type, name);
      faults.addIf(!rendition.has("NAME"), "a rendition of %s has no NAME", type);
      faults.addIf(
          captions && rendition.has("URI") || type.equals("SUBTITLES") && !rendition.has("URI"),
          "%s %s and its URI",
          type,
          name);
      faults.addIf(
          captions
              && !rendition.text("INSTREAM-ID").matches("CC[1-4]|SERVICE([1-9]|[1-5][0-9]|6[0-3])"),
          "%s %s has INSTREAM-ID %s",
          type,
          name,
          rendition.text("INSTREAM-ID"));
      faults.addIf(
          rendition.has("FORCED") && !type.equals("SUBTITLES")
              || rendition.has("CHANNELS") && !type.equals("AUDIO"),
          "%s %s has what is for others",
          type,
          name);
      faults.addIf(
          rendition.yes("DEFAULT") && rendition.has("AUTOSELECT") && !rendition.yes("AUTOSELECT"),
          "%s %s is the default and not selected by itself",
          type,
          name);
    }
  }

  static void names(PlaylistText text, Faults faults) {
    Set<String> names = new HashSet<>();
    Set<String> defaults = new HashSet<>();
    for (Attributes rendition : text.all("EXT-X-MEDIA")) {
      String group = rendition.text("TYPE") + " " + rendition.text("GROUP-ID");
      faults.addIf(
          !names.add(group + " " + rendition.text("NAME")),
          "%s has two of the name %s",
          group,
          rendition.text("NAME"));
      faults.addIf(rendition.yes("DEFAULT") && !defaults.add(group), "%s has two defaults", group);
    }
  }

  static void groupsAlike(PlaylistText text, Faults faults) {
    Map<String, Map<String, Set<Map<String, String>>>> types = new TreeMap<>();
    for (Attributes rendition : text.all("EXT-X-MEDIA")) {
      Map<String, String> alike = new TreeMap<>(rendition.values());
      alike.keySet().removeAll(MAY_DIFFER);
      types
          .computeIfAbsent(rendition.text("TYPE"), type -> new HashMap<>())
          .computeIfAbsent(rendition.text("GROUP-ID"), group -> new HashSet<>())
          .add(alike);
    }
    types.forEach((type, groups) ->
        faults.addIf(
            new HashSet<>(groups.values()).size() > 1,
            "groups of %s have different renditions: %s",
            type,
            groups.values()));
  }
}
