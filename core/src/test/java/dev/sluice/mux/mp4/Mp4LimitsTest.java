package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.mp4.Mp4Builder.Form;
import dev.sluice.mux.mp4.UnitDump.Unit;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.AudioSampleEntry;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EsDescriptorBox;
import dev.sluice.wire.isobmff.OtherSampleEntry;
import dev.sluice.wire.isobmff.RawBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.VisualSampleEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class Mp4LimitsTest {
  @Test
  void saysWhyTracksAreNotRead() {
    SampleEntry unknown = new VisualSampleEntry(BoxType.of("SVQ3"), 1, 96, 64, List.of());
    SampleEntry bare = new VisualSampleEntry(BoxType.HVC1, 1, 96, 64, List.of());
    SampleEntry data = new OtherSampleEntry(BoxType.of("tmcd"), 1, Bytes.EMPTY);
    SampleEntry encrypted = new AudioSampleEntry(BoxType.of("enca"), 1, 2, 16, 48_000, List.of());
    Mp4File file =
        open(
            List.of(
                track(BoxType.VIDE, unknown, 1),
                track(BoxType.VIDE, bare, 1),
                track(BoxType.of("tmcd"), data, 1),
                track(BoxType.SOUN, encrypted, 1),
                track(BoxType.SOUN, Mp4Builder.mp4a(), 1)));
    assertThat(file.tracks()).extracting(Track::codec).containsExactly(Codec.AAC);
    assertThat(file.passedOver())
        .containsExactlyInAnyOrder(
            "track 1 is not read: samples of type 'SVQ3' are not understood",
            "track 2 is not read: samples of type 'hvc1' without 'hvcC'",
            "track 3 is not read: it is of kind 'tmcd'",
            "track 4 is not read: samples of type 'enca' are not understood");
    assertThatThrownBy(() -> open(List.of(track(BoxType.VIDE, unknown, 1))))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("track 1 is not read");
    assertThatThrownBy(() -> open(List.of()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("without a track");
  }

  @Test
  void readsUpTo32Tracks() {
    List<Mp4Builder.Track> tracks =
        new ArrayList<>(
            Collections.nCopies(Mp4Limits.MAX_TRACKS, track(BoxType.SOUN, Mp4Builder.mp4a(), 2)));
    assertThat(open(tracks).tracks())
        .hasSize(32)
        .extracting(Track::id)
        .startsWith(1, 3, 4)
        .endsWith(33);
    tracks.add(track(BoxType.SOUN, Mp4Builder.mp4a(), 2));
    Mp4File file = open(tracks);
    assertThat(file.tracks()).hasSize(32);
    assertThat(file.passedOver())
        .containsExactly("track 33 is not read: it is one of more than 32");
  }

  /** Seen from some encoders of MP3: two frames in one sample. The second one comes behind. */
  @Test
  void framesOfOneSampleFollowOneAnother() {
    byte[] frame = new byte[96];
    System.arraycopy(Bytes.ofHex("fffb14c4").toArray(), 0, frame, 0, 4); // 32 kbit/s, 48 kHz
    ByteBuf esds = Unpooled.buffer();
    new EsDescriptorBox(EsDescriptorBox.MPEG1_AUDIO, EsDescriptorBox.AUDIO, 0, 0, 0, Bytes.EMPTY)
        .writeBody(esds);
    SampleEntry mp3 =
        new AudioSampleEntry(
            BoxType.MP4A, 1, 1, 16, 48_000, List.of(new RawBox(BoxType.ESDS, Bytes.copyOf(esds))));
    var sample = new Mp4Builder.Sample(2_304, 0, 192, true, 1);
    var track =
        new Mp4Builder.Track(
            BoxType.SOUN, 48_000, List.of(), List.of(mp3), List.of(sample, sample), List.of(2));
    byte[] bytes = Mp4Builder.file(List.of(track), Form.PLAIN);
    int data = 28; // behind ftyp and the header of mdat
    for (int i = 0; i < 4; i++) {
      System.arraycopy(frame, 0, bytes, data + 96 * i, 96);
    }
    Mp4File file = Mp4File.open(new MemorySource(bytes), UnpooledByteBufAllocator.DEFAULT);
    assertThat(file.tracks()).extracting(Track::codec).containsExactly(Codec.MP3);
    UnitDump dump = new UnitDump(file.clock());
    while (file.next(dump)) {}
    assertThat(dump.units).extracting(Unit::dts).containsExactly(0L, 1_152L, 2_304L, 3_456L);
    assertThat(dump.units).extracting(Unit::size).containsOnly(96);
  }

  @Test
  void compositionOffsetsHave32BitsOfTheClock() {
    // 1,000 ticks a second: 2^31 of them are there, one more is not
    assertThat(offset(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    CommonClock clock = CommonClock.of(List.of(new dev.sluice.media.Timescale(1_000)));
    assertThat(clock.offset(-1, Integer.MAX_VALUE - 1)).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> clock.offset(-1, Integer.MAX_VALUE))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("composition offset of 2147483 s");
  }

  private static int offset(int offset) {
    var sample = new Mp4Builder.Sample(40, offset, 8, true, 1);
    var track =
        new Mp4Builder.Track(
            BoxType.SOUN,
            1_000,
            List.of(),
            List.of(Mp4Builder.mp4a()),
            List.of(sample),
            List.of(1));
    Mp4File file = open(List.of(track));
    int[] found = {0};
    UnitDump dump =
        new UnitDump(file.clock()) {
          @Override
          public void unit(dev.sluice.media.SourceUnit unit) {
            found[0] = unit.compositionOffset();
            super.unit(unit);
          }
        };
    assertThat(file.next(dump)).isTrue();
    return found[0];
  }

  @Test
  void timesEndIn136Years() {
    long most = Mp4Limits.MAX_TIME_S * 48_000;
    assertThat(fragmentAt(most)).isEqualTo(most);
    assertThatThrownBy(() -> fragmentAt(most + 1))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("time of 4294967296 s, allowed are 4294967296 s");
    assertThatThrownBy(() -> fragmentAt(Long.MAX_VALUE)).isInstanceOf(MalformedException.class);
  }

  /** Reads an init segment and a chunk that begins at {@code dts}; gives the DTS of its unit. */
  private static long fragmentAt(long dts) {
    Track track =
        Track.of(
            1,
            Track.Kind.AUDIO,
            Codec.AAC,
            new dev.sluice.media.Timescale(48_000),
            Bytes.ofHex("1190"),
            "");
    var unit =
        new dev.sluice.media.AccessUnit(track, dts, dts, true, Unpooled.wrappedBuffer(new byte[4]));
    ByteBuf out = Unpooled.buffer();
    CmafMuxer.init(track).writeTo(out);
    CmafMuxer.chunk(List.of(unit), dts, ChunkExtras.NONE).write(out);
    byte[] bytes = Bytes.copyOf(out).toArray();
    CmafDump demuxed = new CmafDump();
    List<Unit> units;
    try {
      try (var demuxer = new CmafDemuxer(demuxed, UnpooledByteBufAllocator.DEFAULT)) {
        demuxer.feed(Unpooled.wrappedBuffer(bytes));
      }
      units = List.copyOf(demuxed.all);
    } catch (MalformedException refused) {
      units = List.of(); // so does the reader of files, below
    }
    Mp4File file = Mp4File.open(new MemorySource(bytes), UnpooledByteBufAllocator.DEFAULT);
    UnitDump dump = new UnitDump(file.clock());
    assertThat(file.next(dump)).isTrue();
    assertThat(units).isEqualTo(dump.units);
    return dump.units.getFirst().dts();
  }

  @Test
  void samplesHave64MiB() {
    int most = Mp4Limits.MAX_SAMPLE_BYTES;
    assertThat(Mp4File.read(new Zeros(most), UnpooledByteBufAllocator.DEFAULT, sample(0, most)))
        .satisfies(data -> assertThat(data.readableBytes()).isEqualTo(most))
        .satisfies(data -> assertThat(data.release()).isTrue());
    assertThatThrownBy(() ->
            Mp4File.read(
                new Zeros(most + 1L), UnpooledByteBufAllocator.DEFAULT, sample(0, most + 1)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("sample of 67108865 bytes, allowed are 67108864");
    assertThatThrownBy(
            () -> Mp4File.read(new Zeros(100), UnpooledByteBufAllocator.DEFAULT, sample(1, 100)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("at byte 1 of a file of 100");
  }

  @Test
  void moovIsLookedForBehindSoManyBoxes() {
    byte[] file = Mp4Builder.file(List.of(track(BoxType.SOUN, Mp4Builder.mp4a(), 1)), Form.PLAIN);
    // ftyp and mdat stand in front of it, too
    int most = Mp4Limits.MAX_BOXES_WITHOUT_FRAGMENT - 3;
    assertThat(openBehind(most, file).tracks()).hasSize(1);
    assertThatThrownBy(() -> openBehind(most + 1, file))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("no 'moov' among 65536 boxes");
  }

  private static Mp4File openBehind(int boxes, byte[] file) {
    ByteBuf out = Unpooled.buffer(8 * boxes + file.length);
    for (int i = 0; i < boxes; i++) {
      BoxHeader.of(BoxType.FREE, 0).write(out);
    }
    out.writeBytes(file);
    return Mp4File.open(
        new MemorySource(Bytes.copyOf(out).toArray()), UnpooledByteBufAllocator.DEFAULT);
  }

  @Test
  void anIndexKeepsSoManyPlaces() {
    SparseIndex index = new SparseIndex();
    assertThat(index.floor(0)).isEqualTo(-1);
    for (int i = 0; i < 100_000; i++) {
      index.offer(10L * i, 1_000L * i);
      index.offer(10L * i, 1_000L * i); // twice the same is once
      assertThat(index.size()).isLessThanOrEqualTo(SparseIndex.MAX_PLACES);
    }
    assertThat(index.size()).isGreaterThan(SparseIndex.MAX_PLACES / 2);
    for (long time = 0; time < 1_000_000; time += 997) {
      long position = index.position(index.floor(time));
      assertThat(position).isLessThanOrEqualTo(100 * time);
      assertThat(position).isGreaterThan(100 * time - 64 * 1_000);
    }
    assertThat(index.floor(-5)).isZero();
  }

  private static Mp4File open(List<Mp4Builder.Track> tracks) {
    return Mp4File.open(
        new MemorySource(Mp4Builder.file(tracks, Form.PLAIN)), UnpooledByteBufAllocator.DEFAULT);
  }

  private static Mp4Builder.Track track(int handlerType, SampleEntry entry, int samples) {
    return new Mp4Builder.Track(
        handlerType,
        48_000,
        List.of(),
        List.of(entry),
        Collections.nCopies(samples, new Mp4Builder.Sample(1_024, 0, 8, true, 1)),
        List.of(samples));
  }

  private static Sample sample(long position, long size) {
    Sample sample = new Sample();
    sample.position = position;
    sample.size = size;
    return sample;
  }

  /** A file of nothing but zeros. */
  private record Zeros(long sizeBytes) implements ByteSource {
    @Override
    public int read(long position, int length, ByteBuf out) {
      out.writeZero(length);
      return length;
    }
  }
}
