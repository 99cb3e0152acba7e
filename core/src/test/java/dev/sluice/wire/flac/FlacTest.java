package dev.sluice.wire.flac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlacTest {
  private static final String BLOCK =
      "12001200000415000F080AC440F0000044E80C90B7E201D7B6AD47B2A47F5906DEB5";
  private static final StreamInfo INFO =
      new StreamInfo(
          4_608,
          4_608,
          1_045,
          3_848,
          44_100,
          1,
          16,
          17_640,
          Bytes.ofHex("0C90B7E201D7B6AD47B2A47F5906DEB5"));

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "''", // bare
    "80000022", // one block
    "664C614300000022", // fLaC, more blocks behind
    "664C614380000022", // fLaC, the only block
    "0000000080000022", // dfLa
    "0000000000000022",
  })
  void readsEveryFormOfConfiguration(String head) {
    Bytes bytes = Bytes.ofHex(head + BLOCK);
    assertThat(StreamInfo.readConfiguration(bytes)).isEqualTo(INFO);
    for (int end = 0; end < bytes.size(); end++) {
      Bytes truncated = Bytes.of(Arrays.copyOf(bytes.toArray(), end));
      if (end != StreamInfo.SIZE) { // cannot be told from a bare one; its values refuse it
        assertThatThrownBy(() -> StreamInfo.readConfiguration(truncated))
            .isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void writesConfigurations() {
    assertThat(INFO.write()).isEqualTo(Bytes.ofHex("664C614380000022" + BLOCK));
    assertThat(INFO.write().size()).isEqualTo(42);
    assertThat(INFO.writeDfla()).isEqualTo(Bytes.ofHex("0000000080000022" + BLOCK));
    StreamInfo endless = StreamInfo.readConfiguration(INFO.endless().write());
    assertThat(endless.totalSamples()).isZero();
    assertThat(endless.md5()).isEqualTo(Bytes.of(new byte[16]));
    assertThat(endless.sampleRate()).isEqualTo(44_100);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "664C614304000022, 'first block of type 4 with 34 bytes, allowed is 0 with 34'",
    "664C614300000023, first block of type 0 with 35 bytes",
    "00000023, first block of type 0 with 35 bytes",
  })
  void refusesOtherBlocks(String head, String fault) {
    assertThatThrownBy(() -> StreamInfo.readConfiguration(Bytes.ofHex(head + BLOCK + "0000")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void refusesOtherVersionsOfTheBox() {
    assertThatThrownBy(() -> StreamInfo.readConfiguration(Bytes.ofHex("0100000080000022" + BLOCK)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("dfLa: version is 1, allowed is 0");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "000F12000000000000000AC440F0000044E8", // blocks of 15
    "1200000F0000000000000AC440F0000044E8",
    "1200120000000000000000000 0F0000044E8", // rate 0
    "1200120000000000000 00AC44020000044E8", // 3 bits
  })
  void refusesValuesThatAreNotAllowed(String hex) {
    Bytes block = Bytes.ofHex(hex.replace(" ", "") + "00".repeat(16));
    assertThatThrownBy(() -> StreamInfo.readConfiguration(block))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("STREAMINFO: blocks of");
  }

  @ParameterizedTest(name = "{0}: number {2}, {3} samples, {4} Hz, {5} channels, {6} bits")
  @CsvSource({
    "FFF8590800, false, 0, 4608, 44100, 1, 16",
    "FFF91A80 C280, true, 128, 192, 48000, 2, 0",
    "FFF8291A 7F, false, 127, 576, 44100, 2, 20",
    "FFF86CA2 05 0F 2C, false, 5, 16, 44000, 2, 8",
    "FFF97D7E FEBFBFBFBFBFBF FFFF AC44, true, 68719476735, 65536, 44100, 8, 32",
    "FFF8FE14 01 1130, false, 1, 32768, 44000, 2, 12",
    "FFF8807C 00, false, 0, 256, 0, 8, 24",
  })
  void readsFrameHeaders(
      String hex, boolean variable, long number, int size, int rate, int channels, int bits) {
    byte[] header = withCheck(hex);
    ByteBuf in = Unpooled.wrappedBuffer(header);
    assertThat(FlacFrameHeader.read(in))
        .isEqualTo(
            new FlacFrameHeader(variable, number, size, rate, channels, bits, header.length));
    for (int end = 0; end < header.length; end++) {
      assertThat(FlacFrameHeader.read(in.slice(0, end))).isNull();
    }
    for (int i = 0; i < header.length; i++) {
      byte[] wrong = header.clone();
      wrong[i] ^= 1;
      try { // a changed length may ask for more
        assertThat(FlacFrameHeader.read(Unpooled.wrappedBuffer(wrong))).isNull();
      } catch (MalformedException refused) {
        assertThat(refused).hasMessageStartingWith("FLAC frame header: ");
      }
    }
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "FFF0590800, sync code",
    "FFFA590800, sync code",
    "FFF8090800, block size",
    "FFF85F0800, sample rate",
    "FFF859B800, channels",
    "FFF8590600, sample size",
    "FFF8590900, sample size",
    "FFF8590880, coded number",
    "FFF85908FF, coded number",
    "FFF85908C0, coded number",
  })
  void refusesReservedValues(String hex, String fault) {
    ByteBuf in = Unpooled.wrappedBuffer(withCheck(hex + "00"));
    assertThatThrownBy(() -> FlacFrameHeader.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("FLAC frame header: " + fault);
  }

  @Test
  void findsTheFramesOfAClip() throws IOException {
    byte[] clip;
    try (var in =
        Objects.requireNonNull(FlacTest.class.getResourceAsStream("/audio/flac_44100_mono.flac"))) {
      clip = in.readAllBytes();
    }
    assertThat(StreamInfo.readConfiguration(Bytes.of(Arrays.copyOf(clip, 100)))).isEqualTo(INFO);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 42; i < clip.length; i++) {
      try {
        FlacFrameHeader header =
            FlacFrameHeader.read(Unpooled.wrappedBuffer(clip, i, clip.length - i));
        if (header != null) {
          assertThat(header.number()).isEqualTo(sizes.size());
          sizes.add(header.blockSize());
        }
      } catch (MalformedException _) {
        // within a frame
      }
    }
    assertThat(sizes).containsExactly(4_608, 4_608, 4_608, 3_816); // as ffprobe says
  }

  private static byte[] withCheck(String hex) {
    ByteBuf header = Unpooled.buffer().writeBytes(Bytes.ofHex(hex.replace(" ", "")).toArray());
    header.writeByte(FlacFrameHeader.crc8(header, 0, header.readableBytes()));
    return Bytes.copyOf(header).toArray();
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      FlacFrameHeader header = FlacFrameHeader.read(Unpooled.wrappedBuffer(input));
      if (header != null) {
        assertThat(header.size()).isBetween(6, FlacFrameHeader.MAX_SIZE);
      }
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("FLAC frame header");
    }
    try {
      StreamInfo info = StreamInfo.readConfiguration(Bytes.of(input));
      assertThat(StreamInfo.readConfiguration(info.write())).isEqualTo(info);
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageMatching("(?s)(FLAC|dfLa|STREAMINFO).*");
    }
  }
}
