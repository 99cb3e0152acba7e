package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TsMuxerTest {
  /** The splice_insert of SCTE 35, section 14.2. */
  private static final Bytes SPLICE =
      Bytes.ofHex(
          "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF5"
              + "00000000000A0008435545490000013562DBA30A");

  // ---- there and back

  @RepeatedTest(60)
  void whatIsMuxedInBlocksIsDemuxed(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    List<AccessUnit> units =
        MuxUnits.of(random, MuxUnits.BEGIN + random.nextInt(90_000), 60, random.nextInt(1, 30));
    TsMuxer muxer = muxer(MuxUnits.H264, MuxUnits.AAC);
    var audit = new TsAudit();
    ByteBuf stream = Unpooled.buffer();
    for (int at = 0; at < units.size(); ) {
      int end = Math.min(units.size(), at + random.nextInt(1, 12));
      ByteBuf block = block(muxer, units.subList(at, end));
      audit.look(block);
      stream.writeBytes(block);
      at = end;
    }
    checkSame(units, demuxed(stream));
    checkSteps(audit);
    assertThat(muxer.unitsLeftOut()).isZero();
    units.forEach(unit -> assertThat(unit.payload().readerIndex()).isZero());
  }

  @RepeatedTest(20)
  void segmentsStandAloneAndAreTheSameWhoeverMakesThem(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    List<AccessUnit> units = MuxUnits.of(random, MuxUnits.BEGIN, 75, 25);
    int second = 0;
    while (!units.get(second).startsGop() || second == 0) {
      second++;
    }
    List<AccessUnit> segment = units.subList(second, units.size());
    ByteBuf one = block(muxer(MuxUnits.H264, MuxUnits.AAC), segment);
    // another node that began earlier, or just now
    TsMuxer other = muxer(MuxUnits.H264, MuxUnits.AAC);
    block(other, units.subList(0, second));
    assertThat(block(muxer(MuxUnits.H264, MuxUnits.AAC), segment)).isEqualTo(one);
    checkSame(segment, demuxed(one));
    var audit = new TsAudit();
    audit.look(one);
    assertThat(audit.order.subList(0, 3)).containsExactly("PAT", "PMT", "PES 256 ra");
    checkSteps(audit);
  }

  @RepeatedTest(60)
  void countersGoOnFromSegmentToSegment(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    List<AccessUnit> units = MuxUnits.of(random, MuxUnits.BEGIN, 100, random.nextInt(8, 30));
    ByteBuf stream = Unpooled.buffer();
    int begin = 0;
    for (int at = 1; at <= units.size(); at++) {
      if (at == units.size() || units.get(at).startsGop()) {
        TsMuxer muxer = TsMuxer.ofSegment();
        muxer.configure(List.of(MuxUnits.H264, MuxUnits.AAC));
        ByteBuf segment = block(muxer, units.subList(begin, at));
        assertThat(payloadPackets(segment).values())
            .hasSize(4)
            .allMatch(count -> count % PacketHeader.COUNTERS == 0);
        stream.writeBytes(segment);
        begin = at;
      }
    }
    checkSame(units, demuxed(stream)); // which counts no fault
  }

  @ParameterizedTest(name = "a frame of {0} bytes: {1} packets")
  @CsvSource({
    "1, 1",
    "7, 1", // with less than 8 bytes not every packet would have one
    "8, 16",
    "30, 16",
    "150, 16",
    "153, 16",
    "160, 16",
    "165, 16",
    "170, 16",
    "180, 16",
    "200, 16",
    "350, 16",
    "2700, 16",
    "2930, 32",
    "6000, 48"
  })
  void countersGoOnBehindFramesOfAnySize(int bytes, int packets) {
    List<AccessUnit> units = List.of(frame(48_000L * 1_000_000, bytes));
    TsMuxer muxer = TsMuxer.ofSegment();
    muxer.configure(List.of(MuxUnits.AAC));
    ByteBuf segment = block(muxer, units);
    assertThat(payloadPackets(segment).get(257)).isEqualTo(packets);
    checkSame(units, demuxed(segment));
  }

  /** Packets that the continuity counter counts, by PID. */
  private static SortedMap<Integer, Integer> payloadPackets(ByteBuf stream) {
    SortedMap<Integer, Integer> counts = new TreeMap<>();
    for (int at = 0; at < stream.readableBytes(); at += PacketHeader.PACKET_SIZE) {
      int word = stream.getInt(at);
      if (PacketHeader.hasPayload(word)) {
        counts.merge(PacketHeader.pid(word), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void whatWasOnlyMeasuredChangesNothing() {
    List<AccessUnit> units = MuxUnits.of(new SplittableRandom(1), MuxUnits.BEGIN, 50, 10);
    TsMuxer muxer = muxer(MuxUnits.H264, MuxUnits.AAC);
    TsMuxer other = muxer(MuxUnits.H264, MuxUnits.AAC);
    for (int at = 0; at < units.size(); at += 5) {
      List<AccessUnit> block = units.subList(at, Math.min(units.size(), at + 5));
      muxer.size(units.subList(0, at));
      muxer.size(block);
      muxer.size(units);
      assertThat(block(muxer, block)).isEqualTo(block(other, block));
    }
  }

  /**
   * A buffer that grows, one that is full to the last byte, a part of another, one of two parts.
   */
  @Test
  void aBlockIsAppendedToBuffersOfAnyKind() {
    List<AccessUnit> units = MuxUnits.of(new SplittableRandom(1), MuxUnits.BEGIN, 50, 10);
    ByteBuf expected = block(muxer(MuxUnits.H264, MuxUnits.AAC), units);
    int size = expected.readableBytes();
    UnpooledByteBufAllocator allocator = allocator();
    CompositeByteBuf parts = allocator.compositeDirectBuffer();
    parts.addComponents(
        true, allocator.directBuffer(1).writeByte(7), allocator.directBuffer(1).writeByte(7));
    assertThat(parts.nioBufferCount()).isEqualTo(2);
    for (ByteBuf out :
        List.of(
            allocator.heapBuffer(1).writeByte(7),
            allocator.directBuffer(1 + size, 1 + size).writeByte(7),
            allocator.heapBuffer(size + 9).writeZero(size + 9).slice(5, 1 + size).writerIndex(1),
            parts)) {
      int before = out.readableBytes();
      muxer(MuxUnits.H264, MuxUnits.AAC).write(units, out);
      assertThat(out.slice(before, out.readableBytes() - before)).isEqualTo(expected);
      out.release();
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @ParameterizedTest(name = "{0} ticks before the wrap")
  @ValueSource(longs = {0, 1, 3_600, 90_000, 27_001})
  void timesWrapAt33Bits(long before) {
    long begin = (MuxUnits.BEGIN / PesHeader.TIME_RANGE + 1) * PesHeader.TIME_RANGE - before;
    List<AccessUnit> units = MuxUnits.of(new SplittableRandom(3), begin, 50, 10);
    TsMuxer muxer = muxer(MuxUnits.H264, MuxUnits.AAC);
    ByteBuf stream = block(muxer, units);
    var audit = new TsAudit();
    audit.look(stream);
    checkSteps(audit);
    TsDump dump = demuxed(stream);
    checkSame(units, dump);
    assertThat(dump.units).allMatch(unit -> unit.dts() < PesHeader.TIME_RANGE);
  }

  // ---- form

  @Test
  void aPictureHasADelimiterAndParameterSetsAndStartCodes() {
    TsMuxer muxer = muxer(MuxUnits.H264);
    ByteBuf payload = Bytes.ofHex("00000002" + "6588" + "00000003" + "65AABB").buffer();
    var unit = new AccessUnit(MuxUnits.H264, MuxUnits.BEGIN, MuxUnits.BEGIN, true, payload);
    ByteBuf stream = block(muxer, List.of(unit));
    assertThat(stream.readableBytes()).isEqualTo(3 * 188);
    assertThat(ByteBufUtil.hexDump(stream))
        .endsWith(
            "0000000109f0"
                + "0000000167f4000a919b28c4d808800000030080000019078912cb"
                + "0000000168ef8f192190"
                + "000000016588"
                + "0000000165aabb");
  }

  @Test
  void audioFramesShareAPesPacketAsLongAsTheyFollow() {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      units.add(frame(48_000L * 1_000_000 + 1_024L * i + (i >= 7 ? 1 : 0), 100));
    }
    TsMuxer muxer = muxer(MuxUnits.AAC);
    var audit = new TsAudit();
    ByteBuf stream = block(muxer, units);
    audit.look(stream);
    // four frames are 85 ms, five 107; the eighth does not begin where the seventh ends
    assertThat(audit.order.stream().filter(each -> each.startsWith("PES"))).hasSize(4);
    checkSame(units, demuxed(stream));
  }

  @Test
  void largeAudioFramesDoNotShare() {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      units.add(
          frame(48_000L * 1_000_000 + 1_024L * i, i < 2 ? TsMuxer.AUDIO_BYTES / 2 - 7 : 6_000));
    }
    TsMuxer muxer = muxer(MuxUnits.AAC);
    var audit = new TsAudit();
    ByteBuf stream = block(muxer, units);
    audit.look(stream);
    assertThat(audit.order.stream().filter(each -> each.startsWith("PES"))).hasSize(3);
    checkSame(units, demuxed(stream));
  }

  @Test
  void aFrameTooLargeForAdtsIsLeftOutAndCounted() {
    TsMuxer muxer = muxer(MuxUnits.AAC);
    List<AccessUnit> units = List.of(frame(0, 8_191 - 7), frame(1_024, 8_191 - 6));
    assertThat(demuxed(block(muxer, units)).units).hasSize(1);
    assertThat(muxer.unitsLeftOut()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} frames a second")
  @CsvSource({"1", "5", "10", "15", "23.976", "24", "25", "29.97", "30", "50", "60", "240"})
  void tablesAndClockComeOftenEnough(double rate) {
    List<AccessUnit> units = new ArrayList<>();
    var random = new SplittableRandom(5);
    for (int i = 0; i < 5 * rate; i++) {
      long dts = MuxUnits.BEGIN + Math.round(i * 90_000 / rate);
      units.add(MuxUnits.picture(MuxUnits.H264, dts, dts, i == 0, random));
    }
    var audit = new TsAudit();
    TsMuxer muxer = muxer(MuxUnits.H264);
    for (AccessUnit unit : units) {
      audit.look(block(muxer, List.of(unit)));
    }
    checkSteps(audit);
    // as often as the rate of pictures lets it be
    long tables = audit.order.stream().filter("PAT"::equals).count();
    assertThat(tables).isGreaterThanOrEqualTo((long) Math.min(5 * rate, 49));
    assertThat(tables).isLessThan(100);
  }

  @Test
  void aLongHoleIsNotFilledWithClocks() {
    TsMuxer muxer = muxer(MuxUnits.H264);
    var random = new SplittableRandom(5);
    long later = MuxUnits.BEGIN + 3_600L * 90_000;
    ByteBuf stream =
        block(
            muxer,
            List.of(
                MuxUnits.picture(MuxUnits.H264, MuxUnits.BEGIN, MuxUnits.BEGIN, true, random),
                MuxUnits.picture(MuxUnits.H264, later, later, false, random)));
    assertThat(stream.readableBytes()).isLessThan(188 * 200);
  }

  @Test
  void theClockIsThatOfThePictureIfThereIsOne() {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      units.add(frame(48_000L * 1_000_000 + 1_024L * i, 100));
    }
    ByteBuf stream = block(muxer(MuxUnits.AAC), units);
    var dump = demuxed(stream);
    assertThat(dump.programs.getFirst().pcrPid()).isEqualTo(0x101);
    ByteBuf both = block(muxer(MuxUnits.AAC, MuxUnits.H264), units);
    assertThat(demuxed(both).programs.getFirst().pcrPid()).isEqualTo(0x100);
    var audit = new TsAudit();
    audit.look(both);
    checkSteps(audit);
  }

  // ---- configuration

  @Test
  void newTablesComeWithOtherTracksOnly() {
    var random = new SplittableRandom(7);
    TsMuxer muxer = muxer(MuxUnits.H264);
    ByteBuf stream = Unpooled.buffer();
    for (int i = 0; i < 4; i++) {
      long dts = MuxUnits.BEGIN + 3_600L * i;
      if (i == 1) {
        muxer.configure(List.of(MuxUnits.H264)); // nothing new
      } else if (i == 2) {
        muxer.configure(List.of(MuxUnits.H264, MuxUnits.AAC));
      }
      stream.writeBytes(
          block(muxer, List.of(MuxUnits.picture(MuxUnits.H264, dts, dts, i == 0, random))));
    }
    var audit = new TsAudit();
    audit.look(stream);
    assertThat(audit.order)
        .containsExactly("PAT", "PMT", "PES 256 ra", "PES 256", "PAT", "PMT", "PES 256", "PES 256");
    TsDump dump = demuxed(stream);
    assertThat(dump.programs).hasSize(2);
    assertThat(dump.units).hasSize(4);
  }

  @Test
  void anotherSizeOfThePictureNeedsNoNewTables() {
    Track other =
        Track.of(
            0,
            Track.Kind.VIDEO,
            Codec.H264,
            Timescale.VIDEO,
            Bytes.ofHex(
                "01f4000affe1001867f4000a919b288f6022000003000200000300641e244b2c01000668ef8f1921"
                    + "90fff8f800"),
            "");
    var random = new SplittableRandom(7);
    TsMuxer muxer = muxer(MuxUnits.H264);
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long dts = MuxUnits.BEGIN + 3_600L * i;
      units.add(MuxUnits.picture(i < 2 ? MuxUnits.H264 : other, dts, dts, i % 2 == 0, random));
    }
    TsDump dump = demuxed(block(muxer, units));
    assertThat(dump.programs).hasSize(1);
    assertThat(dump.tracks)
        .extracting(Track::configuration)
        .containsExactly(MuxUnits.H264.configuration(), other.configuration());
    checkSame(units, dump);
  }

  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {"VP8", "VP9", "FLAC", "G711A", "G711U", "AMF_DATA", "OPAQUE"})
  void whatCannotBeCarriedIsNamed(Codec codec) {
    Track.Kind kind =
        switch (codec) {
          case VP8, VP9, OPAQUE -> Track.Kind.VIDEO;
          case AMF_DATA -> Track.Kind.DATA;
          default -> Track.Kind.AUDIO;
        };
    Track track = Track.of(5, kind, codec, Timescale.VIDEO, Bytes.of((byte) 1), "");
    assertThat(TsMuxer.carries(track)).isFalse();
    TsMuxer muxer = muxer(MuxUnits.AAC, track);
    assertThat(muxer.leftOut()).containsExactly(track);
    var unit = new AccessUnit(track, 0, 0, true, Unpooled.wrappedBuffer(new byte[10]));
    assertThat(muxer.size(List.of(unit))).isZero();
  }

  @Test
  void aacThatAdtsCannotSayIsLeftOut() {
    Track odd =
        Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1194"), "");
    assertThat(TsMuxer.carries(MuxUnits.AAC)).isTrue();
    assertThat(TsMuxer.carries(odd)).isFalse(); // frames of 960 samples
  }

  @Test
  void tracksThatDoNotFitIntoThePmtAreLeftOut() {
    List<Track> tracks = new ArrayList<>();
    for (int id = 0; id < 200; id++) {
      tracks.add(
          Track.of(
              id, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "deu"));
    }
    var muxer = new TsMuxer();
    muxer.configure(tracks);
    assertThat(muxer.leftOut()).hasSize(200 - (1_012 - 4) / 11);
    var unit = new AccessUnit(tracks.getFirst(), 0, 0, true, Unpooled.wrappedBuffer(new byte[10]));
    var dump = new TsDump();
    try (var demuxer = new TsDemuxer(dump, dump, TsSettings.DEFAULT, allocator())) {
      demuxer.feed(block(muxer, List.of(unit)));
    }
    assertThat(dump.programs.getFirst().streams()).hasSize(91);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"deu, deu", "de, deu", "de-AT, deu", "x, ''", "12, ''", "'', ''"})
  void languages(String tag, String code) {
    Track track =
        Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), tag);
    TsMuxer muxer = muxer(track);
    TsDump dump =
        demuxed(
            block(
                muxer,
                List.of(
                    new AccessUnit(
                        track, 0, 0, true, Unpooled.wrappedBuffer(new byte[] {0x21, 0})))));
    assertThat(dump.tracks.getFirst().language()).isEqualTo(code);
  }

  // ---- data

  @Test
  void dataComesBackAsItWas() {
    Track id3 = MuxUnits.data(2, Codec.ID3, "");
    Track klv = MuxUnits.data(3, Codec.KLV, "");
    Track cells = MuxUnits.data(4, Codec.KLV, "26090100FF4B4C5641000F");
    Track teletext = MuxUnits.data(5, Codec.TELETEXT, "56056465750888");
    Track subtitle = MuxUnits.data(6, Codec.DVB_SUBTITLE, "59086672611000010001");
    Track splice = MuxUnits.data(7, Codec.SCTE35, "");
    TsMuxer muxer = muxer(MuxUnits.H264, id3, klv, cells, teletext, subtitle, splice);
    assertThat(muxer.leftOut()).isEmpty();
    String longTag = "494433040000" + "00047F76" + "AB".repeat(81_910); // 0x13FF6
    List<AccessUnit> units = new ArrayList<>();
    units.add(
        MuxUnits.picture(
            MuxUnits.H264, MuxUnits.BEGIN, MuxUnits.BEGIN, true, new SplittableRandom(1)));
    long time = MuxUnits.BEGIN + 90;
    units.add(MuxUnits.data(id3, time, hex("49443304000000000001AA")));
    units.add(MuxUnits.data(klv, time, hex("060E2B34")));
    units.add(MuxUnits.data(cells, time, hex("0000DF0002ABCD")));
    units.add(MuxUnits.data(teletext, time, hex("10" + "022CFF".repeat(46))));
    units.add(MuxUnits.data(subtitle, time, hex("2000FF")));
    units.add(MuxUnits.data(splice, time, SPLICE.buffer()));
    units.add(MuxUnits.data(id3, time, hex(longTag)));
    TsDump dump = demuxed(block(muxer, units));
    assertThat(dump.units).hasSameSizeAs(units);
    assertThat(dump.units.getLast().track().codec()).isEqualTo(Codec.H264); // the end shows it
    for (int i = 1; i < units.size(); i++) {
      SourceUnit got = dump.units.get(i - 1);
      Track track = units.get(i).track();
      assertThat(got.track())
          .isEqualTo(
              Track.of(
                  got.track().id(),
                  Track.Kind.DATA,
                  track.codec(),
                  Timescale.MILLIS,
                  track.configuration(),
                  got.track().language()));
      Bytes payload = dump.payloads.get(i - 1);
      if (track.codec() != Codec.SCTE35) {
        assertThat(payload).isEqualTo(Bytes.copyOf(units.get(i).payload()));
        assertThat(got.dts()).isEqualTo(time % PesHeader.TIME_RANGE);
      } else {
        // a section has no time stamp: it takes the clock's, and speaks of the same moments
        var sent = new SpliceInfoSection(SPLICE).movedBy(time);
        assertThat(new SpliceInfoSection(payload).movedBy(got.dts())).isEqualTo(sent);
      }
    }
  }

  @Test
  void dataThatDoesNotFitIsLeftOut() {
    Track klv = MuxUnits.data(3, Codec.KLV, "");
    Track splice = MuxUnits.data(7, Codec.SCTE35, "");
    TsMuxer muxer = muxer(MuxUnits.H264, klv, splice);
    List<AccessUnit> units =
        List.of(
            MuxUnits.data(klv, MuxUnits.BEGIN, Unpooled.wrappedBuffer(new byte[65_536])),
            MuxUnits.data(klv, MuxUnits.BEGIN, Unpooled.EMPTY_BUFFER),
            MuxUnits.data(splice, MuxUnits.BEGIN, hex("FC00")));
    assertThat(muxer.size(units)).isZero();
    ByteBuf out = Unpooled.buffer();
    muxer.write(units, out);
    assertThat(out.isReadable()).isFalse();
    assertThat(muxer.unitsLeftOut()).isEqualTo(3);
  }

  // ---- helpers

  private static TsMuxer muxer(Track... tracks) {
    var muxer = new TsMuxer();
    muxer.configure(List.of(tracks));
    return muxer;
  }

  /** Writes a block into as many bytes as were announced. */
  private static ByteBuf block(TsMuxer muxer, List<AccessUnit> units) {
    int size = muxer.size(units);
    ByteBuf out = Unpooled.buffer(size, size);
    muxer.write(units, out);
    assertThat(out.isWritable()).as("bytes that were announced and not written").isFalse();
    return out;
  }

  private static UnpooledByteBufAllocator allocator() {
    return new UnpooledByteBufAllocator(false, true);
  }

  private static TsDump demuxed(ByteBuf stream) {
    var allocator = allocator();
    var dump = new TsDump();
    try (var demuxer = new TsDemuxer(dump, dump, TsSettings.DEFAULT, allocator)) {
      demuxer.feed(stream);
      demuxer.end();
      for (TsFault fault : TsFault.values()) {
        assertThat(demuxer.count(fault)).as(fault.label()).isZero();
      }
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    return dump;
  }

  /** Of each track the same payloads at the same times. */
  private static void checkSame(List<AccessUnit> sent, TsDump got) {
    for (int id = 0; id < 2; id++) {
      List<String> expected = new ArrayList<>();
      List<String> found = new ArrayList<>();
      for (AccessUnit unit : sent) {
        if (unit.track().id() == id) {
          long dts = unit.track().timescale().convertRounded(unit.dts(), Timescale.VIDEO);
          long pts = unit.track().timescale().convertRounded(unit.pts(), Timescale.VIDEO);
          expected.add(line(dts, pts - dts, unit.randomAccess(), Bytes.copyOf(unit.payload())));
        }
      }
      Track.Kind kind = id == 0 ? Track.Kind.VIDEO : Track.Kind.AUDIO;
      for (int i = 0; i < got.units.size(); i++) {
        SourceUnit unit = got.units.get(i);
        if (unit.track().kind() == kind) {
          found.add(
              line(unit.dts(), unit.compositionOffset(), unit.randomAccess(), got.payloads.get(i)));
        }
      }
      for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
        assertThat(found.get(i)).as("unit %d of track %d", i, id).isEqualTo(expected.get(i));
      }
      assertThat(found).hasSameSizeAs(expected);
    }
  }

  private static String line(long dts, long offset, boolean randomAccess, Bytes payload) {
    return "%d %d %b %d B %08X"
        .formatted(
            dts & PesHeader.TIME_RANGE - 1,
            offset,
            randomAccess,
            payload.size(),
            payload.hashCode());
  }

  private static void checkSteps(TsAudit audit) {
    for (int i = 1; i < audit.clocks.size(); i++) {
      long step =
          Math.floorMod(audit.clocks.get(i) - audit.clocks.get(i - 1), AdaptationField.PCR_RANGE);
      assertThat(step).isBetween(1L, 40L * 27_000);
    }
  }

  private static AccessUnit frame(long dts, int size) {
    byte[] bytes = new byte[size];
    bytes[0] = 0x21;
    return new AccessUnit(MuxUnits.AAC, dts, dts, true, Unpooled.wrappedBuffer(bytes));
  }

  private static ByteBuf hex(String digits) {
    return Bytes.ofHex(digits).buffer();
  }
}
