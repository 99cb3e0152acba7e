package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestMediaTest {
  private final List<Track> tracks = new ArrayList<>();
  private final List<SourceUnit> units = new ArrayList<>();

  private final SourceOutput output =
      new SourceOutput() {
        @Override
        public void track(Track track) {
          tracks.add(track);
        }

        @Override
        public void unit(SourceUnit unit) {
          units.add(unit);
        }

        @Override
        public void metadata(Bytes message) {}
      };

  @Test
  void isPictureAndSoundInTimeWithAKeyFrameEachSecond() {
    List<Long> asked = new ArrayList<>();
    var media =
        new TestMedia(ns -> {
          asked.add(ns);
          return 1_795_660_000_000_000_000L + ns;
        });
    while (units.isEmpty() || units.getLast().dts() < 10 * 48_000) {
      long dueNs = media.nextNs();
      media.next(output);
      assertThat(units.getLast().dts() * 1_000_000_000 / 48_000).isEqualTo(dueNs);
    }
    assertThat(tracks).extracting(Track::label).containsExactly("h264", "aac");
    VideoFormat format = VideoFormat.of(tracks.getFirst());
    assertThat(format).isNotNull();
    assertThat(format.width()).isEqualTo(640);
    assertThat(format.height()).isEqualTo(352);
    VideoFormat.Ratio rate = format.frameRate();
    assertThat(rate).isNotNull();
    assertThat(rate.value()).isEqualTo(25);
    assertThat(units).extracting(SourceUnit::dts).isSorted();
    List<SourceUnit> pictures =
        units.stream().filter(unit -> unit.track().kind() == Track.Kind.VIDEO).toList();
    for (int i = 0; i < pictures.size(); i++) {
      assertThat(pictures.get(i).dts()).isEqualTo(i * 1_920L);
      assertThat(pictures.get(i).randomAccess()).isEqualTo(i % 25 == 0);
      assertThat(asked.get(i)).as("time of picture %d", i).isEqualTo(i * 40_000_000L);
    }
    assertThat(asked).hasSameSizeAs(pictures);
    long bytes = units.stream().mapToLong(unit -> unit.payload().readableBytes()).sum();
    assertThat(bytes * 8 / 10).as("bit/s").isLessThan(100_000);
  }

  @Test
  void fromOneFrameToTheNextOneSquareChanges() {
    for (long number = 1; number < 5_000; number++) {
      int changed = 0;
      long read = 0;
      for (int square = 0; square < TestPicture.SQUARES; square++) {
        boolean white = TestPicture.isWhite(number, square);
        changed += white == TestPicture.isWhite(number - 1, square) ? 0 : 1;
        if (square
            >= 2) { // as a machine reads it: each bit is that of the number and the one above
          long above = read & 1;
          read = read << 1 | (above ^ (white ? 1 : 0));
        }
      }
      assertThat(changed).isEqualTo(1);
      assertThat(read).isEqualTo(number);
      assertThat(TestPicture.isWhite(number, 0)).isTrue();
      assertThat(TestPicture.isWhite(number, 1)).isFalse();
    }
  }

  @ParameterizedTest(name = "a level of {0} is {1}")
  @CsvSource({
    "0, 1",
    "1, 01 0 1",
    "-1, 01 1 1",
    "2, 000101 1 1",
    "-2, 000101 01 1",
    "8, 000101 0000000000001 1",
    "-8, 000101 00000000000001 1",
    "9, 000101 000000000000001 0000 1",
    "-16, 000101 000000000000001 1111 1",
    "17, 000101 0000000000000001 000000000000 1",
    "219, 000101 0000000000000001 000110010100 1",
    "-219, 000101 0000000000000001 000110010101 1"
  })
  void writesLevels(int level, String expected) {
    var bits = new BitWriter();
    TestPicture.level(bits, level);
    StringBuilder written = new StringBuilder();
    Bytes bytes = bits.toBytes();
    for (int i = 0; i < bits.position(); i++) {
      written.append(bytes.at(i / 8) >> 7 - i % 8 & 1);
    }
    assertThat(written.toString()).isEqualTo(expected.replace(" ", ""));
  }
}
