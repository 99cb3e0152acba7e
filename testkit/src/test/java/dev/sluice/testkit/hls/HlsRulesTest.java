package dev.sluice.testkit.hls;

import static dev.sluice.testkit.hls.HlsScript.AUDIO;
import static dev.sluice.testkit.hls.HlsScript.INDEX;
import static dev.sluice.testkit.hls.HlsScript.MULTIVARIANT;
import static dev.sluice.testkit.hls.HlsScript.S;
import static dev.sluice.testkit.hls.HlsScript.TWO_VARIANTS;
import static dev.sluice.testkit.hls.HlsScript.VIDEO;
import static dev.sluice.testkit.hls.HlsScript.classic;
import static dev.sluice.testkit.hls.HlsScript.dated;
import static dev.sluice.testkit.hls.HlsScript.low;
import static dev.sluice.testkit.hls.HlsScript.lowLatency;
import static dev.sluice.testkit.hls.HlsScript.media;
import static dev.sluice.testkit.hls.HlsScript.single;
import static dev.sluice.testkit.hls.HlsScript.two;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import dev.sluice.testkit.rules.Finding;
import dev.sluice.testkit.rules.Mutations;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HlsRulesTest {
  private static final String TEN = "#EXTINF:4.0,\n10.ts";
  private static final String TWELVE = "#EXTINF:4.0,\n12.ts";

  @Test
  void findsNothingWhereNothingIsWrong() {
    assertThat(lowLatency().judge()).isEmpty();
    assertThat(HlsScript.classicLive().judge()).isEmpty();
    assertThat(two(dated(10, 4)).judge()).isEmpty();
  }

  /** A rule that cannot be broken proves nothing. */
  @ParameterizedTest
  @EnumSource(HlsRule.class)
  void findsExactlyWhatIsWrong(HlsRule rule) {
    List<Finding> findings = broken(rule).judge();
    assertThat(findings).extracting(Finding::rule).containsOnly(rule);
    assertThat(findings.getFirst().toString())
        .startsWith(rule.level() + " " + rule.name() + " (" + rule.section() + "): ");
  }

  /** The last part counts, not a gap without parts behind it (section 4.4.5.4). */
  @Test
  void takesReportsOfTheLastPartBeforeAGap() {
    String gap = "#EXT-X-GAP\n#EXTINF:2.0,\nv/seg-110.m4s\n#EXT-X-RENDITION-REPORT";
    HlsScript script =
        new HlsScript()
            .load(VIDEO, low("v", 110, 0))
            .load(AUDIO, low("a", 110, 0))
            .replace(VIDEO, 0, "#EXT-X-RENDITION-REPORT", gap)
            .pass(S / 2)
            .load(AUDIO, low("a", 110, 1))
            .replace(AUDIO, 1, "LAST-MSN=110,LAST-PART=0", "LAST-MSN=109,LAST-PART=3");
    assertThat(script.judge()).isEmpty();
    assertThat(
            script
                .replace(AUDIO, 1, "LAST-MSN=109,LAST-PART=3", "LAST-MSN=109,LAST-PART=2")
                .judge())
        .extracting(Finding::rule)
        .containsExactly(HlsRule.REPORTS_TRUE);
  }

  /** The end of the first segment is 19 s from that of the playlist. */
  @Test
  void findsAnAnswerThatLeavesNothingOut() {
    assertThat(allOfItFor("_HLS_skip=YES", "18.5", 110).judge())
        .extracting(Finding::rule)
        .containsExactly(HlsRule.DELTA_ASKED);
    assertThat(allOfItFor("_HLS_skip=YES", "19.0", 110).judge()).isEmpty();
    assertThat(allOfItFor("", "18.5", 110).judge()).isEmpty();
    // who has none of it is sent all of it
    assertThat(allOfItFor("_HLS_skip=YES", "18.5", 90).judge())
        .extracting(Finding::rule)
        .doesNotContain(HlsRule.DELTA_ASKED);
  }

  private static HlsScript allOfItFor(String query, String boundary, int before) {
    String old = "CAN-SKIP-UNTIL=12.0";
    String now = "CAN-SKIP-UNTIL=" + boundary;
    return single(low("v", before, 1).replace(old, now))
        .pass(S / 2 + 2 * S * (110 - before))
        .load(VIDEO, query, low("v", 110, 2).replace(old, now));
  }

  /** Whatever a server sends is judged, not thrown. */
  @Test
  void survivesAnyText() {
    Seeds.run(
        50,
        random -> {
          HlsScript script = random.nextBoolean() ? lowLatency() : HlsScript.classicLive();
          assertThat(script.changeAll(text -> Mutations.of(text, random)).judge()).isNotNull();
        });
  }

  @Test
  void keepsAFewFindingsOfARule() {
    HlsScript script = new HlsScript();
    for (int i = 0; i < 30; i++) {
      script.load(VIDEO, spoilt(TEN, "#EXTINF:4.6,\n10.ts"));
    }
    assertThat(script.judge()).hasSize(HlsRules.MAX_FINDINGS_OF_A_RULE);
  }

  private static String spoilt(String old, String with) {
    String text = classic(10, 4);
    assertThat(text).contains(old);
    return text.replace(old, with);
  }

  private static HlsScript classicSpoilt(String old, String with) {
    return single(spoilt(old, with));
  }

  /** The second load of two is spoilt. */
  private static HlsScript again(String first, String second) {
    return single(first).pass(4 * S).load(VIDEO, second);
  }

  private static HlsScript lowSpoilt(String old, String with) {
    return single(low("v", 110, 2)).replace(VIDEO, 0, old, with);
  }

  /** A load part by part, the second one spoilt. */
  private static HlsScript lowAgain(String old, String with) {
    return single(low("v", 110, 1))
        .pass(S / 2)
        .load(VIDEO, low("v", 110, 2))
        .replace(VIDEO, 1, old, with);
  }

  private static String range(String second, String more) {
    return "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-11-25T20:00:%s.000Z\",%s\n"
        .formatted(second, more);
  }

  private static HlsScript index(String old, String with) {
    return new HlsScript().load(INDEX, MULTIVARIANT).replace(INDEX, 0, old, with);
  }

  private static HlsScript indexWith(String line) {
    return index("#EXT-X-STREAM-INF", line + "\n#EXT-X-STREAM-INF");
  }

  private static HlsScript broken(HlsRule rule) {
    return switch (rule) {
      case CLEAN_TEXT -> classicSpoilt("10.ts", "10\u0007.ts");
      case FIRST_LINE -> classicSpoilt("#EXTM3U\n", "#EXTM3U8\n");
      case ATTRIBUTES ->
          classicSpoilt(TEN, "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",URI=\"k\"\n" + TEN);
      case ONCE -> classicSpoilt("#EXT-X-VERSION:3", "#EXT-X-VERSION:3\n#EXT-X-VERSION:3");
      case ONE_KIND ->
          classicSpoilt(TEN, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"b\"\n" + TEN);
      case VERSION -> classicSpoilt("#EXT-X-VERSION:3", "#EXT-X-VERSION:2");
      case SEGMENT_DURATION -> classicSpoilt(TEN, "10.ts");
      case TARGET_DURATION -> classicSpoilt("#EXT-X-TARGETDURATION:4\n", "");
      case WITHIN_TARGET -> classicSpoilt(TEN, "#EXTINF:4.5,\n10.ts");
      case NUMBERS_FIRST -> classicSpoilt(TEN, TEN + "\n#EXT-X-DISCONTINUITY-SEQUENCE:0");
      case MAP_FOR_FRAGMENTS -> classicSpoilt("10.ts", "10.m4s?x=1");
      case MAP_CHANGES ->
          classicSpoilt("#EXT-X-VERSION:3", "#EXT-X-VERSION:6\n#EXT-X-MAP:URI=\"a\"")
              .replace(VIDEO, 0, TWELVE, "#EXT-X-MAP:URI=\"b\"\n" + TWELVE);
      case KEYS -> classicSpoilt(TEN, "#EXT-X-KEY:METHOD=NONE,URI=\"k\"\n" + TEN);
      case BYTE_RANGES ->
          classicSpoilt("#EXT-X-VERSION:3", "#EXT-X-VERSION:4")
              .replace(VIDEO, 0, TEN, "#EXT-X-BYTERANGE:100\n" + TEN);
      case DATES -> classicSpoilt(TEN, "#EXT-X-PROGRAM-DATE-TIME:2026-11-25T20:00:00\n" + TEN);
      case DATES_GO_ON -> single(dated(10, 4)).replace(VIDEO, 0, "20:00:48.000", "20:00:48.003");
      case DATE_RANGES ->
          classicSpoilt(
              TEN, "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-11-25T20:00:00Z\"\n" + TEN);
      case GAP_PARTS ->
          lowSpoilt(
              "#EXT-X-PART:DURATION=0.5,URI=\"v/seg-109.0",
              "#EXT-X-GAP\n#EXT-X-PART:DURATION=0.5,URI=\"v/seg-109.0");
      case PART_INF -> lowSpoilt("#EXT-X-PART-INF:PART-TARGET=0.5\n", "");
      case PART_URI -> lowSpoilt("v/seg-109.2.m4s", "v/seg-109.1.m4s");
      case PART_WITHIN_TARGET ->
          lowSpoilt("DURATION=0.5,URI=\"v/seg-110.0", "DURATION=0.51,URI=\"v/seg-110.0");
      case PART_LONG_ENOUGH ->
          single(low("v", 110, 3))
              .replace(
                  VIDEO, 0, "DURATION=0.5,URI=\"v/seg-110.1", "DURATION=0.42,URI=\"v/seg-110.1");
      case PARTS_ADD_UP ->
          lowSpoilt("DURATION=0.5,URI=\"v/seg-109.3", "DURATION=0.3,URI=\"v/seg-109.3");
      case PART_HOLD_BACK -> lowSpoilt(",PART-HOLD-BACK=1.5", "");
      case PART_HOLD_BACK_TWICE -> lowSpoilt("PART-HOLD-BACK=1.5", "PART-HOLD-BACK=0.999");
      case PART_HOLD_BACK_THRICE -> lowSpoilt("PART-HOLD-BACK=1.5", "PART-HOLD-BACK=1.499");
      case HOLD_BACK -> lowSpoilt(",HOLD-BACK=6.0", ",HOLD-BACK=5.9");
      case SKIP_BOUNDARY -> lowSpoilt("CAN-SKIP-UNTIL=12.0", "CAN-SKIP-UNTIL=11.9");
      case HINTS -> lowSpoilt("#EXT-X-RENDITION-REPORT", "#EXT-X-ENDLIST\n#EXT-X-RENDITION-REPORT");
      case HINT_ALONE ->
          lowSpoilt(
              "#EXT-X-RENDITION-REPORT",
              "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"x\"\n#EXT-X-RENDITION-REPORT");
      case TAGS_BEFORE_PARTS ->
          lowSpoilt(
              "#EXT-X-PART:DURATION=0.5,URI=\"v/seg-110.1",
              "#EXT-X-MAP:URI=\"v/init.mp4\"\n#EXT-X-PART:DURATION=0.5,URI=\"v/seg-110.1");
      case REPORTS -> lowSpoilt("URI=\"a.m3u8\"", "URI=\"http://x/live/a.m3u8\"");
      case DATED -> single(low("v", 110, 2)).replaceAll(VIDEO, "#EXT-X-PROGRAM-DATE-TIME:.*\n", "");
      case SEQUENCE_NEVER_BACK -> again(classic(10, 4), classic(9, 6));
      case NUMBERS_STAY -> again(classic(10, 4), classic(11, 4).replace("12.ts", "x.ts"));
      case TAGS_STAY ->
          again(classic(10, 4), classic(11, 4).replace(TWELVE, "#EXTINF:3.9,\n12.ts"));
      case END_STAYS -> again(classic(10, 4), classic(10, 3));
      case TARGET_STAYS ->
          again(classic(10, 4), classic(11, 4).replace("DURATION:4", "DURATION:5"));
      case OPTIONS_STAY -> lowAgain(",HOLD-BACK=6.0", ",HOLD-BACK=7.0");
      case DISCONTINUITY_SEQUENCE ->
          again(
              classic(10, 4),
              classic(11, 4)
                  .replace("SEQUENCE:11", "SEQUENCE:11\n#EXT-X-DISCONTINUITY-SEQUENCE:1"));
      case DISCONTINUITY_TAG ->
          again(classic(10, 4), classic(11, 4))
              .replaceAll(VIDEO, TWELVE, "#EXT-X-DISCONTINUITY\n" + TWELVE);
      case DATE_RANGES_SAME ->
          again(dated(10, 4) + range("48", "DURATION=1"), dated(11, 4) + range("48", "DURATION=2"));
      case DATE_RANGES_KEPT -> again(dated(10, 4) + range("48", "DURATION=1"), dated(11, 4));
      case DATES_AT_DISCONTINUITIES ->
          single(dated(10, 4))
              .replace(
                  VIDEO,
                  0,
                  "#EXT-X-PROGRAM-DATE-TIME:2026-11-25T20:00:48.000Z\n",
                  "#EXT-X-DISCONTINUITY\n");
      case PART_IN_TIME ->
          single(low("v", 110, 1)).pass(S * 3 / 4 + 1).load(VIDEO, low("v", 110, 1));
      case PARTS_FROM_FRONT ->
          single(low("v", 110, 2, 0, 4))
              .pass(S / 2)
              .load(VIDEO, low("v", 110, 3, 0, 4))
              .remove(VIDEO, 1, "#EXT-X-PART:.*seg-107\\..*\n");
      case SAME_CONTROL ->
          two(classic(10, 4))
              .replace(
                  AUDIO, 0, "#EXT-X-VERSION", "#EXT-X-SERVER-CONTROL:HOLD-BACK=12\n#EXT-X-VERSION");
      case INDEPENDENT_PARTS_SAID ->
          lowLatency().replaceFetch("/live/v/seg-109.1.m4s", fetch -> with(fetch, S / 2, true, 0));
      case PART_KEPT ->
          single(low("v", 110, 3))
              .pass(S / 2)
              .load(VIDEO, low("v", 111, 0))
              .pass(5 * S)
              .fetch("/live/v/seg-107.1.m4s", 404, 0, "", null);
      case PLAYLIST_TYPE ->
          again(classic(10, 4), classic(11, 4))
              .replaceAll(VIDEO, "#EXT-X-VERSION", "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-VERSION");
      case ENDED -> again(classic(10, 4) + "#EXT-X-ENDLIST\n", classic(10, 4));
      case LONG_ENOUGH -> again(classic(10, 4), classic(12, 2)).pass(4 * S);
      case IN_TIME -> single(classic(10, 4)).pass(6 * S + 1).load(VIDEO, classic(10, 4));
      case DELTA_REACH ->
          single(low("v", 110, 1)).pass(S / 2).load(VIDEO, "_HLS_skip=YES", low("v", 110, 2, 5, 3));
      case DELTA_ASKED -> single(low("v", 110, 1)).pass(S / 2).load(VIDEO, low("v", 110, 2, 3, 3));
      case DELTA_KNOWN ->
          single(low("v", 110, 1))
              .pass(16 * S)
              .load(VIDEO, "_HLS_skip=YES", low("v", 118, 1, 4, 3));
      case BLOCKED ->
          single(low("v", 110, 1))
              .pass(S / 2)
              .load(VIDEO, "_HLS_msn=110&_HLS_part=2", low("v", 110, 2));
      case PARTS_KEPT -> single(low("v", 110, 1)).pass(S / 2).load(VIDEO, low("v", 110, 2, 0, 1));
      case PARTS_REMOVED -> single(low("v", 110, 2, 0, 10));
      case PARTS_STAY -> lowAgain("v/seg-109.1.m4s", "v/seg-109.9.m4s");
      case HINT_FULFILLED ->
          single(low("v", 110, 1))
              .replace(VIDEO, 0, "TYPE=PART,URI=\"v/seg-110.1", "TYPE=PART,URI=\"v/seg-110.9")
              .pass(S / 2)
              .load(VIDEO, low("v", 110, 2));
      case REPORTS_COMPLETE ->
          lowLatency()
              .replace(
                  VIDEO,
                  2,
                  "#EXT-X-RENDITION-REPORT:URI=\"a.m3u8\",LAST-MSN=110,LAST-PART=2\n",
                  "");
      case REPORTS_TRUE ->
          lowLatency().replace(VIDEO, 2, "LAST-MSN=110,LAST-PART=2", "LAST-MSN=112,LAST-PART=0");
      case BANDWIDTH -> index("BANDWIDTH=2200000,AVERAGE-BANDWIDTH=2150000,", "");
      case CODECS -> index("CODECS=\"avc1.640028,mp4a.40.2\",", "");
      case RESOLUTION -> index("RESOLUTION=1920x1080,", "");
      case FRAME_RATE -> index("FRAME-RATE=25.000,", "");
      case GROUPS -> index("AUDIO=\"sound\"", "AUDIO=\"noise\"");
      case CAPTIONS ->
          new HlsScript()
              .load(INDEX, TWO_VARIANTS)
              .replace(INDEX, 0, "RESOLUTION=640x360", "CLOSED-CAPTIONS=NONE,RESOLUTION=640x360");
      case RENDITIONS ->
          indexWith("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"English\"");
      case RENDITION_NAMES ->
          indexWith("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"English\",URI=\"b.m3u8\"");
      case GROUPS_ALIKE ->
          indexWith("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"low\",NAME=\"German\",URI=\"b.m3u8\"");
      case SAME_TARGET -> two(classic(10, 4)).replace(AUDIO, 0, "DURATION:4", "DURATION:5");
      case SAME_TYPE ->
          two(classic(10, 4))
              .replace(AUDIO, 0, "#EXT-X-VERSION", "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-VERSION");
      case DATES_EVERYWHERE ->
          new HlsScript()
              .load(INDEX, TWO_VARIANTS)
              .load(VIDEO, dated(10, 4))
              .load(AUDIO, classic(10, 4));
      case DATES_AGREE ->
          two(dated(10, 4))
              .replaceAll(AUDIO, "\\.000Z", ".100Z")
              .replaceAll(AUDIO, "([0-9]+).ts", "a$1.ts")
              .fetch("/live/11.ts", 200, 9, "v", media(11))
              .fetch("/live/a11.ts", 200, 9, "a", media(11));
      case DISCONTINUITIES_AGREE ->
          two(dated(10, 4))
              .replace(VIDEO, 0, "#EXTINF:4.0,\n11.ts", "#EXT-X-DISCONTINUITY\n#EXTINF:4.0,\n11.ts")
              .replace(
                  AUDIO, 0, "#EXTINF:4.0,\n13.ts", "#EXT-X-DISCONTINUITY\n#EXTINF:4.0,\n13.ts");
      case PEAK -> lowLatency().replace(INDEX, 0, "BANDWIDTH=2200000", "BANDWIDTH=2127999");
      case AVERAGE ->
          lowLatency().replace(INDEX, 0, "AVERAGE-BANDWIDTH=2150000", "AVERAGE-BANDWIDTH=1900000");
      case CODECS_TRUE -> lowLatency().replace(INDEX, 0, ",mp4a.40.2", "");
      case DURATIONS_TRUE ->
          lowLatency()
              .replaceFetch(
                  "/live/v/seg-109.m4s", fetch -> with(fetch, 2 * S - 101_000_000, true, 0));
      case CONTINUOUS ->
          single(classic(10, 4))
              .fetch("/live/10.ts", 200, 9, "a", media(10))
              .fetch("/live/12.ts", 200, 9, "b", media(13));
      case INDEPENDENT ->
          lowLatency().replaceFetch("/live/v/seg-109.m4s", fetch -> with(fetch, 2 * S, false, 0));
      case INDEPENDENT_PARTS ->
          lowLatency().replaceFetch("/live/v/seg-109.0.m4s", fetch -> with(fetch, S / 2, false, 0));
      case PARTS_ARE_THE_SEGMENT ->
          lowLatency().replaceFetch("/live/v/seg-109.1.m4s", fetch -> with(fetch, S / 2, false, 1));
      case AVAILABLE -> single(classic(10, 4)).fetch("/live/11.ts", 404, 0, "", null);
      case KEPT ->
          again(classic(10, 3), classic(10, 4)) // 13 comes after the first load, at 100 s
              .pass(15 * S)
              .load(VIDEO, classic(14, 4))
              .fetch("/live/13.ts", 404, 0, "", null);
      case IMMUTABLE ->
          single(classic(10, 4))
              .fetch("/live/11.ts", 200, 9, "a", null)
              .fetch("/live/11.ts", 200, 9, "b", null);
    };
  }

  private static Fetch with(Fetch fetch, long durationNs, boolean independent, long moreBytes) {
    Fetch.Media media = Objects.requireNonNull(fetch.media());
    return new Fetch(
        fetch.uri(),
        null,
        fetch.atNs(),
        200,
        fetch.bytes() + moreBytes,
        fetch.digest(),
        new Fetch.Media(media.startNs(), durationNs, independent, media.codecs()));
  }
}
