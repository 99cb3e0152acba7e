package dev.sluice.mux.dash;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.Packager;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.SegmentWindow.Interval;
import dev.sluice.mux.packager.SimulatedStream;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.testkit.dash.DashRules;
import dev.sluice.testkit.dash.MpdLoad;
import dev.sluice.testkit.dash.SegmentFetch;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.dash.AdaptationSet;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import dev.sluice.wire.dash.UrlTemplate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A low-latency player of a stream that is restarted, stops for a while, changes its codec and has
 * data now and then, for some minutes of virtual time, {@code -Ddash=full} for an hour; judged by a
 * checker that shares no code with what it judges. It is one and the same client from beginning to
 * end, also while the server is started anew.
 */
class DashConformanceTest {
  private static final boolean FULL = "full".equals(System.getProperty("dash"));
  private static final long WINDOW_90K = 30 * 90_000;
  private static final long NS_PER_MS = 1_000_000;
  private static final double NS = 1e9;

  private static final Track SPLICES =
      Track.of(2, Track.Kind.DATA, Codec.SCTE35, Timescale.VIDEO, Bytes.EMPTY, "");
  private static final Track TAGS =
      Track.of(3, Track.Kind.DATA, Codec.ID3, Timescale.VIDEO, Bytes.EMPTY, "");
  private static final Bytes OUT =
      Bytes.ofHex(
          "FC3025000000000000FFFFF01405000000077FEFFE00057E40FE0006DDD0000100000000EC9BC40B");
  private static final Bytes TAG = Bytes.ofHex("49443304000000000000");

  /** One client, and the server's state that outlives a restart. */
  private static final class Presentation {
    final DashRules rules = new DashRules();
    final Ledger ledger = new Ledger();
    final Set<String> fetched = new HashSet<>();
    SegmentWindow window = newWindow();
    Packager packager = newPackager();
    LivePresentation live = new LivePresentation(window, "/time", ledger::period);
    @Nullable Mpd said;
    boolean changed;
    long publishedMs;
    long nowNs;
    int versions;
    int growing;
    int events;

    SegmentWindow newWindow() {
      return new SegmentWindow(ledger, WINDOW_90K, () -> changed = true);
    }

    Packager newPackager() {
      return new Packager(
          PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, requireNonNull(window));
    }

    /** The process dies: what it held is lost, but for the ledger. The client is the same. */
    void restart(double backS) {
      Interval open = window.intervals().getLast();
      rules.restarted();
      rules.hole(Timescale.VIDEO.convert(open.cut().start90k(), Timescale.NANOS), ns(backS));
      said = null;
      fetched.clear(); // so that inits are asked for again: they are what they were
      close();
      window = newWindow();
      packager = newPackager();
      live = new LivePresentation(window, "/time", ledger::period);
    }

    void judge() {
      assertThat(rules.end()).isEmpty();
    }

    void close() {
      packager.close();
      window.close();
    }

    void feed(List<Track> tracks, List<AccessUnit> units) {
      packager.configure(tracks);
      for (AccessUnit unit : units) {
        nowNs = Math.max(nowNs, unit.dts90k() / 9 * 100_000);
        packager.add(unit);
        look();
      }
    }

    /** The source is missed after a second. */
    void pause() {
      nowNs += 1_000 * NS_PER_MS;
      packager.pause();
      look();
    }

    /** What is new the client sees at once. */
    void look() {
      if (!changed) {
        return;
      }
      changed = false;
      Mpd now = live.description();
      if (now == null || now.equals(said)) {
        return;
      }
      said = now;
      publishedMs = Math.max(publishedMs + 1, nowNs / NS_PER_MS);
      String text = now.published(publishedMs * NS_PER_MS).write();
      assertThat(Mpd.read(text)).isEqualTo(now.published(publishedMs * NS_PER_MS));
      rules.description(new MpdLoad(LivePresentation.INDEX, nowNs, text));
      versions++;
      for (Period period : now.periods()) {
        for (AdaptationSet set : period.adaptationSets()) {
          set.representations().forEach(this::fetchNew);
        }
      }
    }

    private void fetchNew(Representation representation) {
      SegmentTemplate template = requireNonNull(representation.template());
      String init =
          new UrlTemplate(representation.id(), 0, 0, 0)
              .fill(requireNonNull(template.initialization()));
      TrackWindow track = requireNonNull(window.track(representation.id()));
      for (Bytes header : track.inits()) {
        if (init.equals(SegmentNames.init(track, header))) {
          fetch(init, header.buffer(), SegmentLook.init(header.buffer()));
        }
      }
      long time = 0;
      for (SegmentTimeline.S run : requireNonNull(template.timeline()).runs()) {
        time = run.t() == Mpd.UNSET ? time : run.t();
        for (long i = 0; i <= run.r(); i++) {
          String uri =
              new UrlTemplate(representation.id(), 0, 0, time)
                  .fill(requireNonNull(template.media()));
          fetchSegment(track, uri, template.timescale());
          time += run.d();
        }
      }
    }

    private void fetchSegment(TrackWindow track, String uri, long timescale) {
      SegmentNames.Media media = requireNonNull(SegmentNames.media(uri));
      WindowSegment segment = track.byTime(media.start());
      assertThat(segment).as(uri).isNotNull();
      if (!requireNonNull(segment).isWhole()) {
        growing++; // it is asked for as it is made; what is in it is looked at when it is whole
        return;
      }
      if (!fetched.contains(uri)) {
        ByteBuf whole = Unpooled.buffer();
        for (Part part : segment.parts()) {
          whole.writeBytes(part.bytes().duplicate());
        }
        fetch(uri, whole, SegmentLook.segment(whole, timescale));
      }
    }

    private void fetch(String uri, ByteBuf bytes, SegmentFetch.Media media) {
      if (fetched.add(uri)) {
        events += media.events().size();
        String digest = Integer.toHexString(bytes.hashCode());
        rules.fetch(new SegmentFetch(uri, nowNs, 200, bytes.readableBytes(), digest, media));
      }
    }

    List<String> periods() {
      return (said == null ? List.<Period>of() : said.periods())
          .stream().map(period -> period.id() + " from " + period.startNs()).toList();
    }
  }

  private static Track changed(int time) {
    String pps = "68ce3c8" + time % 8;
    return Track.of(
        0,
        Track.Kind.VIDEO,
        Codec.H264,
        Timescale.VIDEO,
        Bytes.ofHex(SimulatedStream.VIDEO.configuration().toString().replace("68ce3c80", pps)),
        "");
  }

  @ParameterizedTest(
      name = "{0}/{1} frames a second, GOP {2}, B-frames {3}, milliseconds {4}, sound {5} Hz")
  @CsvSource({
    "24000, 1001, 48,  true,  false, 48000",
    "24,    1,    48,  false, true,  44100",
    "25,    1,    50,  true,  false, 48000",
    "30000, 1001, 60,  true,  true,  44100",
    "30,    1,    60,  false, false, 44100",
    "30,    1,    250, true,  true,  48000", // as OBS does by default
    "50,    1,    100, true,  false, 44100",
    "60,    1,    120, false, true,  48000",
  })
  void aPlayerFindsNoFault(
      int frames, int per, int gop, boolean reorders, boolean millis, int rate) {
    SplittableRandom random = new SplittableRandom(frames + gop);
    Pictures pictures = new Pictures(frames, per, gop, reorders, millis, false);
    Track sound = rate == 44_100 ? SimulatedStream.AUDIO_44 : SimulatedStream.AUDIO;
    Presentation presentation = new Presentation();
    double untilS = FULL ? 3_600 : 150;
    double atS = 0;
    for (int round = 0; atS < untilS; round++) {
      Track video = round < 2 ? SimulatedStream.VIDEO : changed(round / 3);
      double endS = atS + 15 + random.nextInt(30);
      List<Track> tracks =
          switch ((round + 2) / 4 % 3) { // data come and go, and stay over some restarts
            case 0 -> List.of(video, sound);
            case 1 -> List.of(video, sound, SPLICES);
            default -> List.of(video, sound, SPLICES, TAGS);
          };
      presentation.feed(
          tracks,
          SimulatedStream.interleaved(
              List.of(
                  SimulatedStream.video(video, pictures, atS, endS, random),
                  SimulatedStream.audio(sound, atS, endS),
                  tracks.contains(SPLICES) ? data(SPLICES, OUT, atS, endS) : List.of(),
                  tracks.contains(TAGS) ? data(TAGS, TAG, atS, endS) : List.of()),
              random.nextInt(300),
              random));
      double awayS = round % 2 == 0 ? 0.3 : 1.2 + random.nextDouble() * 20;
      if (round % 4 == 3) {
        presentation.restart(endS + awayS);
      } else if (awayS > 1) {
        presentation.pause();
      }
      presentation.rules.hole(ns(endS), ns(endS + awayS));
      atS = endS + awayS;
    }
    presentation.judge();
    assertThat(presentation.versions).isGreaterThan(30);
    assertThat(presentation.growing).isGreaterThan(30);
    assertThat(presentation.events).isGreaterThan(10);
    assertThat(presentation.periods()).doesNotHaveDuplicates();
    presentation.close();
  }

  /** One every four seconds. */
  private static List<AccessUnit> data(Track track, Bytes payload, double fromS, double toS) {
    List<AccessUnit> units = new ArrayList<>();
    for (double atS = fromS + 1; atS < toS; atS += 4) {
      long at90k = Math.round((SimulatedStream.EPOCH_S + atS) * 90_000);
      ByteBuf bytes = Unpooled.wrappedBuffer(payload.toArray());
      units.add(new AccessUnit(track, at90k, at90k, true, bytes));
    }
    return units;
  }

  private static long ns(double seconds) {
    return SimulatedStream.EPOCH_S * 1_000_000_000L + (long) (seconds * NS);
  }
}
