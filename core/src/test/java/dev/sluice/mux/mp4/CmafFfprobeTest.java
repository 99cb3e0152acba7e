package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the muxer writes, ffprobe reads: codec, format, and every packet; and ffmpeg decodes it. */
@Needs("ffmpeg")
class CmafFfprobeTest {
  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  /** Clip, kind, and what ffprobe calls the stream. */
  static List<String[]> tracks() {
    return CmafClips.ALL;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("tracks")
  void isReadAsItWasWritten(String clip, Track.Kind kind, String stream) throws IOException {
    List<AccessUnit> units = ClipUnits.of(clip, kind);
    ByteBuf out = Unpooled.buffer();
    CmafMuxer.init(units.getFirst().track()).writeTo(out);
    for (int from = 0; from < units.size(); from += 7) {
      int to = Math.min(units.size(), from + 7);
      long end = to < units.size() ? units.get(to).dts() : ClipUnits.end(units);
      ChunkExtras extras =
          from % 2 == 0 ? ChunkExtras.ofType(ChunkExtras.SEGMENT) : ChunkExtras.NONE;
      CmafMuxer.chunk(units.subList(from, to), end, extras).write(out);
    }
    Path file = folder.resolve("track.mp4");
    Files.write(file, ByteBufUtil.getBytes(out));

    assertThat(probe(file, "stream=codec_name,width,height,sample_rate,channels"))
        .containsExactly(stream);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      AccessUnit unit = units.get(i);
      expected.add(
          "%d,%d,%d,%s_"
              .formatted(
                  unit.pts(), unit.dts(), unit.sizeBytes(), unit.randomAccess() ? "K" : "_"));
    }
    assertThat(probe(file, "packet=pts,dts,size,flags")).isEqualTo(expected);
    String errors =
        children.run(
            Duration.ofSeconds(60),
            "ffmpeg",
            "-v",
            "error",
            "-i",
            file.toString(),
            "-f",
            "null",
            "-");
    assertThat(errors).isEmpty();
  }

  private List<String> probe(Path file, String entries) {
    return children
        .run(
            Duration.ofSeconds(60),
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            entries,
            "-of",
            "csv=p=0",
            file.toString())
        .lines()
        .map(line -> line.replaceAll(",$", ""))
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
