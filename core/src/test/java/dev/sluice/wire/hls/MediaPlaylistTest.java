package dev.sluice.wire.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaPlaylistTest {
  private static final long MS = 1_000_000;
  private static final long S = 1_000 * MS;

  /** 2026-11-25T20:00:00.040Z. */
  private static final long DATE = 1_795_636_800_040L * MS;

  private static final String HEAD = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n";

  private static MediaPlaylist lowLatency() {
    var first =
        new Segment(
            "a/1.m4s",
            4 * S,
            "",
            true,
            false,
            Key.aes128("key?n=1", Bytes.ofHex("000102030405060708090A0B0C0D0E0F")),
            new InitSection("init.mp4", new ByteRange(700, 0)),
            DATE,
            new ByteRange(1_000, 700),
            List.of(
                new Part("a/1.0.m4s", 2 * S, true, false, null),
                new Part("a/1.1.m4s", 2 * S, false, true, new ByteRange(500, ByteRange.FOLLOWS))),
            List.of(
                new DateRange(
                    "splice-7",
                    "ads",
                    "PRE,ONCE",
                    DATE,
                    DATE + 30 * S,
                    30 * S,
                    31 * S,
                    true,
                    Bytes.ofHex("FC30"),
                    Bytes.ofHex("FC31"),
                    Bytes.ofHex("FC32"),
                    Map.of("X-NUMBER", "\"7\""))));
    return new MediaPlaylist(
        10,
        true,
        MediaPlaylist.Type.EVENT,
        4,
        2 * S,
        new ServerControl(true, 24 * S, true, 12 * S, 6 * S),
        1_000_000,
        7,
        3,
        List.of(first, Segment.of("a/2.m4s", 3_999_999_000L)),
        List.of(new Part("a/3.0.m4s", 333_367_000, false, false, null)),
        new MediaPlaylist.OpenTags(true, Key.NONE, new InitSection("b.mp4", null), DATE + 8 * S),
        new PreloadHint("PART", "a/3.1.m4s", 17, 4_000),
        List.of(new RenditionReport("../audio.m3u8", 1_000_004, 1)),
        true);
  }

  @Test
  void writesEverythingInItsPlace() {
    assertThat(lowLatency().write())
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-VERSION:10
            #EXT-X-TARGETDURATION:4
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24.0,CAN-SKIP-DATERANGES=YES,\
            HOLD-BACK=12.0,PART-HOLD-BACK=6.0
            #EXT-X-PART-INF:PART-TARGET=2.0
            #EXT-X-MEDIA-SEQUENCE:1000000
            #EXT-X-DISCONTINUITY-SEQUENCE:7
            #EXT-X-PLAYLIST-TYPE:EVENT
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-SKIP:SKIPPED-SEGMENTS=3
            #EXT-X-DATERANGE:ID="splice-7",CLASS="ads",CUE="PRE,ONCE",\
            START-DATE="2026-11-25T20:00:00.040Z",END-DATE="2026-11-25T20:00:30.040Z",DURATION=30.0,\
            PLANNED-DURATION=31.0,SCTE35-CMD=0xFC30,SCTE35-OUT=0xFC31,SCTE35-IN=0xFC32,END-ON-NEXT=YES,\
            X-NUMBER="7"
            #EXT-X-DISCONTINUITY
            #EXT-X-KEY:METHOD=AES-128,URI="key?n=1",IV=0x000102030405060708090A0B0C0D0E0F
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="700@0"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-25T20:00:00.040Z
            #EXT-X-PART:DURATION=2.0,URI="a/1.0.m4s",INDEPENDENT=YES
            #EXT-X-PART:DURATION=2.0,URI="a/1.1.m4s",BYTERANGE="500",GAP=YES
            #EXTINF:4.0,
            #EXT-X-BYTERANGE:1000@700
            a/1.m4s
            #EXTINF:3.999999,
            a/2.m4s
            #EXT-X-DISCONTINUITY
            #EXT-X-KEY:METHOD=NONE
            #EXT-X-MAP:URI="b.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-25T20:00:08.040Z
            #EXT-X-PART:DURATION=0.333367,URI="a/3.0.m4s"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="a/3.1.m4s",BYTERANGE-START=17,BYTERANGE-LENGTH=4000
            #EXT-X-RENDITION-REPORT:URI="../audio.m3u8",LAST-MSN=1000004,LAST-PART=1
            #EXT-X-ENDLIST
            """);
  }

  @Test
  void readsWhatItWrites() {
    assertThat(MediaPlaylist.read(lowLatency().write())).isEqualTo(lowLatency());
  }

  /** The example of RFC 8216, section 8.1, and what players have to overlook. */
  @Test
  void readsSimplePlaylistsOfOthers() {
    MediaPlaylist playlist =
        MediaPlaylist.read(
            """
            #EXTM3U\r
            #EXT-X-TARGETDURATION:10\r
            # a comment
            #EXT-OATCLS-SCTE35:not,ours
            #EXT-X-NEW-TAG:A=1

            #EXTINF:9.009,
            http://media.example.com/first.ts
            #EXTINF:9.009, a title, with a comma
            http://media.example.com/second.ts
            #EXTINF:3
            http://media.example.com/third.ts
            #EXT-X-ENDLIST\
            """);
    assertThat(playlist.version()).isEqualTo(1);
    assertThat(playlist.targetSeconds()).isEqualTo(10);
    assertThat(playlist.segments())
        .extracting(Segment::durationNs)
        .containsExactly(9_009 * MS, 9_009 * MS, 3 * S);
    assertThat(playlist.segments().get(1).title()).isEqualTo(" a title, with a comma");
    assertThat(playlist.ended()).isTrue();
  }

  @Test
  void oldVersionsHaveWholeSeconds() {
    var playlist =
        new MediaPlaylist(
            1,
            false,
            null,
            4,
            0,
            ServerControl.NONE,
            0,
            0,
            0,
            List.of(Segment.of("1.ts", 3_500 * MS), Segment.of("2.ts", 3_499 * MS)),
            List.of(),
            null,
            null,
            List.of(),
            false);
    assertThat(playlist.write())
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:0
            #EXTINF:4,
            1.ts
            #EXTINF:3,
            2.ts
            """);
  }

  /** Whoever removes it later has to count from there (RFC 8216bis, section 6.2.2). */
  @Test
  void saysTheDiscontinuitySequenceBesideADiscontinuity() {
    MediaPlaylist playlist =
        MediaPlaylist.read(HEAD + "#EXTINF:4,\n1.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:4,\n2.ts\n");
    assertThat(playlist.write())
        .contains("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-DISCONTINUITY-SEQUENCE:0\n#EXTINF");
    assertThat(MediaPlaylist.read(playlist.write())).isEqualTo(playlist);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-25T20:00:00.040Z, 1795636800040",
    "2026-11-25T20:00:00.04Z, 1795636800040",
    "2026-11-25T21:30:00.040+01:30, 1795636800040",
    "2026-11-25T21:30:00.040+0130, 1795636800040",
    "2026-11-25T21:00:00.040+01, 1795636800040",
    "2026-11-25T20:00:00, 1795636800000",
  })
  void readsDatesOfAllKinds(String text, long ms) {
    MediaPlaylist playlist =
        MediaPlaylist.read(HEAD + "#EXT-X-PROGRAM-DATE-TIME:" + text + "\n#EXTINF:1,\nx\n");
    assertThat(playlist.segments().getFirst().programDateNs()).isEqualTo(ms * MS);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "#EXTINF:4,                                 | a media playlist whose last EXTINF has no URI",
        "x.ts                                       | line 3: a URI without EXTINF: x.ts",
        "#EXTINF:,                                  | line 3: EXTINF is no number of seconds: ",
        "#EXTINF:.,                                 | line 3: EXTINF is no number of seconds: .",
        "#EXTINF:-1,                                | line 3: EXTINF is no number of seconds: -1",
        "#EXTINF:1234567890,                        | line 3: EXTINF is no number of seconds: 1234567890",
        "#EXT-X-VERSION:0                           | line 3: EXT-X-VERSION is 0, allowed is 1 to 100",
        "#EXT-X-MEDIA-SEQUENCE:-5                   | line 3: EXT-X-MEDIA-SEQUENCE is no number: -5",
        "#EXT-X-MEDIA-SEQUENCE:1234567890123456789  | line 3: EXT-X-MEDIA-SEQUENCE is no number: 1234567890123456789",
        "#EXT-X-PLAYLIST-TYPE:LIVE                  | line 3: EXT-X-PLAYLIST-TYPE is LIVE",
        "#EXT-X-MAP:BYTERANGE=\"1@2\"               | line 3: attribute URI is missing",
        "#EXT-X-MAP:URI=init.mp4                    | line 3: attribute URI is not quoted: init.mp4",
        "#EXT-X-MAP:URI=\"init.mp4                  | line 3: a quotation mark is missing: \"init.mp4",
        "#EXT-X-MAP:URI=\"init.mp4\"x               | line 3: text behind a quotation: \"init.mp4\"x",
        "#EXT-X-MAP:URI                             | line 3: an attribute without a value: URI",
        "#EXT-X-MAP:uri=\"a\"                       | line 3: no name of an attribute: uri",
        "#EXT-X-MAP:URI=\"a\",URI=\"b\"             | line 3: attribute URI comes twice",
        "#EXT-X-KEY:URI=\"k\"                       | line 3: attribute METHOD is missing",
        "#EXT-X-KEY:METHOD=AES-128,IV=12            | line 3: attribute IV is no hexadecimal sequence: 12",
        "#EXT-X-KEY:METHOD=AES-128,IV=0x1           | line 3: attribute IV is no hexadecimal sequence: 0x1",
        "#EXT-X-BYTERANGE:a@1                       | line 3: length of a byte range is no number: a",
        "#EXT-X-PART:URI=\"p\"                      | line 3: attribute DURATION is missing",
        "#EXT-X-PROGRAM-DATE-TIME:yesterday         | line 3: EXT-X-PROGRAM-DATE-TIME is no date: yesterday",
        "#EXT-X-STREAM-INF:BANDWIDTH=1              | line 3: a multivariant playlist, not a media playlist",
      })
  void refusesBrokenLines(String line, String message) {
    String expected = message == null ? "" : message;
    assertThatThrownBy(() -> MediaPlaylist.read(HEAD + line.strip() + "\n"))
        .isInstanceOf(MalformedException.class)
        .message()
        .isEqualToIgnoringWhitespace(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n#EXTM3U", "#EXTM3U", "\uFEFF#EXTM3U\n#EXT-X-TARGETDURATION:1", "{}"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> MediaPlaylist.read(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void hasLimits() {
    String segment = "#EXTINF:1,\nx\n";
    String most = HEAD + segment.repeat(MediaPlaylist.MAX_SEGMENTS);
    assertThat(MediaPlaylist.read(most).segments()).hasSize(MediaPlaylist.MAX_SEGMENTS);
    assertThatThrownBy(() -> MediaPlaylist.read(most + segment))
        .hasMessageContaining("more than 50000 segments");
    String part = "#EXT-X-PART:DURATION=1,URI=\"x\"\n";
    String parts = HEAD + part.repeat(MediaPlaylist.MAX_PARTS);
    assertThat(MediaPlaylist.read(parts).openParts()).hasSize(MediaPlaylist.MAX_PARTS);
    assertThatThrownBy(() -> MediaPlaylist.read(parts + part))
        .hasMessageContaining("more than 20000 parts");
    String long_ = HEAD + "#" + "x".repeat(MediaPlaylist.MAX_CHARACTERS - HEAD.length() - 1);
    assertThat(MediaPlaylist.read(long_).segments()).isEmpty();
    assertThatThrownBy(() -> MediaPlaylist.read(long_ + "x"))
        .hasMessageContaining("allowed are 16777216");
    StringBuilder attributes = new StringBuilder("#EXT-X-MAP:URI=\"x\"");
    for (int i = 1; i < AttributeList.MAX_ATTRIBUTES; i++) {
      attributes.append(",A").append(i).append("=1");
    }
    assertThat(MediaPlaylist.read(HEAD + attributes).openTags()).isNotNull();
    assertThatThrownBy(() -> MediaPlaylist.read(HEAD + attributes + ",B=1"))
        .hasMessageContaining("more than 64 attributes");
  }

  @Test
  void quotesOnlyWhatCanBeQuoted() {
    for (String uri : List.of("a\"b", "a\nb")) {
      assertThatThrownBy(() -> new InitSection(uri, null).write(new StringBuilder()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** What is read can be written, and says the same again; but for what has finer decimals. */
  @FuzzTest
  void anyTextIsReadOrRefused(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    MediaPlaylist playlist;
    try {
      playlist = MediaPlaylist.read(text);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
      return;
    }
    MediaPlaylist again = MediaPlaylist.read(playlist.write());
    assertThat(again.segments()).hasSameSizeAs(playlist.segments());
    assertThat(again.openParts()).hasSameSizeAs(playlist.openParts());
    assertThat(MediaPlaylist.read(again.write())).isEqualTo(again);
  }
}
