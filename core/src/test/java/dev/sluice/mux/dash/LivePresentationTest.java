package dev.sluice.mux.dash;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.Packager;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.SimulatedStream;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.testkit.Golden;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.dash.AdaptationSet;
import dev.sluice.wire.dash.Availability;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions of a stream that goes on, in each of its states. */
class LivePresentationTest {
  private static final Track VIDEO = SimulatedStream.VIDEO;
  private static final Track AUDIO = SimulatedStream.AUDIO;
  private static final long WINDOW_90K = 12 * 90_000;
  private static final long S = SimulatedStream.EPOCH_S;

  private final SplittableRandom random = new SplittableRandom(1);
  private Ledger ledger = new Ledger();
  private SegmentWindow window = new SegmentWindow(ledger, WINDOW_90K, () -> {});
  private Packager packager = newPackager();
  private LivePresentation live = new LivePresentation(window, "/time", ledger::period);
  private final List<AccessUnit> fed = new ArrayList<>();

  private Packager newPackager() {
    return new Packager(
        PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, requireNonNull(window));
  }

  /** Begins anew, without a memory. */
  private void restart() {
    restart(new Ledger());
  }

  private void restart(Ledger with) {
    packager.close();
    window.close();
    ledger = with;
    window = new SegmentWindow(ledger, WINDOW_90K, () -> {});
    packager = newPackager();
    live = new LivePresentation(window, "/time", ledger::period);
  }

  private void feed(double fromS, double toS) {
    feed(List.of(VIDEO, AUDIO), Pictures.USUAL, fromS, toS);
  }

  /** Feeds some of what the stream has. */
  private void feed(List<Track> tracks, Pictures pictures, double fromS, double toS) {
    feed(tracks, tracks, pictures, fromS, toS);
  }

  private void feed(
      List<Track> configured, List<Track> tracks, Pictures pictures, double fromS, double toS) {
    List<List<AccessUnit>> all = new ArrayList<>();
    for (Track track : tracks) {
      all.add(
          track.kind() == Track.Kind.VIDEO
              ? SimulatedStream.video(track, pictures, fromS, toS, random)
              : SimulatedStream.audio(track, fromS, toS));
    }
    packager.configure(configured);
    List<AccessUnit> units = SimulatedStream.interleaved(all, 0, random);
    units.forEach(packager::add);
    fed.addAll(units);
  }

  private Mpd now() {
    return requireNonNull(live.description());
  }

  private static Track other(Track track, int id) {
    return new Track(
        id,
        track.kind(),
        track.codec(),
        track.label(),
        track.timescale(),
        track.configuration(),
        "deu");
  }

  private static Track changed() {
    String configuration = VIDEO.configuration().toString().replace("68ce3c80", "68ce3c81");
    return Track.of(
        0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, Bytes.ofHex(configuration), "");
  }

  private static List<String> periods(Mpd mpd) {
    return mpd.periods().stream()
        .peek(period -> assertThat(period.id()).isEqualTo(id(period)))
        .map(period ->
            "@"
                + (period.startNs() == 0 ? 0 : (period.startNs() - S * 1_000_000_000L) / 1_000_000)
                + " "
                + String.join(
                    " ", representations(period).stream().map(Representation::id).toList()))
        .toList();
  }

  private static String id(Period period) {
    return Long.toString(Timescale.NANOS.convert(period.startNs(), Timescale.VIDEO));
  }

  private static List<Representation> representations(Period period) {
    return period.adaptationSets().stream().flatMap(set -> set.representations().stream()).toList();
  }

  /** When the segments of a representation begin, seconds, and in front of each where they do. */
  private static List<String> segments(Mpd mpd, int period, String id) {
    Representation of =
        representations(mpd.periods().get(period)).stream()
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElseThrow();
    SegmentTemplate template = requireNonNull(of.template());
    List<String> all = new ArrayList<>();
    long time = 0;
    for (SegmentTimeline.S run : requireNonNull(template.timeline()).runs()) {
      time = run.t() == Mpd.UNSET ? time : run.t();
      for (long i = 0; i <= run.r(); i++) {
        double seconds = (double) (time - S * template.timescale()) / template.timescale();
        all.add("%.2f+%.2f".formatted(seconds, (double) run.d() / template.timescale()));
        time += run.d();
      }
    }
    return all;
  }

  @AfterEach
  void nothingIsLeft() {
    packager.close();
    window.close();
    assertThat(window.heldBytes()).isZero();
    fed.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
  }

  @Test
  void saysWhatThereIs() throws IOException {
    feed(0, 9.5);
    packager.pause();
    feed(16.5, 21.3);
    StringBuilder all = new StringBuilder(now().published(S * 1_000_000_000L).write());
    feed(List.of(changed(), AUDIO), Pictures.USUAL, 22, 24.5);
    all.append("\n== after a change of configuration\n").append(now().published(0).write());
    Golden.check("dash/descriptions.txt", all.toString());
  }

  @Test
  void saysNothingBeforeThereIsSomething() {
    assertThat(live.description()).isNull();
    feed(0, 1.9);
    assertThat(live.description()).isNull();
    feed(2, 4.4);
    assertThat(live.description()).isNotNull();
  }

  /** It is asked for as soon as its first part is there, and is as long as the one before it. */
  @Test
  void theSegmentThatIsMadeIsListedAsItIsExpected() {
    feed(0, 6.04);
    assertThat(segments(now(), 0, "v0")).endsWith("2.00+2.00", "4.00+2.00");
    restart();
    feed(0, 6.3);
    Mpd begun = now();
    assertThat(segments(begun, 0, "v0")).endsWith("4.00+2.00", "6.00+2.00");
    List<String> sound = segments(now(), 0, "a1");
    assertThat(sound).endsWith("6.02+1.98");
    packager.pause();
    assertThat(segments(now(), 0, "v0")).endsWith("4.00+2.00", "6.00+0.29");
    feed(9, 12.3);
    assertThat(segments(now(), 0, "v0")).endsWith("4.00+2.00", "6.00+0.29");
    assertThat(segments(now(), 1, "v0")).containsExactly("9.00+2.00", "11.00+2.00");
    assertThat(representations(now().periods().getFirst()))
        .extracting(each -> requireNonNull(each.template()).availability())
        .containsExactly(
            Availability.inChunks(1_700_000_000L), Availability.inChunks(1_800_000_000L));
  }

  /** It is listed when it is there, and so it can be had; others are longer than it. */
  @Test
  void soundThatBeginsLateChangesNothingForOthers() {
    packager.configure(List.of(VIDEO, AUDIO));
    List<AccessUnit> sound = new ArrayList<>(SimulatedStream.audio(AUDIO, 0, 7.9));
    sound.addAll(SimulatedStream.audio(AUDIO, 8.6, 10.9));
    List<AccessUnit> all =
        SimulatedStream.interleaved(
            List.of(SimulatedStream.video(VIDEO, Pictures.USUAL, 0, 10.9, random), sound),
            0,
            random);
    fed.addAll(all);
    int now = 0;
    while (all.get(now).dts90k() < (S + 9) * 90_000) {
      packager.add(all.get(now++));
    }
    assertThat(segments(now(), 0, "a1")).endsWith("6.02+1.88", "8.62+1.39");
    assertThat(availabilities())
        .containsExactly(
            Availability.inChunks(1_700_000_000L), Availability.inChunks(1_800_000_000L));
    all.subList(now, all.size()).forEach(packager::add);
    assertThat(segments(now(), 0, "a1")).contains("8.62+1.39");
  }

  /** The offset is less than the longest segment, and by less than the target latency. */
  @Test
  void theLongestSegmentIsNotWaitedFor() {
    feed(0, 8);
    feed(List.of(VIDEO, AUDIO), new Pictures(25, 1, 50, false, false, false), 8, 9);
    assertThat(availabilities().getFirst()).isEqualTo(Availability.inChunks(1_700_000_000L));
    restart();
    feed(List.of(VIDEO, AUDIO), new Pictures(25, 1, 100, false, false, false), 0, 12);
    feed(12, 19);
    assertThat(segments(now(), 0, "v0"))
        .endsWith("8.00+4.00", "12.00+2.00", "14.00+2.00", "16.00+2.00", "18.00+2.00");
    assertThat(availabilities().getFirst()).isEqualTo(Availability.inChunks(3_700_000_000L));
  }

  private List<Availability> availabilities() {
    return representations(now().periods().getLast()).stream()
        .map(each -> requireNonNull(each.template()).availability())
        .toList();
  }

  /** A player that has not been told of a scheme passes over its messages. */
  @Test
  void messagesAreDeclaredBeforeAnyCome() {
    Track id3 = Track.of(2, Track.Kind.DATA, Codec.ID3, Timescale.VIDEO, Bytes.EMPTY, "");
    Track splices = Track.of(3, Track.Kind.DATA, Codec.SCTE35, Timescale.VIDEO, Bytes.EMPTY, "");
    List<Track> media = List.of(VIDEO, AUDIO);
    feed(media, Pictures.USUAL, 0, 6.3);
    assertThat(events()).isEmpty();
    feed(List.of(VIDEO, AUDIO, splices), media, Pictures.USUAL, 6.32, 10.4);
    assertThat(periods(now())).hasSize(2);
    assertThat(events()).containsExactly("v0 urn:scte:scte35:2013:bin");
    feed(List.of(VIDEO, AUDIO, id3, splices), media, Pictures.USUAL, 10.44, 14.4);
    assertThat(periods(now())).hasSize(3);
    assertThat(events())
        .containsExactly("v0 https://aomedia.org/emsg/ID3", "v0 urn:scte:scte35:2013:bin");
    // what has been declared does not have to come
    feed(media, Pictures.USUAL, 14.44, 18.4);
    assertThat(periods(now()).getLast()).startsWith("@10440 ");
    assertThat(events()).hasSize(2);
  }

  /** Where a set has several encodings, messages are in one of them. */
  @Test
  void messagesAreDeclaredWhereTheyAre() {
    Track small = other(VIDEO, 2);
    Track id3 = Track.of(3, Track.Kind.DATA, Codec.ID3, Timescale.VIDEO, Bytes.EMPTY, "");
    List<Track> media = List.of(VIDEO, AUDIO, small);
    feed(List.of(VIDEO, AUDIO, small, id3), media, Pictures.USUAL, 0, 6.3);
    assertThat(events()).isEmpty();
    assertThat(representations(now().periods().getLast()))
        .extracting(each -> each.media().inbandEvents().size())
        .containsExactly(1, 0, 0);
  }

  /** Schemes behind the first representation of the set that declares them. */
  private List<String> events() {
    return now().periods().getLast().adaptationSets().stream()
        .flatMap(set ->
            set.media().inbandEvents().stream()
                .map(each -> set.representations().getFirst().id() + " " + each.schemeIdUri()))
        .toList();
  }

  @Test
  void soundIsExpectedToTheFrame() {
    feed(0, 7.9);
    List<String> expected = segments(now(), 0, "a1");
    restart();
    feed(0, 8.5);
    assertThat(expected).hasSize(4).isEqualTo(segments(now(), 0, "a1").subList(0, 4));
  }

  @Test
  void aChangeOfConfigurationBeginsAPeriod() {
    feed(0, 8);
    assertThat(periods(now())).containsExactly("@0 v0 a1");
    feed(List.of(changed(), AUDIO), Pictures.USUAL, 8, 10.3);
    assertThat(periods(now())).containsExactly("@0 v0 a1", "@8000 v0 a1");
    assertThat(segments(now(), 0, "v0")).endsWith("6.00+2.00");
    assertThat(segments(now(), 1, "v0")).containsExactly("8.00+2.00", "10.00+2.00");
    long offset =
        requireNonNull(representations(now().periods().get(1)).getFirst().template())
            .presentationTimeOffset();
    assertThat(offset).isEqualTo((S + 8) * 90_000);
    feed(List.of(changed(), AUDIO), Pictures.USUAL, 10.32, 30);
    assertThat(periods(now())).containsExactly("@8000 v0 a1");
  }

  /** Players take the last segment before a hole for one that is as long as the hole, else. */
  @Test
  void whatComesBehindAHoleIsAPeriod() {
    feed(0, 8.3);
    packager.pause();
    assertThat(periods(now())).containsExactly("@0 v0 a1");
    feed(13, 13.3);
    assertThat(periods(now())).containsExactly("@0 v0 a1", "@13000 v0 a1");
    assertThat(segments(now(), 0, "v0")).endsWith("6.00+2.00", "8.00+0.30");
    assertThat(segments(now(), 1, "v0")).containsExactly("13.00+2.00");
    feed(13.32, 18.3);
    assertThat(periods(now())).containsExactly("@0 v0 a1", "@13000 v0 a1");
    feed(18.32, 26);
    assertThat(periods(now())).containsExactly("@13000 v0 a1");
  }

  /** A second or less does not tell of an encoder that was away. */
  @Test
  void aShortHoleBeginsNoPeriod() {
    feed(0, 8.3);
    feed(8.9, 14.3);
    assertThat(periods(now())).containsExactly("@0 v0 a1");
  }

  /** A period without a segment would be none: what is gone goes as soon as there is more. */
  @Test
  void aHoleLongerThanTheWindowLeavesOnePeriod() {
    feed(0, 8.3);
    packager.pause();
    Mpd before = now();
    List<AccessUnit> behind =
        SimulatedStream.interleaved(
            List.of(
                SimulatedStream.video(VIDEO, Pictures.USUAL, 60, 64, random),
                SimulatedStream.audio(AUDIO, 60, 64)),
            0,
            random);
    fed.addAll(behind);
    int next = 0;
    while (now().equals(before)) { // until both tracks have a part
      packager.add(behind.get(next++));
    }
    assertThat(behind.get(next).dts90k()).isLessThan((S + 61) * 90_000);
    assertThat(periods(now())).containsExactly("@60000 v0 a1");
    assertThat(segments(now(), 0, "v0")).containsExactly("60.00+2.00");
    assertThat(segments(now(), 0, "a1")).hasSize(1);
    behind.subList(next, behind.size()).forEach(packager::add);
    assertThat(periods(now())).containsExactly("@60000 v0 a1");
    restart(reread(ledger));
    feed(70, 74);
    assertThat(periods(now())).containsExactly("@60000 v0 a1");
  }

  /** A track that was silent before a hole is not waited for behind it, and heard when it comes. */
  @Test
  void whatWasNotToldBeforeAHoleIsNotAwaitedBehindIt() {
    List<Track> all = List.of(VIDEO, AUDIO);
    feed(all, List.of(VIDEO), Pictures.USUAL, 0, 8.3);
    packager.pause();
    assertThat(periods(now())).containsExactly("@0 v0");
    feed(all, List.of(VIDEO), Pictures.USUAL, 12, 12.3);
    assertThat(periods(now())).containsExactly("@0 v0", "@12000 v0");
    feed(12.32, 17);
    assertThat(periods(now()).getLast()).endsWith(" v0 a1");
  }

  /** A period that was there before the server died is there again, by what the ledger says. */
  @Test
  void aRestartFindsThePeriodAgain() {
    feed(0, 8);
    now();
    feed(List.of(changed(), AUDIO), Pictures.USUAL, 8, 13);
    List<Representation> before = representations(now().periods().getLast());
    restart(reread(ledger));
    feed(List.of(changed(), AUDIO), new Pictures(50, 1, 100, false, false, false), 15, 19);
    assertThat(periods(now())).containsExactly("@8000 v0 a1");
    assertThat(segments(now(), 0, "v0")).containsExactly("15.00+2.00", "17.00+2.00");
    // there are more pictures now, but the number was given for the period
    assertThat(representations(now().periods().getFirst()))
        .extracting(Representation::bandwidth)
        .isEqualTo(before.stream().map(Representation::bandwidth).toList());
  }

  @Test
  void aRestartFindsAPeriodAgainThatATrackBegan() {
    feed(List.of(VIDEO), Pictures.USUAL, 0, 6);
    now();
    feed(6, 13);
    assertThat(periods(now())).containsExactly("@0 v0", "@6000 v0 a1");
    restart(reread(ledger));
    feed(15, 19);
    assertThat(periods(now())).containsExactly("@6000 v0 a1");
    feed(List.of(VIDEO), Pictures.USUAL, 20, 24);
    assertThat(periods(now())).containsExactly("@6000 v0 a1", "@20000 v0");
  }

  /** No period is of other encodings than it was. */
  @Test
  void otherEncodingsAfterARestartBeginAPeriod() {
    feed(0, 8);
    now();
    restart(reread(ledger));
    feed(List.of(VIDEO), Pictures.USUAL, 15, 19);
    assertThat(periods(now())).containsExactly("@15000 v0");
    restart(reread(ledger));
    feed(List.of(changed()), Pictures.USUAL, 25, 29);
    assertThat(periods(now())).containsExactly("@25000 v0");
  }

  /** Whatever another node says of a period, it does not do harm. */
  @Test
  void aLedgerThatDoesNotFitIsPassedOver() {
    feed(0, 8);
    now();
    LedgerRecord.Period said = requireNonNull(ledger.period());
    for (LedgerRecord.Period wrong :
        List.of(
            new LedgerRecord.Period(said.start90k(), said.digest(), List.of(1L)),
            new LedgerRecord.Period((S + 99) * 90_000, said.digest(), said.kilobits()))) {
      Ledger other = new Ledger();
      other.apply(wrong);
      restart(other);
      feed(15, 19);
      assertThat(periods(now())).containsExactly("@15000 v0 a1");
    }
  }

  private static Ledger reread(Ledger ledger) {
    ByteBuf lines = Unpooled.buffer();
    ledger.snapshot().forEach(line -> line.write(lines));
    return Ledger.read(lines);
  }

  @Test
  void aTrackMoreOrLessBeginsAPeriod() {
    feed(List.of(VIDEO), Pictures.USUAL, 0, 6);
    assertThat(periods(now())).containsExactly("@0 v0");
    feed(6, 12.2);
    feed(List.of(VIDEO), Pictures.USUAL, 14, 16.2);
    assertThat(periods(now())).containsExactly("@0 v0", "@6000 v0 a1", "@14000 v0");
  }

  /** Else players wait for it for good; and when it comes back, they hear it again. */
  @Test
  void aTrackThatFallsSilentIsLeftOut() {
    List<Track> all = List.of(VIDEO, AUDIO);
    feed(0, 6);
    feed(all, List.of(VIDEO), Pictures.USUAL, 6, 14);
    assertThat(periods(now())).hasSize(2);
    assertThat(periods(now()).get(1)).endsWith("@10000 v0");
    feed(14, 18.5);
    assertThat(periods(now()).getLast()).endsWith("@16000 v0 a1");
    assertThat(segments(now(), periods(now()).size() - 1, "a1")).hasSize(2);
  }

  @Test
  void tracksOfSoundStandAloneAndPicturesTogether() {
    Track small = other(VIDEO, 2);
    Track german = other(AUDIO, 3);
    feed(List.of(VIDEO, AUDIO, small, german), Pictures.USUAL, 0, 6.3);
    List<AdaptationSet> sets = now().periods().getFirst().adaptationSets();
    assertThat(sets).extracting(AdaptationSet::id).containsExactly(0L, 1L, 3L);
    assertThat(sets.getFirst().representations())
        .extracting(Representation::id)
        .containsExactly("v0", "v2");
    assertThat(segments(now(), 0, "v0")).isEqualTo(segments(now(), 0, "v2"));
    assertThat(sets.get(2).lang()).isEqualTo("deu");
    assertThat(sets)
        .extracting(set -> set.roles().getFirst().value())
        .containsExactly("main", "main", "alternate");
  }

  @Test
  void sayThatEachSegmentBeginsWithAnAccessPointAsLongAsItIsTrue() {
    feed(0, 6.3);
    assertThat(startsWithSap()).isEqualTo(1);
    feed(List.of(VIDEO, AUDIO), new Pictures(25, 1, 2_000, false, false, false), 8, 30);
    assertThat(startsWithSap()).isNegative();
  }

  private int startsWithSap() {
    return representations(now().periods().getFirst()).getFirst().media().startWithSap();
  }

  /** A description is made anew with each part, but it changes with each segment only. */
  @Test
  void partsChangeNothing() {
    feed(0, 6.3);
    Mpd before = now();
    feed(6.32, 7.9);
    assertThat(now()).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0} thousandths are {1}")
  @CsvSource({
    "23976, 24000/1001",
    "24000, 24",
    "25003, 25",
    "29970, 30000/1001",
    "29965, 30000/1001",
    "30000, 30",
    "59940, 60000/1001",
    "12500, 12500/1000",
    "3,     3/1000",
  })
  void takesAMeasuredRateForAUsualOne(long milli, String rate) {
    assertThat(Encoding.usual(milli).toString()).isEqualTo(rate);
  }
}
