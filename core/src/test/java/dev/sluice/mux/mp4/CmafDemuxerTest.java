package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.UnitDump.Unit;
import dev.sluice.testkit.Golden;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EventMessageBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CmafDemuxerTest {
  private static final Track AUDIO =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "");

  static Stream<Arguments> clipsAndSteps() {
    return Stream.of("h264_aac_fragmented.mp4", "h264_aac_separate.mp4", "h264_aac_sidx.mp4")
        .flatMap(clip ->
            Stream.of(1, 7, 188, 4_096, Integer.MAX_VALUE).map(step -> Arguments.of(clip, step)));
  }

  @ParameterizedTest(name = "{0} fed {1} bytes at a time")
  @MethodSource("clipsAndSteps")
  void demuxes(String clip, int step) throws IOException {
    CmafDump dump = new CmafDump();
    feed(Unpooled.wrappedBuffer(Mp4Clips.bytes(clip)), step, dump);
    assertThat(dump.allReleased()).isTrue();
    Golden.check("cmaf/" + clip + ".dump", dump.text());
  }

  /** The same as the reader of files finds, but for the part that lies in moov. */
  @ParameterizedTest
  @ValueSource(strings = {"h264_aac_fragmented.mp4", "h264_aac_separate.mp4", "h264_aac_sidx.mp4"})
  void findsWhatTheFileReaderFinds(String clip) {
    CmafDump dump = new CmafDump();
    feed(Unpooled.wrappedBuffer(Mp4Clips.bytes(clip)), 1_000, dump);
    Mp4File file = Mp4File.open(Mp4Clips.open(clip), UnpooledByteBufAllocator.DEFAULT);
    UnitDump all = new UnitDump(file.clock());
    while (file.next(all)) {}
    assertThat(dump.all).containsExactlyInAnyOrderElementsOf(all.units);
  }

  @Test
  void whatIsMuxedIsDemuxed() {
    Seeds.run(
        100,
        random -> {
          List<AccessUnit> units = units(random);
          ByteBuf stream = Unpooled.buffer();
          CmafMuxer.init(AUDIO).writeTo(stream);
          for (int from = 0; from < units.size(); ) {
            int to = Math.min(units.size(), from + random.nextInt(1, 9));
            long end = to < units.size() ? units.get(to).dts() : ClipUnits.end(units);
            ChunkExtras extras =
                random.nextBoolean() ? ChunkExtras.NONE : ChunkExtras.ofType(ChunkExtras.CHUNK);
            CmafMuxer.chunk(units.subList(from, to), end, extras).write(stream);
            from = to;
          }
          CmafDump dump = new CmafDump();
          feed(stream, random.nextInt(1, 300), dump);
          assertThat(dump.gaps).isEmpty();
          assertThat(dump.all).hasSameSizeAs(units);
          for (int i = 0; i < units.size(); i++) {
            Unit found = dump.all.get(i);
            assertThat(found.dts()).isEqualTo(units.get(i).dts());
            assertThat(found.pts()).isEqualTo(units.get(i).pts());
            assertThat(found.size()).isEqualTo(units.get(i).sizeBytes());
            assertThat(found.crc()).isEqualTo(crc(units.get(i).payload()));
          }
        });
  }

  @Test
  void reportsGapsEventsAndReferenceTimes() throws IOException {
    List<AccessUnit> units = ClipUnits.of("aac_44100.m4a", Track.Kind.AUDIO);
    var event = new EventMessageBox(0, "urn:x", "v", 90_000, 5, 6, 7, Bytes.ofHex("010203"));
    var extras =
        new ChunkExtras(
            ChunkExtras.SEGMENT,
            new dev.sluice.wire.isobmff.ProducerReferenceTimeBox(
                0, 1, 0x83AA_7E80_8000_0000L, units.getFirst().pts()),
            List.of(event));
    ByteBuf stream = Unpooled.buffer();
    CmafMuxer.init(units.getFirst().track()).writeTo(stream);
    CmafMuxer.chunk(units.subList(0, 4), units.get(4).dts(), extras).write(stream);
    CmafMuxer.chunk(units.subList(6, 8), units.get(8).dts(), ChunkExtras.NONE).write(stream);
    CmafMuxer.chunk(units.subList(7, 9), units.get(9).dts(), ChunkExtras.NONE).write(stream);
    CmafDump dump = new CmafDump();
    feed(stream, 100, dump);
    Golden.check("cmaf/reports.dump", dump.text());
    assertThat(dump.events).containsExactly(event);
    assertThat(dump.referenceTimes).hasSize(1);
    assertThat(dump.referenceTimes.getFirst().utcNs()).isEqualTo(500_000_000);
    assertThat(dump.gaps).hasSize(2);
  }

  @Test
  void anInitThatDiffersBeginsAnew() {
    List<AccessUnit> first = ClipUnits.of("aac_44100.m4a", Track.Kind.AUDIO);
    List<AccessUnit> second = ClipUnits.of("h264_aac_48000.mp4", Track.Kind.AUDIO);
    ByteBuf stream = Unpooled.buffer();
    for (int i = 0; i < 2; i++) {
      CmafMuxer.init(first.getFirst().track()).writeTo(stream); // twice the same: once announced
      CmafMuxer.chunk(first.subList(i, i + 1), first.get(i + 1).dts(), ChunkExtras.NONE)
          .write(stream);
    }
    CmafMuxer.init(second.getFirst().track()).writeTo(stream);
    CmafMuxer.chunk(second.subList(0, 2), second.get(2).dts(), ChunkExtras.NONE).write(stream);
    List<Track> tracks = new ArrayList<>();
    CmafDump dump = new CmafDump(tracks::add);
    feed(stream, 64, dump);
    assertThat(tracks).hasSize(2);
    assertThat(tracks.get(0)).isEqualTo(first.getFirst().track());
    assertThat(tracks.get(1)).isEqualTo(second.getFirst().track());
    assertThat(dump.all).extracting(Unit::dts).last().isEqualTo(second.get(1).dts());
    assertThat(dump.gaps).isEmpty();
  }

  @Test
  void aStreamThatIsEnteredLateWaitsForItsInit() {
    List<AccessUnit> units = units(20);
    ByteBuf stream = Unpooled.buffer();
    CmafMuxer.chunk(units.subList(0, 3), units.get(3).dts(), ChunkExtras.NONE).write(stream);
    CmafMuxer.init(AUDIO).writeTo(stream);
    CmafMuxer.chunk(units.subList(3, 6), units.get(6).dts(), ChunkExtras.NONE).write(stream);
    CmafDump dump = new CmafDump();
    try (var demuxer = new CmafDemuxer(dump, UnpooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(stream);
      assertThat(demuxer.dropped(CmafDrop.BEFORE_INIT)).isEqualTo(2); // moof and mdat
    }
    assertThat(dump.all).hasSize(3);
  }

  @Test
  void countsSamplesWhoseDataDoNotCome() {
    List<AccessUnit> units = units(20);
    ByteBuf chunk = Unpooled.buffer();
    CmafMuxer.chunk(units.subList(0, 4), units.get(4).dts(), ChunkExtras.NONE).write(chunk);
    ByteBuf stream = Unpooled.buffer();
    CmafMuxer.init(AUDIO).writeTo(stream);
    // mdat ends in the second sample
    int moof = chunk.getInt(0);
    int cut = units.get(0).sizeBytes() + 1;
    stream.writeBytes(chunk, 0, moof).writeInt(8 + cut).writeInt(BoxType.MDAT);
    stream.writeBytes(chunk, moof + 8, cut);
    CmafMuxer.chunk(units.subList(4, 6), units.get(6).dts(), ChunkExtras.NONE).write(stream);
    CmafDump dump = new CmafDump();
    try (var demuxer = new CmafDemuxer(dump, UnpooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(stream);
      assertThat(demuxer.dropped(CmafDrop.DATA_MISSING)).isEqualTo(3);
      assertThat(dump.all).hasSize(3);
      // data without a fragment of their own are passed over
      demuxer.feed(hex("0000000C 6D646174 01020304"));
    }
    assertThat(dump.all).hasSize(3);
  }

  @Test
  void boxesThatAreNotReadMayHaveAnySize() {
    CmafDump dump = new CmafDump();
    try (var demuxer = new CmafDemuxer(dump, UnpooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(hex("00000001 66726565 7FFFFFFFFFFFFFFF"));
      demuxer.feed(Unpooled.wrappedBuffer(new byte[10_000]));
    }
    assertThat(dump.text()).isEmpty();
  }

  @Test
  void nothingIsAllocatedOnAPromise() {
    var allocator = new UnpooledByteBufAllocator(false);
    CmafDump dump = new CmafDump();
    try (var demuxer = new CmafDemuxer(dump, allocator)) {
      demuxer.feed(hex("00FFFFFF 6D6F6F66 0000"));
      assertThat(allocator.metric().usedHeapMemory()).isBetween(2L, 70_000L);
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000007 66726565",
        "01000009 6D6F6F66",
        "00100009 6D6F6F76",
        "00100009 70726674",
        "00000008 6D6F6F76 ",
        "00000010 656D7367 00000000 00000000",
      })
  void refuses(String hex) {
    assertThatThrownBy(() -> feed(hex(hex), Integer.MAX_VALUE, new CmafDump()))
        .isInstanceOfAny(MalformedException.class, UnsupportedException.class);
  }

  @Test
  void damagedStreamsAreReadOrRefused() {
    byte[] whole = Mp4Clips.bytes("h264_aac_sidx.mp4");
    Seeds.run(
        200,
        random -> {
          byte[] bytes = whole.clone();
          for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1);
          }
          readOrRefuse(bytes);
        });
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    readOrRefuse(input);
  }

  private static void readOrRefuse(byte[] input) {
    var allocator = new UnpooledByteBufAllocator(false);
    CmafDump dump = new CmafDump();
    try (var demuxer = new CmafDemuxer(dump, allocator)) {
      ByteBuf in = Unpooled.wrappedBuffer(input);
      while (in.isReadable()) {
        demuxer.feed(in.readSlice(Math.min(in.readableBytes(), 1 + input.length / 3)));
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    assertThat(dump.allReleased()).isTrue();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  private static List<AccessUnit> units(int count) {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long dts = 48_000L * ClipUnits.START_S + 1_024L * i;
      units.add(new AccessUnit(AUDIO, dts, dts, true, Unpooled.wrappedBuffer(new byte[5 + i])));
    }
    return units;
  }

  private static List<AccessUnit> units(RandomGenerator random) {
    List<AccessUnit> units = new ArrayList<>();
    long dts = random.nextLong(1L << 46);
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      byte[] payload = new byte[random.nextInt(1, 500)];
      random.nextBytes(payload);
      long pts = dts + random.nextInt(-1, 4);
      units.add(new AccessUnit(AUDIO, dts, pts, true, Unpooled.wrappedBuffer(payload)));
      dts += random.nextInt(1, 3_000);
    }
    return units;
  }

  private static void feed(ByteBuf bytes, int step, CmafDump dump) {
    try (var demuxer = new CmafDemuxer(dump, UnpooledByteBufAllocator.DEFAULT)) {
      while (bytes.isReadable()) {
        ByteBuf piece =
            Unpooled.copiedBuffer(bytes.readSlice(Math.min(step, bytes.readableBytes())));
        demuxer.feed(piece);
        assertThat(piece.isReadable()).isFalse();
      }
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }

  private static long crc(ByteBuf payload) {
    var crc = new java.util.zip.CRC32();
    crc.update(payload.nioBuffer());
    return crc.getValue();
  }
}
