package dev.sluice.testkit.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.rules.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What one client loads, to be spoilt and judged. */
final class HlsScript {
  static final long S = 1_000_000_000L;
  static final String VIDEO = "/live/v.m3u8";
  static final String AUDIO = "/live/a.m3u8";
  static final String INDEX = "/live/index.m3u8";

  /** Of the generated playlists. */
  private static final int WINDOW = 10;

  private static final int PARTS = 4;

  /** 2026-11-25T20:00:00Z is where segment 0 would begin. */
  private static final long EPOCH_S = 1_795_636_800L;

  private final List<Object> items = new ArrayList<>();
  private long nowNs = 100 * S;

  // making one

  HlsScript load(String uri, String query, String text) {
    items.add(new Load(uri, query, nowNs, nowNs, text));
    return this;
  }

  HlsScript load(String uri, String text) {
    return load(uri, "", text);
  }

  /** What comes is asked for and answered later. */
  HlsScript pass(long ns) {
    nowNs += ns;
    return this;
  }

  HlsScript fetch(String uri, int status, long bytes, String digest, Fetch.@Nullable Media media) {
    items.add(new Fetch(uri, null, nowNs, status, bytes, digest, media));
    return this;
  }

  // spoiling one

  /** In load {@code index} of a URI, from 0; what is replaced has to be there. */
  HlsScript replace(String uri, int index, String old, String with) {
    int seen = 0;
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Load load && load.uri().equals(uri) && seen++ == index) {
        assertThat(load.text()).contains(old);
        items.set(i, with(load, load.text().replace(old, with)));
        return this;
      }
    }
    throw new AssertionError("no load %d of %s".formatted(index, uri));
  }

  /** Takes out of load {@code index} of a URI what matches. */
  HlsScript remove(String uri, int index, String pattern) {
    int seen = 0;
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Load load && load.uri().equals(uri) && seen++ == index) {
        assertThat(load.text()).containsPattern(pattern);
        items.set(i, with(load, load.text().replaceAll(pattern, "")));
        return this;
      }
    }
    throw new AssertionError("no load %d of %s".formatted(index, uri));
  }

  HlsScript changeAll(UnaryOperator<String> spoil) {
    items.replaceAll(
        item -> item instanceof Load load ? with(load, spoil.apply(load.text())) : item);
    return this;
  }

  /** In all loads of a URI. */
  HlsScript replaceAll(String uri, String pattern, String with) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Load load && load.uri().equals(uri)) {
        String spoilt = load.text().replaceAll(pattern, with);
        assertThat(spoilt).isNotEqualTo(load.text());
        items.set(i, with(load, spoilt));
      }
    }
    return this;
  }

  HlsScript replaceFetch(String uri, UnaryOperator<Fetch> spoil) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Fetch fetch && fetch.uri().equals(uri)) {
        items.set(i, spoil.apply(fetch));
        return this;
      }
    }
    throw new AssertionError("no fetch of " + uri);
  }

  private static Load with(Load load, String text) {
    return new Load(load.uri(), load.query(), load.askedNs(), load.answeredNs(), text);
  }

  // judging it

  List<Finding> judge() {
    var rules = new HlsRules();
    for (Object item : items) {
      switch (item) {
        case Load load when load.uri().equals(INDEX) -> rules.multivariant(load);
        case Load load -> rules.playlist(load);
        case Fetch fetch -> rules.fetch(fetch);
        default -> throw new AssertionError(item);
      }
    }
    return rules.end();
  }

  // texts

  /** Transport stream, four seconds each. */
  static String classic(int first, int count) {
    StringBuilder out =
        new StringBuilder("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n")
            .append("#EXT-X-MEDIA-SEQUENCE:" + first + "\n");
    for (int i = first; i < first + count; i++) {
      out.append("#EXTINF:4.0,\n" + i + ".ts\n");
    }
    return out.toString();
  }

  /** The same with dates. */
  static String dated(int first, int count) {
    String text = classic(first, count);
    for (int i = first; i < first + count; i++) {
      text =
          text.replace("#EXTINF:4.0,\n" + i + ".ts", date(4L * i) + "#EXTINF:4.0,\n" + i + ".ts");
    }
    return text;
  }

  private static String date(long seconds) {
    return "#EXT-X-PROGRAM-DATE-TIME:%s\n"
        .formatted(Instant.ofEpochSecond(EPOCH_S + seconds).toString().replace("Z", ".000Z"));
  }

  /**
   * Low latency, two seconds of four parts each.
   *
   * @param name {@code v} or {@code a}
   * @param open number of the segment that is being made
   * @param parts of it that are there, 0 to 3
   * @param skip segments that are left out
   * @param withParts whole segments that show their parts
   */
  static String low(String name, int open, int parts, int skip, int withParts) {
    int first = open - WINDOW;
    StringBuilder out =
        new StringBuilder("#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n")
            .append("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,")
            .append("HOLD-BACK=6.0,PART-HOLD-BACK=1.5\n#EXT-X-PART-INF:PART-TARGET=0.5\n")
            .append("#EXT-X-MEDIA-SEQUENCE:" + first + "\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if (skip > 0) {
      out.append("#EXT-X-SKIP:SKIPPED-SEGMENTS=" + skip + "\n");
    } else {
      out.append("#EXT-X-MAP:URI=\"" + name + "/init.mp4\"\n");
    }
    for (int i = first + skip; i < open; i++) {
      out.append(date(2L * i));
      parts(name, i, i >= open - withParts ? PARTS : 0, out);
      out.append("#EXTINF:2.0,\n%s/seg-%d.m4s\n".formatted(name, i));
    }
    parts(name, open, parts, out);
    out.append(
        "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"%s/seg-%d.%d.m4s\"\n".formatted(name, open, parts));
    String other = name.equals("v") ? "a" : "v";
    out.append(
        "#EXT-X-RENDITION-REPORT:URI=\"%s.m3u8\",LAST-MSN=%d,LAST-PART=%d\n"
            .formatted(other, parts == 0 ? open - 1 : open, parts == 0 ? PARTS - 1 : parts - 1));
    return out.toString();
  }

  static String low(String name, int open, int parts) {
    return low(name, open, parts, 0, 3);
  }

  private static void parts(String name, int number, int count, StringBuilder out) {
    for (int part = 0; part < count; part++) {
      boolean independent = part == 0 || name.equals("a");
      out.append(
          "#EXT-X-PART:DURATION=0.5,URI=\"%s/seg-%d.%d.m4s\"%s\n"
              .formatted(name, number, part, independent ? ",INDEPENDENT=YES" : ""));
    }
  }

  static final String MULTIVARIANT =
      """
      #EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",DEFAULT=YES,AUTOSELECT=YES,\
      CHANNELS="2",URI="a.m3u8"
      #EXT-X-STREAM-INF:BANDWIDTH=2200000,AVERAGE-BANDWIDTH=2150000,\
      CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=25.000,AUDIO="sound"
      v.m3u8
      """;

  static final String TWO_VARIANTS =
      """
      #EXTM3U
      #EXT-X-STREAM-INF:BANDWIDTH=2200000,CODECS="avc1.640028",RESOLUTION=1920x1080,FRAME-RATE=25.000
      v.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=2200000,CODECS="avc1.640028",RESOLUTION=640x360,FRAME-RATE=25.000
      a.m3u8
      """;

  // scripts that break nothing

  static HlsScript single(String text) {
    return new HlsScript().load(VIDEO, text);
  }

  /** A window that moves, a discontinuity that leaves it, a gap, the end. */
  static HlsScript classicLive() {
    String discontinuity = "#EXT-X-DISCONTINUITY\n#EXTINF:4.0,\n12.ts";
    String gap = "#EXT-X-GAP\n#EXTINF:4.0,\n15.ts";
    HlsScript script = new HlsScript();
    for (int first = 10; first < 16; first++) {
      String text =
          classic(first, 4)
              .replace("#EXTINF:4.0,\n12.ts", discontinuity)
              .replace("#EXTINF:4.0,\n15.ts", gap);
      text =
          text.replace(
              "SEQUENCE:" + first + "\n",
              "SEQUENCE:%d\n#EXT-X-DISCONTINUITY-SEQUENCE:%d\n"
                  .formatted(first, first > 12 ? 1 : 0));
      script.load(VIDEO, first == 15 ? text + "#EXT-X-ENDLIST\n" : text).pass(4 * S);
    }
    return script;
  }

  /** Two variants of transport stream without dates. */
  static HlsScript two(String text) {
    return new HlsScript().load(INDEX, TWO_VARIANTS).load(VIDEO, text).load(AUDIO, text);
  }

  /** A picture and its sound, part by part, by blocking reload, with delta updates. */
  static HlsScript lowLatency() {
    HlsScript script = new HlsScript().load(INDEX, MULTIVARIANT);
    script.load(VIDEO, low("v", 110, 1)).load(AUDIO, low("a", 110, 1));
    int loads = 0;
    for (int at = 110 * PARTS + 2; at < 113 * PARTS; at++) {
      int open = at / PARTS;
      int parts = at % PARTS;
      int asked = at - 1;
      String query = "_HLS_msn=%d&_HLS_part=%d".formatted(asked / PARTS, asked % PARTS);
      boolean delta = loads++ % 3 == 1;
      int skip = delta ? 3 : 0;
      script.pass(S / 2);
      for (String name : List.of("v", "a")) {
        script.load(
            "/live/" + name + ".m3u8",
            delta ? query + "&_HLS_skip=YES" : query,
            low(name, open, parts, skip, 3));
      }
    }
    for (int number = 107; number < 112; number++) {
      fetches(script, "v", number, 500_000);
      fetches(script, "a", number, 32_000);
    }
    script.fetch(
        "/live/v/init.mp4", 200, 700, "v", new Fetch.Media(-1, 0, true, List.of("avc1.640028")));
    script.fetch(
        "/live/a/init.mp4", 200, 700, "a", new Fetch.Media(-1, 0, true, List.of("mp4a.40.2")));
    return script;
  }

  private static void fetches(HlsScript script, String name, int number, long bytes) {
    String uri = "/live/%s/seg-%d".formatted(name, number);
    script.fetch(
        uri + ".m4s", 200, bytes, uri, new Fetch.Media(2L * number * S, 2 * S, true, List.of()));
    for (int part = 0; part < PARTS; part++) {
      script.fetch(
          "%s.%d.m4s".formatted(uri, part),
          200,
          bytes / PARTS,
          uri + part,
          new Fetch.Media(
              2L * number * S + part * (S / 2), S / 2, part == 0 || name.equals("a"), List.of()));
    }
  }

  /** Media of four seconds in segments of {@link #classic}. */
  static Fetch.Media media(int number) {
    return new Fetch.Media(4L * number * S, 4 * S, true, List.of());
  }
}
