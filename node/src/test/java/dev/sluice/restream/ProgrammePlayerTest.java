package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programmes on virtual time; the reader runs where it is called. */
class ProgrammePlayerTest {
  private static final long MS = 1_000_000;
  private static final Client CLIENT = new Client("F-1", "file", "127.0.0.1", 0, null, "");

  @TempDir Path folder;
  private final SimLoops sim = new SimLoops(1);
  private final Loop loop = sim.loop(0);
  private final List<ByteBuf> payloads = new ArrayList<>();
  private int open;

  /** A file that is made up: frames of equal length, sound that begins and ends elsewhere. */
  private final class Made implements MediaFile {
    private final Timescale scale;
    private final long frame;
    private final int frames;
    private final int gop;
    private final long sound;
    private final int sounds;
    private final long startAt;
    private final long soundLate;
    private final int offset;
    private final Track video;
    private final Track audio;
    private int nextFrame;
    private int nextSound;

    /** Times in ticks of {@code scale}; no sound or no frames for a count of 0. */
    Made(
        int scale,
        long frame,
        int frames,
        int gop,
        long sound,
        int sounds,
        long startAt,
        long soundLate,
        int offset,
        int id) {
      this.scale = new Timescale(scale);
      this.frame = frame;
      this.frames = frames;
      this.gop = gop;
      this.sound = sound;
      this.sounds = sounds;
      this.startAt = startAt;
      this.soundLate = soundLate;
      this.offset = offset;
      Bytes which = Bytes.of((byte) (id % 3));
      this.video = new Track(id, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, which);
      this.audio =
          new Track(
              id + 1,
              Track.Kind.AUDIO,
              Codec.AAC,
              "aac",
              new Timescale(8_000),
              Bytes.of((byte) 0x15, (byte) 0x88)); // AAC-LC, 8 kHz, mono: frames of 128 ms
      open++;
    }

    @Override
    public SourceClock clock() {
      return new SourceClock(scale, 63);
    }

    @Override
    public List<Track> tracks() {
      return List.of(video, audio);
    }

    @Override
    public long durationNs() {
      return -1;
    }

    @Override
    public boolean next(SourceOutput output) {
      long videoAt = nextFrame < frames ? startAt + nextFrame * frame : Long.MAX_VALUE;
      long audioAt = nextSound < sounds ? startAt + soundLate + nextSound * sound : Long.MAX_VALUE;
      if (videoAt == Long.MAX_VALUE && audioAt == Long.MAX_VALUE) {
        return false;
      }
      ByteBuf payload = Unpooled.EMPTY_BUFFER;
      if (payloads.size() < 10_000) {
        payload = Unpooled.buffer(1).writeByte(1);
        payloads.add(payload);
      }
      if (videoAt <= audioAt) {
        output.unit(new SourceUnit(video, videoAt, offset, nextFrame++ % gop == 0, payload));
      } else {
        output.unit(new SourceUnit(audio, audioAt, 0, true, payload));
        nextSound++;
      }
      return true;
    }

    @Override
    public long seek(long atNs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      open--;
    }
  }

  private ProgrammePlayer start(Programme programme, PlayedStream sink) {
    return ProgrammePlayer.start(programme, CLIENT, said -> said, Runnable::run, loop, sink);
  }

  private void stop(ProgrammePlayer player) {
    sim.on(loop, player::stop);
    sim.runFor(10_000 * MS);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(payloads).allSatisfy(payload -> assertThat(payload.refCnt()).isZero());
    assertThat(open).as("open files").isZero();
  }

  private static Programme of(List<Programme.Opening> items) {
    return new Programme() {
      private int next;

      @Override
      public Item next() {
        int index = next++ % items.size();
        return new Item(index, "item " + index, items.get(index));
      }

      @Override
      public void skipTo(int index) {
        next = index;
      }
    };
  }

  /** Twenty files as they come: every rate, B-frames, sound early and late, without either. */
  private List<Programme.Opening> oddFiles() {
    List<Programme.Opening> files = new ArrayList<>();
    int[][] rates = {{1_000, 200, 128}, {90_000, 18_018, 11_520}, {48_000, 9_600, 6_144}};
    for (int i = 0; i < 20; i++) {
      int[] rate = rates[i % 3];
      int frames = i == 7 ? 0 : 30 + 13 * i;
      int sounds = i == 12 ? 0 : 60 + 17 * i;
      int number = i;
      files.add(() ->
          new Made(
              rate[0],
              rate[1],
              frames,
              1 + number % 5 * 3,
              rate[2],
              sounds,
              number % 4 == 0 ? -5L * rate[0] : number * 1_000L * rate[0],
              (number % 5 - 2) * (long) rate[1] / 2,
              number % 2 == 0 ? 2 * rate[1] : 0,
              2 * (number % 7)));
    }
    return files;
  }

  @Test
  void aPlaylistOfTwentyOddFilesRunsForADayWithoutATimelineFault() {
    var sink = new PlayedStream(sim);
    ProgrammePlayer player = start(of(oddFiles()), sink);
    for (int hour = 0; hour < 24; hour++) {
      sim.runFor(3_600_000 * MS);
      assertThat(sink.latestMs).isBetween(3_600_000L * (hour + 1) - 1_000, 3_600_000L * (hour + 1));
    }
    // an item without sound or picture is a hole in that track; nothing else is to be told
    assertThat(sink.repairs).allMatch(repair -> repair.contains("had a gap of"));
    assertThat(sink.worstOffsetMs).as("ms from the clock").isLessThan(10);
    assertThat(sink.units).isGreaterThan(900_000);
    assertThat(sink.published).isEqualTo(1);
    assertThat(sink.announced.keySet()).as("ids of all files").hasSize(2);
    stop(player);
  }

  @Test
  void tracksOfAnItemBeginWhereTheLongestOfTheOneBeforeEnded() {
    var sink = new PlayedStream(sim);
    // 1 s of picture and 1.2 s of sound, then the same again
    Programme.Opening item = () -> new Made(1_000, 40, 25, 25, 20, 60, 500, 0, 0, 0);
    ProgrammePlayer player = start(of(List.of(item)), sink);
    List<Long> begins = new ArrayList<>();
    for (int ms = 0; ms < 3_700; ms += 10) {
      long before = sink.notes.size();
      sim.runFor(10 * MS);
      if (sink.notes.size() > before) {
        begins.add((long) ms);
      }
    }
    assertThat(begins).containsExactly(0L, 1_190L, 2_390L, 3_590L);
    assertThat(sink.notes).allMatch(note -> note.equals("plays 0: item 0"));
    stop(player);
  }

  @Test
  void cutsOverAtOnceAndStaysInTime() {
    var sink = new PlayedStream(sim);
    List<Programme.Opening> items = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      items.add(() -> new Made(1_000, 40, 2_500, 25, 20, 5_000, 0, 0, 0, 0));
    }
    ProgrammePlayer player = start(of(items), sink);
    sim.runFor(10_500 * MS);
    assertThat(sink.notes).containsExactly("plays 0: item 0");
    sim.on(loop, () -> assertThat(player.cut(3)).isTrue());
    sim.runFor(100 * MS);
    assertThat(sink.notes).containsExactly("plays 0: item 0", "plays 3: item 3");
    sim.runFor(100_000 * MS);
    assertThat(sink.notes.getLast()).isEqualTo("plays 4: item 4");
    assertThat(sink.repairs).isEmpty();
    stop(player);
    assertThat(player.cut(0)).as("after the end").isFalse();
  }

  @ParameterizedTest(name = "after {0} ms it is {1} ms behind")
  @CsvSource({"400, 0", "1900, 0", "2500, 2500"})
  void whatHeldItUpIsMadeUpForUnlessItIsLong(long pauseMs, long behindMs) {
    var sink = new PlayedStream(sim);
    ProgrammePlayer player =
        start(of(List.of(() -> new Made(1_000, 40, 2_500, 25, 20, 5_000, 0, 0, 0, 0))), sink);
    sim.runFor(1_000 * MS);
    long units = sink.units;
    SourceHandler handler = Objects.requireNonNull(sink.handler);
    sim.on(loop, () -> handler.reading(false));
    sim.runFor(pauseMs * MS);
    assertThat(sink.units).isEqualTo(units);
    sink.paced = false;
    sim.on(loop, () -> handler.reading(true));
    sim.runFor(3_000 * MS);
    assertThat(1_000 + pauseMs + 3_000 - sink.latestMs).isBetween(behindMs - 40, behindMs + 40);
    assertThat(sink.repairs).isEmpty();
    stop(player);
  }

  @Test
  void whatTheHubEndsComesBackWithItsTracks() {
    var sink = new PlayedStream(sim);
    ProgrammePlayer player =
        start(of(List.of(() -> new Made(1_000, 40, 250, 25, 20, 500, 0, 0, 0, 0))), sink);
    sim.runFor(3_000 * MS);
    SourceHandler handler = Objects.requireNonNull(sink.handler);
    sim.on(loop, () -> handler.ended(Reason.KICKED));
    long units = sink.units;
    sim.runFor(4_999 * MS);
    assertThat(sink.units).isEqualTo(units);
    sim.runFor(1 * MS);
    assertThat(sink.published).isEqualTo(2);
    sim.runFor(3_000 * MS);
    assertThat(sink.units).isGreaterThan(units + 200);
    stop(player);
  }

  @Test
  void itemsThatCannotBePlayedArePassedOver() {
    var sink = new PlayedStream(sim);
    ProgrammePlayer player =
        start(
            of(
                List.of(
                    () -> {
                      throw new NoSuchFileException("gone.flv");
                    },
                    () -> new Made(1_000, 40, 25, 25, 20, 50, 0, 0, 0, 0),
                    () -> {
                      throw new MalformedException("no FLV");
                    },
                    () -> new Made(1_000, 40, 0, 25, 20, 0, 0, 0, 0, 0))),
            sink);
    sim.runFor(10_000 * MS);
    assertThat(sink.notes).contains("plays 1: item 1").hasSizeGreaterThanOrEqualTo(10);
    assertThat(sink.repairs).isEmpty();
    assertThat(sink.latestMs).isBetween(9_900L, 10_000L);
    stop(player);
  }

  @Test
  void whereNothingCanBePlayedItTriesAgainAndTakesNoSeat() {
    var sink = new PlayedStream(sim);
    int[] tries = new int[1];
    ProgrammePlayer player =
        start(
            of(
                List.of(() -> {
                  tries[0]++;
                  throw new NoSuchFileException("gone.flv");
                })),
            sink);
    sim.runFor(ProgrammePlayer.RETRY_NS - 1);
    assertThat(sink.published).isZero();
    assertThat(tries[0]).isEqualTo(ProgrammeReader.MAX_FAILURES);
    assertThat(sink.notes).containsExactly("item 0: gone.flv is not there; next try in 5000 ms");
    sim.runFor(1);
    assertThat(tries[0]).isEqualTo(2 * ProgrammeReader.MAX_FAILURES);
    stop(player);
  }

  @Test
  void aProgrammeThatDoesNotLoopEndsOnce() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "\uFEFF# two\na.flv\n\n  b.flv\n");
    MediaOpener opener =
        path -> {
          assertThat(path.getParent()).isEqualTo(folder);
          return new Made(1_000, 40, 25, 25, 20, 50, 0, 0, 0, 0);
        };
    var sink = new PlayedStream(sim);
    ProgrammePlayer player = start(Programme.playlist(list, false, opener), sink);
    sim.runFor(1_900 * MS);
    assertThat(sink.ended).isNull();
    sim.runFor(200 * MS);
    assertThat(sink.ended).isEqualTo(Reason.PEER_LEFT);
    assertThat(sink.notes).containsExactly("plays 0: a.flv", "plays 1: b.flv", "played to its end");
    stop(player);
  }

  @Test
  void aPlaylistIsReadAgainBeforeEachItem() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "a.flv\nb.flv\n");
    MediaOpener opener = _ -> new Made(1_000, 40, 250, 25, 20, 500, 0, 0, 0, 0);
    var sink = new PlayedStream(sim);
    ProgrammePlayer player = start(Programme.playlist(list, true, opener), sink);
    sim.runFor(5_000 * MS);
    Files.writeString(list, "a.flv\nc.flv\n");
    sim.runFor(10_000 * MS);
    assertThat(sink.notes).containsExactly("plays 0: a.flv", "plays 1: c.flv");
    stop(player);
  }

  @Test
  void playlistsHaveLimits() throws IOException {
    Path list = folder.resolve("list.txt");
    MediaOpener none =
        _ -> {
          throw new UncheckedIOException(new IOException("not to be opened"));
        };
    Files.writeString(list, "a.flv\n".repeat(Programme.MAX_FILES));
    assertThat(Programme.playlist(list, true, none).next()).isNotNull();
    for (String text :
        List.of(
            "# nothing\n",
            "a.flv\n".repeat(Programme.MAX_FILES + 1),
            "#" + "x".repeat(Programme.MAX_PLAYLIST_BYTES),
            "a\u0000b")) {
      Files.writeString(list, text);
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> Programme.playlist(list, true, none).next())
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("list.txt");
    }
  }
}
