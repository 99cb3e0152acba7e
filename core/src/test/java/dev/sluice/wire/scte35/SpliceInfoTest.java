package dev.sluice.wire.scte35;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.Crc32Mpeg;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections of the standard's section 14, and others that have what those have not. */
class SpliceInfoTest {
  private static final String PLACEMENT_START =
      "FC3034000000000000FFFFF00506FE72BD0050001E021C435545494800008E7FCF0001A599B0"
          + "0808000000002CA0A18A3402009AC9D17E";
  private static final String PLACEMENT_END =
      "FC302F000000000000FFFFF00506FE746290A000190217435545494800008E7F9F0808000000"
          + "002CA0A18A350200A9CC6758";
  private static final String INSERT =
      "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF5"
          + "00000000000A0008435545490000013562DBA30A";
  private static final String NULL = "FC3011000000000000FFFFF000000000761DD3B6";
  private static final String CANCELLED = "FC3016000000000000FFFFF0050500000007FF0000D3897F26";
  private static final String IN_AT_ONCE =
      "FC301B000000000000FFFFF00A05000000077F5F000100000000C64A15BC";
  private static final String COMPONENTS =
      "FC3029000100000000FFFFF01805000000FF7FAF0201FF00000002027FFE002932E0123401020000505A3A85";
  private static final String OF_UNKNOWN_LENGTH =
      "FC3029000000000000FFFFFFFF05000000FF7FAF0201FF00000002027FFE002932E01234010200005758FA11";
  private static final String PRIVATE_OF_UNKNOWN_LENGTH =
      "FC3019000000000000FFFFFFFFFF41424344313233340000D250AD1B";
  private static final String BANDWIDTH = "FC3011000000000000FFFFFFFF070000467C184A";
  private static final String ENCRYPTED =
      "FC3025008000000000FFFFF01406000102030405060708090A0B0C0D0E0F101112130000AA4A09B3";
  private static final String MANY =
      "FC304E000000000000FFFFF001067F003C00084355454900000001020541424344000209435545490000000AFF"
          + "021E435545490000000B7F7F0109FE00000000FF000000010903616263220102EE627857";

  private static SpliceInfo read(String hex) {
    return SpliceInfo.read(new SpliceInfoSection(Bytes.ofHex(hex)));
  }

  private static SpliceInfo plain(SpliceCommand command) {
    return new SpliceInfo(false, command, List.of());
  }

  @Test
  void readsTheExamplesOfTheStandard() {
    assertThat(read(PLACEMENT_START))
        .isEqualTo(
            new SpliceInfo(
                false,
                new SpliceCommand.TimeSignal(0x72BD_0050L),
                List.of(
                    new SegmentationDescriptor(
                        0x4800008E,
                        false,
                        0x01A599B0,
                        8,
                        Bytes.ofHex("000000002CA0A18A"),
                        0x34,
                        2,
                        0))));
    SpliceInfo end = read(PLACEMENT_END);
    assertThat(end.command()).isEqualTo(new SpliceCommand.TimeSignal(0x7462_90A0L));
    assertThat(end.segmentations())
        .singleElement()
        .satisfies(of -> {
          assertThat(of.eventId()).isEqualTo(0x4800008E);
          assertThat(of.duration()).isEqualTo(SpliceCommand.UNKNOWN);
          assertThat(of.isIn()).isTrue();
          assertThat(of.isOut()).isFalse();
        });
    assertThat(read(INSERT))
        .isEqualTo(
            plain(
                new SpliceCommand.Insert(
                    0x4800008FL, false, true, 0x7369_C02EL, 0x52CCF5, true, 0)));
  }

  @Test
  void readsOtherCommands() {
    long unknown = SpliceCommand.UNKNOWN;
    assertThat(read(NULL)).isEqualTo(plain(new SpliceCommand.Null()));
    assertThat(read(BANDWIDTH)).isEqualTo(plain(new SpliceCommand.Other(7)));
    assertThat(read(CANCELLED))
        .isEqualTo(plain(new SpliceCommand.Insert(7, true, false, unknown, unknown, false, 0)));
    assertThat(read(IN_AT_ONCE))
        .isEqualTo(plain(new SpliceCommand.Insert(7, false, false, unknown, unknown, false, 1)));
    assertThat(read(PRIVATE_OF_UNKNOWN_LENGTH)).isEqualTo(plain(new SpliceCommand.Other(0xFF)));
  }

  /**
   * Times of 33 bits, of which the first component's counts; the adjustment goes beyond the end.
   */
  @Test
  void timesAreAdjusted() {
    assertThat(read(COMPONENTS).command())
        .isEqualTo(new SpliceCommand.Insert(0xFF, false, true, 2, 2_700_000, true, 0x1234));
    assertThat(read(OF_UNKNOWN_LENGTH).command())
        .isEqualTo(
            new SpliceCommand.Insert(0xFF, false, true, 0x1_0000_0002L, 2_700_000, true, 0x1234));
  }

  @Test
  void ofAnEncryptedSectionNothingIsKnown() {
    assertThat(read(ENCRYPTED))
        .isEqualTo(new SpliceInfo(true, new SpliceCommand.Other(6), List.of()));
  }

  /** An avail_descriptor and one of somebody else are passed over. */
  @Test
  void readsSeveralDescriptors() {
    SpliceInfo many = read(MANY);
    assertThat(many.command()).isEqualTo(new SpliceCommand.TimeSignal(SpliceCommand.UNKNOWN));
    assertThat(many.segmentations())
        .containsExactly(
            new SegmentationDescriptor(10, true, SpliceCommand.UNKNOWN, 0, Bytes.EMPTY, 0, 0, 0),
            new SegmentationDescriptor(
                11, false, 0xFF_0000_0001L, 9, Bytes.ofHex("616263"), 0x22, 1, 2));
  }

  @ParameterizedTest(name = "type {0}: out {1}, in {2}")
  @CsvSource({
    "16, false, false", "17, false, false", "34, true, false", "35, false, true",
    "47, false, false", "48, true, false", "53, false, true", "62, true, false",
    "63, false, true", "64, false, false", "67, false, false", "68, true, false",
    "71, false, true", "72, false, false", "80, false, false"
  })
  void typesAreOutOrInOrNeither(int type, boolean out, boolean in) {
    var of =
        new SegmentationDescriptor(1, false, SpliceCommand.UNKNOWN, 0, Bytes.EMPTY, type, 0, 0);
    assertThat(of.isOut()).isEqualTo(out);
    assertThat(of.isIn()).isEqualTo(in);
  }

  /** Whatever is missing at the end, with a length and a CRC to match. */
  @ParameterizedTest
  @ValueSource(strings = {PLACEMENT_START, INSERT, CANCELLED, COMPONENTS, OF_UNKNOWN_LENGTH, MANY})
  void everyTruncationIsMalformed(String hex) {
    byte[] whole = Bytes.ofHex(hex).toArray();
    for (int size = 16; size < whole.length - 4; size++) {
      ByteBuf cut = Unpooled.buffer();
      cut.writeBytes(whole, 0, size).setShort(1, 0x3000 | size + 1);
      cut.writeInt(Crc32Mpeg.of(cut, 0, size));
      var section = new SpliceInfoSection(Bytes.copyOf(cut));
      assertThatThrownBy(() -> SpliceInfo.read(section))
          .as("of %d bytes", size)
          .isInstanceOf(MalformedException.class);
    }
  }
}
