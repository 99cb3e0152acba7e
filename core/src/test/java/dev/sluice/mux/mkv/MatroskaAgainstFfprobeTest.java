package dev.sluice.mux.mkv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.SourceOutput;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of files that ffmpeg wrote, held against what ffprobe reads of them. */
@Needs("ffmpeg")
class MatroskaAgainstFfprobeTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @RegisterExtension final Children children = new Children();
  @TempDir Path folder;

  /** A packet as both see it; times in microseconds. */
  private record Packet(int stream, long ptsUs, int bytes, boolean key) {}

  private static final class Packets implements SourceOutput {
    final List<Packet> packets = new ArrayList<>();
    final long[] lastDts = {Long.MIN_VALUE, Long.MIN_VALUE};
    final List<Track> tracks = new ArrayList<>();

    @Override
    public void track(Track track) {
      tracks.add(track);
    }

    @Override
    public void unit(SourceUnit unit) {
      int id = unit.track().id();
      assertThat(unit.dts()).as("DTS of track %d", id).isGreaterThan(lastDts[id]);
      lastDts[id] = unit.dts();
      assertThat(unit.compositionOffset()).isNotNegative();
      packets.add(
          new Packet(
              id,
              unit.dts() + unit.compositionOffset(),
              unit.payload().readableBytes(),
              unit.randomAccess()));
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {}
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "h264-bframes-aac, mkv, -c:v libx264 -bf 3 -g 25 -c:a aac, 25, 44100",
    "h264-open-gop-mp3, mkv, -c:v libx264 -x264-params open-gop=1:keyint=20:bframes=2 -c:a mp3, 30000/1001, 48000",
    "h264-no-bframes-ac3, mkv, -c:v libx264 -bf 0 -c:a ac3, 50, 48000",
    "h264-flac, mkv, -c:v libx264 -c:a flac, 24000/1001, 44100",
    "vp8-opus, webm, -c:v libvpx -deadline realtime -auto-alt-ref 0 -g 20 -c:a libopus, 25, 48000",
    "vp9-opus, webm, -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 20 -c:a libopus, 25, 48000",
    "h265-aac, mkv, -c:v libx265 -x265-params log-level=none:keyint=20:bframes=3 -c:a aac, 25, 48000",
    "h264-opus-live, mkv, -c:v libx264 -c:a libopus -f matroska -live 1, 25, 48000",
  })
  void readsWhatFfprobeReads(String name, String extension, String codecs, String rate, int hertz)
      throws IOException {
    Path file = folder.resolve(name + "." + extension);
    List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y"));
    command.addAll(List.of("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=" + rate));
    command.addAll(List.of("-f", "lavfi", "-i", "sine=sample_rate=" + hertz));
    command.addAll(List.of("-t", "3", "-pix_fmt", "yuv420p"));
    command.addAll(List.of(codecs.split(" ")));
    command.add(file.toString());
    children.run(BOUND, command.toArray(String[]::new));
    List<Packet> expected = probe(file);
    try (FileChannel channel = FileChannel.open(file);
        var media = new MatroskaFile(source(channel), UnpooledByteBufAllocator.DEFAULT)) {
      Packets read = new Packets();
      while (media.next(read)) {}
      for (int stream = 0; stream < 2; stream++) {
        int of = stream;
        assertThat(read.packets.stream().filter(packet -> packet.stream() == of))
            .as("stream " + of)
            .usingElementComparator(MatroskaAgainstFfprobeTest::compare)
            .containsExactlyElementsOf(
                expected.stream().filter(packet -> packet.stream() == of).toList());
      }
      assertThat(media.malformed()).isZero();
      assertThat(media.leftOut()).isEmpty();
      seeksToEachKeyFrame(media, read.packets);
    }
  }

  /** The codec delay of Opus, 6.5 ms, is whole milliseconds to ffprobe. */
  private static int compare(Packet one, Packet other) {
    boolean alike =
        one.bytes() == other.bytes()
            && one.key() == other.key()
            && Math.abs(one.ptsUs() - other.ptsUs()) < 1_000;
    return alike ? 0 : 1;
  }

  private static void seeksToEachKeyFrame(MatroskaFile media, List<Packet> packets) {
    long firstUs = packets.stream().mapToLong(Packet::ptsUs).min().orElseThrow();
    List<Packet> keys =
        packets.stream().filter(packet -> packet.stream() == 0 && packet.key()).toList();
    assertThat(keys).hasSizeGreaterThan(0);
    for (Packet key : keys) {
      long atNs = (key.ptsUs() - firstUs) * 1_000;
      assertThat(media.seek(atNs + 1_000_000)).isEqualTo(atNs);
      Packets read = new Packets();
      while (read.packets.stream().noneMatch(packet -> packet.stream() == 0)) {
        assertThat(media.next(read)).isTrue();
      }
      assertThat(read.packets).contains(key);
    }
  }

  private List<Packet> probe(Path file) {
    String lines =
        children.run(
            BOUND,
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "packet=stream_index,pts_time,size,flags",
            "-of",
            "csv=p=0",
            file.toString());
    List<Packet> packets = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      String[] parts = line.split(",");
      packets.add(
          new Packet(
              Integer.parseInt(parts[0]),
              Math.round(Double.parseDouble(parts[1]) * 1e6),
              Integer.parseInt(parts[2]),
              parts[3].startsWith("K")));
    }
    return packets;
  }

  private static ByteSource source(FileChannel channel) throws IOException {
    long size = channel.size();
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return size;
      }

      @Override
      public int read(long position, int length, ByteBuf out) {
        int read = 0;
        try {
          for (int count; read < length; read += count) {
            count = out.writeBytes(channel, position + read, length - read);
            if (count <= 0) {
              break;
            }
          }
        } catch (IOException failed) {
          throw new UncheckedIOException(failed);
        }
        return read;
      }
    };
  }
}
