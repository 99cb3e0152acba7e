package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.mux.flv.FlvMuxer;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilesOnDiskTest {
  @RegisterExtension final Children children = new Children();
  @TempDir Path folder;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final FilesOnDisk files = new FilesOnDisk(allocator);

  @Test
  void refusesWhatIsNotThereOrOfNoKindThatIsKnown() throws IOException {
    assertThatThrownBy(() -> files.open(folder.resolve("none.flv")))
        .isInstanceOf(NoSuchFileException.class);
    Path text = Files.writeString(folder.resolve("text.mp4"), "no media at all");
    assertThatThrownBy(() -> files.open(text))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("text.mp4 is no FLV, MP4, MPEG-TS or Matroska file");
    Path cut = Files.writeString(folder.resolve("cut.flv"), "FLV");
    assertThatThrownBy(() -> files.open(cut)).isInstanceOf(MalformedException.class);
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void readsAnFlv() throws IOException {
    Path path = folder.resolve("made.flv");
    Files.write(path, flv());
    int[] units = new int[2];
    try (MediaFile file = files.open(path)) {
      assertThat(file.tracks()).extracting(Track::label).containsExactly("h264", "aac");
      var counting =
          new SourceOutput() {
            @Override
            public void track(Track track) {}

            @Override
            public void unit(SourceUnit unit) {
              units[unit.track().id()]++;
              unit.payload().release();
            }

            @Override
            public void metadata(Bytes message) {}
          };
      while (file.next(counting)) {}
    }
    assertThat(units).containsExactly(50, 94);
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Needs("ffmpeg")
  @ParameterizedTest
  @CsvSource({"flv, aac", "mp4, aac", "mov, aac", "ts, aac", "m2ts, ac3", "mkv, aac"})
  void readsEachKindWhateverItIsCalled(String extension, String sound) throws IOException {
    Path made = folder.resolve("made." + extension);
    children.run(
        Duration.ofSeconds(30),
        ("ffmpeg -v error -f lavfi -i testsrc2=size=160x90:rate=25 -f lavfi -i sine -t 1 "
                + "-pix_fmt yuv420p -c:v libx264 -c:a %s %s")
            .formatted(sound, made)
            .split(" "));
    Path renamed = Files.move(made, folder.resolve("clip.bin"));
    var pictures = new Pictures();
    try (MediaFile file = files.open(renamed)) {
      assertThat(file.tracks()).extracting(Track::label).containsExactly("h264", sound);
      while (file.next(pictures)) {}
    }
    assertThat(pictures.count).isEqualTo(25);
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private static final class Pictures implements SourceOutput {
    int count;

    @Override
    public void track(Track track) {}

    @Override
    public void unit(SourceUnit unit) {
      count += unit.track().kind() == Track.Kind.VIDEO ? 1 : 0;
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {}
  }

  /** Two seconds of the test picture and sound. */
  static byte[] flv() {
    ByteBuf out = Unpooled.buffer();
    var muxer = new FlvMuxer(FlvDialect.LEGACY, MediaChoice.ALL);
    List<Track> tracks = new ArrayList<>();
    var media = new TestMedia(ns -> ns);
    var muxing =
        new SourceOutput() {
          private boolean done;

          @Override
          public void track(Track track) {
            tracks.add(track);
          }

          @Override
          public void unit(SourceUnit unit) {
            long ms = unit.dts() / 48;
            done = ms >= 2_000;
            if (out.readableBytes() == 0) {
              begin();
            }
            if (!done) {
              var placed =
                  new AccessUnit(
                      unit.track(), unit.dts(), unit.dts(), unit.randomAccess(), unit.payload());
              muxer.writeTag(placed, ms, out);
            }
            unit.payload().release();
          }

          private void begin() {
            muxer.configure(tracks);
            muxer.writeFileHeader(out);
            muxer.openings(Bytes.EMPTY).forEach(opening -> FlvMuxer.writeTag(opening, 0, out));
          }

          @Override
          public void metadata(Bytes message) {}
        };
    while (!muxing.done) {
      media.next(muxing);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
