package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Ffmpeg8;
import dev.sluice.testkit.Needs;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reader sees what ffprobe sees, in files as they are and in those with an index. */
@Needs("ffmpeg8")
class FlvMediaFileProbeTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final long MS = 1_000_000;

  @RegisterExtension final Children children = new Children();
  @TempDir Path folder;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

  /** A packet; of sound all are key frames. */
  private record Packet(long dtsMs, long ptsMs, boolean key) {}

  static Stream<String> clips() {
    return Stream.of(Clips.NAMES);
  }

  @ParameterizedTest
  @MethodSource("clips")
  void readsWhatFfprobeReads(String clip) throws IOException {
    Path original = folder.resolve("clip.flv");
    byte[] bytes = new byte[Clips.open(clip).readableBytes()];
    Clips.open(clip).readBytes(bytes);
    Files.write(original, bytes);
    Path indexed = folder.resolve("indexed.flv");
    check(original);
    if (!clip.startsWith("multi")) { // for one of several pictures ffmpeg makes no index
      index(original, indexed);
      check(indexed);
    }
  }

  private void index(Path original, Path indexed) {
    children.run(
        BOUND,
        Ffmpeg8.ffmpeg(),
        "-v",
        "error",
        "-copyts",
        "-i",
        original.toString(),
        "-map",
        "0",
        "-c",
        "copy",
        "-flvflags",
        "add_keyframe_index",
        indexed.toString());
  }

  private void check(Path path) throws IOException {
    SourceDump dump = new SourceDump();
    var content = Unpooled.wrappedBuffer(Files.readAllBytes(path));
    List<List<Packet>> probed = probe(path);
    try (var file = new FlvMediaFile(FlvMediaFileTest.file(content), allocator)) {
      while (file.next(dump)) {}
      Map<Integer, List<Packet>> read = new HashMap<>();
      for (SourceUnit unit : dump.units) {
        boolean sound = unit.track().kind() == Track.Kind.AUDIO;
        long pts = unit.dts() + unit.compositionOffset();
        read.computeIfAbsent(unit.track().id(), _ -> new ArrayList<>())
            .add(new Packet(unit.dts(), pts, sound || unit.randomAccess()));
      }
      assertThat(read.values()).containsExactlyInAnyOrderElementsOf(probed);

      long firstMs =
          probed.stream().flatMap(List::stream).mapToLong(Packet::ptsMs).min().orElseThrow();
      long lastMs =
          probed.stream().flatMap(List::stream).mapToLong(Packet::ptsMs).max().orElseThrow();
      assertThat(file.durationNs() / MS).isBetween(lastMs - firstMs, lastMs - firstMs + 100);
      List<Packet> pictures = probed.getFirst();
      for (long atMs = 0; atMs < lastMs - firstMs; atMs += 170) {
        long limitMs = firstMs + atMs;
        Packet wanted =
            pictures.stream()
                .filter(packet -> packet.key && packet.ptsMs <= limitMs)
                .reduce((_, later) -> later)
                .orElse(pictures.getFirst());
        assertThat(file.seek(atMs * MS)).isEqualTo((wanted.ptsMs - firstMs) * MS);
      }
    }
    assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  /** Packets by stream; the default picture is the first. */
  private List<List<Packet>> probe(Path path) {
    String out =
        children.run(
            BOUND,
            Ffmpeg8.ffprobe(),
            "-v",
            "error",
            "-show_entries",
            "packet=stream_index,pts,dts,flags",
            "-of",
            "csv=p=0",
            path.toString());
    Map<Integer, List<Packet>> byStream = new HashMap<>();
    for (String line : out.lines().toList()) {
      String[] words = line.split(",");
      byStream
          .computeIfAbsent(Integer.parseInt(words[0]), _ -> new ArrayList<>())
          .add(
              new Packet(
                  Long.parseLong(words[2]), Long.parseLong(words[1]), words[3].startsWith("K")));
    }
    return List.copyOf(byStream.values());
  }
}
