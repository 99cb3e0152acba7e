package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.SimLoops;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that ffmpeg makes, in all containers, as a playlist on virtual time. {@code
 * -Dplaylist.minutes=1440} for a whole day.
 */
@Needs("ffmpeg")
class FilesAsTheyComeTest {
  private static final long MS = 1_000_000;
  private static final int MINUTES = Integer.getInteger("playlist.minutes", 5);

  @RegisterExtension final Children children = new Children();
  @TempDir Path folder;
  private final List<Path> files = new ArrayList<>();

  private Path make(String name, String options) {
    Path file = folder.resolve(name);
    children.run(
        Duration.ofMinutes(1),
        ("ffmpeg -v error -y -f lavfi -i testsrc2=size=64x64:rate=" + options + " " + file)
            .split(" +"));
    return file;
  }

  private void copy(Path of, String name, String options) {
    String base = of.getFileName().toString().replace(".flv", "");
    Path file = folder.resolve(base + "-" + name);
    children.run(
        Duration.ofMinutes(1),
        ("ffmpeg -v error -y -i " + of + " -c copy " + options + " " + file).split(" +"));
    files.add(file);
  }

  private static String clip(String rate, int sampleRate, int bFrames, double seconds) {
    return rate
        + (" -f lavfi -i sine=sample_rate=" + sampleRate)
        + (" -t " + seconds + " -c:v libx264 -preset ultrafast -bf " + bFrames)
        + " -g 25 -pix_fmt yuv420p -c:a aac -b:a 32k";
  }

  @Test
  void filesOfAllContainersLoopWithoutATimelineFault() throws IOException {
    List<Path> clips =
        List.of(
            make("a.flv", clip("25", 48_000, 2, 1.7)),
            make("b.flv", clip("30000/1001", 44_100, 0, 1)),
            make("c.flv", clip("30000/1001", 48_000, 3, 2.3)),
            make("d.flv", clip("50", 48_000, 0, 0.9)));
    for (Path clip : clips) {
      files.add(clip);
      copy(clip, "plain.mp4", "");
      copy(clip, "plain.ts", "");
      copy(clip, "plain.mkv", "");
      copy(clip, "parts.mp4", "-movflags frag_keyframe+empty_moov+default_base_moof+delay_moov");
    }
    copy(clips.getFirst(), "wraps.ts", "-output_ts_offset 95443"); // 33 bits
    copy(clips.getFirst(), "mute.mp4", "-an");
    copy(clips.getFirst(), "blind.mkv", "-vn");
    Path list = folder.resolve("list.txt");
    Files.write(list, files.stream().map(file -> file.getFileName().toString()).toList());

    // its metrics tell of leaks; the detector would have each look at a byte cost microseconds
    var allocator = new UnpooledByteBufAllocator(true, true);
    var sim = new SimLoops(1);
    Loop loop = sim.loop(0);
    var stream = new PlayedStream(sim);
    ProgrammePlayer player =
        ProgrammePlayer.start(
            Programme.playlist(list, true, new FilesOnDisk(allocator)),
            new Client("F-1", "file", "127.0.0.1", 0, null, ""),
            said -> said,
            Runnable::run,
            loop,
            stream);
    sim.runFor(MINUTES * 60_000L * MS);
    // files without sound or picture are holes in that track
    assertThat(stream.repairs).allMatch(repair -> repair.contains("had a gap of"));
    assertThat(stream.notes).allMatch(note -> note.startsWith("plays "));
    assertThat(stream.latestMs).isBetween(MINUTES * 60_000L - 1_000, MINUTES * 60_000L);
    assertThat(stream.worstOffsetMs).as("ms from the clock").isLessThan(20);
    assertThat(stream.published).isEqualTo(1);
    assertThat(stream.announced.keySet()).as("ids of all files").hasSize(2);
    sim.on(loop, player::stop);
    sim.runFor(10_000 * MS);
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }
}
