package dev.sluice.testkit.dash;

import static dev.sluice.testkit.dash.DashScript.live;
import static dev.sluice.testkit.dash.DashScript.samples;
import static dev.sluice.testkit.dash.DashScript.single;
import static dev.sluice.testkit.dash.DashScript.ticks;
import static dev.sluice.testkit.dash.DashScript.two;
import static dev.sluice.testkit.dash.DashScript.video;
import static dev.sluice.testkit.dash.DashScript.withGap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import dev.sluice.testkit.rules.Finding;
import dev.sluice.testkit.rules.Mutations;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DashRulesTest {
  private static final String RUNS = "d=\"180000\" r=\"11\"/>";

  @Test
  void findsNothingWhereNothingIsWrong() {
    assertThat(live().judge()).isEmpty();
    assertThat(DashScript.twoPeriods().judge()).isEmpty();
    assertThat(withGap().hole(15, 17).judge()).isEmpty();
  }

  @Test
  void takesGapsThatAreMarked() {
    String before = "<SegmentTimeline><S t=\"" + ticks(9);
    String marked =
        "<FailoverContent valid=\"false\"><FCS t=\"%d\" d=\"%d\"/></FailoverContent>"
            .formatted(ticks(15), 360_000);
    assertThat(withGap().replace(0, before, marked + before).judge())
        .extracting(Finding::what)
        .containsExactly("1/a has a gap of 4000 ms before " + samples(17));
  }

  /** Nobody knows how long a segment becomes that is being made; of others everybody does. */
  @Test
  void takesDurationsThatWereExpected() {
    String shorter = "d=\"180000\" r=\"10\"/><S d=\"170000\"/>";
    String text = DashScript.text(10, 21);
    DashScript beingMade = new DashScript().load(20, text).load(21, text);
    assertThat(beingMade.replace(0, "20:00:44Z", "20:00:42Z").replace(0, RUNS, shorter).judge())
        .isEmpty();
    assertThat(two().replace(0, RUNS, shorter).judge())
        .extracting(Finding::rule)
        .containsOnly(DashRule.SEGMENTS_STAY);
  }

  /** Else it has to be waited for longer than anybody wants to be behind. */
  @Test
  void findsAnOffsetThatIsTooSmallForTheTarget() {
    assertThat(spoilt("target=\"3000\" max=\"6000\" min=\"1500\"", "target=\"500\"").judge())
        .extracting(Finding::rule)
        .containsOnly(DashRule.OFFSET);
    assertThat(spoilt("target=\"3000\" max=\"6000\" min=\"1500\"", "target=\"501\"").judge())
        .isEmpty();
  }

  /** What was in memory is lost with the process; all else stays as it was said. */
  @Test
  void aRestartLosesWhatWasInFront() {
    DashScript restarted =
        new DashScript().load(20).restart().hole(21, 27).load(30, DashScript.text(27, 30));
    assertThat(restarted.judge()).isEmpty();
    assertThat(restarted.replace(1, "bandwidth=\"2500000\"", "bandwidth=\"2600000\"").judge())
        .extracting(Finding::rule)
        .containsOnly(DashRule.REPRESENTATIONS_STAY);
    assertThat(new DashScript().load(20).load(21, DashScript.text(17, 21)).judge())
        .extracting(Finding::rule)
        .containsOnly(DashRule.FRONT);
  }

  /** A rule that cannot be broken proves nothing. */
  @ParameterizedTest
  @EnumSource(DashRule.class)
  void findsExactlyWhatIsWrong(DashRule rule) {
    List<Finding> findings = broken(rule).judge();
    assertThat(findings).extracting(Finding::rule).containsOnly(rule);
    assertThat(findings.getFirst().toString())
        .startsWith(rule.level() + " " + rule.name() + " (" + rule.section() + "): ");
  }

  /** Whatever a server sends is judged, not thrown. */
  @Test
  void survivesAnyText() {
    Seeds.run(
        50,
        random -> {
          DashScript script = random.nextBoolean() ? live() : DashScript.twoPeriods();
          assertThat(script.changeAll(text -> Mutations.of(text, random)).judge()).isNotNull();
        });
  }

  @Test
  void keepsAFewFindingsOfARule() {
    DashScript script = new DashScript();
    for (int last = 20; last < 60; last++) {
      script.load(last);
    }
    assertThat(script.replaceAll("width=\"1920\" ", "").judge())
        .hasSize(DashRules.MAX_FINDINGS_OF_A_RULE);
  }

  private static DashScript spoilt(String old, String with) {
    return single().replace(0, old, with);
  }

  /** The second load of two is spoilt. */
  private static DashScript again(String old, String with) {
    return two().replace(1, old, with);
  }

  private static DashScript broken(DashRule rule) {
    return switch (rule) {
      case WELL_FORMED -> spoilt("</MPD>", "");
      case ROOT -> spoilt("mpd:2011\" type", "mpd:2010\" type");
      case MPD_ATTRIBUTES -> spoilt("01T00:00:00Z", "01T00:00:00");
      case UPDATE_PERIOD -> spoilt("minimumUpdatePeriod=\"PT2S\" ", "");
      case UTC_TIMING -> spoilt("value=\"/time\"", "value=\"\"");
      case PERIOD_IDS -> spoilt("<Period id=\"1\"", "<Period");
      case PERIOD_STARTS ->
          spoilt("<UTCTiming", "<Period id=\"2\" start=\"PT1795636800S\"/><UTCTiming")
              .change(0, DashRulesTest::withoutSegments);
      case SET_IDS ->
          spoilt("<AdaptationSet id=\"1\"", "<AdaptationSet id=\"0\"")
              .change(0, text -> text.replace(" segmentAlignment=\"true\"", ""));
      case REPRESENTATION_IDS ->
          spoilt("<Representation id=\"a\"", "<Representation id=\"v\"")
              .change(0, DashRulesTest::withoutSegments);
      case REPRESENTATION -> spoilt(" codecs=\"mp4a.40.2\"", "");
      case PICTURE -> spoilt(" frameRate=\"25\"", "");
      case SOUND -> spoilt(" audioSamplingRate=\"48000\"", "");
      case TEMPLATE -> spoilt("v-$Time$.m4s", "v-$Time$-$Sub$.m4s");
      case TIMELINE_ORDER ->
          spoilt(RUNS, "d=\"180000\" r=\"10\"/><S t=\"" + (ticks(20) - 1) + "\" d=\"180000\"/>");
      case LONGEST -> spoilt("maxSegmentDuration=\"PT2S\"", "maxSegmentDuration=\"PT1.999S\"");
      case ALIGNED ->
          spoilt(
              "<Representation id=\"v\"",
              "<Representation id=\"w\" bandwidth=\"1\" codecs=\"avc1.64001F\" width=\"1\""
                  + " height=\"1\" frameRate=\"25\"><SegmentTemplate media=\"w-$Time$.m4s\">"
                  + "<SegmentTimeline><S t=\""
                  + ticks(10)
                  + "\" d=\"180000\" r=\"10\"/></SegmentTimeline></SegmentTemplate>"
                  + "</Representation><Representation id=\"v\"");
      case IN_PERIOD ->
          spoilt("<Period id=\"1\"", "<Period id=\"1\" duration=\"PT40S\"")
              .change(0, text -> text.replace(" minimumUpdatePeriod=\"PT2S\"", ""));
      case DELAY -> spoilt("Delay=\"PT3S\"", "Delay=\"PT21S\"");
      case NOT_AHEAD -> new DashScript().load(20, DashScript.text(10, 22));
      case WINDOW -> new DashScript().load(20, DashScript.text(7, 20));
      case OFFSET -> single().change(0, text -> text.replace("Offset=\"1.5\"", "Offset=\"2\""));
      case COMPLETE ->
          single().change(0, text -> text.replace(" availabilityTimeComplete=\"false\"", ""));
      case SERVICE -> spoilt("target=\"3000\"", "target=\"1400\"");
      case PRODUCER_TIME -> spoilt("referenceId=\"0\"", "referenceId=\"7\"");
      case START_STAYS -> again("profiles=\"", "id=\"x\" profiles=\"");
      case PUBLISH_TIME -> again("20:00:44Z", "20:00:41Z");
      case TYPE -> two().change(0, DashRulesTest::ended).change(1, DashRulesTest::ended);
      case PERIODS_STAY -> again("start=\"PT1795636800S\"", "start=\"PT1795636800.05S\"");
      case REPRESENTATIONS_STAY -> again("bandwidth=\"2500000\"", "bandwidth=\"2600000\"");
      case SEGMENTS_STAY ->
          again(RUNS, "d=\"180000\" r=\"4\"/><S d=\"144000\" r=\"4\"/><S d=\"180000\" r=\"2\"/>");
      case END_STAYS -> two().change(1, text -> text.replace("r=\"11\"", "r=\"9\""));
      case NUMBERS_STAY -> two().replaceAll("v-$Time$.m4s", "v-$Number$.m4s");
      case FRONT -> again(ticks(10) + "\" " + RUNS, ticks(13) + "\" d=\"180000\" r=\"8\"/>");
      case AVAILABLE -> single().video(15, 404);
      case IMMUTABLE ->
          live()
              .fetch(
                  video(25),
                  25,
                  200,
                  500_001,
                  SegmentFetch.Media.segment(ticks(25), 180_000, 90_000));
      case STARTS_TRUE -> live().replaceFetch(video(22), fetch -> with(fetch, 1, 0, 0, 0));
      case DURATIONS_TRUE -> live().replaceFetch(video(22), fetch -> with(fetch, 0, -9_001, 0, 0));
      case CODECS_TRUE ->
          live()
              .replaceFetch(
                  "/live/v-1-init.mp4",
                  fetch -> init(fetch, SegmentFetch.Media.init("avc1.64001F", 90_000)));
      case TIMESCALE_TRUE ->
          live()
              .replaceFetch(
                  "/live/v-1-init.mp4",
                  fetch -> init(fetch, SegmentFetch.Media.init("avc1.640028", 12_800)));
      case BANDWIDTH -> live().replaceFetch(video(22), fetch -> with(fetch, 0, 0, 450_000, 0));
      case PRODUCER_TRUE ->
          live().replaceFetch(video(22), fetch -> with(fetch, 0, 0, 0, 101_000_000));
      case EVENTS ->
          live()
              .replaceFetch(
                  video(22),
                  fetch ->
                      withEvents(
                          fetch,
                          events ->
                              Stream.concat(
                                      events.stream(),
                                      Stream.of(
                                          new SegmentFetch.Event(
                                              "https://aomedia.org/emsg/ID3", 1, true)))
                                  .toList()));
      case EVENTS_AGAIN ->
          live()
              .replaceFetch(
                  video(22),
                  fetch ->
                      withEvents(
                          fetch,
                          events -> events.stream().filter(event -> !event.inFront()).toList()));
      case GAPS -> withGap();
    };
  }

  private static String withoutSegments(String text) {
    return text.replaceAll("<S t[^>]*>", "");
  }

  private static String ended(String text) {
    return text.replace("type=\"dynamic\"", "type=\"static\" mediaPresentationDuration=\"PT1S\"");
  }

  private static SegmentFetch init(SegmentFetch fetch, SegmentFetch.Media media) {
    return new SegmentFetch(fetch.uri(), fetch.utcNs(), 200, 700, fetch.digest(), media);
  }

  private static SegmentFetch with(
      SegmentFetch fetch, long start, long duration, long bytes, long producedNs) {
    SegmentFetch.Media media = Objects.requireNonNull(fetch.media());
    return new SegmentFetch(
        fetch.uri(),
        fetch.utcNs(),
        200,
        fetch.bytes() + bytes,
        fetch.digest(),
        new SegmentFetch.Media(
            media.startTicks() + start,
            media.durationTicks() + duration,
            media.timescale(),
            "",
            media.producedUtcNs() + producedNs,
            media.events()));
  }

  private static SegmentFetch withEvents(
      SegmentFetch fetch, UnaryOperator<List<SegmentFetch.Event>> change) {
    SegmentFetch.Media media = Objects.requireNonNull(fetch.media());
    return new SegmentFetch(
        fetch.uri(),
        fetch.utcNs(),
        200,
        fetch.bytes(),
        fetch.digest(),
        new SegmentFetch.Media(
            media.startTicks(),
            media.durationTicks(),
            media.timescale(),
            "",
            media.producedUtcNs(),
            change.apply(media.events())));
  }
}
