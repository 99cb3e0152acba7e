package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    try (var media = new TestMedia()) {
      while (units.isEmpty() || units.getLast().dts() < 10 * 48_000) {
        assertThat(media.next(output)).isTrue();
      }
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
    }
    long bytes = units.stream().mapToLong(unit -> unit.payload().readableBytes()).sum();
    assertThat(bytes * 8 / 10).as("bit/s").isLessThan(250_000);
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

  @Test
  void goesToAnySecond() {
    try (var media = new TestMedia()) {
      assertThat(media.seek(7_900_000_000L)).isEqualTo(7_000_000_000L);
      media.next(output);
    }
    assertThat(units.getFirst().dts()).isEqualTo(7 * 48_000);
    assertThat(units.getFirst().randomAccess()).isTrue();
  }
}
