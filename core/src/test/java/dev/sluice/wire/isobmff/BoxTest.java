package dev.sluice.wire.isobmff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
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
import org.junit.jupiter.params.provider.FieldSource;

class BoxTest {
  static final List<BoxCase> CASES = BoxCase.ALL;

  @ParameterizedTest(name = "{0}")
  @FieldSource("CASES")
  void readsAndWrites(BoxCase box) {
    ByteBuf bytes = box.bytes();
    assertThat(box.read(body(bytes))).isEqualTo(box.box());
    assertThat(written(box.box())).isEqualTo(bytes);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("CASES")
  void refusesEveryTruncation(BoxCase box) {
    ByteBuf body = body(box.bytes());
    for (int length = 0; length < body.readableBytes(); length++) {
      ByteBuf truncated = body.slice(0, length);
      try {
        assertThat(box.read(truncated).type()).isEqualTo(box.box().type());
        assertThat(box.open()).as("cut to %d bytes it is still read", length).isTrue();
      } catch (MalformedException refused) {
        assertThat(refused).hasMessageStartingWith("box '");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("CASES")
  void whatFollowsTheKnownFieldsIsNotLookedAt(BoxCase box) {
    if (!box.open()) {
      ByteBuf longer =
          Unpooled.wrappedBuffer(body(box.bytes()), Unpooled.wrappedBuffer(new byte[3]));
      assertThat(box.read(longer).type()).isEqualTo(box.box().type());
    }
  }

  /** Version 1 with values that fit version 0. */
  @Test
  void readsTheLongFormsOfShortValues() {
    assertThat(
            EditListBox.read(
                BoxCase.hex("01000000 00000001 0000000000000005 FFFFFFFFFFFFFFFF 00010000")))
        .isEqualTo(new EditListBox(List.of(new EditListBox.Edit(5, -1, 0x1_0000))));
    assertThat(
            MediaHeaderBox.read(
                BoxCase.hex(
                    "01000000 0000000000000000 0000000000000000 0000BB80 FFFFFFFFFFFFFFFF"
                        + "00000000")))
        .isEqualTo(new MediaHeaderBox(0, 0, 48_000, -1, "und"));
    assertThat(TrackFragmentDecodeTimeBox.read(BoxCase.hex("00000000 FFFFFFFF")))
        .isEqualTo(new TrackFragmentDecodeTimeBox(0xFFFF_FFFFL));
    assertThat(
            ProducerReferenceTimeBox.read(
                BoxCase.hex("00000000 00000001 0000000000000002 FFFFFFFF")))
        .isEqualTo(new ProducerReferenceTimeBox(0, 1, 2, 0xFFFF_FFFFL));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mvhd | 00000000 00000000 00000000 00000000 | timescale is 0, allowed is 1 to 1000000000",
        "mvhd | 02000000 | version 2, allowed is 0 to 1",
        "mdhd | 01000000 8000000000000000 | creation_time is 9223372036854775808",
        "tkhd | 00000000 00000000 00000000 00000000 | track_ID is 0",
        "elst | 00000000 00000001 00000000 FFFFFFFE 00010000 | media_time is -2",
        "elst | 00000000 00001001 | edits: 4097, allowed are 4096",
        "dref | 00000000 00000101 | entries: 257, allowed are 256",
        "dref | 00000000 00000001 | entries: 1 announced, 0 bytes left",
        "stsd | 00000000 00000101 | entries: 257, allowed are 256",
        "esds | 00000000 0303 0000 00 | has no DecoderConfigDescriptor",
        "esds | 00000000 03 | ends in the size of a descriptor",
        "vpcC | 00000000 | version 0, allowed is 1",
        "stsz | 00000000 80000000 00000000 | sample_size is 2147483648",
        "stts | 00000000 80000000 | count is 2147483648",
        "stts | 00000000 00000002 00000001 00000001 | count is 2, allowed is what 8 bytes hold",
        "stts | 01000000 00000000 | version 1, allowed is 0 to 0",
        "stz2 | 00000000 0000000C 00000000 | field_size is 12",
        "trun | 00000000 00100001 | samples: 1048577, allowed are 1048576",
        "trun | 00000100 00000002 00000000 | samples: 2 announced, 4 bytes left",
        "sidx | 00000000 00000001 00000000 | timescale is 0",
        "tfra | 00000000 00000001 00000000 00100001 | entries: 1048577, allowed are 1048576",
        "tfhd | 00000001 00000001 FFFFFFFFFFFFFFFF | base_data_offset is 18446744073709551615",
        "emsg | 01000000 00000000 | timescale is 0",
      })
  void refuses(String type, String hex, String message) {
    int boxType = BoxType.of(type);
    ByteBuf body = BoxCase.hex(hex);
    assertThatThrownBy(() ->
            BoxCase.ALL.stream()
                .filter(box -> box.box().type() == boxType)
                .findFirst()
                .orElseThrow()
                .read(body))
        .isInstanceOfAny(MalformedException.class, UnsupportedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void countsAreAllowedUpToTheirLimits() {
    ByteBuf edits = Unpooled.buffer();
    edits.writeInt(0).writeInt(BoxLimits.MAX_EDITS).writeZero(12 * BoxLimits.MAX_EDITS);
    assertThat(EditListBox.read(edits).edits()).hasSize(BoxLimits.MAX_EDITS);
    ByteBuf run = Unpooled.buffer().writeInt(0).writeInt(BoxLimits.MAX_RUN_SAMPLES);
    assertThat(TrackRunBox.read(run).sampleCount()).isEqualTo(BoxLimits.MAX_RUN_SAMPLES);
    ByteBuf brands = Unpooled.buffer().writeZero(8 + 4 * BoxLimits.MAX_BRANDS);
    assertThat(FileTypeBox.read(BoxType.FTYP, brands.slice()).compatibleBrands())
        .hasSize(BoxLimits.MAX_BRANDS);
    brands.writeZero(4);
    assertThatThrownBy(() -> FileTypeBox.read(BoxType.FTYP, brands.slice()))
        .hasMessageContaining("brands: 257, allowed are 256");
    ByteBuf name = Unpooled.buffer().writeZero(24);
    name.writeBytes(
        "x".repeat(BoxLimits.MAX_TEXT).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(HandlerBox.read(name.slice()).name()).hasSize(BoxLimits.MAX_TEXT);
    name.writeByte('x');
    assertThatThrownBy(() -> HandlerBox.read(name.slice()))
        .hasMessageContaining("text is 4097 bytes");
    ByteBuf invalid = Unpooled.buffer().writeZero(24);
    for (int i = 0; i < BoxLimits.MAX_TEXT / 2; i++) {
      invalid.writeByte(0xFF);
    }
    assertThatThrownBy(() -> HandlerBox.read(invalid)).hasMessageContaining("allowed is UTF-8");
  }

  @Test
  void readsTheFieldsOfTables() {
    var sizes = (SampleTable) byType(BoxType.STZ2).box();
    assertThat(List.of(sizes.field(0, 0), sizes.field(1, 0), sizes.field(2, 0)))
        .containsExactly(1L, 2L, 3L);
    SampleTable offsets = SampleTable.of(BoxType.CTTS, 3, -1, 0xFFFF_FFFFL, 7);
    assertThat(offsets.field(0, 1)).isEqualTo(-1);
    assertThat(offsets.field(1, 0)).isEqualTo(0xFFFF_FFFFL);
    assertThat(SampleTable.of(BoxType.CO64, 1, 1L << 40).field(1, 0)).isEqualTo(1L << 40);
    assertThat(SampleTable.ofUniformSize(5, 9).field(4, 0)).isEqualTo(9);
    for (int bits : new int[] {8, 16}) {
      var header = new SampleTableHeader(BoxType.STZ2, 0, 2, 0, bits);
      var table = new SampleTable(header, Bytes.ofHex(bits == 8 ? "01FF" : "0001FFFE"));
      assertThat(table.field(1, 0)).isEqualTo(bits == 8 ? 0xFF : 0xFFFE);
    }
  }

  @Test
  void readsTheFieldsOfRuns() {
    var all =
        (TrackRunBox)
            BoxCase.ALL.stream()
                .map(BoxCase::box)
                .filter(box -> box instanceof TrackRunBox run && run.sampleCount() == 2)
                .findFirst()
                .orElseThrow();
    assertThat(all.duration(1, 9)).isEqualTo(512);
    assertThat(all.size(1, 9)).isEqualTo(32);
    assertThat(all.flags(1, 9)).isEqualTo(SampleFlags.DEPENDENT);
    assertThat(all.compositionOffset(1)).isEqualTo(-512);
    var sparse = new TrackRunBox(0, TrackRunBox.FIRST_SAMPLE_FLAGS, 2, 0, 5, Bytes.EMPTY);
    assertThat(sparse.duration(0, 9)).isEqualTo(9);
    assertThat(sparse.size(0, 8)).isEqualTo(8);
    assertThat(sparse.flags(0, 7)).isEqualTo(5);
    assertThat(sparse.flags(1, 7)).isEqualTo(7);
    assertThat(sparse.compositionOffset(1)).isZero();
    assertThat(TrackRunBox.sizeBytes(0xF01, 2)).isEqualTo(written(all).readableBytes());
    assertThat(TrackRunBox.sizeBytes(4, 2)).isEqualTo(written(sparse).readableBytes());
  }

  @Test
  void readsQuickTimesSoundEntriesAndWhatIsInTheirWave() {
    String start = "00000000 00000001 00000000 6D703461 000000000000 0001";
    String fields = "0000 00000000 0002 0010 FFFE 0000 AC440000";
    String wave = "0000001C 77617665 0000000C 66726D61 6D703461 00000008 00000000";
    var first = quickTime(start + "0001" + fields + "00".repeat(16) + wave);
    assertThat(first.channels()).isEqualTo(2);
    assertThat(first.sampleRate()).isEqualTo(44_100);
    assertThat(first.box(BoxType.of("frma"))).isEqualTo(Bytes.ofHex("6D703461"));
    var second =
        quickTime(
            start
                + "0002"
                + fields
                + "00000048 40E7700000000000 00000006 7F000000 00000000 00000000 00000000"
                + "00000000"
                + wave);
    assertThat(second.channels()).isEqualTo(6);
    assertThat(second.sampleRate()).isEqualTo(48_000);
    assertThat(second.boxes()).hasSize(2);
  }

  @Test
  void aColourProfileSaysNothingThatWeRead() {
    assertThat(ColourBox.read(BoxCase.hex("70726F66 AABB"))).isNull();
    assertThat(ColourBox.read(BoxCase.hex("6E636C63 0001 0001 0001")))
        .isEqualTo(new ColourBox(1, 1, 1, false));
  }

  @ParameterizedTest(name = "{0} ns is {1}")
  @CsvSource({
    "0, 83AA7E8000000000",
    "500000000, 83AA7E8080000000",
    "-2208988800000000000, 0000000000000000",
    "1700000000123456789, E8FE6F801F9ADD37",
  })
  void ntpTimesAreUtc(long utcNs, String ntp) {
    long value = Long.parseUnsignedLong(ntp, 16);
    assertThat(ProducerReferenceTimeBox.ntp(utcNs)).isEqualTo(value);
    assertThat(new ProducerReferenceTimeBox(0, 1, value, 0).utcNs()).isEqualTo(utcNs);
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    var movie =
        new MovieHeaderBox(
            any(random),
            any(random),
            random.nextInt(1, 1_000_000_001),
            any(random),
            random.nextLong(1L << 32));
    assertThat(MovieHeaderBox.read(body(written(movie)))).isEqualTo(movie);
    List<EditListBox.Edit> edits = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      long mediaTime = random.nextInt(3) == 0 ? -1 : any(random);
      edits.add(new EditListBox.Edit(any(random), mediaTime, random.nextInt()));
    }
    var list = new EditListBox(edits);
    assertThat(EditListBox.read(body(written(list)))).isEqualTo(list);
    var event =
        new EventMessageBox(
            1,
            "urn:é" + random.nextInt(),
            "",
            random.nextInt(1, 1_000_000_001),
            any(random),
            random.nextLong(1L << 32),
            random.nextLong(1L << 32),
            Bytes.of(new byte[random.nextInt(300)]));
    assertThat(EventMessageBox.read(body(written(event)))).isEqualTo(event);
    byte[] specific = new byte[random.nextInt(40_000)];
    random.nextBytes(specific);
    var es = new EsDescriptorBox(0x40, 5, 1, 2, 3, Bytes.of(specific));
    assertThat(EsDescriptorBox.read(body(written(es)))).isEqualTo(es);
  }

  private static AudioSampleEntry quickTime(String hex) {
    ByteBuf bytes = BoxCase.hex(hex);
    bytes.setInt(8, bytes.readableBytes() - 8);
    return (AudioSampleEntry) SampleDescriptionBox.read(BoxType.SOUN, bytes).entries().getFirst();
  }

  private static BoxCase byType(int type) {
    return BoxCase.ALL.stream().filter(box -> box.box().type() == type).findFirst().orElseThrow();
  }

  /** Values of all lengths. */
  private static long any(RandomGenerator random) {
    return random.nextLong() >>> random.nextInt(1, 64);
  }

  private static ByteBuf body(ByteBuf box) {
    ByteBuf in = box.slice();
    BoxHeader header = BoxHeader.read(in);
    assertThat(header).isNotNull();
    assertThat(header.bodySize()).isEqualTo(in.readableBytes());
    return in.slice();
  }

  private static ByteBuf written(Box box) {
    ByteBuf out = Unpooled.buffer();
    box.write(out);
    return out;
  }
}
