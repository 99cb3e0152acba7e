package dev.sluice.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.segments.SegmentStore;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.store.StoredHead;
import dev.sluice.mux.store.TrackIndex;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFilesTest {
  private static final StreamName NAME = StreamName.parse("tv.example!live/cam_1");
  private static final StreamName OTHER = StreamName.parse("live/other");
  private static final long NOW_MS = 1_800_000_000_000L;
  private static final long DAY_MS = 86_400_000;
  private static final Bytes INIT =
      Bytes.of("a CMAF header".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  private static final UnpooledByteBufAllocator ALLOCATOR =
      new UnpooledByteBufAllocator(true, true);

  private final List<ByteBuf> given = new ArrayList<>();

  @TempDir Path folder;

  private SegmentFiles open(long maxBytes) throws IOException {
    return SegmentFiles.open(folder, maxBytes, DAY_MS, System.currentTimeMillis(), ALLOCATOR);
  }

  private SegmentFiles open() throws IOException {
    return open(1 << 30);
  }

  @AfterEach
  void allWasReleased() {
    assertThat(given).allMatch(media -> media.refCnt() == 0 || media.equals(Unpooled.EMPTY_BUFFER));
  }

  private static StoredHead head(int number, int size) {
    long start = 162_000_000_000_000L + 180_000L * number;
    return new StoredHead(
        size == 0 ? StoredHead.Kind.GAP : StoredHead.Kind.SEGMENT,
        Track.Kind.VIDEO,
        0,
        Timescale.VIDEO,
        new Cut(number, start, start, Cut.Opening.RANDOM_ACCESS, false, 0),
        start,
        180_000,
        INIT.sha256(StoredHead.DIGEST_SIZE),
        size,
        0);
  }

  private static byte[] bytes(int number, int size) {
    byte[] media = new byte[size];
    new SplittableRandom(number).nextBytes(media);
    return media;
  }

  /** Where a segment was stored; {@code lost} when it was not. */
  private record Place(int file, int position) {
    static final Place LOST = new Place(-1, -1);
  }

  private Place append(SegmentFiles files, StreamName name, int number, int size) {
    var place = new CompletableFuture<Place>();
    ByteBuf media =
        Unpooled.wrappedBuffer(
            Unpooled.copiedBuffer(bytes(number, size)).slice(0, size / 2),
            Unpooled.copiedBuffer(bytes(number, size)).slice(size / 2, size - size / 2));
    given.add(media);
    files.append(name, head(number, size), INIT, media, outcome(place));
    return place.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static SegmentStore.Outcome outcome(CompletableFuture<Place> place) {
    return new SegmentStore.Outcome() {
      @Override
      public void stored(int file, int position) {
        place.complete(new Place(file, position));
      }

      @Override
      public void lost() {
        place.complete(Place.LOST);
      }
    };
  }

  private static byte @Nullable [] read(SegmentFiles files, Place place, int size) {
    var read = new CompletableFuture<byte @Nullable []>();
    files.read(
        NAME,
        place.file,
        place.position,
        size,
        media -> {
          read.complete(media == null ? null : ByteBufUtil.getBytes(media));
          if (media != null) {
            media.release();
          }
        });
    return read.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static Place place(TrackIndex index, int number) {
    return new Place(index.file(number), index.position(number));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void whatWasAppendedIsReadAlsoAfterARestart() throws IOException {
    List<Place> places = new ArrayList<>();
    try (SegmentFiles files = open()) {
      for (int number = 0; number < 20; number++) {
        places.add(append(files, NAME, number, 100 * number));
      }
      assertThat(read(files, places.get(7), 700)).isEqualTo(bytes(7, 700));
      assertThat(files.written()).isEqualTo(20);
      assertThat(files.lost()).isZero();
      assertThat(files.waitingBytes()).isZero();
    }
    try (SegmentFiles files = open()) {
      assertThat(files.storedBytes()).isEqualTo(Files.size(files().getFirst()));
      SegmentStore.Recovered recovered = files.recovered(NAME);
      TrackIndex index = recovered.indexes().getFirst();
      assertThat(index.firstNumber()).isZero();
      assertThat(index.size()).isEqualTo(20);
      assertThat(index.isGap(0)).isTrue();
      assertThat(recovered.inits()).containsValue(INIT);
      for (int number = 1; number < 20; number++) {
        assertThat(place(index, number)).isEqualTo(places.get(number));
        assertThat(read(files, place(index, number), 100 * number))
            .isEqualTo(bytes(number, 100 * number));
      }
      assertThat(files.recovered(NAME).indexes()).isEmpty(); // it is somebody's now
      Place next = append(files, NAME, 20, 50);
      assertThat(next.file).isEqualTo(places.getFirst().file + 1); // never behind what was there
    }
  }

  /** Wherever the power failed: whole records are there, what is behind them is cut off. */
  @Test
  void aTornTailIsCut() throws IOException {
    int size = 60;
    try (SegmentFiles files = open()) {
      for (int number = 1; number <= 3; number++) {
        append(files, NAME, number, size);
      }
    }
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    int record = StoredHead.SIZE + size;
    int init = StoredHead.SIZE + INIT.size();
    assertThat(whole).hasSize(init + 3 * record);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      int records = Math.max(0, length - init) / record;
      try (SegmentFiles files = open()) {
        List<TrackIndex> indexes = files.recovered(NAME).indexes();
        assertThat(indexes.isEmpty() ? 0 : indexes.getFirst().size()).isEqualTo(records);
        assertThat(Files.size(file)).isEqualTo(length < init ? 0 : init + (long) records * record);
      }
    }
  }

  /** A file of the right length whose end was never written. */
  @Test
  void aLastRecordWithOtherBytesIsCut() throws IOException {
    try (SegmentFiles files = open()) {
      append(files, NAME, 1, 60);
      append(files, NAME, 2, 60);
    }
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    try (SegmentFiles files = open()) {
      assertThat(files.recovered(NAME).indexes().getFirst().size()).isEqualTo(1);
    }
  }

  @Test
  void damageIsNeverServed() throws IOException {
    try (SegmentFiles files = open()) {
      Place first = append(files, NAME, 1, 60);
      Place second = append(files, NAME, 2, 60);
      Path file = files().getFirst();
      byte[] bytes = Files.readAllBytes(file);
      bytes[first.position + 30] ^= 1;
      Files.write(file, bytes);
      assertThat(read(files, first, 60)).isNull();
      assertThat(read(files, second, 60)).isEqualTo(bytes(2, 60));
      assertThat(read(files, second, 59)).isNull();
      assertThat(read(files, new Place(second.file, second.position - 1), 60)).isNull();
      assertThat(read(files, new Place(second.file + 1, second.position), 60)).isNull();
    }
  }

  @Test
  void filesAreOfSomeSizeAndTheOldestGoWhereThereIsNoRoom() throws IOException {
    int size = 20 << 20;
    List<String> removed = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (SegmentFiles files = open(150L << 20)) {
      files.watch(NAME, file -> removed.add(NAME + " " + file));
      files.watch(OTHER, file -> removed.add(OTHER + " " + file));
      List<Place> places = new ArrayList<>();
      places.add(append(files, OTHER, 0, size));
      for (int number = 1; number < 10; number++) {
        places.add(append(files, NAME, number, size));
      }
      assertThat(places).extracting(Place::file).containsExactly(1, 1, 1, 1, 2, 2, 2, 3, 3, 3);
      assertThat(removed).containsExactly(OTHER + " 1", NAME + " 1");
      assertThat(files.storedBytes()).isLessThanOrEqualTo(150L << 20);
      assertThat(read(files, places.get(1), size)).isNull();
      assertThat(read(files, places.get(9), size)).isEqualTo(bytes(9, size));
    }
    long onDisk = 0;
    for (Path file : files()) {
      onDisk += Files.size(file);
    }
    assertThat(onDisk).isLessThanOrEqualTo(150L << 20);
    try (SegmentFiles files = open(1_000)) {
      assertThat(append(files, NAME, 11, 1_000)).isEqualTo(Place.LOST);
      assertThat(files.lost()).isEqualTo(1);
    }
  }

  @Test
  void nobodyWaitsForASlowDisk() throws Exception {
    try (SegmentFiles files = open()) {
      var hold = new CountDownLatch(1);
      var begun = new CountDownLatch(1);
      files.append(
          NAME,
          head(1, 10),
          INIT,
          media(10),
          new SegmentStore.Outcome() {
            @Override
            public void stored(int file, int position) {
              begun.countDown();
              try {
                assertThat(hold.await(20, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            }

            @Override
            public void lost() {}
          });
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      int size = (int) (SegmentFiles.MAX_WAITING_BYTES / 2);
      var fits = new CompletableFuture<Place>();
      files.append(NAME, head(2, size), INIT, media(size), outcome(fits));
      var tooMuch = new CompletableFuture<Place>();
      files.append(NAME, head(3, size), INIT, media(size), outcome(tooMuch));
      assertThat(tooMuch).isCompletedWithValue(Place.LOST); // at once
      assertThat(fits).isNotDone();
      hold.countDown();
      assertThat(fits.orTimeout(20, TimeUnit.SECONDS).join()).isNotEqualTo(Place.LOST);
    }
  }

  private ByteBuf media(int size) {
    ByteBuf media = Unpooled.wrappedBuffer(new byte[size]);
    given.add(media);
    return media;
  }

  @Test
  void whatNobodyWantsIsDeleted() throws IOException {
    try (SegmentFiles files = open()) {
      append(files, OTHER, 0, 10);
      int size = 40 << 20;
      append(files, NAME, 1, size);
      append(files, NAME, 2, size);
      Place last = append(files, NAME, 3, size);
      files.dropBefore(NAME, last.file);
      append(files, NAME, 4, 10); // behind it in the queue
      assertThat(files()).hasSize(2);
      files.forget(NAME);
      append(files, OTHER, 5, 10);
      assertThat(files()).hasSize(1);
      Place again = append(files, NAME, 6, 10);
      assertThat(read(files, again, 10)).isEqualTo(bytes(6, 10));
    }
  }

  @Test
  void whatIsOldIsDeletedAtTheStartAndWhatIsNotOursStays() throws IOException {
    try (SegmentFiles files = open()) {
      append(files, NAME, 1, 10);
      append(files, OTHER, 1, 10);
    }
    Path old = requireNonNull(files().getLast());
    Files.setLastModifiedTime(
        old, java.nio.file.attribute.FileTime.fromMillis(NOW_MS - 10 * DAY_MS * 365));
    Path foreign = Files.writeString(old.resolveSibling("notes.txt"), "mine");
    Path lost = Files.createDirectories(folder.resolve("no stream")).resolve("x");
    Files.writeString(lost, "mine, too");
    try (SegmentFiles files = open()) {
      assertThat(old).doesNotExist();
      assertThat(foreign).exists();
      assertThat(lost).exists();
      assertThat(files.storedBytes()).isPositive();
    }
    assertThat(files()).hasSize(3);
  }
}
