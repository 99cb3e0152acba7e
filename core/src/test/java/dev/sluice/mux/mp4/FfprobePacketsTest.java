package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mux.mp4.RawTracks.Packet;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the reader finds is what ffprobe finds: every packet with its times, size and place. */
@Needs("ffmpeg")
class FfprobePacketsTest {
  static final List<String> CLIPS = Mp4Clips.NAMES;

  @RegisterExtension final Children children = new Children();

  @ParameterizedTest(name = "{0}")
  @FieldSource("CLIPS")
  void findsTheSamePackets(String clip) {
    List<List<Packet>> ours = RawTracks.of(Mp4Clips.open(clip));
    List<List<Probed>> probed = probe(clip, ours.size());
    for (int i = 0; i < ours.size(); i++) {
      Set<Packet> discarded = new HashSet<>();
      List<Packet> shown = new ArrayList<>();
      for (Probed packet : probed.get(i)) {
        if (packet.discarded) {
          discarded.add(withoutTimes(packet.packet));
        } else {
          shown.add(packet.packet);
        }
      }
      // what only helps the decoder has made-up times there, and may be more than we give
      List<Packet> oursShown =
          ours.get(i).stream()
              .filter(packet -> !discarded.contains(withoutTimes(packet)))
              .map(FfprobePacketsTest::withoutDuration)
              .toList();
      assertThat(oursShown).as("track %d", i).containsExactlyElementsOf(shown);
      assertThat(shown).isNotEmpty();
    }
  }

  private static Packet withoutTimes(Packet packet) {
    return new Packet(0, 0, 0, packet.size(), packet.position(), packet.sync());
  }

  /** Of durations ffprobe says what its parsers think, not what the file says. */
  private static Packet withoutDuration(Packet packet) {
    return new Packet(
        packet.dts(), packet.pts(), 0, packet.size(), packet.position(), packet.sync());
  }

  private record Probed(Packet packet, boolean discarded) {}

  private List<List<Probed>> probe(String clip, int tracks) {
    String output =
        children.run(
            Duration.ofSeconds(60),
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "packet=stream_index,pts,dts,size,pos,flags",
            "-of",
            "csv=p=0",
            Path.of("src", "test", "resources", "mp4", clip).toString());
    List<List<Probed>> packets = new ArrayList<>();
    for (int i = 0; i < tracks; i++) {
      packets.add(new ArrayList<>());
    }
    for (String line : output.lines().toList()) {
      String[] fields = line.split(",");
      if (fields.length < 6) {
        continue; // side data of the packet before
      }
      var packet =
          new Packet(
              Long.parseLong(fields[2]),
              Long.parseLong(fields[1]),
              0,
              Long.parseLong(fields[3]),
              Long.parseLong(fields[4]),
              fields[5].contains("K"));
      packets.get(Integer.parseInt(fields[0])).add(new Probed(packet, fields[5].contains("D")));
    }
    return packets;
  }
}
