package dev.sluice.mux.packager;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is cut where, case by case. */
class PackagerTest {
  private static final long EPOCH_90K = SimulatedStream.EPOCH_S * 90_000;
  private static final Track VIDEO = SimulatedStream.VIDEO;
  private static final Track AUDIO = SimulatedStream.AUDIO;
  private static final Track ID3 =
      Track.of(2, Track.Kind.DATA, Codec.ID3, Timescale.VIDEO, Bytes.EMPTY, "");

  private final SplittableRandom random = new SplittableRandom(1);
  private final PackagedWatch watch = new PackagedWatch();
  private final Ledger ledger = new Ledger();
  private final Packager packager =
      new Packager(PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, watch);

  @AfterEach
  void close() {
    packager.close();
  }

  private void feed(List<Track> tracks, List<List<AccessUnit>> units) {
    packager.configure(tracks);
    SimulatedStream.interleaved(units, 0, random).forEach(packager::add);
  }

  private List<AccessUnit> video(Pictures how, double fromS, double toS) {
    return SimulatedStream.video(VIDEO, how, fromS, toS, random);
  }

  /** Starts in seconds of the epoch, with what they are. */
  private List<String> cuts() {
    return watch.cuts.stream()
        .map(cut ->
            "%.3f %s%s"
                .formatted(
                    (cut.start90k() - EPOCH_90K) / 90_000.0,
                    cut.opening(),
                    cut.discontinuity() ? " discontinuity" : ""))
        .toList();
  }

  @ParameterizedTest(name = "{0} frames in {1}, GOP {2}: {3}, target {4}")
  @CsvSource({
    "25,    1,     50,  0 2 4 6 8 10,               2",
    "25,    1,     25,  0 1 3 5 7 9,                2",
    "25,    1,     12,  0 1.44 3.36 5.28 7.2 9.12,  2",
    "30000, 1001,  60,  0 2.002 4.004 6.006 8.008 10.01, 2",
    "30,    1,     250, 0 8.333,                    8",
    "25,    1,     48,  0 1.92 3.84 5.76 7.68 9.6,  4",
  })
  void cutsWhereTheSlotChanges(int frames, int per, int gop, String starts, int target) {
    feed(
        List.of(VIDEO), List.of(video(new Pictures(frames, per, gop, false, false, false), 0, 11)));
    assertThat(
            watch.cuts.stream()
                .map(cut -> Math.round((cut.start90k() - EPOCH_90K) / 90.0) / 1_000.0))
        .isEqualTo(List.of(starts.split(" ")).stream().map(Double::valueOf).toList());
    assertThat(ledger.targetSeconds()).isEqualTo(target);
  }

  @Test
  void countsFromTheSlotOfTheFirst() {
    feed(List.of(VIDEO), List.of(video(Pictures.USUAL, 0, 5)));
    assertThat(watch.cuts.getFirst().number()).isEqualTo(SimulatedStream.EPOCH_S / 2);
  }

  @Test
  void aSegmentWithoutARandomAccessPointIsCutAndSaysSo() {
    feed(List.of(VIDEO), List.of(video(new Pictures(25, 1, 2_000, false, false, false), 0, 32)));
    assertThat(cuts())
        .containsExactly(
            "0.000 RANDOM_ACCESS", "10.000 DEPENDENT", "20.480 DEPENDENT", "30.960 DEPENDENT");
    assertThat(ledger.targetSeconds()).isEqualTo(10);
    packager.pause();
    watch.assertRules(ledger);
  }

  /** Which one that is shows some pictures later; the parity says whether a B-frame opens it. */
  @ParameterizedTest(name = "from {0}, milliseconds {1}")
  @CsvSource({"0, false", "0, true", "0.04, true", "0.07, true"})
  void aDependentSegmentBeginsWithThePictureThatIsShownFirst(double fromS, boolean millis) {
    List<AccessUnit> units = video(new Pictures(30, 1, 2_000, true, millis, false), fromS, 32);
    List<AccessUnit> audio = SimulatedStream.audio(AUDIO, fromS, 32);
    feed(List.of(VIDEO, AUDIO), List.of(units, audio));
    packager.pause();
    assertThat(watch.cuts.subList(1, 4)).allMatch(cut -> cut.opening() == Cut.Opening.DEPENDENT);
    for (int i = 0; i < watch.cuts.size(); i++) {
      long from = watch.cuts.get(i).dts90k();
      long to = i + 1 < watch.cuts.size() ? watch.cuts.get(i + 1).dts90k() : Long.MAX_VALUE;
      assertThat(watch.cuts.get(i).start90k())
          .isEqualTo(
              units.stream()
                  .filter(unit -> unit.dts90k() >= from && unit.dts90k() < to)
                  .mapToLong(Cutter::pts90k)
                  .min()
                  .orElseThrow());
    }
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertRules(ledger);
    watch.assertUnits(0, units);
  }

  /** What is held until that is known is neither lost nor kept. */
  @ParameterizedTest(name = "{0} pictures")
  @ValueSource(ints = {297, 298, 299, 300, 301, 302})
  void whatIsHeldIsDoneWithInTheEnd(int count) {
    List<AccessUnit> units =
        video(new Pictures(30, 1, 2_000, true, false, false), 0, 32).subList(0, count);
    List<AccessUnit> audio = SimulatedStream.audio(AUDIO, 0, count / 30.0 + 0.3);
    feed(List.of(VIDEO, AUDIO), List.of(units, audio));
    packager.pause();
    watch.assertCuts();
    watch.assertUnits(0, units);
    feed(
        List.of(VIDEO, AUDIO), List.of(video(new Pictures(30, 1, 99, true, false, false), 50, 54)));
    Packager another =
        new Packager(PackagerSettings.DEFAULT, new Ledger(), SimulatedStream.ALLOCATOR, watch);
    another.configure(List.of(VIDEO));
    units.forEach(another::add);
    another.close();
    units.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
    audio.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
  }

  /** Data alone do not fill the memory. */
  @Test
  void noMoreIsHeldThanMayBe() {
    packager.configure(List.of(VIDEO, ID3));
    long at90k = 0;
    for (AccessUnit unit : video(new Pictures(30, 1, 2_000, true, false, false), 0, 11)) {
      packager.add(unit);
      at90k = unit.dts90k();
      if (packager.settled90k() < at90k) {
        break; // it is held
      }
    }
    assertThat(watch.cuts).hasSize(1);
    List<AccessUnit> data = new ArrayList<>();
    for (int i = 0; i < Cutter.MAX_HELD + 10; i++) {
      data.add(new AccessUnit(ID3, at90k, at90k, true, Unpooled.wrappedBuffer(new byte[10])));
    }
    data.forEach(packager::add);
    assertThat(data.stream().filter(unit -> unit.payload().refCnt() > 1).count())
        .isLessThanOrEqualTo(Cutter.MAX_HELD);
    assertThat(watch.cuts.getLast().opening()).isEqualTo(Cut.Opening.DEPENDENT);
    packager.pause();
    data.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
  }

  @Test
  void soundAloneIsCutBySlots() {
    feed(List.of(AUDIO), List.of(SimulatedStream.audio(AUDIO, 0, 9)));
    packager.pause();
    assertThat(cuts()).hasSize(5).allMatch(cut -> cut.endsWith("RANDOM_ACCESS"));
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertRules(ledger);
    watch.assertUnits(1, SimulatedStream.audio(AUDIO, 0, 9));
  }

  @Test
  void soundGoesOnWithoutAPictureThatStays() {
    List<AccessUnit> video = new ArrayList<>(video(Pictures.USUAL, 0, 4.4));
    video.addAll(video(Pictures.USUAL, 31.4, 36));
    List<AccessUnit> audio = SimulatedStream.audio(AUDIO, 0, 36);
    feed(List.of(VIDEO, AUDIO), List.of(video, audio));
    packager.pause();
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertUnits(0, video);
    watch.assertUnits(1, audio);
    watch.assertRules(ledger);
    assertThat(cuts().subList(0, 3))
        .containsExactly("0.000 RANDOM_ACCESS", "2.000 RANDOM_ACCESS", "4.000 RANDOM_ACCESS");
    assertThat(cuts()).contains("31.400 RANDOM_ACCESS");
    assertThat(watch.cuts.subList(3, 12)).allMatch(cut -> cut.opening() == Cut.Opening.DEPENDENT);
    // the picture has gaps there, under the same numbers
    assertThat(watch.segments(0).subList(4, 12)).allMatch(seen -> seen.segment().gap());
  }

  @Test
  void aPictureWithoutItsSoundWaitsASecondAndGoesOn() {
    List<AccessUnit> video = video(Pictures.USUAL, 0, 9);
    List<AccessUnit> audio = SimulatedStream.audio(AUDIO, 0, 4.5);
    feed(List.of(VIDEO, AUDIO), List.of(video, audio));
    assertThat(cuts()).hasSize(5);
    packager.pause();
    watch.assertCuts();
    watch.assertUnits(0, video);
    watch.assertUnits(1, audio);
    assertThat(watch.segments(1).subList(3, 5)).allMatch(seen -> seen.segment().gap());
  }

  @Test
  void aPictureOfAnotherConfigurationBeginsWithADiscontinuity() {
    Bytes other = Bytes.ofHex(VIDEO.configuration().toString().replace("68ce3c80", "68ce3c81"));
    Track changed = Track.of(0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, other, "");
    List<AccessUnit> audio = SimulatedStream.audio(AUDIO, 0, 9);
    int half = 5 * 48_000 / 1_024;
    feed(List.of(VIDEO, AUDIO), List.of(video(Pictures.USUAL, 0, 5), audio.subList(0, half)));
    feed(
        List.of(changed, AUDIO),
        List.of(
            SimulatedStream.video(changed, Pictures.USUAL, 5, 9, random),
            audio.subList(half, audio.size())));
    packager.pause();
    assertThat(cuts())
        .containsExactly(
            "0.000 RANDOM_ACCESS",
            "2.000 RANDOM_ACCESS",
            "4.000 RANDOM_ACCESS",
            "5.000 RANDOM_ACCESS discontinuity",
            "7.000 RANDOM_ACCESS");
    assertThat(watch.cuts.getLast().discontinuitySequence()).isEqualTo(1);
    assertThat(watch.lines.stream().filter(line -> line.startsWith("init 0"))).hasSize(2);
    assertThat(watch.lines.stream().filter(line -> line.startsWith("init 1"))).hasSize(1);
    watch.assertCuts();
    watch.assertContiguous();
  }

  @Test
  void soundThatChangesByItselfOpensADependentSegment() {
    List<AccessUnit> video = video(Pictures.USUAL, 0, 8);
    packager.configure(List.of(VIDEO, AUDIO));
    List<AccessUnit> first =
        SimulatedStream.interleaved(
            List.of(video.subList(0, 125), SimulatedStream.audio(AUDIO, 0, 5)), 0, random);
    first.forEach(packager::add);
    feed(
        List.of(VIDEO, SimulatedStream.AUDIO_44),
        List.of(video.subList(125, 200), SimulatedStream.audio(SimulatedStream.AUDIO_44, 5, 8)));
    packager.pause();
    assertThat(cuts())
        .containsExactly(
            "0.000 RANDOM_ACCESS",
            "2.000 RANDOM_ACCESS",
            "4.000 RANDOM_ACCESS",
            "5.016 DEPENDENT discontinuity",
            "6.000 RANDOM_ACCESS");
    watch.assertCuts();
    watch.assertUnits(0, video);
  }

  @Test
  void aTrackThatComesLaterBeginsWithTheNextRandomAccessPoint() {
    List<AccessUnit> video = video(Pictures.USUAL, 0, 8);
    packager.configure(List.of(VIDEO));
    video.subList(0, 130).forEach(packager::add);
    feed(
        List.of(VIDEO, AUDIO),
        List.of(video.subList(130, 200), SimulatedStream.audio(AUDIO, 5.2, 8)));
    packager.pause();
    assertThat(cuts()).hasSize(4).noneMatch(cut -> cut.endsWith("discontinuity"));
    assertThat(watch.segments(1).getFirst().segment().cut()).isEqualTo(watch.cuts.get(3));
    watch.assertCuts();
  }

  @Test
  void whatCannotBeCarriedIsLeftOut() {
    Track opaque =
        new Track(2, Track.Kind.AUDIO, Codec.OPAQUE, "speex", Timescale.MILLIS, Bytes.EMPTY);
    assertThat(Packager.objection(opaque)).contains("opaque");
    assertThat(Packager.objection(VIDEO)).isNull();
    feed(List.of(VIDEO, opaque), List.of(video(Pictures.USUAL, 0, 5)));
    packager.pause();
    assertThat(watch.segments).containsOnlyKeys(0);
    watch.assertCuts();
  }

  @Test
  void nothingIsMadeOfWhatCameBeforeTheFirstRandomAccessPoint() {
    List<AccessUnit> video = video(Pictures.USUAL, 0, 6);
    List<AccessUnit> audio = SimulatedStream.audio(AUDIO, 0, 6);
    feed(List.of(VIDEO, AUDIO), List.of(video.subList(10, 150), audio));
    packager.pause();
    assertThat(cuts().getFirst()).isEqualTo("2.000 RANDOM_ACCESS");
    watch.assertUnits(0, video.subList(50, 150));
    assertThat(packager.leftOut()).isEqualTo(40 + 94);
  }

  @Test
  void aHoleOfHoursBecomesSomeGapsAndNumbersJump() {
    feed(List.of(VIDEO), List.of(video(Pictures.USUAL, 0, 6)));
    feed(List.of(VIDEO), List.of(video(Pictures.USUAL, 36_000, 36_006)));
    List<Cut> gaps = watch.cuts.stream().filter(Cut::gap).toList();
    assertThat(gaps).hasSize(Cutter.MAX_GAPS);
    Cut before = watch.cuts.get(watch.cuts.indexOf(gaps.getFirst()) - 1);
    assertThat(gaps.getFirst().number()).isGreaterThan(before.number() + 14_000);
    assertThat(watch.cuts.getLast().number() - gaps.getLast().number()).isEqualTo(3);
  }

  /** Parts of a track's segment in milliseconds; those that are gaps in brackets. */
  private List<String> parts(int track, int segment) {
    return watch.segments(track).get(segment).parts().stream()
        .map(part -> {
          double ms = part.duration() * 1_000.0 / part.track().timescale().ticksPerSecond();
          return part.isGap() ? "(%.0f)".formatted(ms) : "%.0f".formatted(ms);
        })
        .toList();
  }

  private static List<AccessUnit> without(List<AccessUnit> units, double fromS, double toS) {
    return units.stream()
        .filter(unit -> {
          double atS = (unit.dts90k() - EPOCH_90K) / 90_000.0;
          return atS < fromS || atS >= toS;
        })
        .toList();
  }

  @Test
  void aShortHoleBecomesPartsThatAreGaps() {
    feed(
        List.of(VIDEO, AUDIO),
        List.of(
            without(video(Pictures.USUAL, 0, 6), 0.64, 1.4),
            without(SimulatedStream.audio(AUDIO, 0, 6), 0.64, 1.4)));
    packager.pause();
    assertThat(watch.cuts).noneMatch(Cut::gap);
    assertThat(parts(0, 0))
        .containsExactly(
            "200", "200", "200", "203", "(199)", "(199)", "(199)", "200", "200", "200");
    assertThat(parts(1, 0)).filteredOn(part -> part.startsWith("(")).hasSize(4);
    assertThat(parts(0, 1)).noneMatch(part -> part.startsWith("("));
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertRules(ledger);
  }

  /** Nor may it make the segment longer than any may be: then it is a gap of its own. */
  @Test
  void aShortHoleThatWouldMakeASegmentTooLongIsAGap() {
    var pictures = new Pictures(30, 1, 250, true, true, false);
    List<AccessUnit> units = new ArrayList<>(video(pictures, 0, 25));
    units.addAll(video(pictures, 25.3, 45));
    feed(List.of(VIDEO), List.of(units));
    packager.pause();
    assertThat(ledger.targetSeconds()).isEqualTo(8);
    assertThat(watch.cuts.stream().filter(Cut::gap).count()).isEqualTo(1);
    assertThat(watch.cuts.get(3).gap()).isTrue();
    assertThat(watch.cuts.get(4).opening()).isEqualTo(Cut.Opening.RANDOM_ACCESS);
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertRules(ledger);
    watch.assertUnits(0, units);
  }

  /** A source that comes back at once leaves no hole, one that comes back soon a short one. */
  @Test
  void aPauseIsAsLongAsItIs() {
    feed(List.of(VIDEO), List.of(video(Pictures.USUAL, 0, 5)));
    packager.pause();
    feed(List.of(VIDEO), List.of(video(Pictures.USUAL, 5, 8)));
    assertThat(watch.cuts).noneMatch(Cut::gap);
    packager.pause();
    feed(List.of(VIDEO), List.of(video(Pictures.USUAL, 8.4, 12)));
    packager.pause();
    assertThat(watch.cuts.stream().filter(Cut::gap).map(Cut::start90k).toList())
        .containsExactly(EPOCH_90K + 8 * 90_000);
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertRules(ledger);
  }

  /** What is missing between the last picture of a segment and the next segment. */
  @Test
  void aShortHoleInFrontOfACutBelongsToTheSegmentBeforeIt() {
    feed(List.of(VIDEO), List.of(without(video(Pictures.USUAL, 0, 6), 1.36, 2)));
    packager.pause();
    assertThat(parts(0, 0))
        .containsExactly(
            "200", "200", "200", "200", "200", "200", "203", "(199)", "(199)", "(199)");
    watch.assertContiguous();
    watch.assertRules(ledger);
  }

  @Test
  void soundThatStaysAwayIsMissingInItsTrackAlone() {
    List<AccessUnit> audio = without(SimulatedStream.audio(AUDIO, 0, 14), 3.3, 8.7);
    feed(List.of(VIDEO, AUDIO), List.of(video(Pictures.USUAL, 0, 14), audio));
    packager.pause();
    assertThat(watch.segments(0)).allMatch(seen -> seen.parts().stream().noneMatch(Part::isGap));
    List<PackagedWatch.Seen> sound = watch.segments(1);
    assertThat(sound.stream().map(seen -> seen.segment().gap()).toList())
        .containsExactly(false, false, true, true, false, false, false);
    assertThat(parts(1, 1).getFirst()).doesNotStartWith("(");
    assertThat(parts(1, 1).getLast()).startsWith("(");
    assertThat(parts(1, 4).getFirst()).startsWith("(");
    assertThat(parts(1, 4).getLast()).doesNotStartWith("(");
    watch.assertCuts();
    watch.assertContiguous();
    watch.assertRules(ledger);
    watch.assertUnits(1, audio);
  }

  /** Nor is it taken for the length of parts, which is learnt once. */
  @Test
  void aShortHoleInTheFirstPartDoesNotMakePartsLong() {
    feed(List.of(VIDEO), List.of(without(video(Pictures.USUAL, 0, 6), 0.12, 0.92)));
    packager.pause();
    assertThat(requireNonNull(ledger.part(0)).target90k()).isEqualTo(18_000 + CmafLane.JITTER_90K);
    assertThat(parts(0, 0).subList(0, 6))
        .containsExactly("203", "(179)", "(179)", "(179)", "(179)", "200");
    watch.assertRules(ledger);
  }
}
