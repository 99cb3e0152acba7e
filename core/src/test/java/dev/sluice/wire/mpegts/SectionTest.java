package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTest {
  /** As ffmpeg writes it. */
  static final String PAT = "00B00D0001C100000001F0002AB104B2";

  /** As ffmpeg writes it: H.264, AAC with a language. */
  static final String PMT = "02B01D0001C10000E100F0001BE100F0000FE101F0060A04656E6700";

  @Test
  void readsAndWritesThePatOfFfmpeg() {
    Section section = Section.read(Bytes.ofHex(PAT).buffer());
    var pat = ProgramAssociation.of(section);
    assertThat(pat)
        .isEqualTo(
            new ProgramAssociation(1, 0, List.of(new ProgramAssociation.Program(1, 0x1000))));
    assertThat(hex(pat.section())).isEqualToIgnoringCase(PAT);
  }

  @Test
  void readsAndWritesAPmt() {
    ByteBuf withCrc = Unpooled.buffer();
    Bytes.ofHex(PMT).writeTo(withCrc);
    withCrc.writeInt(Crc32Mpeg.of(withCrc, 0, withCrc.readableBytes()));
    var pmt = ProgramMap.of(Section.read(withCrc.duplicate()));
    assertThat(pmt.programNumber()).isEqualTo(1);
    assertThat(pmt.pcrPid()).isEqualTo(0x100);
    assertThat(pmt.streams())
        .containsExactly(
            new ProgramMap.Stream(StreamType.H264, 0x100, List.of()),
            new ProgramMap.Stream(
                StreamType.ADTS, 0x101, List.of(new LanguageDescriptor("eng", 0).descriptor())));
    assertThat(Descriptor.language(pmt.streams().get(1).descriptors())).isEqualTo("eng");
    assertThat(hex(pmt.section())).startsWithIgnoringCase(PMT);
    assertThat(hex(pmt.section())).hasSize(PMT.length() + 8);
  }

  @Test
  void everyTruncationIsMalformed() {
    ByteBuf whole = Bytes.ofHex(PAT).buffer();
    for (int length = 0; length < whole.readableBytes(); length++) {
      ByteBuf truncated = whole.slice(0, length);
      assertThatThrownBy(() -> Section.read(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void everyWrongBitIsFoundByTheCrcOrTheLength() {
    byte[] whole = Bytes.ofHex(PAT).toArray();
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] wrong = whole.clone();
      wrong[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> Section.read(Bytes.of(wrong).buffer()))
          .as("bit %d", bit)
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "0, 0001F00000, its programs take 5 bytes",
    "1, 0001F000, table_id 1",
  })
  void refusesBodiesThatAreNoPat(int tableId, String body, String message) {
    var section = new Section(tableId, 1, 0, true, 0, 0, Bytes.ofHex(body));
    assertThatThrownBy(() -> ProgramAssociation.of(section))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{2}: {1}")
  @CsvSource({
    "0, 1, E100F000, table_id 0",
    "2, 0, E100F000, program 0",
    "2, 1, E100F0, body of 3 bytes",
    "2, 1, E100F001, descriptors of 1 bytes",
    "2, 1, E100F00105, descriptor of 1 byte",
    "2, 1, E100F0020501, descriptor 0x05 of 1 bytes",
    "2, 1, E100F0001BE100F0, inside the entry of a stream",
    "2, 1, E100F0001BE100F001, descriptors of 1 bytes",
  })
  void refusesBodiesThatAreNoPmt(int tableId, int program, String body, String message) {
    var section = new Section(tableId, program, 0, true, 0, 0, Bytes.ofHex(body));
    assertThatThrownBy(() -> ProgramMap.of(section))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aPatHoldsAsManyProgramsAsASectionOf1024Bytes() {
    List<ProgramAssociation.Program> programs = new ArrayList<>();
    for (int i = 1; i <= ProgramAssociation.MAX_PROGRAMS; i++) {
      programs.add(new ProgramAssociation.Program(i, i));
    }
    assertThat(programs).hasSize(253);
    var pat = new ProgramAssociation(1, 31, programs);
    assertThat(ProgramAssociation.of(Section.read(written(pat.section())))).isEqualTo(pat);
    programs.add(new ProgramAssociation.Program(500, 500));
    assertThatThrownBy(() -> new ProgramAssociation(1, 0, programs))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPmtIsNotLongerThanASectionOf1024Bytes() {
    var stream = new ProgramMap.Stream(6, 256, List.of(new Descriptor(5, Bytes.of(new byte[250]))));
    List<ProgramMap.Stream> three = List.of(stream, stream, stream);
    var rest = List.of(new Descriptor(5, Bytes.of(new byte[235])));
    var most = new ProgramMap(1, 0, true, 256, rest, three);
    assertThat(written(most.section()).readableBytes()).isEqualTo(Section.MAX_PSI_SIZE);
    var more = List.of(new Descriptor(5, Bytes.of(new byte[236])));
    assertThatThrownBy(() -> new ProgramMap(1, 0, true, 256, more, three))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLongerPmtIsRefused() {
    var section = new Section(2, 1, 0, true, 0, 0, Bytes.of(new byte[Section.MAX_PSI_BODY + 1]));
    assertThatThrownBy(() -> ProgramMap.of(section))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("1013 bytes");
  }

  @RepeatedTest(100)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    List<ProgramMap.Stream> streams = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      streams.add(
          new ProgramMap.Stream(random.nextInt(256), random.nextInt(8_192), descriptors(random)));
    }
    var pmt =
        new ProgramMap(
            random.nextInt(1, 65_536),
            random.nextInt(32),
            random.nextBoolean(),
            random.nextInt(8_192),
            descriptors(random),
            streams);
    assertThat(ProgramMap.of(Section.read(written(pmt.section())))).isEqualTo(pmt);
  }

  // ---- assembly

  @ParameterizedTest(name = "payloads of {0} bytes")
  @ValueSource(ints = {1, 2, 3, 7, 30, 183})
  void sectionsAreGatheredWhateverThePackets(int step) {
    List<String> sections = List.of(PAT, "40700100", "3E" + "7004" + "01020304", PAT);
    // two in a row, stuffing, then two more
    ByteBuf first = Bytes.ofHex(sections.get(0) + sections.get(1) + "FFFFFF").buffer();
    ByteBuf second = Bytes.ofHex(sections.get(2) + sections.get(3) + "FF").buffer();
    List<String> found = new ArrayList<>();
    var assembler = new SectionAssembler(Section.MAX_SIZE);
    for (ByteBuf run : List.of(first, second)) {
      boolean start = true;
      while (run.isReadable()) {
        int length = Math.min(step, run.readableBytes());
        ByteBuf payload = Unpooled.buffer();
        if (start) {
          payload.writeByte(0);
        }
        payload.writeBytes(run, length);
        assembler.packet(
            start, payload, 0, payload.readableBytes(), section -> found.add(hexOf(section)));
        start = false;
      }
    }
    assertThat(found).isEqualTo(sections.stream().map(hex -> Bytes.ofHex(hex).toString()).toList());
    assertThat(assembler.incomplete()).isZero();
    assertThat(assembler.unfinished()).isFalse();
  }

  @Test
  void thePointerFieldEndsOneSectionAndBeginsTheNext() {
    List<String> found = new ArrayList<>();
    var assembler = new SectionAssembler(Section.MAX_PSI_SIZE);
    feed(assembler, true, "00" + PAT.substring(0, 20), found);
    assertThat(assembler.unfinished()).isTrue();
    feed(assembler, true, "06" + PAT.substring(20) + PAT, found);
    assertThat(found).containsExactly(Bytes.ofHex(PAT).toString(), Bytes.ofHex(PAT).toString());
  }

  @Test
  void whatIsCutShortIsCounted() {
    List<String> found = new ArrayList<>();
    var assembler = new SectionAssembler(Section.MAX_PSI_SIZE);
    feed(assembler, true, "00" + PAT.substring(0, 20), found);
    feed(assembler, true, "00" + PAT, found);
    assertThat(found).hasSize(1);
    assertThat(assembler.incomplete()).isEqualTo(1);
    feed(assembler, true, "05" + PAT.substring(0, 8), found); // begins outside of its packet
    assertThat(assembler.incomplete()).isEqualTo(2);
    feed(assembler, true, "00" + PAT.substring(0, 20), found);
    assembler.reset();
    feed(assembler, false, PAT.substring(20), found);
    assertThat(found).hasSize(1);
  }

  @Test
  void aSectionAtTheLimitIsTakenAndALongerOneCounted() {
    List<String> found = new ArrayList<>();
    var assembler = new SectionAssembler(Section.MAX_PSI_SIZE);
    feed(assembler, true, "00" + "40B3FD" + "00".repeat(1_021), found);
    assertThat(found).hasSize(1);
    feed(assembler, true, "00" + "40B3FE" + "00".repeat(1_022), found);
    assertThat(found).hasSize(1);
    assertThat(assembler.oversized()).isEqualTo(1);
    feed(assembler, true, "00" + PAT, found);
    assertThat(found).hasSize(2);
  }

  static List<Descriptor> descriptors(RandomGenerator random) {
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] body = new byte[random.nextInt(30)];
      random.nextBytes(body);
      descriptors.add(new Descriptor(random.nextInt(256), Bytes.of(body)));
    }
    return descriptors;
  }

  private static void feed(
      SectionAssembler assembler, boolean start, String hex, List<String> found) {
    ByteBuf payload = Bytes.ofHex(hex).buffer();
    assembler.packet(
        start, payload, 0, payload.readableBytes(), section -> found.add(hexOf(section)));
  }

  private static String hex(Section section) {
    return hexOf(written(section));
  }

  private static String hexOf(ByteBuf bytes) {
    return Bytes.copyOf(bytes).toString();
  }

  private static ByteBuf written(Section section) {
    ByteBuf out = Unpooled.buffer();
    section.write(out);
    return out;
  }
}
