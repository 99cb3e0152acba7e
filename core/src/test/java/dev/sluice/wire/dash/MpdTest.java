package dev.sluice.wire.dash;

import static dev.sluice.wire.dash.Descriptions.MS;
import static dev.sluice.wire.dash.Descriptions.S;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Golden;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MpdTest {
  private static final String HEAD =
      "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' profiles='p' minBufferTime='PT1S' ";

  /** Of one period, whose attributes and children are {@code text}. */
  private static String withPeriod(String text) {
    return HEAD + ">\n<Period " + text + "</Period></MPD>";
  }

  private static String withTemplate(String text) {
    return withPeriod("><SegmentTemplate " + text + "</SegmentTemplate>");
  }

  @Test
  void writesALiveStream() throws IOException {
    Golden.check("dash/live.mpd", Descriptions.live().write());
  }

  @Test
  void writesEverythingInItsPlace() throws IOException {
    Golden.check("dash/everything.mpd", Descriptions.everything().write());
  }

  @Test
  void readsWhatItWrites() {
    assertThat(Mpd.read(Descriptions.live().write())).isEqualTo(Descriptions.live());
    assertThat(Mpd.read(Descriptions.everything().write())).isEqualTo(Descriptions.everything());
  }

  @Test
  void readsWhateverItWrites() {
    Seeds.run(
        300,
        random -> {
          Mpd mpd = new Descriptions.Any(random).mpd();
          assertThat(Mpd.read(mpd.write())).isEqualTo(mpd);
        });
  }

  @Test
  void refusesEveryTruncation() {
    for (Mpd mpd : List.of(Descriptions.live(), Descriptions.everything())) {
      String text = mpd.write().stripTrailing();
      for (int length = 0; length < text.length(); length++) {
        String start = text.substring(0, length);
        assertThatThrownBy(() -> Mpd.read(start))
            .as("%d characters", length)
            .isInstanceOf(MalformedException.class);
      }
      assertThat(Mpd.read(text)).isEqualTo(mpd);
    }
  }

  /** Prefixes, foreign elements and attributes, comments, instructions, CDATA, references. */
  @Test
  void readsTheWaysOfOthers() {
    Mpd mpd =
        Mpd.read(
            """
            <?xml version='1.0' encoding="utf-8" standalone="yes"?>
            <!-- made by > others -->
            <?style none?>
            <d:MPD xmlns:d="urn:mpeg:dash:schema:mpd:2011" xmlns:x="urn:x" x:id="no"
                profiles=" urn:a , urn:b " minBufferTime=" PT0H0M1.5S " type="dynamic"
                publishTime="2026-11-25T21:00:00+01:00" unknown="1">
              <x:Period id="no"><d:Period id="no either"/></x:Period>
              <Period id="nor this"/>
              <d:ProgramInformation><d:Title>t</d:Title></d:ProgramInformation>
              <d:BaseURL> a&amp;b<!-- in -->/<![CDATA[<c>]]>&#x41;
              </d:BaseURL>
              <d:Period id="1" start="P1DT1H">
                <d:AdaptationSet segmentAlignment="3">
                  <d:Representation id="r" bandwidth="5" audioSamplingRate="44100 48000"/>
                </d:AdaptationSet>
              </d:Period>
            </d:MPD>
            <!-- the end -->
            """);
    assertThat(mpd.id()).isNull();
    assertThat(mpd.profiles()).containsExactly("urn:a", "urn:b");
    assertThat(mpd.times().minBufferTimeNs()).isEqualTo(1_500 * MS);
    assertThat(mpd.times().publishNs()).isEqualTo(Descriptions.DATE - 40 * MS);
    assertThat(mpd.baseUrls()).containsExactly(BaseUrl.of("a&b/<c>A"));
    assertThat(mpd.periods()).extracting(Period::id).containsExactly("1");
    assertThat(mpd.periods().getFirst().startNs()).isEqualTo(25 * 3_600 * S);
    AdaptationSet set = mpd.periods().getFirst().adaptationSets().getFirst();
    assertThat(set.segmentAlignment()).isTrue();
    assertThat(set.representations().getFirst().media().audioSamplingRate()).isEqualTo(44_100);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0",
    "PT2.002S, 2002000000",
    "PT.5S, -1",
    "PT1.S, -1",
    "PT0.000000001S, 1",
    "PT0.0000000019S, 1",
    "P1DT2H3M4.5S, 93784500000000",
    "P0Y0M1D, 86400000000000",
    "PT9000000000.999999999S, 9000000000999999999",
    "PT9000000001S, -1",
    "PT99999999999S, -1",
    "P9999999999D, -1",
    "P, -1",
    "PT, -1",
    "P1DT, -1",
    "P1S, -1",
    "PT1D, -1",
    "-PT1S, -1",
    "1, -1",
    "PT1S2, -1",
  })
  void readsDurations(String text, long nanos) {
    String mpd = withPeriod("start='" + text + "'>");
    if (nanos >= 0) {
      assertThat(Mpd.read(mpd).periods().getFirst().startNs()).isEqualTo(nanos);
    } else {
      assertThatThrownBy(() -> Mpd.read(mpd))
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("line 2: Period: start is ")
          .hasMessageContaining(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"P1Y", "P1M", "P0Y2MT5S"})
  void doesNotGuessTheLengthOfMonths(String text) {
    assertThatThrownBy(() -> Mpd.read(withPeriod("start='" + text + "'>")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("a duration in months or years: " + text);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-25T20:00:00.040Z, 1795636800040000000",
    "2026-11-25T20:00:00.04, 1795636800040000000",
    "2026-11-25T21:30:00.040+01:30, 1795636800040000000",
    "2026-11-25T20:00:00.0400000009Z, 1795636800040000000",
    "2026-11-25T20:00:00.040000001Z, 1795636800040000001",
    "1970-01-01T00:00:00Z, 0",
    "1969-12-31T23:59:59.9Z, -100000000",
  })
  void readsDates(String text, long ns) {
    String mpd = HEAD + "publishTime='" + text + "'><Period/></MPD>";
    assertThat(Mpd.read(mpd).times().publishNs()).isEqualTo(ns);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-11-25",
        "2026-13-25T20:00:00Z",
        "+99999-01-01T00:00:00Z",
        "2262-04-12T00:00:00Z"
      })
  void refusesDates(String text) {
    assertThatThrownBy(() -> Mpd.read(HEAD + "publishTime='" + text + "'><Period/></MPD>"))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("line 1: MPD: publishTime is ");
  }

  @ParameterizedTest
  @CsvSource({
    "INF, 9223372036854775807",
    "0, 0",
    "1.8, 1800000000",
    ".5, 500000000",
    "5., 5000000000",
    "1.5e3, 1500000000000",
    "25E-1, 2500000000",
    "1e-999, 0",
    "0.0000000005, 1",
  })
  void readsOffsets(String text, long ns) {
    Mpd mpd = Mpd.read(withTemplate("availabilityTimeOffset='" + text + "'>"));
    assertThat(mpd.periods().getFirst().template())
        .extracting(template -> template.availability().timeOffsetNs())
        .isEqualTo(ns);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "availabilityTimeOffset='-1'>    | availabilityTimeOffset is no number of seconds: -1",
        "availabilityTimeOffset='.'>     | availabilityTimeOffset is no number of seconds: .",
        "availabilityTimeOffset='1e10'>  | availabilityTimeOffset is more than 9000000000 s: 1e10",
        "availabilityTimeOffset='1e999'> | availabilityTimeOffset is more than 9000000000 s: 1e999",
        "availabilityTimeOffset='1e9999'>| availabilityTimeOffset is no number of seconds: 1e9999",
        "availabilityTimeComplete='no'>  | availabilityTimeComplete is neither true nor false: no",
        "timescale='0'>                  | timescale is 0, allowed is 1 to 4294967295",
        "timescale='4294967296'>         | timescale is 4294967296, allowed is 1 to 4294967295",
        "startNumber='-1'>               | startNumber is -1, allowed is 0 to 9223372036854775807",
        "startNumber='1234567890123456789'> | startNumber is no number: 1234567890123456789",
        "startNumber='0x1'>              | startNumber is no number: 0x1",
        "duration=''>                    | duration is no number:",
        "><SegmentTimeline/><SegmentTimeline/> | SegmentTimeline comes 2 times",
      })
  void refusesBrokenTemplates(String text, String message) {
    assertThatThrownBy(() -> Mpd.read(withTemplate(text)))
        .isInstanceOf(MalformedException.class)
        .message()
        .isEqualToIgnoringWhitespace("line 2: SegmentTemplate: " + message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<S/>                        | S: attribute d is missing",
        "<S d='0'/>                  | S: d is 0, allowed is 1 to 9223372036854775807",
        "<S d='1' r='-2'/>           | S: r is -2, allowed is -1 to 2147483647",
        "<S d='1' r='2147483648'/>   | S: r is 2147483648, allowed is -1 to 2147483647",
        "<S d='1' k='0'/>            | S: k is 0, allowed is 1 to 2147483647",
        "<S d='1' t='-1'/>           | S: t is -1, allowed is 0 to 9223372036854775807",
      })
  void refusesBrokenTimelines(String run, String message) {
    String text = withTemplate("><SegmentTimeline>" + run + "</SegmentTimeline>");
    assertThatThrownBy(() -> Mpd.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessage("line 2: " + message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<Representation bandwidth='1'/> | Representation: attribute id is missing",
        "<Representation id='1'/>        | Representation: attribute bandwidth is missing",
        "<Representation id='1' bandwidth='1' sar='1'/> | Representation: sar is no ratio: 1",
        "<Representation id='1' bandwidth='1' frameRate='25/0'/> | Representation: frameRate is 0, allowed is 1 to 2147483647",
        "<Representation id='1' bandwidth='1' frameRate='25.0'/> | Representation: frameRate is no number: 25.0",
        "<Representation id='1' bandwidth='1' width='65537'/> | Representation: width is 65537, allowed is 0 to 65536",
        "<Representation id='1' bandwidth='1' startWithSAP='7'/> | Representation: startWithSAP is 7, allowed is 0 to 6",
        "<Role/>                         | Role: attribute schemeIdUri is missing",
        "<Resync dImin='1e400'/>         | Resync: dImin is a number out of range: 1e400",
        "<ProducerReferenceTime presentationTime='1'/> | ProducerReferenceTime: attribute wallClockTime is missing",
        "<ProducerReferenceTime wallClockTime='2026-11-25T20:00:00Z'/> | ProducerReferenceTime: attribute presentationTime is missing",
        "<ProducerReferenceTime wallClockTime='2026-11-25T20:00:00Z' presentationTime='1' type='x'/> | ProducerReferenceTime: type is no kind of reference time: x",
      })
  void refusesBrokenSets(String text, String message) {
    String mpd = withPeriod("><AdaptationSet>" + text + "</AdaptationSet>");
    assertThatThrownBy(() -> Mpd.read(mpd))
        .isInstanceOf(MalformedException.class)
        .hasMessage("line 2: " + message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<MPD profiles='p' minBufferTime='PT1S'><Period/></MPD> | the root is MPD of the namespace null, expected is urn:mpeg:dash:schema:mpd:2011",
        "<Period xmlns='urn:mpeg:dash:schema:mpd:2011'/> | line 1: Period: expected is MPD",
        "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' minBufferTime='PT1S'><Period/></MPD> | line 1: MPD: attribute profiles is missing",
        "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' profiles='p'><Period/></MPD> | line 1: MPD: attribute minBufferTime is missing",
        "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' profiles='p' minBufferTime='PT1S'/> | line 1: MPD: no Period",
        "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' profiles='p' minBufferTime='PT1S' type='x'/> | line 1: MPD: type is neither static nor dynamic: x",
        "<?xml version='1.1'?><MPD/> | XML of version 1.1",
      })
  void refusesWhatIsNoDescription(String text, String message) {
    assertThatThrownBy(() -> Mpd.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "#EXTM3U",
        "<",
        "<MPD",
        "<?xml version='1.0'?>",
        "<a></b>",
        "<a/><b/>",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "<a b='<'/>",
        "<a>&#0;</a>",
        "<a>\u0001</a>",
        "<a>\uD800</a>",
        "<x:a/>",
        "<a>&nbsp;</a>",
        "<a b='&nbsp;'/>",
        "<!DOCTYPE MPD [\u0001]><MPD/>", // the JDK's parser has no text for this fault
      })
  void refusesWhatIsNotXml(String text) {
    assertThatThrownBy(() -> Mpd.read(text)).isInstanceOf(MalformedException.class);
  }

  /** Nothing is declared, nothing is fetched, nothing grows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE MPD>",
        "<!DOCTYPE MPD SYSTEM 'http://127.0.0.1:9/x.dtd'>",
        "<!DOCTYPE MPD [<!ENTITY a 'b'>]>",
        "<!DOCTYPE MPD [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE MPD [<!ENTITY a 'bbbbbbbbbb'><!ENTITY c '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>",
        "<!DOCTYPE MPD [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]>",
      })
  void refusesDocumentTypes(String declaration) {
    String text = declaration + HEAD + "><BaseURL>&a;</BaseURL><Period/></MPD>";
    assertThatThrownBy(() -> Mpd.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessage("line 1: a document type declaration");
  }

  @Test
  void hasLimits() {
    String tail = "<Period/></MPD>";
    String few = HEAD + ">" + "<x/>".repeat(Mpd.MAX_ELEMENTS - 2) + tail;
    assertThat(Mpd.read(few).periods()).hasSize(1);
    assertRefused(
        HEAD + ">" + "<x/>".repeat(Mpd.MAX_ELEMENTS - 1) + tail, "more than 200000 elements");

    assertThat(Mpd.read(nested(Mpd.MAX_DEPTH - 1) + tail).periods()).hasSize(1);
    assertRefused(nested(Mpd.MAX_DEPTH) + tail, "more than 32 elements inside one another");

    assertThat(Mpd.read(withPeriod(attributes(Mpd.MAX_ATTRIBUTES) + ">")).periods()).hasSize(1);
    assertRefused(
        withPeriod(attributes(Mpd.MAX_ATTRIBUTES + 1) + ">"),
        "more than 64 attributes of one element");

    String start = HEAD + "><!--";
    String end = "-->" + tail;
    String most = start + "x".repeat(Mpd.MAX_CHARACTERS - start.length() - end.length()) + end;
    assertThat(Mpd.read(most).periods()).hasSize(1);
    assertRefused(most + " ", "a description of 16777217 characters, allowed are 16777216");

    String digits = "0".repeat(XmlValues.MAX_VALUE_CHARACTERS - 3);
    assertThat(Mpd.read(withTemplate("availabilityTimeOffset='1." + digits + "0'>"))).isNotNull();
    assertRefused(
        withTemplate("availabilityTimeOffset='1." + digits + "00'>"),
        "a value of 65 characters, allowed are 64");
  }

  private static String nested(int depth) {
    return HEAD + ">" + "<x>".repeat(depth) + "</x>".repeat(depth);
  }

  private static String attributes(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append(" a").append(i).append("=''");
    }
    return out.toString();
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> Mpd.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0000", "a\u001Fb", "\uD800", "\uDC00\uD800", "\uFFFE", "\uFFFF"})
  void writesOnlyWhatXmlHas(String text) {
    Period period = Period.of(text, 0, List.of());
    assertThatThrownBy(() -> written(period))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be in XML");
  }

  @Test
  void writesNoNegativeDuration() {
    assertThatThrownBy(() -> written(Period.of("1", -1, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start is -1");
  }

  private static String written(Period period) {
    XmlWriter out = new XmlWriter();
    period.write(out);
    return out.toString();
  }

  /** What is read can be written, and says the same again. */
  @FuzzTest
  void anyTextIsReadOrRefused(byte[] input) {
    Mpd mpd;
    try {
      mpd = Mpd.read(new String(input, StandardCharsets.UTF_8));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
      return;
    }
    assertThat(Mpd.read(mpd.write())).isEqualTo(mpd);
  }
}
