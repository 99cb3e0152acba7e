package dev.sluice.mux.hls;

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
import dev.sluice.mux.packager.SimulatedStream;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.testkit.hls.Fetch;
import dev.sluice.testkit.hls.HlsRules;
import dev.sluice.testkit.hls.Load;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A low-latency player of a stream that is restarted, stops for a while, loses its sound and
 * changes its codec, for some minutes of virtual time, {@code -Dhls=full} for an hour; judged by a
 * checker that shares no code with what it judges. It is one and the same client from beginning to
 * end, also while the server is started anew; but what it has fetched before it does not ask for
 * again: what a process held in memory is lost with it, and that segments can be had for some time
 * after they were listed (section 6.2.2) is the one thing that does not hold over a restart.
 */
class HlsConformanceTest {
  private static final boolean FULL = "full".equals(System.getProperty("hls"));
  private static final long WINDOW_90K = 30 * 90_000;

  private static final Track SPLICES =
      Track.of(2, Track.Kind.DATA, Codec.SCTE35, Timescale.VIDEO, Bytes.EMPTY, "");
  private static final Bytes OUT =
      Bytes.ofHex(
          "FC3025000000000000FFFFF01405000000077FEFFE00057E40FE0006DDD0000100000000EC9BC40B");
  private static final Bytes IN =
      Bytes.ofHex("FC301B000000000000FFFFF00A05000000077F5F000100000000C64A15BC");

  /** One client, and the server's state that outlives a restart. */
  private static final class Presentation {
    final HlsRules rules = new HlsRules();
    final Ledger ledger = new Ledger();
    final Map<String, TrackPlaylist.Position> known = new HashMap<>();
    final Set<String> fetched = new HashSet<>();
    SegmentWindow window = newWindow();
    Packager packager = newPackager();
    long nowNs;
    boolean deltas;

    SegmentWindow newWindow() {
      return new SegmentWindow(ledger, WINDOW_90K, this::changed);
    }

    Packager newPackager() {
      return new Packager(
          PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, requireNonNull(window));
    }

    /** The process dies: what it held is lost, but for the ledger. Numbers go on. */
    void restart() {
      close();
      window = newWindow();
      packager = newPackager();
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
      }
    }

    /** Something is new: who waits for it is answered. */
    void changed() {
      if (IndexPlaylist.of(window) == null) {
        return;
      }
      for (TrackWindow track : window.tracks()) {
        TrackPlaylist.Position at = TrackPlaylist.position(window, track);
        TrackPlaylist.Position before = known.get(track.name());
        if (at != null && (before == null || isNews(before, at))) {
          reload(track, at);
        }
      }
    }

    /** Whether a client that waits for what is behind {@code before} is answered. */
    private static boolean isNews(TrackPlaylist.Position before, TrackPlaylist.Position at) {
      return before.whole()
          ? at.hasPart(before.sequence() + 1, 0)
          : at.hasPart(before.sequence(), before.parts());
    }

    void reload(TrackWindow track, TrackPlaylist.Position at) {
      TrackPlaylist.Position before = known.put(track.name(), at);
      if (before == null) {
        rules.multivariant(
            new Load(
                HlsNames.INDEX,
                "",
                nowNs,
                nowNs,
                requireNonNull(IndexPlaylist.of(window)).write()));
      }
      deltas = !deltas && before != null;
      String query = before == null ? "" : next(before) + (deltas ? "&_HLS_skip=YES" : "");
      long from = deltas ? Math.min(nextNumber(before), TrackPlaylist.skippable(window, track)) : 0;
      String text = TrackPlaylist.of(window, track, from).write();
      rules.playlist(new Load(HlsNames.playlist(track), query, nowNs, nowNs, text));
      fetchNew(track);
    }

    /** What a player asks for that is at {@code before}. */
    private static String next(TrackPlaylist.Position before) {
      int part = before.whole() ? 0 : before.parts();
      return "_HLS_msn=%d&_HLS_part=%d".formatted(nextNumber(before), part);
    }

    private static long nextNumber(TrackPlaylist.@Nullable Position before) {
      return before == null ? 0 : before.sequence() + (before.whole() ? 1 : 0);
    }

    private void fetchNew(TrackWindow track) {
      for (WindowSegment segment : track.segments()) {
        if (segment.cut().number() < window.firstListed() || segment.isGap()) {
          continue;
        }
        fetch(SegmentNames.init(track, segment.init()), segment.init().buffer());
        String uri = SegmentNames.segment(track, segment.cut());
        if (fetched.contains(uri)) {
          continue;
        }
        for (Part part : segment.parts()) {
          if (!part.isGap()) {
            fetch(SegmentNames.part(track, segment.cut(), part.index()), part.bytes());
          }
        }
        if (segment.isWhole()) {
          ByteBuf[] parts = segment.parts().stream().map(Part::bytes).toArray(ByteBuf[]::new);
          fetch(uri, Unpooled.wrappedUnmodifiableBuffer(parts));
        }
      }
    }

    private void fetch(String uri, ByteBuf bytes) {
      if (fetched.add(uri)) {
        String digest = Integer.toHexString(bytes.hashCode());
        rules.fetch(new Fetch(uri, null, nowNs, 200, bytes.readableBytes(), digest, null));
      }
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

  /** A break of 5 s, told 4 s before, and told again; it ends half a second early. */
  private static List<AccessUnit> splices(double fromS) {
    return List.of(
        splice(fromS, OUT),
        splice(fromS + 1, new SpliceInfoSection(OUT).movedBy(-90_000).bytes()),
        splice(fromS + 8.5, IN));
  }

  private static AccessUnit splice(double atS, Bytes section) {
    long at90k = Math.round((SimulatedStream.EPOCH_S + atS) * 90_000);
    return new AccessUnit(SPLICES, at90k, at90k, true, Unpooled.wrappedBuffer(section.toArray()));
  }

  /** The units without those of {@code durationS}. */
  private static List<AccessUnit> withHole(List<AccessUnit> units, double fromS, double durationS) {
    double from90k = (SimulatedStream.EPOCH_S + fromS) * 90_000;
    return units.stream()
        .filter(unit -> unit.dts90k() < from90k || unit.dts90k() >= from90k + durationS * 90_000)
        .toList();
  }

  @ParameterizedTest(name = "{0}/{1} frames a second, GOP {2}, B-frames {3}, milliseconds {4}")
  @CsvSource({
    "24000, 1001, 48,  true,  false",
    "24,    1,    48,  false, true",
    "25,    1,    50,  true,  false",
    "30000, 1001, 60,  true,  true",
    "30,    1,    60,  false, false",
    "30,    1,    250, true,  true", // as OBS does by default
    "50,    1,    100, true,  false",
    "60,    1,    120, false, true",
  })
  void aPlayerFindsNoFault(int frames, int per, int gop, boolean reorders, boolean millis) {
    SplittableRandom random = new SplittableRandom(frames + gop);
    Pictures pictures = new Pictures(frames, per, gop, reorders, millis, false);
    Presentation presentation = new Presentation();
    double untilS = FULL ? 3_600 : 150;
    double atS = 0;
    for (int round = 0; atS < untilS; round++) {
      Track video = round < 2 ? SimulatedStream.VIDEO : changed(round / 3);
      double endS = atS + 15 + random.nextInt(30);
      List<Track> tracks = List.of(video, SimulatedStream.AUDIO, SPLICES);
      presentation.feed(
          tracks,
          SimulatedStream.interleaved(
              List.of(
                  SimulatedStream.video(video, pictures, atS, endS, random),
                  withHole(
                      SimulatedStream.audio(SimulatedStream.AUDIO, atS, endS),
                      atS + 4 + random.nextDouble(3),
                      round % 3 == 0 ? 0 : round % 3 == 1 ? 0.4 : 5),
                  splices(atS + 3)),
              random.nextInt(300),
              random));
      double awayS = round % 2 == 0 ? 0.3 : 1.2 + random.nextDouble() * 20;
      if (round % 4 == 3) {
        presentation.restart();
      } else if (awayS > 1) {
        presentation.packager.pause();
      }
      atS = endS + awayS;
    }
    presentation.judge();
    assertThat(presentation.known).containsOnlyKeys("v0", "a1");
    presentation.close();
  }
}
