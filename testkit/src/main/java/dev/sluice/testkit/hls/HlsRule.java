package dev.sluice.testkit.hls;

import static dev.sluice.testkit.rules.Rule.Level.MUST;
import static dev.sluice.testkit.rules.Rule.Level.SHOULD;

import dev.sluice.testkit.hls.Session.Step;
import dev.sluice.testkit.rules.Faults;
import dev.sluice.testkit.rules.Rule;
import org.jspecify.annotations.Nullable;

/** Every rule of draft-pantos-hls-rfc8216bis that we hold a server to, with its check. */
@SuppressWarnings("ImmutableEnumChecker") // its checks are functions without state
public enum HlsRule implements Rule {
  CLEAN_TEXT(
      MUST,
      "4.1",
      "A playlist is UTF-8 without a byte order mark and without control characters.",
      Kind.EITHER,
      FormatChecks::clean),
  FIRST_LINE(MUST, "4.4.1.1", "The first line is EXTM3U.", Kind.EITHER, FormatChecks::firstLine),
  ATTRIBUTES(
      MUST,
      "4.2",
      "Attributes are names in capitals with values, quoted texts are closed, no name comes twice.",
      Kind.EITHER,
      FormatChecks::attributes),
  ONCE(
      MUST,
      "4.4",
      "Tags that describe the whole playlist come at most once.",
      Kind.EITHER,
      FormatChecks::once),
  ONE_KIND(
      MUST,
      "4.4",
      "No playlist has tags of both media and multivariant playlists.",
      Kind.EITHER,
      FormatChecks::oneKind),
  VERSION(
      MUST,
      "8",
      "EXT-X-VERSION is at least what the tags and attributes in the playlist need.",
      Kind.EITHER,
      FormatChecks::version),
  SEGMENT_DURATION(
      MUST,
      "4.4.4.1",
      "Every segment has an EXTINF with a number, and every EXTINF a URI.",
      Kind.MEDIA,
      FormatChecks::pairs),
  TARGET_DURATION(
      MUST,
      "4.4.3.1",
      "A media playlist says its target duration.",
      Kind.MEDIA,
      FormatChecks::target),
  WITHIN_TARGET(
      MUST,
      "4.4.3.1",
      "No duration, rounded to seconds, is longer than the target duration.",
      Kind.MEDIA,
      FormatChecks::withinTarget),
  NUMBERS_FIRST(
      MUST,
      "4.4.3.2, 4.4.3.3",
      "Media sequence and discontinuity sequence are numbers in front of the first segment and the"
          + " first discontinuity.",
      Kind.MEDIA,
      FormatChecks::numbersFirst),
  MAP_FOR_FRAGMENTS(
      MUST,
      "3.1.2",
      "Segments of fragmented MP4 have an EXT-X-MAP that applies to them.",
      Kind.MEDIA,
      FormatChecks::map),
  MAP_CHANGES(
      SHOULD,
      "4.4.4.3",
      "Another init segment comes with a discontinuity.",
      Kind.MEDIA,
      FormatChecks::mapChanges),
  KEYS(
      MUST,
      "4.4.4.4",
      "A key has a METHOD; with NONE it has nothing more, else a URI; IV is a number of 128 bits,"
          + " there for encrypted init segments and not there for SAMPLE-AES-CTR and AES-256-GCM.",
      Kind.MEDIA,
      FormatChecks::keys),
  BYTE_RANGES(
      MUST,
      "4.4.4.2, 4.4.4.5",
      "A range without an offset follows one of the same resource; that of an init segment has an"
          + " offset.",
      Kind.MEDIA,
      FormatChecks::ranges),
  DATES(
      SHOULD,
      "4.4.4.6",
      "Program dates have a zone and milliseconds.",
      Kind.MEDIA,
      FormatChecks::dates),
  DATES_AT_DISCONTINUITIES(
      SHOULD,
      "6.2.1",
      "In a playlist with program dates every discontinuity has one.",
      Kind.MEDIA,
      FormatChecks::datesAtDiscontinuities),
  DATES_GO_ON(
      SHOULD,
      "4.4.4.6, 6.2.1",
      "Within a playlist, and up to a discontinuity, dates go on as durations say.",
      Kind.MEDIA,
      FormatChecks::datesGoOn),
  DATE_RANGES(
      MUST,
      "4.4.5.1",
      "A date range has an id, a start, no negative duration, an end that fits its duration, an end"
          + " on the next one only with a class and without another end, not both PRE and POST; its"
          + " playlist has program dates.",
      Kind.MEDIA,
      FormatChecks::dateRanges),
  GAP_PARTS(
      MUST,
      "4.4.4.7",
      "Parts of a segment that is a gap are gaps.",
      Kind.MEDIA,
      FormatChecks::gapParts),
  PART_INF(
      MUST,
      "4.4.3.7",
      "A playlist with parts says PART-TARGET.",
      Kind.MEDIA,
      LatencyChecks::partInf),
  PART_URI(
      MUST,
      "4.4.4.9",
      "Every part has a URI, or a range of it, of its own.",
      Kind.MEDIA,
      LatencyChecks::partUris),
  TAGS_BEFORE_PARTS(
      MUST,
      "4.4.4.9",
      "Discontinuity, key, init segment and date of a segment stand in front of its first part.",
      Kind.MEDIA,
      LatencyChecks::tagsBeforeParts),
  PART_WITHIN_TARGET(
      MUST,
      "4.4.4.9",
      "Every part has a duration, none is longer than PART-TARGET.",
      Kind.MEDIA,
      LatencyChecks::partWithinTarget),
  PART_LONG_ENOUGH(
      MUST,
      "4.4.4.9",
      "Every part has at least 85 % of PART-TARGET, but independent ones, gaps, those before a gap"
          + " and the last of a segment.",
      Kind.MEDIA,
      LatencyChecks::partLongEnough),
  PARTS_ADD_UP(
      SHOULD,
      "4.4.4.9",
      "Durations of a segment's parts make up its own.",
      Kind.MEDIA,
      LatencyChecks::partsAddUp),
  PART_HOLD_BACK(
      MUST,
      "4.4.3.8",
      "A playlist with EXT-X-PART-INF says PART-HOLD-BACK.",
      Kind.MEDIA,
      LatencyChecks::partHoldBack),
  PART_HOLD_BACK_TWICE(
      MUST,
      "4.4.3.8",
      "PART-HOLD-BACK is at least twice PART-TARGET.",
      Kind.MEDIA,
      LatencyChecks::partHoldBackTwice),
  PART_HOLD_BACK_THRICE(
      SHOULD,
      "4.4.3.8",
      "PART-HOLD-BACK is at least three times PART-TARGET.",
      Kind.MEDIA,
      LatencyChecks::partHoldBackThrice),
  HOLD_BACK(
      MUST,
      "4.4.3.8",
      "HOLD-BACK is at least three times the target duration.",
      Kind.MEDIA,
      LatencyChecks::holdBack),
  SKIP_BOUNDARY(
      MUST,
      "4.4.3.8",
      "CAN-SKIP-UNTIL is at least six times the target duration, and there when"
          + " CAN-SKIP-DATERANGES is.",
      Kind.MEDIA,
      LatencyChecks::skipBoundary),
  HINTS(
      MUST,
      "4.4.5.3",
      "A preload hint has a known TYPE and a URI, and there is none when the end has come.",
      Kind.MEDIA,
      LatencyChecks::hints),
  HINT_ALONE(
      SHOULD,
      "6.2.6",
      "There is one preload hint of a type.",
      Kind.MEDIA,
      LatencyChecks::hintsAlone),
  REPORTS(
      MUST,
      "4.4.5.4",
      "A rendition report has a relative URI, and its numbers are numbers.",
      Kind.MEDIA,
      LatencyChecks::reports),
  DATED(MUST, "B.1", "A playlist with parts has program dates.", Kind.MEDIA, LatencyChecks::dated),
  SEQUENCE_NEVER_BACK(MUST, "6.2.2", "The media sequence never decreases.", ReloadChecks::sequence),
  NUMBERS_STAY(
      MUST,
      "6.2.1, 6.2.2",
      "A number stands for one segment for good: nothing is taken out, put in or renumbered.",
      ReloadChecks::numbers),
  TAGS_STAY(
      MUST,
      "6.2.1",
      "Duration, discontinuity, gap, date, init segment and key of a segment stay as they were.",
      ReloadChecks::tags),
  END_STAYS(MUST, "6.2.1, 6.2.2", "Segments are removed from the front only.", ReloadChecks::end),
  TARGET_STAYS(MUST, "4.4.3.1, 6.2.1", "The target duration never changes.", ReloadChecks::target),
  OPTIONS_STAY(
      MUST,
      "6.2.1",
      "PART-TARGET, what the server offers and the type of the playlist never change.",
      ReloadChecks::options),
  DISCONTINUITY_SEQUENCE(
      MUST,
      "6.2.2",
      "The discontinuity sequence grows by what was removed, and by nothing else.",
      ReloadChecks::discontinuities),
  DISCONTINUITY_TAG(
      MUST,
      "6.2.2",
      "A playlist with a discontinuity that loses segments has EXT-X-DISCONTINUITY-SEQUENCE.",
      ReloadChecks::discontinuityTag),
  DATE_RANGES_SAME(
      MUST,
      "4.4.5.1, 6.2.1, 6.2.4",
      "An attribute of a date range is the same wherever, and whenever, its id stands.",
      ReloadChecks::dateRangesSame),
  DATE_RANGES_KEPT(
      MUST,
      "6.2.1",
      "A date range that begins in what is listed stays listed.",
      ReloadChecks::dateRangesKept),
  PLAYLIST_TYPE(
      MUST,
      "4.4.3.5, 6.2.1",
      "Playlists of type EVENT forget nothing, those of type VOD get nothing more either.",
      ReloadChecks::type),
  ENDED(MUST, "4.4.3.4", "Behind EXT-X-ENDLIST nothing comes any more.", ReloadChecks::ended),
  LONG_ENOUGH(
      MUST,
      "6.2.2",
      "Nothing is removed so that less than three target durations are left.",
      ReloadChecks::longEnough),
  IN_TIME(
      MUST,
      "6.2.1",
      "A new segment comes no later than one and a half target durations after the last one.",
      ReloadChecks::inTime),
  PART_IN_TIME(
      MUST,
      "6.2.1",
      "A new part comes within PART-TARGET after the last one (half of it is allowed on top).",
      LatencyChecks::partInTime),
  DELTA_REACH(
      MUST,
      "6.2.5.1",
      "A delta update leaves out nothing nearer to the end than CAN-SKIP-UNTIL.",
      LatencyChecks::deltaReach),
  DELTA_ASKED(
      MUST,
      "6.2.5.1",
      "Delta updates are sent to whoever asks, and to nobody else, where CAN-SKIP-UNTIL offers them"
          + " and the end has not come.",
      LatencyChecks::deltaAsked),
  DELTA_KNOWN(
      MUST,
      "4.4.5.2",
      "A delta update leaves out only what the playlist before had.",
      LatencyChecks::deltaKnown),
  BLOCKED(
      MUST,
      "6.2.5.2",
      "A blocking reload is answered when what it asks for is there.",
      LatencyChecks::blocked),
  PARTS_FROM_FRONT(
      MUST, "6.2.2", "Parts are removed in their order.", LatencyChecks::partsFromFront),
  PARTS_KEPT(
      SHOULD,
      "6.2.1, 6.2.2",
      "Parts stay listed within three target durations of the end.",
      LatencyChecks::partsKept),
  PARTS_REMOVED(
      SHOULD,
      "6.2.2",
      "Parts further than that from the end are removed (a target duration is allowed on top).",
      LatencyChecks::partsRemoved),
  PARTS_STAY(
      MUST,
      "6.2.1",
      "A part that is listed stays as it is until all of its segment are removed.",
      LatencyChecks::partsSame),
  HINT_FULFILLED(
      SHOULD,
      "4.4.5.3, 6.2.6",
      "The part that was hinted is what comes next, or its hint is taken back before another one"
          + " comes.",
      LatencyChecks::hintFulfilled),
  REPORTS_COMPLETE(
      MUST,
      "B.1",
      "A playlist with parts reports on every other one of the presentation.",
      LatencyChecks::reportsComplete),
  REPORTS_TRUE(
      MUST,
      "4.4.5.4",
      "A report is neither ahead of its playlist nor, by more than a part, behind it.",
      LatencyChecks::reportsTrue),
  BANDWIDTH(
      MUST,
      "4.4.6.2",
      "Every variant has BANDWIDTH and a URI.",
      Kind.MULTIVARIANT,
      MultivariantChecks::bandwidth),
  CODECS(
      SHOULD,
      "4.4.6.2",
      "Every variant has CODECS.",
      Kind.MULTIVARIANT,
      MultivariantChecks::codecs),
  RESOLUTION(
      SHOULD,
      "4.4.6.2",
      "Every variant with a picture has RESOLUTION.",
      Kind.MULTIVARIANT,
      MultivariantChecks::resolution),
  FRAME_RATE(
      SHOULD,
      "4.4.6.2",
      "Every variant with a picture has FRAME-RATE.",
      Kind.MULTIVARIANT,
      MultivariantChecks::frameRate),
  GROUPS(
      MUST,
      "4.4.6.2",
      "Groups that a variant names are there.",
      Kind.MULTIVARIANT,
      MultivariantChecks::groups),
  CAPTIONS(
      MUST,
      "4.4.6.2",
      "When one variant says CLOSED-CAPTIONS=NONE, all do.",
      Kind.MULTIVARIANT,
      MultivariantChecks::captions),
  RENDITIONS(
      MUST,
      "4.4.6.1",
      "A rendition has TYPE, GROUP-ID and NAME; captions have INSTREAM-ID and no URI, subtitles a"
          + " URI; a default one may be selected by itself; FORCED is for subtitles, CHANNELS for"
          + " sound.",
      Kind.MULTIVARIANT,
      MultivariantChecks::renditions),
  RENDITION_NAMES(
      MUST,
      "4.4.6.1.1",
      "Names in a group differ, and one is the default at most.",
      Kind.MULTIVARIANT,
      MultivariantChecks::names),
  GROUPS_ALIKE(
      MUST,
      "4.4.6.1.1",
      "Groups of a type have the same renditions with the same attributes.",
      Kind.MULTIVARIANT,
      MultivariantChecks::groupsAlike),
  SAME_TARGET(
      MUST,
      "6.2.4",
      "All playlists of a presentation have one target duration.",
      PresentationChecks::targets),
  SAME_TYPE(
      MUST,
      "6.2.4",
      "All playlists of a presentation have one type, or none.",
      PresentationChecks::types),
  SAME_CONTROL(
      MUST,
      "6.2.4",
      "All playlists of a presentation offer the same in EXT-X-SERVER-CONTROL.",
      PresentationChecks::controls),
  DATES_EVERYWHERE(
      MUST,
      "6.2.4",
      "When one playlist of a presentation has program dates, all have.",
      PresentationChecks::dates),
  DATES_AGREE(
      MUST,
      "6.2.4",
      "Dates stand for the same media time in all segments of all playlists up to a discontinuity.",
      PresentationChecks::datesAgree),
  DISCONTINUITIES_AGREE(
      MUST,
      "6.2.4",
      "Discontinuities of one number are at one place in all playlists.",
      PresentationChecks::discontinuities),
  PEAK(
      MUST,
      "4.4.6.2, 4.4.6.2.1",
      "BANDWIDTH is not below what was measured over half to one and a half target durations, with"
          + " the loudest rendition of sound.",
      PresentationChecks::peak),
  AVERAGE(
      SHOULD,
      "4.4.6.2",
      "AVERAGE-BANDWIDTH is not below what was measured (a tenth is allowed on top).",
      PresentationChecks::average),
  CODECS_TRUE(
      MUST,
      "4.4.6.1.1, 6.2.4",
      "CODECS has every codec that is in the variant's segments and its sound's.",
      MediaChecks::codecs),
  DURATIONS_TRUE(
      SHOULD,
      "4.4.4.1",
      "EXTINF is the duration of what is in the segment (100 ms are allowed).",
      MediaChecks::durations),
  CONTINUOUS(
      MUST,
      "4.4.4.3",
      "Without a discontinuity media time goes on as durations say, gaps included.",
      MediaChecks::continuity),
  INDEPENDENT(
      MUST,
      "4.4.2.1",
      "With EXT-X-INDEPENDENT-SEGMENTS every segment that is listed begins with a random access"
          + " point.",
      MediaChecks::independent),
  INDEPENDENT_PARTS(
      MUST,
      "4.4.4.9",
      "A part that says INDEPENDENT=YES begins with a random access point.",
      MediaChecks::independentParts),
  INDEPENDENT_PARTS_SAID(
      SHOULD,
      "4.4.4.9",
      "A part that begins with a random access point says so.",
      MediaChecks::independentPartsSaid),
  PARTS_ARE_THE_SEGMENT(
      MUST,
      "3",
      "A segment has as many bytes as its parts have together.",
      MediaChecks::partsAreTheSegment),
  AVAILABLE(MUST, "6.2.1", "What is listed, and is no gap, can be had.", MediaChecks::available),
  KEPT(
      MUST,
      "6.2.2",
      "A segment that was removed can be had for its duration and that of the longest playlist,"
          + " counted from when it appeared, or from its removal where the playlist had ended.",
      MediaChecks::kept),
  PART_KEPT(
      MUST,
      "6.2.2",
      "A part can be had for three target durations after its tag is removed.",
      MediaChecks::partsDownloadable),
  IMMUTABLE(
      MUST,
      "6.2.1",
      "A resource has the same bytes whenever it is asked for.",
      MediaChecks::immutable);

  /** Which playlists a rule of one playlist is for. */
  enum Kind {
    MEDIA,
    MULTIVARIANT,
    EITHER
  }

  /** Looks at one playlist. */
  @FunctionalInterface
  interface TextCheck {
    void check(PlaylistText text, Faults faults);
  }

  /** Looks at a load of a media playlist beside those before. */
  @FunctionalInterface
  interface StepCheck {
    void check(Step step, Faults faults);
  }

  /** Looks at an answer beside the playlists before. */
  @FunctionalInterface
  interface FetchCheck {
    void check(Session session, Fetch fetch, Faults faults);
  }

  /** Looks at everything. */
  @FunctionalInterface
  interface EndCheck {
    void check(Session session, Faults faults);
  }

  private final Level level;
  private final String section;
  private final String sentence;
  final @Nullable Kind kind;
  final @Nullable TextCheck textCheck;
  final @Nullable StepCheck stepCheck;
  final @Nullable FetchCheck fetchCheck;
  final @Nullable EndCheck endCheck;

  HlsRule(Level level, String section, String sentence, Kind kind, TextCheck check) {
    this(level, section, sentence, kind, check, null, null, null);
  }

  HlsRule(Level level, String section, String sentence, StepCheck check) {
    this(level, section, sentence, null, null, check, null, null);
  }

  HlsRule(Level level, String section, String sentence, FetchCheck check) {
    this(level, section, sentence, null, null, null, check, null);
  }

  HlsRule(Level level, String section, String sentence, EndCheck check) {
    this(level, section, sentence, null, null, null, null, check);
  }

  HlsRule(
      Level level,
      String section,
      String sentence,
      @Nullable Kind kind,
      @Nullable TextCheck textCheck,
      @Nullable StepCheck stepCheck,
      @Nullable FetchCheck fetchCheck,
      @Nullable EndCheck endCheck) {
    this.level = level;
    this.section = section;
    this.sentence = sentence;
    this.kind = kind;
    this.textCheck = textCheck;
    this.stepCheck = stepCheck;
    this.fetchCheck = fetchCheck;
    this.endCheck = endCheck;
  }

  @Override
  public Level level() {
    return level;
  }

  @Override
  public String section() {
    return section;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
