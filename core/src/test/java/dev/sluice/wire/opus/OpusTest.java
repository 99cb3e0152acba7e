package dev.sluice.wire.opus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpusTest {
  private static final String HEAD = "4F70757348656164";

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // behind the magic; dOps; channels, pre-skip, rate, gain, family, streams, coupled, mapping
    "0102380180BB0000000000, 000201380000BB80000000, 2, 312, 48000, 0, 0, 1, 1, 0001",
    "0101000044AC0000FFFF00, 000100000000AC44FFFF00, 1, 0, 44100, -1, 0, 1, 0, 00",
    "0106380180BB00000080010402000401020305,"
        + " 000601380000BB8080000104020004 01020305, 6, 312, 48000, -32768, 1, 4, 2, 000401020305",
    "0103000000000000FF7FFF0300 00FF02, 000300000000 00007FFFFF030000FF02, 3, 0, 0, 32767, 255, 3,"
        + " 0, 00FF02",
  })
  void readsAndWrites(
      String head,
      String dops,
      int channels,
      int preSkip,
      long rate,
      int gain,
      int family,
      int streams,
      int coupled,
      String mapping) {
    Bytes bytes = Bytes.ofHex(HEAD + head.replace(" ", ""));
    Bytes box = Bytes.ofHex(dops.replace(" ", ""));
    var expected =
        new OpusHead(channels, preSkip, rate, gain, family, streams, coupled, Bytes.ofHex(mapping));
    assertThat(OpusHead.read(bytes)).isEqualTo(expected);
    assertThat(OpusHead.readDops(box.buffer())).isEqualTo(expected);
    assertThat(expected.write()).isEqualTo(bytes);
    ByteBuf out = Unpooled.buffer();
    expected.writeDops(out);
    assertThat(Bytes.copyOf(out)).isEqualTo(box);
    for (int end = 0; end < bytes.size(); end++) {
      Bytes truncated = Bytes.of(Arrays.copyOf(bytes.toArray(), end));
      assertThatThrownBy(() -> OpusHead.read(truncated)).isInstanceOf(MalformedException.class);
    }
    for (int end = 0; end < box.size(); end++) {
      ByteBuf truncated = box.buffer().slice(0, end);
      assertThatThrownBy(() -> OpusHead.readDops(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "4F70757348656165 0102380180BB0000000000, it does not begin with its name",
    "4F70757348656164 0103380180BB0000000000, 3 channels of mapping family 0",
    "4F70757348656164 0100380180BB0000000000, 0 channels of mapping family 0",
    "4F70757348656164 0100380180BB0000000001 0100, 0 channels of 1 streams",
    "4F70757348656164 0101380180BB0000000001 010200, '1 channels of 1 streams, 2 of them coupled'",
    "4F70757348656164 0101380180BB0000000001 000000, 1 channels of 0 streams",
    "4F70757348656164 0101380180BB00000000FF FF0100, '1 channels of 255 streams, 1 of them'",
    "4F70757348656164 0102380180BB0000000001 01010002, 'channel 1 is mapped to 2, allowed are 0 to"
        + " 1'",
  })
  void refusesWhatContradictsItself(String hex, String fault) {
    assertThatThrownBy(() -> OpusHead.read(Bytes.ofHex(hex.replace(" ", ""))))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void refusesOtherVersions() {
    assertThatThrownBy(() -> OpusHead.read(Bytes.ofHex(HEAD + "1002380180BB0000000000")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("OpusHead: version is 16, allowed is 0 to 15");
    assertThatThrownBy(() -> OpusHead.readDops(Bytes.ofHex("010201380000BB80000000").buffer()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("dOps: Version is 1, allowed is 0");
  }

  @ParameterizedTest(name = "{0}: {1} channels, family {2}, {3} streams, {4} coupled, {5}")
  @CsvSource({
    "00, 2, 255, 1, 1, 0001, 0",
    "01, 1, 0, 1, 0, 00, 1",
    "02, 2, 0, 1, 1, 0001, 2",
    "03, 3, 1, 2, 1, 000201, 3",
    "04, 4, 1, 2, 2, 00010203, 4",
    "05, 5, 1, 3, 2, 0004010203, 5",
    "06, 6, 1, 4, 2, 000401020305, 6",
    "07, 7, 1, 4, 3, 00040102030506, 7",
    "08, 8, 1, 5, 3, 0006010203040507, 8",
    "80, 2, 255, 2, 0, 0001, -1",
    "82, 2, 1, 2, 0, 0001, 130",
    "88, 8, 1, 8, 0, 0001020304050607, 136",
    "810200, 2, 0, 1, 1, 0001, 2",
    "81010100, 1, 1, 1, 0, 00, -1",
    "8106016842 9D, 6, 1, 4, 2, 000401020305, 6",
    "8103FF8180, 3, 255, 3, 0, 000102, -1",
    "8103FF81C0, 3, 255, 3, 0, 0001FF, -1", // the highest value is silence
  })
  void readsDescriptorsOfMpegTs(
      String hex, int channels, int family, int streams, int coupled, String mapping, int code) {
    Bytes descriptor = Bytes.ofHex(hex.replace(" ", ""));
    var head = OpusHead.ofTsDescriptor(descriptor);
    assertThat(head)
        .isEqualTo(
            new OpusHead(channels, 0, 48_000, 0, family, streams, coupled, Bytes.ofHex(mapping)));
    assertThat(head.tsChannelConfigCode()).isEqualTo(code);
    assertThat(OpusHead.read(head.write())).isEqualTo(head);
    for (int end = 0; end < descriptor.size(); end++) {
      Bytes truncated = Bytes.of(Arrays.copyOf(descriptor.toArray(), end));
      assertThatThrownBy(() -> OpusHead.ofTsDescriptor(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"09", "7F", "89", "FF"})
  void refusesReservedCodes(String hex) {
    assertThatThrownBy(() -> OpusHead.ofTsDescriptor(Bytes.ofHex(hex)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("channel_config_code is 0x" + hex);
  }

  @ParameterizedTest(name = "{0} lasts {1} samples")
  @CsvSource({
    "00, 480",
    "08, 960",
    "10, 1920",
    "18, 2880",
    "58, 2880", // SILK
    "60, 480",
    "68, 960",
    "78, 960", // hybrid
    "80, 120",
    "88, 240",
    "90, 480",
    "98, 960",
    "F8, 960",
    "FC, 960", // CELT
    "F9, 1920",
    "FA, 1920", // two frames
    "FB06, 5760",
    "FB07, 0", // 120 ms are the limit
    "8330, 5760",
    "8331, 0",
    "FB00, 0",
    "FB86, 5760", // padding and rate bits
    "FB, 0",
    "1B02, 5760",
    "1B03, 0"
  })
  void tellsHowLongAPacketLasts(String hex, int samples) {
    ByteBuf packet = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    assertThat(OpusPacket.samples(packet)).isEqualTo(samples);
    assertThat(packet.readerIndex()).isZero();
  }

  @Test
  void anEmptyPacketLastsNotAtAll() {
    assertThat(OpusPacket.samples(Unpooled.EMPTY_BUFFER)).isZero();
  }

  @ParameterizedTest(name = "{0}: {1} bytes, {2} and {3} trimmed")
  @CsvSource({
    "7FE000, 0, 0, 0",
    "7FE0FE, 254, 0, 0",
    "7FE0FF00, 255, 0, 0",
    "7FE0FFFF01, 511, 0, 0",
    "7FF0810138, 129, 312, 0",
    "7FE8811FFF, 129, 0, 8191",
    "7FF88101380001, 129, 312, 1",
  })
  void readsAndWritesControlHeaders(String hex, int size, int startTrim, int endTrim) {
    ByteBuf bytes = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    var header = new OpusControlHeader(size, startTrim, endTrim);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(ByteBufUtil.hexDump(out)).isEqualToIgnoringCase(hex);
    assertThat(header.size()).isEqualTo(hex.length() / 2);
    for (int end = 0; end < bytes.readableBytes(); end++) {
      ByteBuf truncated = bytes.slice(0, end);
      assertThat(OpusControlHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(end);
    }
    ByteBuf more = Unpooled.wrappedBuffer(bytes, Unpooled.wrappedBuffer(new byte[3]));
    assertThat(OpusControlHeader.read(more)).isEqualTo(header);
    assertThat(more.readableBytes()).isEqualTo(3);
  }

  @Test
  void controlExtensionsArePassedOver() {
    ByteBuf in = Unpooled.wrappedBuffer(Bytes.ofHex("7FF405013802AABBCC").toArray());
    assertThat(OpusControlHeader.read(in)).isEqualTo(new OpusControlHeader(5, 312, 0));
    assertThat(in.readableBytes()).isEqualTo(1);
    for (int end = 0; end < 8; end++) {
      assertThat(OpusControlHeader.read(in.slice(0, end))).isNull();
    }
  }

  @Test
  void refusesOtherPrefixesAndPacketsTooLarge() {
    assertThatThrownBy(
            () -> OpusControlHeader.read(Unpooled.wrappedBuffer(new byte[] {0x7F, (byte) 0xC0})))
        .isInstanceOf(MalformedException.class)
        .hasMessage("opus_control_header: prefix is 0x3FE, allowed is 0x3FF");
    ByteBuf out = Unpooled.buffer();
    new OpusControlHeader(OpusControlHeader.MAX_PAYLOAD_SIZE, 0, 0).write(out);
    assertThat(requireNonNull(OpusControlHeader.read(out.duplicate())).payloadSize())
        .isEqualTo(OpusControlHeader.MAX_PAYLOAD_SIZE);
    int last = out.writerIndex() - 1;
    out.setByte(last, 0xFF).writeByte(0);
    assertThatThrownBy(() -> OpusControlHeader.read(out))
        .isInstanceOf(MalformedException.class)
        .hasMessage("opus_control_header: payload_size is above 65535");
  }

  @RepeatedTest(100)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    var header =
        new OpusControlHeader(
            random.nextInt(1 << random.nextInt(1, 17)),
            random.nextInt(8_192),
            random.nextInt(8_192));
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out.readableBytes()).isEqualTo(header.size());
    assertThat(OpusControlHeader.read(out)).isEqualTo(header);
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    assertThat(OpusPacket.samples(in)).isBetween(0, OpusPacket.MAX_SAMPLES);
    try {
      OpusControlHeader header = OpusControlHeader.read(in);
      assertThat(header == null).isEqualTo(in.readerIndex() == 0);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("opus_control_header");
    }
    try {
      OpusHead head = OpusHead.read(Bytes.of(input));
      assertThat(OpusHead.read(head.write())).isEqualTo(head);
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("Opus");
    }
    try {
      OpusHead.readDops(Unpooled.wrappedBuffer(input));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageMatching("(?s)(Opus|dOps).*");
    }
    try {
      OpusHead head = OpusHead.ofTsDescriptor(Bytes.of(input));
      assertThat(OpusHead.read(head.write())).isEqualTo(head);
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageMatching("(?s)(Opus|opus_audio_descriptor).*");
    }
  }
}
