package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mux.mp4.Mp4Builder.Form;
import dev.sluice.mux.mp4.RawTracks.Packet;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EditListBox.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random tables and edit lists, read as they are and, for comparison, sample by sample. */
class TrackReaderTest {
  private static final int NORMAL = Edit.NORMAL_RATE;

  @Test
  void findsEverySampleOfRandomTables() {
    Seeds.run(
        400,
        random -> {
          List<Mp4Builder.Track> tracks = new ArrayList<>();
          for (int i = random.nextInt(1, 4); i > 0; i--) {
            tracks.add(track(random, List.of()));
          }
          MemorySource source = new MemorySource(Mp4Builder.file(tracks, form(random)));
          List<List<Packet>> found = RawTracks.of(source);
          for (int i = 0; i < tracks.size(); i++) {
            assertThat(found.get(i)).hasSameSizeAs(tracks.get(i).samples());
            assertThat(withoutPosition(found.get(i))).isEqualTo(expected(tracks.get(i)));
            assertData(source, found.get(i), i);
          }
        });
  }

  @Test
  void seeksToTheLastSyncSampleBefore() {
    Seeds.run(
        200,
        random -> {
          Mp4Builder.Track track = track(random, List.of());
          MemorySource source = new MemorySource(Mp4Builder.file(List.of(track), form(random)));
          List<Packet> all = RawTracks.of(source).getFirst();
          TrackReader reader = RawTracks.readers(source).getFirst();
          for (int i = 0; i < 20; i++) {
            long last = all.isEmpty() ? 0 : all.getLast().pts();
            long to = random.nextLong(-100, last + 1_000);
            reader.seek(RawTracks.clockTicks(source, to), new SparseIndex());
            int expected = 0;
            for (int s = 0; s < all.size(); s++) {
              if (all.get(s).sync() && all.get(s).pts() <= to) {
                expected = s;
              }
            }
            List<Packet> rest = new ArrayList<>();
            for (; reader.atSample(); reader.advance()) {
              rest.add(RawTracks.packet(reader));
            }
            assertThat(rest).isEqualTo(all.subList(Math.min(expected, all.size()), all.size()));
          }
        });
  }

  /** The definition of an edit list, by looking at each sample. */
  @Test
  void showsWhatTheEditListSays() {
    Seeds.run(
        400,
        random -> {
          // one tick of the movie is a whole number of ticks of the track: nothing is rounded
          List<Edit> edits = new ArrayList<>();
          if (random.nextBoolean()) {
            edits.add(new Edit(random.nextInt(300), -1, NORMAL));
          }
          edits.add(new Edit(random.nextInt(1, 3_000), random.nextInt(1_000), NORMAL));
          if (random.nextInt(4) == 0) {
            edits.add(new Edit(random.nextInt(1, 100), 0, 0)); // holds a picture: a hole
          }
          Mp4Builder.Track track = track(random, edits);
          long ticks = track.timescale() / Mp4Builder.MOVIE_TIMESCALE;
          MemorySource source = new MemorySource(Mp4Builder.file(List.of(track), form(random)));
          List<Packet> found = withoutPosition(RawTracks.of(source).getFirst());

          boolean late = edits.getFirst().mediaTime() < 0;
          Edit edit = edits.get(late ? 1 : 0);
          long start = edit.mediaTime();
          long end = start + edit.segmentDuration() * ticks;
          long shift = (late ? edits.getFirst().segmentDuration() * ticks : 0) - start;
          long lowest = lowest(track);
          List<Packet> all = expected(track);
          int first = 0;
          int last = -1;
          for (int s = 0; s < all.size(); s++) {
            boolean video = track.handlerType() == BoxType.VIDE;
            long dts = all.get(s).dts() - lowest;
            boolean early =
                video
                    ? all.get(s).sync() && all.get(s).pts() <= start
                    : dts <= Math.max(0, start - track.timescale());
            if (early) {
              first = s;
            }
            if (all.get(s).pts() < end) {
              last = s;
            }
          }
          List<Packet> shown = new ArrayList<>();
          for (int s = first; s <= last; s++) {
            shown.add(shifted(all.get(s), shift));
          }
          assertThat(found).isEqualTo(shown);
        });
  }

  @Test
  void editsThatContinueAreOne() {
    Mp4Builder.Track plain = steady(200, List.of());
    Mp4Builder.Track edited =
        steady(
            200,
            List.of(
                new Edit(1_000, 0, NORMAL),
                new Edit(1_000, 1_000, NORMAL),
                new Edit(2_000, 2_000, NORMAL)));
    assertThat(packets(edited)).isEqualTo(packets(plain).subList(0, 100));
  }

  /** A later stretch begins with a sync sample and its decoding times do not go back. */
  @Test
  void laterStretchesBeginWhereDecodingCan() {
    List<Packet> packets =
        packets(steady(200, List.of(new Edit(500, 0, NORMAL), new Edit(1_000, 3_000, NORMAL))));
    List<Packet> all = packets(steady(200, List.of()));
    // 40 ticks each, sync every tenth: the next one at or behind 3,000 is 3,200
    assertThat(packets.subList(0, 13)).isEqualTo(all.subList(0, 13));
    assertThat(packets.get(13)).isEqualTo(shifted(all.get(80), 500 - 3_000));
    assertThat(packets).hasSize(13 + 20);
    assertThat(packets.getLast()).isEqualTo(shifted(all.get(99), 500 - 3_000));
    for (int i = 1; i < packets.size(); i++) {
      assertThat(packets.get(i).dts()).isGreaterThan(packets.get(i - 1).dts());
    }
  }

  @Test
  void anEditListThatShowsNothingIsNone() {
    List<Packet> all = packets(steady(20, List.of()));
    assertThat(packets(steady(20, List.of(new Edit(500, -1, NORMAL))))).isEqualTo(all);
    assertThat(packets(steady(20, List.of(new Edit(0, 0, NORMAL))))).isEqualTo(all);
  }

  private static List<Packet> packets(Mp4Builder.Track track) {
    return RawTracks.of(new MemorySource(Mp4Builder.file(List.of(track), Form.PLAIN))).getFirst();
  }

  /** Samples of 40 ticks of 1,000 a second, a sync sample each tenth. */
  private static Mp4Builder.Track steady(int count, List<Edit> edits) {
    List<Mp4Builder.Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(new Mp4Builder.Sample(40, 0, 5, i % 10 == 0, 1));
    }
    return new Mp4Builder.Track(
        BoxType.VIDE, 1_000, edits, List.of(Mp4Builder.avc1()), samples, List.of(count));
  }

  private static Mp4Builder.Track track(RandomGenerator random, List<Edit> edits) {
    boolean video = random.nextBoolean();
    int count = random.nextInt(60);
    boolean steady = random.nextBoolean();
    boolean reordered = video && random.nextBoolean();
    boolean negative = reordered && random.nextBoolean();
    int oneSize = random.nextInt(3) == 0 ? random.nextInt(1, 30) : 0;
    int largest = random.nextBoolean() ? 15 : 300;
    List<Mp4Builder.Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int duration = steady ? 50 : random.nextInt(1, 120);
      int offset = reordered ? random.nextInt(4) * 50 - (negative ? 100 : 0) : 0;
      boolean sync = !video || i == 0 || random.nextInt(8) == 0;
      int size = oneSize > 0 ? oneSize : random.nextInt(1, largest + 1);
      samples.add(new Mp4Builder.Sample(duration, offset, size, sync, 1));
    }
    List<Integer> chunks = new ArrayList<>();
    for (int left = count; left > 0; ) {
      int inChunk = Math.min(left, random.nextInt(1, 7));
      chunks.add(inChunk);
      left -= inChunk;
    }
    return new Mp4Builder.Track(
        video ? BoxType.VIDE : BoxType.SOUN,
        random.nextBoolean() ? 1_000 : 90_000,
        edits,
        List.of(video ? Mp4Builder.avc1() : Mp4Builder.mp4a()),
        samples,
        chunks);
  }

  private static Form form(RandomGenerator random) {
    return new Form(
        random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
  }

  private static long lowest(Mp4Builder.Track track) {
    return Math.min(
        0, track.samples().stream().mapToInt(Mp4Builder.Sample::compositionOffset).min().orElse(0));
  }

  private static List<Packet> expected(Mp4Builder.Track track) {
    List<Packet> packets = new ArrayList<>();
    long dts = 0;
    for (Mp4Builder.Sample sample : track.samples()) {
      packets.add(
          new Packet(
              dts + lowest(track),
              dts + sample.compositionOffset(),
              sample.duration(),
              sample.size(),
              0,
              sample.sync()));
      dts += sample.duration();
    }
    return packets;
  }

  private static Packet shifted(Packet packet, long shift) {
    return new Packet(
        packet.dts() + shift,
        packet.pts() + shift,
        packet.duration(),
        packet.size(),
        packet.position(),
        packet.sync());
  }

  private static List<Packet> withoutPosition(List<Packet> packets) {
    return packets.stream()
        .map(packet ->
            new Packet(
                packet.dts(), packet.pts(), packet.duration(), packet.size(), 0, packet.sync()))
        .toList();
  }

  private static void assertData(MemorySource source, List<Packet> packets, int track) {
    for (int s = 0; s < packets.size(); s++) {
      Packet packet = packets.get(s);
      var data = io.netty.buffer.Unpooled.buffer();
      source.read(packet.position(), (int) packet.size(), data);
      for (int n = 0; n < packet.size(); n++) {
        assertThat(data.getUnsignedByte(n)).isEqualTo((short) (track + s + n & 0xFF));
      }
    }
  }
}
