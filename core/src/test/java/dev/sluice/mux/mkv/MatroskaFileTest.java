package dev.sluice.mux.mkv;

import static dev.sluice.wire.matroska.Elements.bytes;
import static dev.sluice.wire.matroska.Elements.element;
import static dev.sluice.wire.matroska.Elements.endless;
import static dev.sluice.wire.matroska.Elements.join;
import static dev.sluice.wire.matroska.Elements.number;
import static dev.sluice.wire.matroska.Elements.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.matroska.ElementId;
import dev.sluice.wire.matroska.TrackEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatroskaFileTest {
  private static final long MS = 1_000_000;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  /** Units in order, as text: {@code 1@40 key}. */
  private static class Reader implements SourceOutput {
    final List<String> lines = new ArrayList<>();
    final List<Track> tracks = new ArrayList<>();

    @Override
    public void track(Track track) {
      tracks.add(track);
    }

    @Override
    public void unit(SourceUnit unit) {
      assertThat(tracks).contains(unit.track());
      lines.add(
          "%d@%d%s"
              .formatted(
                  unit.track().id(),
                  unit.dts() / 1_000,
                  unit.track().kind() == Track.Kind.VIDEO && unit.randomAccess() ? " key" : ""));
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {
      throw new AssertionError("Matroska has no such metadata");
    }

    Reader all(MatroskaFile file) {
      tracks.addAll(file.tracks()); // told once, however often the file is read
      while (file.next(this)) {}
      return this;
    }
  }

  static ByteSource source(ByteBuf content) {
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return content.readableBytes();
      }

      @Override
      public int read(long position, int length, ByteBuf out) {
        int there = (int) Math.max(0, Math.min(length, content.readableBytes() - position));
        out.writeBytes(content, (int) position, there);
        return there;
      }
    };
  }

  private static ByteBuf head() {
    return element(
        ElementId.EBML,
        text(ElementId.DOC_TYPE, "matroska"),
        number(ElementId.DOC_TYPE_READ_VERSION, 2));
  }

  /** MP3 of 48 kHz, 24 ms a frame: its configuration is in the frames. */
  private static ByteBuf mp3(int number) {
    return element(
        ElementId.TRACK_ENTRY,
        number(ElementId.TRACK_NUMBER, number),
        number(ElementId.TRACK_TYPE, TrackEntry.AUDIO),
        text(ElementId.CODEC_ID, "A_MPEG/L3"));
  }

  private static ByteBuf mp3Frame() {
    return Unpooled.buffer().writeInt(0xFFFB_1444).writeZero(96 - 4); // 32 kbit/s
  }

  private static ByteBuf block(int track, int ticks, ByteBuf frame) {
    return element(
        ElementId.SIMPLE_BLOCK,
        join(bytes((byte) (0x80 | track)), Unpooled.buffer().writeShort(ticks).writeByte(0x80)),
        frame);
  }

  private static ByteBuf cluster(long ticks, ByteBuf... blocks) {
    return element(ElementId.CLUSTER, number(ElementId.TIMESTAMP, ticks), join(blocks));
  }

  private static ByteBuf tracks() {
    return element(ElementId.TRACKS, mp3(1), mp3(2));
  }

  @Test
  void putsTheFramesOfAllTracksInOrder() {
    ByteBuf content =
        join(
            head(),
            element(
                ElementId.SEGMENT,
                tracks(),
                cluster(0, block(1, 0, mp3Frame()), block(1, 24, mp3Frame())),
                cluster(40, block(1, 8, mp3Frame()), block(2, -40, mp3Frame())),
                cluster(60, block(2, -36, mp3Frame()))));
    try (var file = new MatroskaFile(source(content), allocator)) {
      assertThat(file.tracks()).extracting(Track::codec).containsExactly(Codec.MP3, Codec.MP3);
      assertThat(new Reader().all(file).lines)
          .containsExactly("0@0", "1@0", "0@24", "1@24", "0@48");
    }
  }

  @Test
  void readsLiveRecordingsWithoutSizesUpToWhereTheyWereCutOff() {
    ByteBuf whole =
        join(
            head(),
            endless(
                ElementId.SEGMENT,
                element(ElementId.TRACKS, mp3(1)),
                endless(ElementId.CLUSTER, number(ElementId.TIMESTAMP, 0), block(1, 0, mp3Frame())),
                endless(
                    ElementId.CLUSTER, number(ElementId.TIMESTAMP, 24), block(1, 0, mp3Frame())),
                endless(
                    ElementId.CLUSTER, number(ElementId.TIMESTAMP, 48), block(1, 0, mp3Frame()))));
    ByteBuf cut = whole.slice(0, whole.readableBytes() - 1);
    try (var file = new MatroskaFile(source(cut), allocator)) {
      assertThat(file.durationNs()).isEqualTo(-1);
      assertThat(new Reader().all(file).lines).containsExactly("0@0", "0@24");
    }
  }

  @Test
  void goesToTheBlockAtOrBeforeATimeWithAndWithoutCues() {
    ByteBuf first = cluster(1_000, block(1, 0, mp3Frame()), block(1, 24, mp3Frame()));
    ByteBuf second = cluster(1_048, block(1, 0, mp3Frame()), block(1, 24, mp3Frame()));
    ByteBuf tracks = element(ElementId.TRACKS, mp3(1));
    ByteBuf plain = join(head(), element(ElementId.SEGMENT, tracks, first, second));
    for (boolean withCues : new boolean[] {false, true}) {
      // cues behind the clusters are found by a seek head only: here they come before them
      ByteBuf content =
          withCues
              ? join(head(), element(ElementId.SEGMENT, withCuesFirst(tracks, first, second)))
              : plain;
      try (var file = new MatroskaFile(source(content), allocator)) {
        assertThat(file.seek(50 * MS)).isEqualTo(48 * MS);
        assertThat(new Reader().all(file).lines).containsExactly("0@1048", "0@1072");
        assertThat(file.seek(0)).isZero();
        assertThat(new Reader().all(file).lines).hasSize(4);
        assertThat(file.seek(10_000 * MS)).isEqualTo(72 * MS);
        assertThat(new Reader().all(file).lines).containsExactly("0@1072");
        assertThat(file.durationNs()).isEqualTo(withCues ? 96 * MS : -1);
      }
    }
  }

  private static ByteBuf withCuesFirst(ByteBuf tracks, ByteBuf first, ByteBuf second) {
    // the position counts the cues themselves, whose size does not depend on it
    int before = tracks.readableBytes() + first.readableBytes();
    ByteBuf cues = cues(1_048, before + cues(1_048, 0).readableBytes());
    return join(tracks, cues, first, second);
  }

  private static ByteBuf cues(long ticks, long position) {
    return element(
        ElementId.CUES,
        element(
            ElementId.CUE_POINT,
            number(ElementId.CUE_TIME, ticks),
            element(
                ElementId.CUE_TRACK_POSITIONS,
                number(ElementId.CUE_TRACK, 1),
                number(ElementId.CUE_CLUSTER_POSITION, position))));
  }

  @Test
  void namesTracksThatItLeavesOut() {
    ByteBuf subtitles =
        element(
            ElementId.TRACK_ENTRY,
            number(ElementId.TRACK_NUMBER, 3),
            number(ElementId.TRACK_TYPE, 17),
            text(ElementId.CODEC_ID, "S_TEXT/UTF8"));
    ByteBuf content =
        join(
            head(),
            element(
                ElementId.SEGMENT,
                element(ElementId.TRACKS, mp3(1), subtitles.copy()),
                cluster(0, block(1, 0, mp3Frame()))));
    try (var file = new MatroskaFile(source(content), allocator)) {
      assertThat(file.leftOut()).containsExactly("track 3 S_TEXT/UTF8");
    }
    ByteBuf confused =
        join(
            head(),
            element(
                ElementId.SEGMENT,
                element(
                    ElementId.TRACKS,
                    mp3(1),
                    element(
                        ElementId.TRACK_ENTRY,
                        number(ElementId.TRACK_NUMBER, 2),
                        number(ElementId.TRACK_TYPE, TrackEntry.AUDIO),
                        text(ElementId.CODEC_ID, "V_MPEG4/ISO/AVC"))),
                cluster(0, block(1, 0, mp3Frame()))));
    try (var file = new MatroskaFile(source(confused), allocator)) {
      assertThat(file.leftOut()).containsExactly("track 2 V_MPEG4/ISO/AVC");
    }
    ByteBuf nothing =
        join(
            head(),
            element(
                ElementId.SEGMENT,
                element(ElementId.TRACKS, subtitles),
                cluster(0, block(3, 0, mp3Frame()))));
    assertThatThrownBy(() -> new MatroskaFile(source(nothing), allocator))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("S_TEXT/UTF8");
  }

  /** AAC of 48 kHz: frames of any size. */
  private static ByteBuf aac(int number) {
    return element(
        ElementId.TRACK_ENTRY,
        number(ElementId.TRACK_NUMBER, number),
        number(ElementId.TRACK_TYPE, TrackEntry.AUDIO),
        text(ElementId.CODEC_ID, "A_AAC"),
        element(ElementId.CODEC_PRIVATE, bytes((byte) 0x11, (byte) 0x90)));
  }

  @ParameterizedTest(name = "{0} bytes too few: {1}")
  @CsvSource({"1, 1@0 0@10 0@11", "0, 0@10 1@0 0@11"})
  void readsAheadUpToItsBoundInBytes(int tooFew, String order) {
    int half = MatroskaFile.MAX_WAITING_BYTES / 2;
    ByteBuf content =
        join(
            head(),
            element(
                ElementId.SEGMENT,
                element(ElementId.TRACKS, aac(1), aac(2)),
                cluster(
                    0,
                    block(1, 10, Unpooled.buffer(half).writeZero(half - tooFew)),
                    block(1, 11, Unpooled.buffer(half).writeZero(half)),
                    block(2, 0, Unpooled.buffer().writeZero(1)))));
    try (var file = new MatroskaFile(source(content), allocator)) {
      assertThat(new Reader().all(file).lines).containsExactly(order.split(" "));
    }
  }

  @ParameterizedTest(name = "behind {0} blocks of the other track")
  @CsvSource({"95, true", "96, true", "511, true", "512, false"})
  void looksForACodecInTheFirstBlocks(int blocks, boolean found) {
    ByteBuf first = Unpooled.buffer();
    for (int i = 0; i < blocks; i++) {
      first.writeBytes(block(1, 24 * i, mp3Frame()));
    }
    ByteBuf content =
        join(
            head(),
            element(
                ElementId.SEGMENT, tracks(), cluster(0, first, block(2, 24 * blocks, mp3Frame()))));
    try (var file = new MatroskaFile(source(content), allocator)) {
      assertThat(file.tracks()).hasSize(found ? 2 : 1);
      assertThat(file.leftOut())
          .isEqualTo(found ? List.of() : List.of("track 2 without a frame that tells its codec"));
      assertThat(new Reader().all(file).lines).hasSize(found ? blocks + 1 : blocks);
    }
  }

  @Test
  void opensALongFileByItsBeginning() {
    ByteBuf blocks = Unpooled.buffer();
    for (int i = 0; i < 1_000; i++) {
      blocks.writeBytes(block(1, 20 * i, Unpooled.buffer().writeZero(1_000)));
    }
    ByteBuf content =
        join(
            head(),
            element(ElementId.SEGMENT, element(ElementId.TRACKS, aac(1)), cluster(0, blocks)));
    long[] bytes = new long[1];
    ByteSource whole = source(content);
    ByteSource counting =
        new ByteSource() {
          @Override
          public long sizeBytes() {
            return whole.sizeBytes();
          }

          @Override
          public int read(long position, int length, ByteBuf out) {
            int read = whole.read(position, length, out);
            bytes[0] += read;
            return read;
          }
        };
    try (var _ = new MatroskaFile(counting, allocator)) {
      assertThat(bytes[0]).isBetween(1L, 200_000L); // 96 blocks, by the piece
    }
  }

  @Test
  void framesLookAlikeWhereverThePiecesOfTheFileEnd() {
    // a block that ends with the first piece, one that reaches over its end, one longer than it
    ByteBuf frames = Unpooled.buffer();
    List<Integer> sizes = List.of(65_000, 65_000, 1_000, 70_000, 200_000, 1, 131_072);
    ByteBuf blocks = Unpooled.buffer();
    for (int i = 0; i < sizes.size(); i++) {
      ByteBuf frame = Unpooled.buffer();
      for (int at = 0; at < sizes.get(i); at++) {
        frame.writeByte(at * 31 + i);
      }
      frames.writeBytes(frame.duplicate());
      blocks.writeBytes(block(1, i, frame));
    }
    ByteBuf content =
        join(
            head(),
            element(ElementId.SEGMENT, element(ElementId.TRACKS, aac(1)), cluster(0, blocks)));
    ByteBuf read = Unpooled.buffer();
    try (var file = new MatroskaFile(source(content), allocator)) {
      Reader reader =
          new Reader() {
            @Override
            public void unit(SourceUnit unit) {
              read.writeBytes(unit.payload().duplicate());
              super.unit(unit);
            }
          };
      assertThat(reader.all(file).lines).hasSize(sizes.size());
    }
    assertThat(read).isEqualTo(frames);
  }

  @Test
  void whatWasTakenOffFramesIsPutBack() {
    ByteBuf stripped =
        element(
            ElementId.TRACK_ENTRY,
            number(ElementId.TRACK_NUMBER, 1),
            number(ElementId.TRACK_TYPE, TrackEntry.AUDIO),
            text(ElementId.CODEC_ID, "A_AAC"),
            element(ElementId.CODEC_PRIVATE, bytes((byte) 0x11, (byte) 0x90)),
            element(
                ElementId.CONTENT_ENCODINGS,
                element(
                    ElementId.CONTENT_ENCODING,
                    element(
                        ElementId.CONTENT_COMPRESSION,
                        number(ElementId.CONTENT_COMP_ALGO, 3),
                        element(ElementId.CONTENT_COMP_SETTINGS, bytes((byte) 1, (byte) 2))))));
    ByteBuf content =
        join(
            head(),
            element(
                ElementId.SEGMENT,
                element(ElementId.TRACKS, stripped),
                cluster(0, block(1, 0, bytes((byte) 3)))));
    ByteBuf read = Unpooled.buffer();
    try (var file = new MatroskaFile(source(content), allocator)) {
      new Reader() {
        @Override
        public void unit(SourceUnit unit) {
          read.writeBytes(unit.payload().duplicate());
          super.unit(unit);
        }
      }.all(file);
    }
    assertThat(read).isEqualTo(bytes((byte) 1, (byte) 2, (byte) 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1A45DFA3", "00000000", "1A45DFA380"})
  void refusesWhatIsNoMatroska(String hex) {
    ByteBuf content = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    assertThatThrownBy(() -> new MatroskaFile(source(content), allocator))
        .isInstanceOfAny(MalformedException.class, UnsupportedException.class);
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try (var file = new MatroskaFile(source(Unpooled.wrappedBuffer(input)), allocator)) {
      file.seek(20 * MS);
      SourceOutput output =
          new SourceOutput() {
            @Override
            public void track(Track track) {}

            @Override
            public void unit(SourceUnit unit) {
              assertThat(unit.payload().isReadable()).isTrue();
              unit.payload().release();
            }

            @Override
            public void metadata(Bytes message) {}
          };
      while (file.next(output)) {}
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    allMemoryIsGivenBack();
  }
}
