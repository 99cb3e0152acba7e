package dev.sluice.testkit.dash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.rules.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What one client loads, to be spoilt and judged. */
final class DashScript {
  static final long S = 1_000_000_000L;

  /** 2026-11-25T20:00:00Z is where the period and segment 0 begin. */
  static final long EPOCH_S = 1_795_636_800L;

  private static final String URI = "/live/index.mpd";
  private static final String SPLICE = "urn:scte:scte35:2013:bin";

  private final List<Object> items = new ArrayList<>();

  /**
   * A hole.
   *
   * @param fromNs of presentation time
   * @param toNs of presentation time
   */
  private record Hole(long fromNs, long toNs) {}

  private record Restart() {}

  // making one

  /** A description that is loaded 100 ms after the end of a segment. */
  DashScript load(int last, String text) {
    items.add(new MpdLoad(URI, (EPOCH_S + 2L * (last + 1)) * S + S / 10, text));
    return this;
  }

  /** Segments up to {@code last}, two seconds each. */
  DashScript load(int last) {
    return load(last, text(last - 11, last));
  }

  DashScript fetch(String uri, int number, int status, long bytes, SegmentFetch.Media media) {
    long utcNs = (EPOCH_S + 2L * (number + 1)) * S;
    items.add(new SegmentFetch(uri, utcNs, status, bytes, uri, media));
    return this;
  }

  /** The server is started anew. */
  DashScript restart() {
    items.add(new Restart());
    return this;
  }

  DashScript hole(int from, int to) {
    items.add(new Hole((EPOCH_S + 2L * from) * S, (EPOCH_S + 2L * to) * S));
    return this;
  }

  static long ticks(int number) {
    return (EPOCH_S + 2L * number) * 90_000;
  }

  static long samples(int number) {
    return (EPOCH_S + 2L * number) * 48_000;
  }

  static String video(int number) {
    return "/live/v-" + ticks(number) + ".m4s";
  }

  private static String audio(int number) {
    return "/live/a-" + samples(number) + ".m4s";
  }

  DashScript video(int number, int status) {
    return fetch(
        video(number),
        number,
        status,
        500_000,
        new SegmentFetch.Media(
            ticks(number),
            180_000,
            90_000,
            "",
            (EPOCH_S + 2L * number) * S,
            List.of(
                new SegmentFetch.Event(SPLICE, number - 1, true),
                new SegmentFetch.Event(SPLICE, number, false))));
  }

  // spoiling one

  /** In load {@code index}, from 0; what is replaced has to be there. */
  DashScript replace(int index, String old, String with) {
    return change(
        index,
        text -> {
          assertThat(text).contains(old);
          return text.replace(old, with);
        });
  }

  DashScript change(int index, UnaryOperator<String> spoil) {
    int seen = 0;
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof MpdLoad load && seen++ == index) {
        items.set(i, new MpdLoad(load.uri(), load.utcNs(), spoil.apply(load.text())));
        return this;
      }
    }
    throw new AssertionError("no load " + index);
  }

  DashScript changeAll(UnaryOperator<String> spoil) {
    items.replaceAll(item ->
        item instanceof MpdLoad load
            ? new MpdLoad(load.uri(), load.utcNs(), spoil.apply(load.text()))
            : item);
    return this;
  }

  DashScript replaceAll(String old, String with) {
    long loads = items.stream().filter(MpdLoad.class::isInstance).count();
    for (int i = 0; i < loads; i++) {
      replace(i, old, with);
    }
    return this;
  }

  DashScript replaceFetch(String uri, UnaryOperator<SegmentFetch> spoil) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof SegmentFetch fetch && fetch.uri().equals(uri)) {
        items.set(i, spoil.apply(fetch));
        return this;
      }
    }
    throw new AssertionError("no fetch of " + uri);
  }

  // judging it

  List<Finding> judge() {
    var rules = new DashRules();
    for (Object item : items) {
      switch (item) {
        case MpdLoad load -> rules.description(load);
        case SegmentFetch fetch -> rules.fetch(fetch);
        case Hole hole -> rules.hole(hole.fromNs, hole.toNs);
        case Restart _ -> rules.restarted();
        default -> throw new AssertionError(item);
      }
    }
    return rules.end();
  }

  // texts

  static String text(int first, int last) {
    return text(
        period(
            "1",
            0,
            "avc1.640028",
            "<S t=\"%d\" d=\"180000\" r=\"%d\"/>".formatted(ticks(first), last - first),
            "<S t=\"%d\" d=\"96000\" r=\"%d\"/>".formatted(samples(first), last - first)),
        last);
  }

  static String text(String periods, int last) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic" \
    profiles="urn:mpeg:dash:profile:isoff-live:2011" \
    availabilityStartTime="1970-01-01T00:00:00Z" publishTime="%s" minimumUpdatePeriod="PT2S" \
    minBufferTime="PT1S" timeShiftBufferDepth="PT20S" suggestedPresentationDelay="PT3S" \
    maxSegmentDuration="PT2S">
    <ServiceDescription id="0">
    <Latency referenceId="0" target="3000" max="6000" min="1500"/>
    <PlaybackRate max="1.04" min="0.96"/>
    </ServiceDescription>
    %s<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="/time"/>
    </MPD>
    """
        .formatted(Instant.ofEpochSecond(EPOCH_S + 2L * (last + 1)), periods);
  }

  /**
   * A period with a picture and its sound.
   *
   * @param start number of the segment with which it begins
   */
  static String period(String id, int start, String codecs, String pictures, String sounds) {
    String prft =
        "<ProducerReferenceTime id=\"0\" type=\"encoder\" wallClockTime=\"%s\""
            + " presentationTime=\"%d\" inband=\"true\"/>";
    String template =
        "<SegmentTemplate media=\"%1$s-$Time$.m4s\" initialization=\"%1$s-%2$s-init.mp4\""
            + " timescale=\"%3$d\" presentationTimeOffset=\"%4$d\" availabilityTimeOffset=\"1.5\""
            + " availabilityTimeComplete=\"false\">\n<SegmentTimeline>%5$s</SegmentTimeline>\n"
            + "</SegmentTemplate>\n";
    Instant from = Instant.ofEpochSecond(EPOCH_S + 2L * start);
    return """
    <Period id="%s" start="PT%dS">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4" segmentAlignment="true">
    <InbandEventStream schemeIdUri="urn:scte:scte35:2013:bin"/>
    %s
    %s<Representation id="v" bandwidth="2500000" codecs="%s" width="1920" height="1080" \
    frameRate="25"/>
    </AdaptationSet>
    <AdaptationSet id="1" contentType="audio" mimeType="audio/mp4" segmentAlignment="true">
    %s
    %s<Representation id="a" bandwidth="128000" codecs="mp4a.40.2" audioSamplingRate="48000">
    <AudioChannelConfiguration \
    schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
    </Representation>
    </AdaptationSet>
    </Period>
    """
        .formatted(
            id,
            EPOCH_S + 2L * start,
            prft.formatted(from, ticks(start)),
            template.formatted("v", id, 90_000, ticks(start), pictures),
            codecs,
            prft.formatted(from, samples(start)),
            template.formatted("a", id, 48_000, samples(start), sounds));
  }

  // scripts that break nothing

  static DashScript single() {
    return new DashScript().load(20);
  }

  static DashScript two() {
    return new DashScript().load(20).load(21);
  }

  /** A window that moves, with its segments. */
  static DashScript live() {
    DashScript script = new DashScript();
    for (int last = 20; last < 26; last++) {
      script.load(last).video(last, 200);
      script.fetch(
          audio(last),
          last,
          200,
          32_000,
          SegmentFetch.Media.segment(samples(last), 96_000, 48_000));
    }
    return script
        .fetch("/live/v-1-init.mp4", 26, 200, 700, SegmentFetch.Media.init("avc1.640028", 90_000))
        .fetch("/live/a-1-init.mp4", 26, 200, 700, SegmentFetch.Media.init("mp4a.40.2", 48_000));
  }

  /** Another codec from segment 22 on, and the first period leaves the window. */
  static DashScript twoPeriods() {
    DashScript script = new DashScript();
    for (int last = 20; last < 40; last++) {
      int first = last - 11;
      StringBuilder periods = new StringBuilder();
      if (first < 22) {
        periods.append(period("1", 0, "avc1.640028", first, Math.min(last, 21)));
      }
      if (last >= 22) {
        periods.append(period("2", 22, "hvc1.1.6.L93.B0", Math.max(first, 22), last));
      }
      script.load(last, text(periods.toString(), last));
    }
    return script;
  }

  private static String period(String id, int start, String codecs, int first, int last) {
    return period(
        id,
        start,
        codecs,
        "<S t=\"%d\" d=\"180000\" r=\"%d\"/>".formatted(ticks(first), last - first),
        "<S t=\"%d\" d=\"96000\" r=\"%d\"/>".formatted(samples(first), last - first));
  }

  /** Nothing came for segments 15 and 16. */
  static DashScript withGap() {
    String pictures =
        "<S t=\"%d\" d=\"180000\" r=\"5\"/><S t=\"%d\" d=\"180000\" r=\"3\"/>"
            .formatted(ticks(9), ticks(17));
    String sounds =
        "<S t=\"%d\" d=\"96000\" r=\"5\"/><S t=\"%d\" d=\"96000\" r=\"3\"/>"
            .formatted(samples(9), samples(17));
    return new DashScript().load(20, text(period("1", 0, "avc1.640028", pictures, sounds), 20));
  }
}
