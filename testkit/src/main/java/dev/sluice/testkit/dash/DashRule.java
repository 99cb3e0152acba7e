package dev.sluice.testkit.dash;

import static dev.sluice.testkit.rules.Rule.Level.MUST;
import static dev.sluice.testkit.rules.Rule.Level.SHOULD;

import dev.sluice.testkit.rules.Faults;
import dev.sluice.testkit.rules.Rule;
import org.jspecify.annotations.Nullable;

/**
 * Every rule for live services of DASH that we hold a server to, with its check. Sections are those
 * of ISO/IEC 23009-1 unless they say IOP (DASH-IF live services) or LL (DASH-IF low latency).
 */
@SuppressWarnings("ImmutableEnumChecker") // its checks are functions without state
public enum DashRule implements Rule {
  WELL_FORMED(MUST, "5.2", "A description is well-formed XML without a document type."),
  ROOT(
      MUST,
      "5.2, 5.3.1",
      "Its root is MPD of the right namespace, with a period.",
      DescriptionChecks::root),
  MPD_ATTRIBUTES(
      MUST,
      "5.3.1.2",
      "It has profiles and minBufferTime; a dynamic one availabilityStartTime and publishTime with a"
          + " zone, a static one a duration.",
      DescriptionChecks::attributes),
  UPDATE_PERIOD(
      MUST,
      "5.3.1.2, IOP",
      "A dynamic description whose last period goes on has minimumUpdatePeriod.",
      DescriptionChecks::updatePeriod),
  UTC_TIMING(
      MUST,
      "5.8.4.11, IOP",
      "A dynamic description names a clock, each by a known scheme and with a value.",
      DescriptionChecks::timing),
  PERIOD_IDS(
      MUST,
      "5.3.2.2",
      "Periods of a dynamic description have ids, all different.",
      DescriptionChecks::periodIds),
  PERIOD_STARTS(
      MUST,
      "5.3.2.1",
      "Starts of periods are known and increase.",
      DescriptionChecks::periodStarts),
  SET_IDS(
      MUST, "5.3.3.2", "Ids of adaptation sets differ within a period.", DescriptionChecks::setIds),
  REPRESENTATION_IDS(
      MUST,
      "5.3.5.2",
      "Representations have ids, all different within a period.",
      DescriptionChecks::representationIds),
  REPRESENTATION(
      MUST,
      "5.3.5.2, 5.3.7.2",
      "A representation has bandwidth, mimeType and codecs.",
      DescriptionChecks::representation),
  PICTURE(
      SHOULD,
      "5.3.7.2, IOP",
      "A picture has width, height and frameRate.",
      DescriptionChecks::picture),
  SOUND(
      SHOULD,
      "5.3.7.2, IOP",
      "Sound has audioSamplingRate and AudioChannelConfiguration.",
      DescriptionChecks::sound),
  TEMPLATE(
      MUST,
      "5.3.9.4",
      "Templates are there, with $Time$ or $Number$ for segments and neither for init segments, known"
          + " identifiers, and a timeline or a duration.",
      DescriptionChecks::template),
  TIMELINE_ORDER(
      MUST,
      "5.3.9.6",
      "Segments of a timeline have durations and do not overlap.",
      DescriptionChecks::order),
  LONGEST(
      MUST,
      "5.3.1.2, IOP",
      "A dynamic description has maxSegmentDuration, and no segment is longer.",
      DescriptionChecks::longest),
  ALIGNED(
      MUST,
      "5.3.3.2",
      "With segmentAlignment, segments of all representations of a set begin together.",
      DescriptionChecks::aligned),
  IN_PERIOD(
      MUST,
      "5.3.9.6, 7.2.1",
      "With presentationTimeOffset taken off, every segment lies in its period, for a part at least.",
      DescriptionChecks::inPeriod),
  DELAY(
      SHOULD,
      "5.3.1.2",
      "suggestedPresentationDelay is not beyond timeShiftBufferDepth.",
      DescriptionChecks::delay),
  NOT_AHEAD(
      MUST,
      "5.3.9.5.3, IOP",
      "No segment is listed before it can be asked for (500 ms are allowed).",
      DescriptionChecks::notAhead),
  WINDOW(
      SHOULD,
      "IOP",
      "What has left timeShiftBufferDepth is not listed (two longest segments are allowed on top).",
      DescriptionChecks::window),
  OFFSET(
      MUST,
      "LL 9.X.4.5",
      "availabilityTimeOffset is less than the longest segment of its representation, and by less"
          + " than the target latency.",
      DescriptionChecks::offset),
  COMPLETE(
      MUST,
      "5.3.9.5.3, LL",
      "Segments that can be asked for before their end say availabilityTimeComplete=false, and no"
          + " others.",
      DescriptionChecks::complete),
  SERVICE(
      MUST,
      "annex K, LL",
      "With low latency a target latency is said, between its bounds, and rates around 1.",
      DescriptionChecks::service),
  PRODUCER_TIME(
      MUST,
      "5.12, LL",
      "With low latency each representation has a reference time with date and media time, and the"
          + " latency refers to one that is there.",
      DescriptionChecks::producerThere),
  START_STAYS(
      MUST, "5.4.1", "availabilityStartTime, id and profiles never change.", UpdateChecks::start),
  PUBLISH_TIME(
      MUST,
      "5.3.1.2, 5.4.1",
      "publishTime never goes back, and goes on with every change.",
      UpdateChecks::published),
  TYPE(MUST, "5.4.1", "A static description stays as it is.", UpdateChecks::type),
  PERIODS_STAY(
      MUST,
      "5.4.1",
      "A period keeps its start; new ones come at the end, old ones go from the front.",
      UpdateChecks::periods),
  REPRESENTATIONS_STAY(
      MUST,
      "5.4.1",
      "Within a period representations stay, with codecs, bandwidth, size, timescale, offset,"
          + " templates and event streams.",
      UpdateChecks::representations),
  SEGMENTS_STAY(
      MUST,
      "5.4.1",
      "Within what two versions have in common, segments have the same times and durations, but for"
          + " the duration of one that was being made; none comes in front.",
      UpdateChecks::segments),
  END_STAYS(MUST, "5.4.1", "A timeline loses nothing at its end.", UpdateChecks::end),
  NUMBERS_STAY(MUST, "5.3.9.5.3, 5.4.1", "A segment keeps its number.", UpdateChecks::numbers),
  FRONT(
      MUST,
      "5.3.1.2, IOP",
      "A timeline loses in front only what has left timeShiftBufferDepth.",
      UpdateChecks::front),
  AVAILABLE(
      MUST,
      "5.3.9.5.3",
      "A segment can be had from its availability on, for its duration and timeShiftBufferDepth; init"
          + " segments always.",
      SegmentChecks::available),
  IMMUTABLE(
      MUST,
      "5.4.1",
      "A segment has the same bytes whenever it is asked for.",
      SegmentChecks::immutable),
  STARTS_TRUE(
      MUST,
      "5.3.9.6.2",
      "The earliest presentation time in a segment is what the timeline says.",
      SegmentChecks::starts),
  DURATIONS_TRUE(
      SHOULD,
      "5.3.9.6.2",
      "A segment has the duration that the timeline says (100 ms are allowed).",
      SegmentChecks::durations),
  CODECS_TRUE(MUST, "5.3.7.2", "codecs is what is in the init segment.", SegmentChecks::codecs),
  TIMESCALE_TRUE(
      SHOULD,
      "IOP",
      "timescale is that of the track in the init segment.",
      SegmentChecks::timescale),
  BANDWIDTH(
      MUST,
      "5.3.5.2",
      "At bandwidth, and begun after minBufferTime, no segments in a row run dry.",
      SegmentChecks::bandwidth),
  PRODUCER_TRUE(
      MUST,
      "5.12, LL",
      "Reference times of a period, in descriptions and segments, stand for one clock (100 ms are"
          + " allowed).",
      SegmentChecks::producer),
  EVENTS(
      MUST,
      "5.10.3.3",
      "Event messages in segments are of schemes that their representation declares.",
      SegmentChecks::events),
  EVENTS_AGAIN(
      MUST,
      "5.10.3.3, LL",
      "An event message behind the first chunk of a segment stands in front of the next one, too.",
      SegmentChecks::eventsAgain),
  GAPS(
      MUST,
      "5.3.9.6, 5.3.9.7",
      "A timeline has gaps only where nothing came, or where it marks them.",
      SegmentChecks::gaps);

  /** Looks at one description. */
  @FunctionalInterface
  interface TextCheck {
    void check(MpdText mpd, Faults faults);
  }

  /** Looks at a description beside the one before. */
  @FunctionalInterface
  interface UpdateCheck {
    void check(MpdText before, MpdText now, Faults faults);
  }

  /** Looks at an answer beside the descriptions before. */
  @FunctionalInterface
  interface FetchCheck {
    void check(DashSession session, SegmentFetch fetch, Faults faults);
  }

  /** Looks at everything. */
  @FunctionalInterface
  interface EndCheck {
    void check(DashSession session, Faults faults);
  }

  private final Level level;
  private final String section;
  private final String sentence;
  final @Nullable TextCheck textCheck;
  final @Nullable UpdateCheck updateCheck;
  final @Nullable FetchCheck fetchCheck;
  final @Nullable EndCheck endCheck;

  /** What cannot be read is judged where it is read. */
  DashRule(Level level, String section, String sentence) {
    this(level, section, sentence, null, null, null, null);
  }

  DashRule(Level level, String section, String sentence, TextCheck check) {
    this(level, section, sentence, check, null, null, null);
  }

  DashRule(Level level, String section, String sentence, UpdateCheck check) {
    this(level, section, sentence, null, check, null, null);
  }

  DashRule(Level level, String section, String sentence, FetchCheck check) {
    this(level, section, sentence, null, null, check, null);
  }

  DashRule(Level level, String section, String sentence, EndCheck check) {
    this(level, section, sentence, null, null, null, check);
  }

  DashRule(
      Level level,
      String section,
      String sentence,
      @Nullable TextCheck textCheck,
      @Nullable UpdateCheck updateCheck,
      @Nullable FetchCheck fetchCheck,
      @Nullable EndCheck endCheck) {
    this.level = level;
    this.section = section;
    this.sentence = sentence;
    this.textCheck = textCheck;
    this.updateCheck = updateCheck;
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
