package dev.sluice.mux.mpegts;

import static dev.sluice.mux.mpegts.TsBuilder.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.MetadataDescriptor;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.ProgramAssociation;
import dev.sluice.wire.mpegts.ProgramMap;
import dev.sluice.wire.mpegts.RegistrationDescriptor;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import dev.sluice.wire.mpegts.StreamType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TsDemuxerTest {
  private static final int MAP = 0x1000;
  private static final int PID = 0x100;
  private static final Descriptor KLV =
      new RegistrationDescriptor(RegistrationDescriptor.KLV).descriptor();

  /** The splice_insert of SCTE 35, section 14.2. */
  private static final Bytes SPLICE =
      Bytes.ofHex(
          "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF5"
              + "00000000000A0008435545490000013562DBA30A");

  private final TsBuilder ts = new TsBuilder();
  private final TsDump dump = new TsDump();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private TsDemuxer demuxer = new TsDemuxer(dump, dump, TsSettings.DEFAULT, allocator);

  @AfterEach
  void memoryIsGivenBack() {
    demuxer.close();
    assertThat(demuxer.gatheredBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  // ---- kinds of data

  @Test
  void klvAsynchronousAndInCells() {
    var inCells = new MetadataDescriptor("", RegistrationDescriptor.KLV, 0).descriptor();
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV), stream(0x15, PID + 1, inCells));
    ts.pes(PID, PesHeader.PRIVATE_1, 90_000, "060E2B34");
    ts.pes(PID + 1, PesHeader.METADATA, 93_600, "0000DF0002ABCD");
    run();
    assertThat(dump.tracks).extracting(track -> track.codec()).containsOnly(Codec.KLV);
    assertThat(dump.tracks.get(0).configuration()).isEqualTo(Bytes.EMPTY);
    assertThat(dump.tracks.get(1).configuration()).isEqualTo(Bytes.ofHex("26090100FF4B4C5641000F"));
    assertThat(dump.payloads)
        .containsExactly(Bytes.ofHex("060E2B34"), Bytes.ofHex("0000DF0002ABCD"));
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(90_000L, 93_600L);
  }

  @Test
  void teletextAndSubtitlesKeepTheirDescriptors() {
    var teletext = new Descriptor(Descriptor.TELETEXT, Bytes.ofHex("6465750888"));
    var subtitle = new Descriptor(Descriptor.SUBTITLING, Bytes.ofHex("6672611000010001"));
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, teletext), stream(6, PID + 1, subtitle));
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "10022C").pes(PID + 1, PesHeader.PRIVATE_1, 2, "2000FF");
    run();
    assertThat(dump.text())
        .contains("track 0 data teletext 1000 Hz deu configuration 56056465750888")
        .contains("track 1 data dvbsub 1000 Hz fra configuration 59086672611000010001");
    assertThat(dump.payloads).containsExactly(Bytes.ofHex("10022C"), Bytes.ofHex("2000FF"));
  }

  @Test
  void spliceTimesBecomeRelativeToTheUnit() {
    ts.pat(0, 1, MAP)
        .pmt(MAP, 1, 0, PID, stream(StreamType.SPLICE, 0x1F0), stream(StreamType.H264, PID));
    ts.section(0x1F0, SPLICE); // before anything has said what time it is
    ts.pcr(PID, 5_000 * 300);
    ts.section(0x1F0, SPLICE);
    run();
    assertThat(demuxer.count(TsFault.UNTIMED)).isEqualTo(1);
    assertThat(dump.units).hasSize(1);
    assertThat(dump.units.getFirst().dts()).isEqualTo(5_000);
    var relative = new SpliceInfoSection(dump.payloads.getFirst());
    assertThat(relative.ptsAdjustment()).isEqualTo((1L << 33) - 5_000);
    assertThat(relative.movedBy(5_000).bytes()).isEqualTo(SPLICE);
  }

  @Test
  void spliceTimesFollowThePictures() {
    demuxer.feed(TsClips.open("h264_only.ts"));
    TsBuilder later = new TsBuilder();
    later
        .jump(0, 5)
        .pat(1, 1, MAP)
        .jump(MAP, 5)
        .pmt(MAP, 1, 1, PID, stream(StreamType.H264, PID), stream(StreamType.SPLICE, 0x1F0))
        .section(0x1F0, SPLICE);
    demuxer.feed(later.bytes());
    demuxer.end();
    SourceUnit splice =
        dump.units.stream()
            .filter(unit -> unit.track().codec() == Codec.SCTE35)
            .findFirst()
            .orElseThrow();
    assertThat(splice.dts()).isEqualTo(dump.units.get(dump.units.indexOf(splice) - 1).dts());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {PesHeader.PRIVATE_1, PesHeader.METADATA})
  void id3TagsAreWholeWhateverCarriesThem(int streamId) {
    var id3 = new MetadataDescriptor("ID3 ", "ID3 ", 0).descriptor();
    String one = "494433040000" + "00000003" + "ABCDEF";
    String footed = "494433040010" + "00000001" + "AA" + "33444904001000000001";
    boolean cells = streamId == PesHeader.METADATA;
    String both = cells ? "0000DF000D" + one + "0001DF0015" + footed : one + footed;
    String first = one.substring(0, 12);
    String second = one.substring(12);
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(0x15, PID, id3));
    ts.pes(PID, streamId, 900, both);
    ts.pes(PID, streamId, 1_800, cells ? "00029F0006" + first : first);
    ts.pes(PID, streamId, PesHeader.NONE, cells ? "00035F0007" + second : second);
    run();
    assertThat(dump.payloads)
        .containsExactly(Bytes.ofHex(one), Bytes.ofHex(footed), Bytes.ofHex(one));
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(900L, 900L, 1_800L);
    assertNoFaults();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "494433040000 00000080 00, a size with bit 7",
    "494433040000 00407F77 00, more than is taken", // 1 048 567 + 10
    "414243040000 00000001 00, no tag",
  })
  void whatIsNoId3TagIsCounted(String payload, String what) {
    var id3 = new RegistrationDescriptor(RegistrationDescriptor.ID3).descriptor();
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, id3));
    ts.pes(PID, PesHeader.PRIVATE_1, 900, payload.replace(" ", ""));
    ts.pes(PID, PesHeader.PRIVATE_1, 900, "49443304000000000001AA");
    run();
    assertThat(demuxer.count(TsFault.BAD_PES)).as(what).isEqualTo(1);
    assertThat(dump.units).hasSize(1);
  }

  @Test
  void aTagWithoutItsEndGivesWayToTheNext() {
    var id3 = new RegistrationDescriptor(RegistrationDescriptor.ID3).descriptor();
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, id3));
    ts.pes(PID, PesHeader.PRIVATE_1, 900, "49443304000000000009AA");
    ts.pes(PID, PesHeader.PRIVATE_1, 901, "49443304000000000001AA");
    run();
    assertThat(demuxer.count(TsFault.BAD_PES)).isEqualTo(1);
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(901L);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0x33, '', H.266 (type 0x33) is not read",
    "0xEA, 050456432D31, 'VC-1 (type 0xEA, registered as VC-1) is not read'",
    "0x06, '', private data (type 0x06) is not read",
    "0x06, 050441424300, 'private data (type 0x06, registered as ABC?) is not read'",
    "0x06, 7B00, 'private data (type 0x06, DTS) is not read'",
    "0x06, 7F0115, 'private data (type 0x06, AC-4) is not read'",
    "0x15, 260DFFFF47504D46FF47504D46000F, 'metadata (type 0x15, format GPMF) is not read'",
    "0x84, '', user private (type 0x84) is not read",
    "0x0B, '', DSM-CC (type 0x0B) is not read",
  })
  void whatIsNotReadIsNamed(String type, String descriptors, String description) {
    ByteBuf in = Bytes.ofHex(descriptors).buffer();
    Descriptor[] list = Descriptor.readAll(in, in.readableBytes()).toArray(Descriptor[]::new);
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(Integer.decode(type), PID, list));
    ts.pes(PID, PesHeader.PRIVATE_1, 900, "00");
    run();
    assertThat(dump.programs.getFirst().streams())
        .containsExactly(new TsProgram.Stream(PID, Integer.decode(type), null, -1, description));
    assertThat(dump.units).isEmpty();
  }

  // ---- programs

  @Test
  void theFirstProgramIsReadAndStaysWhileItIsListed() {
    ts.pat(0, 0, 0x10, 5, MAP, 6, MAP + 1);
    program(MAP, 5, PID).program(MAP + 1, 6, PID + 1);
    ts.pat(1, 6, MAP + 1, 5, MAP);
    program(MAP, 5, PID).program(MAP + 1, 6, PID + 1);
    ts.pat(2, 6, MAP + 1);
    program(MAP, 5, PID).program(MAP + 1, 6, PID + 1);
    run();
    assertThat(dump.text())
        .isEqualTo(
            """
            program 5 pmt 4096 pcr 8191
              pid 256 type 0x06 track 0: klv
            track 0 data klv 1000 Hz configuration%s
            0 dts 256 offset 0 ra 1 B crc 95B020F2
            0 dts 256 offset 0 ra 1 B crc 95B020F2
            program 5 gone
            program 6 pmt 4097 pcr 8191
              pid 257 type 0x06 track 0: klv
            track 0 data klv 1000 Hz configuration%s
            0 dts 257 offset 0 ra 1 B crc 95B020F2
            """
                .formatted(" ", " "));
  }

  @Test
  void aProgramIsReadByItsNumber() {
    use(TsSettings.DEFAULT.withProgram(6));
    ts.pat(0, 5, MAP, 6, MAP + 1);
    program(MAP, 5, PID).program(MAP + 1, 6, PID + 1);
    run();
    assertThat(dump.programs).extracting(TsProgram::number).containsExactly(6);
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(257L);
  }

  @Test
  void allProgramsAreReadWhenAskedFor() {
    use(TsSettings.DEFAULT.withProgram(TsSettings.ALL_PROGRAMS));
    ts.pat(0, 5, MAP, 6, MAP); // their PMTs on one PID
    program(MAP, 5, PID).program(MAP, 6, PID + 1);
    run();
    assertThat(demuxer.programs()).extracting(TsProgram::number).containsExactly(5, 6);
    assertThat(dump.tracks).extracting(track -> track.id()).containsExactly(0, 1);
    assertThat(dump.units).hasSize(2);
    ts.packets.clear();
    ts.pat(1, 6, MAP);
    program(MAP, 6, PID + 1);
    run();
    assertThat(demuxer.programs()).extracting(TsProgram::number).containsExactly(6);
    assertThat(dump.units).hasSize(3);
  }

  @Test
  void aPatOfSeveralSectionsCountsWhenAllAreThere() {
    use(TsSettings.DEFAULT.withProgram(300));
    List<ProgramAssociation.Program> first = new ArrayList<>();
    for (int i = 1; i <= 250; i++) {
      first.add(new ProgramAssociation.Program(i, 0x20));
    }
    var second = List.of(new ProgramAssociation.Program(300, MAP));
    ts.section(0, new ProgramAssociation(1, 3, true, 1, 1, second).section());
    program(MAP, 300, PID);
    ts.section(0, new ProgramAssociation(1, 3, true, 0, 1, first).section());
    program(MAP, 300, PID);
    run();
    assertThat(dump.units).hasSize(1);
    assertNoFaults();
  }

  @Test
  void theNextPatAndPmtAreNotTheCurrentOnes() {
    ts.section(
        0,
        new ProgramAssociation(1, 0, false, 0, 0, List.of(new ProgramAssociation.Program(1, MAP)))
            .section());
    program(MAP, 1, PID);
    ts.pat(0, 1, MAP);
    ts.section(
        MAP, new ProgramMap(1, 0, false, PID, List.of(), List.of(stream(6, PID, KLV))).section());
    ts.pes(PID, PesHeader.PRIVATE_1, 256, "AA");
    run();
    assertThat(dump.text()).isEmpty();
    assertNoFaults();
  }

  @Test
  void aStreamThatStaysGoesOnThroughANewPmt() {
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV));
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA".repeat(300));
    byte[] rest = ts.packets.removeLast();
    ts.pmt(MAP, 1, 1, PID, stream(StreamType.H264, PID + 1), stream(6, PID, KLV));
    ts.packets.add(rest); // the PES packet is not whole before the new PMT
    run();
    assertThat(dump.units).hasSize(1);
    assertThat(dump.programs).hasSize(2);
    assertNoFaults();
  }

  @Test
  void aStreamThatMovesKeepsItsTrack() {
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV), stream(6, PID + 1, KLV));
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA").pes(PID + 1, PesHeader.PRIVATE_1, 2, "BB");
    ts.pmt(MAP, 1, 1, PID, stream(6, PID, KLV), stream(6, PID + 9, KLV));
    ts.pes(PID + 1, PesHeader.PRIVATE_1, 3, "CC").pes(PID + 9, PesHeader.PRIVATE_1, 4, "DD");
    run();
    assertThat(dump.units).extracting(unit -> unit.track().id()).containsExactly(0, 1, 1);
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(1L, 2L, 4L);
  }

  @Test
  void pidsOfTablesAreNoStreams() {
    ts.pat(0, 1, MAP)
        .pmt(MAP, 1, 0, PID, stream(6, 0, KLV), stream(6, MAP, KLV), stream(6, 0x1FFF, KLV));
    run();
    assertThat(dump.programs.getFirst().streams())
        .extracting(TsProgram.Stream::description)
        .containsExactly(
            "klv is not read: PID 0 has another use",
            "klv is not read: PID 4096 has another use",
            "klv is not read: PID 8191 has another use");
    ts.packets.clear();
    ts.pat(1, 1, 0);
    run();
    assertThat(demuxer.count(TsFault.BAD_SECTION)).isEqualTo(1);
    assertThat(demuxer.programs()).isEmpty();
  }

  @Test
  void streamsHaveALimit() {
    use(new TsSettings(0, TsSettings.Damage.DROP, 65_541, 65_541, 2));
    ts.pat(0, 1, MAP)
        .pmt(MAP, 1, 0, PID, stream(6, PID, KLV), stream(6, PID + 1, KLV), stream(6, PID + 2, KLV));
    run();
    assertThat(dump.programs.getFirst().streams())
        .extracting(TsProgram.Stream::trackId)
        .containsExactly(0, 1, -1);
    assertThat(demuxer.count(TsFault.TOO_MANY)).isEqualTo(1);
  }

  @Test
  void programsHaveALimit() {
    use(TsSettings.DEFAULT.withProgram(TsSettings.ALL_PROGRAMS));
    List<ProgramAssociation.Program> programs = new ArrayList<>();
    for (int section = 0; section < 2; section++) {
      programs.clear();
      for (int i = 1; i <= 129; i++) {
        programs.add(new ProgramAssociation.Program(1_000 * section + i, MAP));
      }
      ts.section(0, new ProgramAssociation(1, 0, true, section, 1, programs).section());
    }
    run();
    assertThat(demuxer.count(TsFault.TOO_MANY)).isEqualTo(2 * 129 - TsSettings.MAX_PROGRAMS);
  }

  // ---- clock

  @Test
  void theClockIsHeardOnAPidOfItsOwn() {
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, 0x1FE, stream(6, PID, KLV));
    ts.pcr(0x1FE, 1_000).pcr(PID, 2_000).pcr(0x1FE, 3_000);
    ts.pmt(MAP, 1, 1, PID, stream(6, PID, KLV));
    ts.pcr(0x1FE, 4_000).pcr(PID, 5_000);
    run();
    assertThat(dump.clocks).containsExactly(1_000L, 3_000L, 5_000L);
  }

  // ---- faults of packets

  @Test
  void packetsInErrorAndScrambledOnesAreNotUsed() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA").last(packet -> flag(packet, 1, 0x80));
    ts.pes(PID, PesHeader.PRIVATE_1, 2, "BB").last(packet -> flag(packet, 3, 0x80));
    ts.pes(PID, PesHeader.PRIVATE_1, 3, "CC");
    run();
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(3L);
    assertThat(demuxer.count(TsFault.ERROR_INDICATED)).isEqualTo(1);
    assertThat(demuxer.count(TsFault.SCRAMBLED)).isEqualTo(1);
    assertThat(demuxer.count(TsFault.LOST)).isEqualTo(0); // it was the first of its PID
  }

  @Test
  void duplicatesAreNotUsedTwice() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA".repeat(400));
    ts.packets.add(4, ts.packets.get(3));
    ts.packets.add(ts.packets.getLast());
    run();
    assertThat(dump.payloads).containsExactly(Bytes.ofHex("AA".repeat(400)));
    assertThat(demuxer.count(TsFault.DUPLICATE)).isEqualTo(2);
    assertThat(demuxer.count(TsFault.LOST)).isZero();
  }

  @Test
  void aPacketWithTheNumberOfTheLastAndOtherContentIsNoDuplicate() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA").jump(PID, 15).pes(PID, PesHeader.PRIVATE_1, 2, "BB");
    run();
    assertThat(dump.units).hasSize(2);
    assertThat(demuxer.count(TsFault.DUPLICATE)).isZero();
    assertThat(demuxer.count(TsFault.LOST)).isEqualTo(15);
  }

  @ParameterizedTest(name = "two packets, {0} apart, change places")
  @ValueSource(ints = {1, 2, 7})
  void latePacketsAreCountedAsLate(int apart) {
    klvStream();
    for (int i = 0; i < 30; i++) {
      ts.pes(PID, PesHeader.PRIVATE_1, i, "AA%02X".formatted(i));
    }
    byte[] early = ts.packets.remove(10);
    ts.packets.add(10 + apart, early);
    run();
    assertThat(demuxer.count(TsFault.LATE)).isEqualTo(1);
    assertThat(demuxer.count(TsFault.LOST)).isZero();
    assertThat(dump.units).hasSize(29);
  }

  @Test
  void countersThatBeginAnewCostNothingButAHole() {
    klvStream();
    for (int i = 0; i < 21; i++) {
      ts.pes(PID, PesHeader.PRIVATE_1, i, "AA%02X".formatted(i));
    }
    ts.jump(PID, -5);
    for (int i = 0; i < 20; i++) {
      ts.pes(PID, PesHeader.PRIVATE_1, i, "BB%02X".formatted(i));
    }
    run();
    assertThat(dump.units).hasSize(41);
    assertThat(demuxer.count(TsFault.LATE)).isZero();
  }

  @Test
  void aDiscontinuityThatIsAnnouncedIsNoLoss() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA").jump(PID, 6);
    ts.pes(PID, PesHeader.PRIVATE_1, 2, "BB").last(TsBuilder::discontinuous);
    run();
    assertThat(dump.units).hasSize(2);
    assertNoFaults();
  }

  @ParameterizedTest
  @EnumSource(TsSettings.Damage.class)
  void aPesPacketWithAHole(TsSettings.Damage damage) {
    use(TsSettings.DEFAULT.withDamage(damage));
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA".repeat(600));
    ts.packets.remove(ts.packets.size() - 2);
    ts.pes(PID, PesHeader.PRIVATE_1, 2, "BB");
    run();
    assertThat(demuxer.count(TsFault.LOST)).isEqualTo(1);
    assertThat(demuxer.count(TsFault.DAMAGED_PES)).isEqualTo(1);
    assertThat(dump.units.getLast().dts()).isEqualTo(2);
    assertThat(dump.units).hasSize(damage == TsSettings.Damage.PASS ? 2 : 1);
    if (damage == TsSettings.Damage.PASS) {
      assertThat(dump.payloads.getFirst()).isEqualTo(Bytes.ofHex("AA".repeat(600 - 184)));
    }
  }

  @Test
  void aPesPacketThatEndsTooEarly() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA".repeat(170));
    ts.last(packet -> { // one byte more is announced
      packet[4 + 5]++;
      return packet;
    });
    ts.pes(PID, PesHeader.PRIVATE_1, 2, "BB");
    run();
    assertThat(demuxer.count(TsFault.SHORT_PES)).isEqualTo(1);
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(2L);
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "000002BD0000800000AA, another start code",
    "000001BD00000F00000000000000, the syntax of MPEG-1",
    "000001BD0004800005AA, a header longer than the packet",
  })
  void whatIsNoPesPacketIsCounted(String hex, String what) {
    klvStream();
    ts.payload(PID, Bytes.ofHex(hex).buffer());
    ts.pes(PID, PesHeader.PRIVATE_1, 2, "BB");
    run();
    assertThat(demuxer.count(TsFault.BAD_PES)).as(what).isEqualTo(1);
    assertThat(dump.units).hasSize(1);
  }

  @Test
  void scrambledAndFillingPesPackets() {
    klvStream();
    ts.payload(PID, Bytes.ofHex("000001BD0004900000AA").buffer());
    ts.payload(PID, Bytes.ofHex("000001BE0004FFFFFFFF").buffer());
    ts.pes(PID, PesHeader.PRIVATE_1, 2, "BB");
    run();
    assertThat(demuxer.count(TsFault.SCRAMBLED)).isEqualTo(1);
    assertThat(demuxer.count(TsFault.BAD_PES)).isZero();
    assertThat(dump.units).hasSize(1);
  }

  @Test
  void bytesBehindAPesPacketAreLeftOut() {
    klvStream();
    ts.payload(PID, Bytes.ofHex("000001BD0004800000AA" + "BBBBBB").buffer());
    run();
    assertThat(dump.payloads).isEmpty(); // without a time stamp, and no clock
    assertThat(demuxer.count(TsFault.UNTIMED)).isEqualTo(1);
    assertThat(demuxer.gatheredBytes()).isZero();
  }

  @Test
  void pesPacketsHaveALimit() {
    use(new TsSettings(0, TsSettings.Damage.DROP, 65_541, 131_082, 8));
    klvStream();
    ByteBuf most = Unpooled.wrappedBuffer(new byte[65_541 - 14]);
    ts.pes(PID, PesHeader.PRIVATE_1, true, 1, PesHeader.NONE, most);
    ByteBuf more = Unpooled.wrappedBuffer(new byte[65_541 - 13]);
    ts.pes(PID, PesHeader.PRIVATE_1, false, 2, PesHeader.NONE, more);
    ts.pes(PID, PesHeader.PRIVATE_1, 3, "BB");
    run();
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(1L, 3L);
    assertThat(demuxer.count(TsFault.OVERSIZED_PES)).isEqualTo(1);
  }

  @Test
  void unfinishedPesPacketsHaveALimitTogether() {
    use(new TsSettings(0, TsSettings.Damage.DROP, 65_541, 65_541, 8));
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV), stream(6, PID + 1, KLV));
    ByteBuf large = Unpooled.wrappedBuffer(new byte[40_000]);
    ts.pes(PID, PesHeader.PRIVATE_1, false, 1, PesHeader.NONE, large.duplicate());
    ts.pes(PID + 1, PesHeader.PRIVATE_1, false, 2, PesHeader.NONE, large.duplicate());
    demuxer.feed(ts.bytes());
    assertThat(demuxer.gatheredBytes()).isBetween(40_000, 65_541);
    assertThat(demuxer.count(TsFault.OVERSIZED_PES)).isEqualTo(1);
    demuxer.end();
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(1L);
  }

  @Test
  void anAdaptationFieldThatDoesNotFit() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA");
    ts.last(packet -> {
      packet[4] = (byte) 184;
      return packet;
    });
    run();
    assertThat(demuxer.count(TsFault.BAD_ADAPTATION)).isEqualTo(1);
    assertThat(dump.units).isEmpty();
  }

  @Test
  void aSectionWithAWrongCrc() {
    ts.pat(0, 1, MAP).last(packet -> flag(packet, 10, 1));
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV)).last(p -> flag(p, 20, 1));
    ts.pmt(MAP, 1, 0, PID, stream(6, PID, KLV));
    run();
    assertThat(demuxer.count(TsFault.BAD_SECTION)).isEqualTo(2);
    assertThat(dump.programs).hasSize(1);
  }

  // ---- where packets begin

  @ParameterizedTest(name = "{0} bytes before each packet, {1} behind")
  @CsvSource({"0, 0", "4, 0", "0, 16"})
  void packetsOfAllSizes(int before, int behind) {
    ByteBuf bytes = spaced(TsClips.open("h264_only.ts"), before, behind);
    for (int step : new int[] {1, 7, 192, 4_096, Integer.MAX_VALUE}) {
      TsDump spaced = new TsDump();
      try (var of = new TsDemuxer(spaced, allocator)) {
        TsClips.feed(bytes, step, of);
        of.end();
        assertThat(of.count(TsFault.SKIPPED_BYTES)).isZero();
        assertThat(of.count(TsFault.SYNC_LOST)).isZero();
      }
      TsDump plain = new TsDump();
      try (var of = new TsDemuxer(plain, allocator)) {
        of.feed(TsClips.open("h264_only.ts"));
        of.end();
      }
      assertThat(spaced.text()).isEqualTo(plain.text());
    }
  }

  @ParameterizedTest(name = "pieces of {0}")
  @ValueSource(ints = {1, 7, 188, 4_096, Integer.MAX_VALUE})
  void garbageIsPassedOverAndCounted(int step) {
    ByteBuf clip = TsClips.open("h264_only.ts");
    ByteBuf dirty = Unpooled.buffer();
    byte[] garbage = new byte[1_000];
    for (int i = 0; i < garbage.length; i++) {
      garbage[i] = (byte) (i * 7 % 71); // 0x47 is not among them
    }
    dirty.writeBytes(garbage, 0, 100);
    dirty.writeBytes(clip, 188 * 10);
    dirty.writeBytes(garbage);
    dirty.writeBytes(clip, 188 * 10);
    dirty.writeBytes(garbage, 0, 1);
    dirty.writeBytes(clip);
    TsClips.feed(dirty, step, demuxer);
    demuxer.end();
    assertThat(demuxer.count(TsFault.SKIPPED_BYTES)).isEqualTo(1_101);
    assertThat(demuxer.count(TsFault.SYNC_LOST)).isEqualTo(2);
    assertThat(demuxer.count(TsFault.LOST)).isZero();
    assertThat(dump.units).hasSize(25);
  }

  @ParameterizedTest(name = "{0} packets")
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aStreamOfFewPackets(int count) {
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV));
    while (ts.packets.size() < count) {
      ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA");
    }
    while (ts.packets.size() > count) {
      ts.packets.removeLast();
    }
    run();
    assertThat(dump.units).hasSize(Math.max(0, count - 2));
    assertNoFaults();
  }

  @Test
  void nothingButGarbage() {
    ByteBuf zeros = Unpooled.wrappedBuffer(new byte[100_000]);
    demuxer.feed(zeros);
    demuxer.end();
    assertThat(demuxer.count(TsFault.SKIPPED_BYTES)).isEqualTo(100_000);
    assertThat(dump.text()).isEmpty();
  }

  @Test
  void afterARestartNothingIsMissing() {
    klvStream();
    ts.pes(PID, PesHeader.PRIVATE_1, 1, "AA".repeat(400));
    ts.packets.removeLast();
    demuxer.feed(ts.bytes());
    demuxer.restart(0);
    assertThat(demuxer.gatheredBytes()).isZero();
    ts.packets.clear();
    ts.jump(PID, 9).pes(PID, PesHeader.PRIVATE_1, 2, "BB");
    run();
    assertThat(dump.units).extracting(SourceUnit::dts).containsExactly(2L);
    assertNoFaults();
  }

  // ---- helpers

  private void use(TsSettings settings) {
    demuxer = new TsDemuxer(dump, dump, settings, allocator);
  }

  private void klvStream() {
    ts.pat(0, 1, MAP).pmt(MAP, 1, 0, PID, stream(6, PID, KLV));
  }

  /** A PMT of one stream, and a PES packet of it. */
  private TsDemuxerTest program(int mapPid, int number, int pid) {
    ts.pmt(mapPid, number, 0, 0x1FFF, stream(6, pid, KLV));
    ts.pes(pid, PesHeader.PRIVATE_1, pid, "EE");
    return this;
  }

  private void run() {
    demuxer.feed(ts.bytes());
    demuxer.end();
  }

  private void assertNoFaults() {
    for (TsFault fault : TsFault.values()) {
      assertThat(demuxer.count(fault)).as(fault.label()).isZero();
    }
  }

  private static byte[] flag(byte[] packet, int at, int mask) {
    packet[at] ^= (byte) mask;
    return packet;
  }

  private static ByteBuf spaced(ByteBuf packets, int before, int behind) {
    ByteBuf out = Unpooled.buffer();
    while (packets.isReadable()) {
      out.writeZero(before).writeBytes(packets, 188).writeZero(behind);
    }
    return out;
  }
}
