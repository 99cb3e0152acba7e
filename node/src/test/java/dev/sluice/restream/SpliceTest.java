package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times in ticks of 100 ns. */
class SpliceTest {
  private static final long MS = 10_000;
  private static final Track VIDEO =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY);
  private static final Track AUDIO =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.EMPTY);
  private static final Track DATA =
      new Track(2, Track.Kind.DATA, Codec.OPAQUE, "cues", Timescale.MILLIS, Bytes.EMPTY);

  private final Splice splice = new Splice();

  private static Map<Track, Long> starts(long video, long audio) {
    Map<Track, Long> starts = new LinkedHashMap<>();
    starts.put(VIDEO, video);
    starts.put(AUDIO, audio);
    return starts;
  }

  /** An item of {@code pictures} of 40 ms and {@code sounds} of 20 ms; where it began. */
  private long item(long videoAt, int pictures, long audioAt, int sounds) {
    long begun = splice.begin(starts(videoAt, audioAt), Math.min(videoAt, audioAt));
    for (int i = 0; i < pictures; i++) {
      splice.place(VIDEO, videoAt + i * 40L * MS);
    }
    for (int i = 0; i < sounds; i++) {
      splice.place(AUDIO, audioAt + i * 20L * MS);
    }
    return begun;
  }

  @Test
  void theFirstItemBeginsAtZeroWhateverItsTimes() {
    assertThat(item(-7_000 * MS, 25, -7_000 * MS, 50)).isZero();
    assertThat(splice.end()).isEqualTo(1_000 * MS);
  }

  @Test
  void whereBothTracksEndTogetherTheNextItemFollowsAtOnce() {
    item(500 * MS, 25, 500 * MS, 50);
    assertThat(item(90_000 * MS, 25, 90_000 * MS, 50)).isEqualTo(1_000 * MS);
    assertThat(splice.end()).isEqualTo(2_000 * MS);
  }

  @ParameterizedTest(name = "{0} pictures, {1} sounds, then sound {2} ms after the picture: {3} ms")
  @CsvSource({
    "25, 50, 0, 1000",
    "25, 60, 0, 1200", // the sound is longer
    "25, 60, 200, 1180", // and begins later next time: as early as the order of units allows
    "25, 60, 100, 1180",
    "30, 50, 0, 1200", // the picture is: the hole in the sound is ten frames
    "25, 49, 0, 1000", // one frame is missing
    "26, 51, 0, 1040", // a hole of 20 ms is one frame
  })
  void noTrackOverlapsItself(int pictures, int sounds, long lateMs, long beginsMs) {
    item(0, pictures, 0, sounds);
    assertThat(item(0, 25, lateMs * MS, 50) / MS).isEqualTo(beginsMs);
  }

  /** 10 ms are half a frame: the item waits until the hole is a whole one. */
  @Test
  void aHoleInTheSoundIsMadeWholeFrames() {
    item(0, 25, 10 * MS, 48); // sound ends at 970 ms, picture at 1 000
    assertThat(item(0, 25, 0, 50)).isEqualTo(1_010 * MS);
  }

  /** Of time stamps in milliseconds the last one says least of where the sound ends. */
  @Test
  void soundEndsWhereItsSamplesDo() {
    Track aac =
        new Track(
            1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(44_100), Bytes.ofHex("1210"));
    double frame = 1_024 * 10_000_000.0 / 44_100;
    for (int frames = 20; frames < 100; frames++) {
      var fresh = new Splice();
      fresh.begin(Map.of(aac, 0L), 0);
      for (int i = 0; i < frames; i++) {
        fresh.place(aac, Math.round(i * frame / MS) * MS);
      }
      assertThat(fresh.begin(Map.of(aac, 0L), 0) - frames * frame)
          .as("after %d frames", frames)
          .isBetween(-0.15 * MS, 0.15 * MS);
    }
  }

  @Test
  void anotherConfigurationNeedsNoWholeFrames() {
    item(0, 25, 10 * MS, 48);
    Track other =
        new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(44_100), Bytes.EMPTY);
    assertThat(splice.begin(Map.of(VIDEO, 0L, other, 0L), 0)).isEqualTo(1_000 * MS);
  }

  @Test
  void aHoleOfASecondIsNoMatterOfASplice() {
    item(0, 60, 10 * MS, 48); // sound ends at 970 ms, picture at 2 400
    assertThat(item(0, 25, 0, 50)).isEqualTo(2_400 * MS);
  }

  @Test
  void aTrackThatAnItemLacksIsRememberedForTheNextThatHasIt() {
    item(0, 25, 0, 60); // sound ends at 1 200 ms
    splice.begin(Map.of(VIDEO, 0L), 0); // as early as the order of units allows: 1 180
    splice.place(VIDEO, 0); // to 1 220
    assertThat(item(0, 25, 0, 50)).isEqualTo(1_220 * MS);
  }

  @Test
  void dataNeitherMoveNorLengthenAnything() {
    item(0, 25, 0, 50);
    splice.place(DATA, 50_000 * MS);
    assertThat(splice.end()).isEqualTo(1_000 * MS);
    assertThat(item(0, 25, 0, 50)).isEqualTo(1_000 * MS);
  }

  @Test
  void aCutBeginsWhereItIsTold() {
    item(0, 250, 0, 500);
    splice.cut(3_000 * MS);
    assertThat(splice.end()).isEqualTo(3_000 * MS);
    assertThat(item(700 * MS, 25, 720 * MS, 50)).isEqualTo(3_000 * MS);
  }

  /** Whatever items follow one another: tracks do not run back, and items keep their own times. */
  @Test
  void unitsStayInOrderAndItemsAsTheyAre() {
    Seeds.run(
        300,
        random -> {
          Splice fresh = new Splice();
          Map<Integer, Long> last = new HashMap<>();
          long lastBegin = -1;
          for (int item = 0; item < 20; item++) {
            long frame = random.nextLong(5 * MS, 100 * MS);
            long sound = random.nextLong(5 * MS, 60 * MS);
            long video = random.nextLong(-1_000_000 * MS, 1_000_000 * MS);
            long audio = video + random.nextLong(-500 * MS, 500 * MS);
            long first = Math.min(video, audio);
            long begun = fresh.begin(starts(video, audio), first);
            assertThat(begun).isGreaterThan(lastBegin);
            lastBegin = begun;
            for (int i = random.nextInt(1, 50); i > 0; i--, video += frame) {
              long dts = fresh.place(VIDEO, video);
              assertThat(dts - begun).isEqualTo(video - first);
              assertThat(dts).isGreaterThan(last.getOrDefault(0, -1L));
              last.put(0, dts);
            }
            for (int i = random.nextInt(1, 50); i > 0; i--, audio += sound) {
              long dts = fresh.place(AUDIO, audio);
              assertThat(dts - begun).isEqualTo(audio - first);
              assertThat(dts).isGreaterThan(last.getOrDefault(1, -1L));
              last.put(1, dts);
            }
            assertThat(fresh.end())
                .isGreaterThan(Math.max(last.getOrDefault(0, 0L), last.getOrDefault(1, 0L)));
          }
        });
  }
}
