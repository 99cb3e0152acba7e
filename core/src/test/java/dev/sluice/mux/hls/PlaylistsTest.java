package dev.sluice.mux.hls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.Packager;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.SimulatedStream;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.testkit.Golden;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.Key;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import dev.sluice.wire.hls.Part;
import dev.sluice.wire.hls.PreloadHint;
import dev.sluice.wire.hls.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Playlists of a stream that goes on, in each of its states. */
class PlaylistsTest {
  private static final List<Track> TRACKS = List.of(SimulatedStream.VIDEO, SimulatedStream.AUDIO);
  private static final long WINDOW_90K = 12 * 90_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Ledger ledger = new Ledger();
  private final SegmentWindow window = new SegmentWindow(ledger, WINDOW_90K, this::changed);
  private final Packager packager =
      new Packager(PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, window);
  private final List<AccessUnit> fed = new ArrayList<>();
  private Runnable onChange = () -> {};

  private void changed() {
    onChange.run();
  }

  private void feed(double fromS, double toS) {
    feed(packager, fromS, toS);
  }

  private void feed(Packager packager, double fromS, double toS) {
    List<AccessUnit> units =
        SimulatedStream.interleaved(
            List.of(
                SimulatedStream.video(SimulatedStream.VIDEO, Pictures.USUAL, fromS, toS, random),
                SimulatedStream.audio(SimulatedStream.AUDIO, fromS, toS)),
            0,
            random);
    packager.configure(TRACKS);
    packager.transportStream(true);
    units.forEach(packager::add);
    fed.addAll(units);
  }

  private MediaPlaylist delta(TrackWindow track) {
    return TrackPlaylist.of(window, track, TrackPlaylist.skippable(window, track));
  }

  private TrackWindow track(String name) {
    return requireNonNull(window.track(name));
  }

  @AfterEach
  void nothingIsLeft() {
    packager.close();
    window.close();
    assertThat(window.heldBytes()).isZero();
    fed.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
  }

  @Test
  void sayWhatThereIs() throws IOException {
    feed(0, 9.5);
    feed(16.5, 21.3);
    StringBuilder all = new StringBuilder();
    all.append(requireNonNull(IndexPlaylist.of(window)).write());
    for (TrackWindow track : window.tracks()) {
      all.append("\n== ").append(HlsNames.playlist(track)).append('\n');
      all.append(TrackPlaylist.of(window, track).write());
    }
    all.append("\n== delta update of v0\n");
    all.append(delta(track("v0")).write());
    all.append("\n== transport streams\n");
    all.append(requireNonNull(TransportPlaylist.of(window, "cam", null)).write());
    Golden.check("hls/playlists.txt", all.toString());
  }

  @Test
  void nothingIsSaidBeforeThereIsSomething() {
    assertThat(IndexPlaylist.of(window)).isNull();
    assertThat(TransportPlaylist.of(window, "cam", null)).isNull();
    feed(0, 1.9);
    assertThat(window.tracks()).allMatch(track -> TrackPlaylist.position(window, track) == null);
    assertThat(IndexPlaylist.of(window)).isNull();
    feed(2, 4.4);
    assertThat(IndexPlaylist.of(window)).isNotNull();
    assertThat(TransportPlaylist.of(window, "cam", null)).isNotNull();
  }

  /** Nobody who comes at the first moment finds a playlist of parts alone, which breaks ffmpeg. */
  @Test
  void whatTheIndexNamesListsWholeSegments() {
    int[] checked = {0};
    onChange = () -> checked[0] += checkIndex(window);
    feed(0, 9.5);
    assertThat(checked[0]).isGreaterThan(50);
  }

  /** The gap that a restart leaves behind is no segment to begin with. */
  @Test
  void norDoTheyAfterARestart() {
    feed(0, 9.5);
    int[] checked = {0};
    @Nullable SegmentWindow[] holder = {null};
    SegmentWindow second =
        new SegmentWindow(
            ledger, WINDOW_90K, () -> checked[0] += checkIndex(requireNonNull(holder[0])));
    holder[0] = second;
    Packager again =
        new Packager(PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, second);
    feed(again, 14.5, 21);
    assertThat(checked[0]).isGreaterThan(20);
    again.close();
    second.close();
  }

  /** Who saw the playlists before the restart must not see them with less than three targets. */
  @Test
  void playlistsComeBackFromARestartWhenTheyAreLongEnough() {
    feed(0, 9.5);
    int[] seen = {0};
    @Nullable SegmentWindow[] holder = {null};
    SegmentWindow second =
        new SegmentWindow(
            ledger,
            WINDOW_90K,
            () -> {
              SegmentWindow now = requireNonNull(holder[0]);
              for (TrackWindow track : now.tracks()) {
                if (TrackPlaylist.position(now, track) != null) {
                  List<Segment> segments = TrackPlaylist.of(now, track).segments();
                  assertThat(segments.getFirst().gap()).isTrue();
                  assertThat(segments.stream().mapToLong(Segment::durationNs).sum())
                      .isGreaterThan(6_000_000_000L);
                  seen[0]++;
                }
              }
            });
    holder[0] = second;
    Packager again =
        new Packager(PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, second);
    feed(again, 10.3, 13.7); // 8 to 10.3 is lost
    assertThat(seen[0]).isZero();
    feed(again, 13.7, 16);
    assertThat(seen[0]).isPositive();
    again.close();
    second.close();
  }

  /** Returns 1 when there is an index, which then has to name both tracks; else 0. */
  private static int checkIndex(SegmentWindow window) {
    MultivariantPlaylist index = IndexPlaylist.of(window);
    if (index == null) {
      return 0;
    }
    assertThat(index.variants()).hasSize(1);
    assertThat(index.renditions()).hasSize(1);
    for (TrackWindow track : window.tracks()) {
      assertThat(TrackPlaylist.of(window, track).segments()).as(track.name()).isNotEmpty();
    }
    return 1;
  }

  /** A gap at the end keeps players waiting: hls.js asks for it again and again. */
  @Test
  void aHoleIsListedWithAWholeSegmentBehindIt() {
    feed(0, 9.5);
    packager.pause();
    Map<String, MediaPlaylist> before = new HashMap<>();
    window.tracks().forEach(track -> before.put(track.name(), TrackPlaylist.of(window, track)));
    int[] checked = {0};
    onChange =
        () -> {
          assertThat(
                  requireNonNull(TransportPlaylist.of(window, "cam", null))
                      .segments()
                      .getLast()
                      .gap())
              .isFalse();
          for (TrackWindow track : window.tracks()) {
            MediaPlaylist now = TrackPlaylist.of(window, track);
            long listed = now.mediaSequence() + now.segments().size() - 1;
            assertThat(requireNonNull(TrackPlaylist.position(window, track)).sequence())
                .isBetween(listed, listed + 1);
            MediaPlaylist then = requireNonNull(before.get(track.name()));
            if (now.segments().equals(then.segments())) {
              assertThat(now.openParts()).isEmpty();
              checked[0]++;
            } else {
              assertThat(now.segments().getLast().gap()).isFalse();
              assertThat(now.segments()).filteredOn(Segment::gap).hasSize(3);
            }
          }
        };
    feed(16.5, 21.3);
    assertThat(checked[0]).isGreaterThan(30);
    assertThat(requireNonNull(TransportPlaylist.of(window, "cam", null)).segments())
        .filteredOn(Segment::gap)
        .hasSize(3);
  }

  /** A track that stays away while others go on is not waited for: nobody knows when it comes. */
  @Test
  void aGapInOneTrackIsListedAtOnce() {
    List<AccessUnit> units =
        SimulatedStream.interleaved(
            List.of(
                SimulatedStream.video(SimulatedStream.VIDEO, Pictures.USUAL, 0, 11, random),
                SimulatedStream.audio(SimulatedStream.AUDIO, 0, 3)),
            0,
            random);
    packager.configure(TRACKS);
    units.forEach(packager::add);
    fed.addAll(units);
    MediaPlaylist sound = TrackPlaylist.of(window, track("a1"));
    assertThat(sound.segments().stream().map(Segment::gap).toList())
        .containsExactly(false, false, true, true, true);
    var parts = track("a1").segments().get(1).parts();
    assertThat(parts.getFirst().isGap()).isFalse();
    assertThat(parts.getLast().isGap()).isTrue();
    assertThat(TrackPlaylist.of(window, track("v0")).segments()).noneMatch(Segment::gap);
  }

  /** Each encrypted segment says its key and its start; gaps have nothing to decrypt. */
  @Test
  void encryptedSegmentsSayTheirKeys() {
    var keys =
        new SegmentKeys(Bytes.ofHex("000102030405060708090a0b0c0d0e0f"), "live/cam", 10 * 90_000);
    packager.encrypt(keys);
    feed(0, 9.5);
    feed(12.5, 17.3);
    List<Segment> segments = requireNonNull(TransportPlaylist.of(window, "cam", keys)).segments();
    assertThat(segments).hasSizeGreaterThan(4).anyMatch(Segment::gap);
    for (Segment segment : segments) {
      String start = segment.uri().replaceAll("\\D", "");
      assertThat(segment.key())
          .isEqualTo(
              segment.gap()
                  ? null
                  : Key.aes128(
                      "cam/%d.key".formatted(Long.parseLong(start) / 900_000),
                      Bytes.ofHex("%032x".formatted(Long.parseLong(start)))));
    }
  }

  /** From one change to the next a playlist grows at its end, and a hinted part comes. */
  @Test
  void growAtTheirEnds() {
    Map<String, MediaPlaylist> before = new HashMap<>();
    Map<String, List<String>> uris = new HashMap<>();
    int[] checked = {0};
    onChange =
        () -> {
          for (TrackWindow track : window.tracks()) {
            if (TrackPlaylist.position(window, track) == null) {
              continue;
            }
            MediaPlaylist now = TrackPlaylist.of(window, track);
            assertThat(MediaPlaylist.read(now.write()).write()).isEqualTo(now.write());
            MediaPlaylist last = before.put(track.name(), now);
            if (last != null) {
              assertGrows(last, now);
              assertDelta(now, delta(track));
              checked[0]++;
            }
            parts(now).forEach(uris.computeIfAbsent(track.name(), _ -> new ArrayList<>())::add);
          }
        };
    feed(0, 40);
    assertThat(checked[0]).isGreaterThan(500);
    MediaPlaylist video = TrackPlaylist.of(window, track("v0"));
    assertThat(video.segments()).hasSizeBetween(6, 7);
    assertThat(video.independentSegments()).isTrue();
    // what was listed before can be had for as long again
    assertThat(track("v0").segments()).hasSizeBetween(13, 15);
  }

  private static List<String> parts(MediaPlaylist playlist) {
    List<String> parts = new ArrayList<>();
    playlist.segments().forEach(segment -> segment.parts().forEach(part -> parts.add(part.uri())));
    playlist.openParts().forEach(part -> parts.add(part.uri()));
    return parts;
  }

  private static void assertGrows(MediaPlaylist last, MediaPlaylist now) {
    assertThat(now.mediaSequence()).isGreaterThanOrEqualTo(last.mediaSequence());
    assertThat(now.targetSeconds()).isEqualTo(last.targetSeconds());
    int gone = (int) (now.mediaSequence() - last.mediaSequence());
    List<Segment> kept = last.segments().subList(gone, last.segments().size());
    for (int i = 0; i < kept.size(); i++) {
      assertThat(now.segments().get(i).uri()).isEqualTo(kept.get(i).uri());
      assertThat(now.segments().get(i).durationNs()).isEqualTo(kept.get(i).durationNs());
      assertThat(now.segments().get(i).programDateNs()).isEqualTo(kept.get(i).programDateNs());
    }
    long endNs = end(last);
    assertThat(end(now)).isGreaterThanOrEqualTo(endNs);
    PreloadHint hint = last.hint();
    List<String> before = parts(last);
    List<String> after = parts(now);
    String newest = after.isEmpty() ? "" : after.getLast();
    if (hint != null && !before.contains(newest)) {
      assertThat(newest).isEqualTo(hint.uri());
    }
    for (Part part : now.openParts()) {
      assertThat(part.durationNs()).isLessThanOrEqualTo(now.partTargetNs());
    }
  }

  private static long end(MediaPlaylist playlist) {
    if (playlist.segments().isEmpty()) {
      return 0;
    }
    Segment last = playlist.segments().getLast();
    return last.programDateNs() + last.durationNs();
  }

  private static void assertDelta(MediaPlaylist whole, MediaPlaylist delta) {
    assertThat(delta.mediaSequence()).isEqualTo(whole.mediaSequence());
    assertThat(delta.segments())
        .isEqualTo(whole.segments().subList((int) delta.skipped(), whole.segments().size()));
    assertThat(delta.openParts()).isEqualTo(whole.openParts());
  }

  @Test
  void aSegmentIsItsParts() {
    feed(0, 10);
    for (TrackWindow track : window.tracks()) {
      for (WindowSegment segment : track.segments()) {
        if (segment.isWhole()) {
          long parts =
              segment.parts().stream()
                  .mapToLong(part ->
                      part.duration() * 1_000_000_000L / part.track().timescale().ticksPerSecond())
                  .sum();
          assertThat(segment.durationNs()).isBetween(parts, parts + segment.parts().size());
        }
        assertThat(track.byTime(segment.cut().start90k())).isSameAs(segment);
      }
      assertThat(track.byTime(1)).isNull();
    }
  }

  @Test
  void addressesAreReadAsTheyAreWritten() {
    feed(0, 5);
    WindowSegment segment = track("a1").segments().getFirst();
    long start = segment.cut().start90k();
    assertThat(SegmentNames.media(SegmentNames.segment(track("a1"), segment.cut())))
        .isEqualTo(new SegmentNames.Media("a1", start, -1));
    assertThat(SegmentNames.media(SegmentNames.part(track("a1"), segment.cut(), 12)))
        .isEqualTo(new SegmentNames.Media("a1", start, 12));
    for (String wrong :
        List.of(
            "a1.m4s",
            "-1.m4s",
            "a1-.m4s",
            "a1-1.",
            "a1-01.m4s",
            "a1-+1.m4s",
            "a1-1..m4s",
            "a1-1.-1.m4s",
            "a1-1.1.1.m4s",
            "a1-9999999999999999999.m4s",
            "a1-1.99999999999.m4s")) {
      assertThat(SegmentNames.media(wrong)).as(wrong).isNull();
    }
  }
}
