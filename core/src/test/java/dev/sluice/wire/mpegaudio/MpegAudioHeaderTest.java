package dev.sluice.wire.mpegaudio;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.mpegaudio.MpegAudioHeader.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MpegAudioHeaderTest {
  /** Layer III with 8 kbit/s at 24 kHz. */
  private static final int SHORTEST = 24;

  @ParameterizedTest(name = "{0}: layer {1}, {2} Hz, {3} channels, {4} samples, {6} bytes")
  @CsvSource({
    "FFFB9064, 3, 44100, 2, 1152, 128000, 417, FFFB0000",
    "FFFB9264, 3, 44100, 2, 1152, 128000, 418, FFFB0000",
    "FFFA90C4, 3, 44100, 1, 1152, 128000, 417, FFFB00C0",
    "FFF384C4, 3, 24000, 1, 576, 64000, 192, FFF304C0",
    "FFE318C4, 3, 8000, 1, 576, 8000, 72, FFE308C0",
    "FFFDA404, 2, 48000, 2, 1152, 192000, 576, FFFD0400",
    "FFFDEA04, 2, 32000, 2, 1152, 384000, 1729, FFFD0800",
    "FFF58884, 2, 16000, 2, 1152, 64000, 576, FFF50880",
    "FFFFE604, 1, 48000, 2, 384, 448000, 452, FFFF0400",
    "FFF7E404, 1, 24000, 2, 384, 256000, 512, FFF70400",
  })
  void readsAndWrites(
      String hex,
      int layer,
      int rate,
      int channels,
      int samples,
      int bitRate,
      int size,
      String configuration) {
    ByteBuf bytes = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    for (int end = 0; end < MpegAudioHeader.SIZE; end++) {
      assertThat(MpegAudioHeader.read(bytes.slice(0, end))).isNull();
    }
    MpegAudioHeader header = requireNonNull(MpegAudioHeader.read(bytes.duplicate()));
    assertThat(header.layer()).isEqualTo(layer);
    assertThat(header.sampleRate()).isEqualTo(rate);
    assertThat(header.channels()).isEqualTo(channels);
    assertThat(header.samples()).isEqualTo(samples);
    assertThat(header.bitRate()).isEqualTo(bitRate);
    assertThat(header.frameSize()).isEqualTo(size);
    assertThat(header.configuration()).isEqualTo(Bytes.ofHex(configuration));
    assertThat(MpegAudioHeader.read(header.configuration()).continues(header)).isTrue();
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    // copyright and original are not kept
    assertThat(out.getInt(0)).isEqualTo(bytes.getInt(0) & ~0x0000_010C);
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    var header =
        new MpegAudioHeader(
            Version.values()[random.nextInt(3)],
            random.nextInt(1, 4),
            random.nextBoolean(),
            random.nextInt(1, 15),
            random.nextInt(3),
            random.nextBoolean(),
            random.nextInt(4),
            random.nextInt(4),
            random.nextInt(4));
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(MpegAudioHeader.read(out)).isEqualTo(header);
    assertThat(header.frameSize()).isBetween(SHORTEST, MpegAudioHeader.MAX_FRAME_SIZE);
  }

  @Test
  void theShortestFrame() {
    var header = new MpegAudioHeader(Version.MPEG_2, 3, false, 1, 1, false, 0, 0, 0);
    assertThat(header.frameSize()).isEqualTo(SHORTEST);
  }

  @Test
  void theLongestFrame() {
    var header = new MpegAudioHeader(Version.MPEG_2_5, 2, false, 14, 2, true, 0, 0, 0);
    assertThat(header.frameSize()).isEqualTo(MpegAudioHeader.MAX_FRAME_SIZE);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"7FFB9064", "FFDB9064", "FFEB9064", "FFF99064", "FFFBF064", "FFFB9C64"})
  void refusesWhatIsNoHeader(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    assertThatThrownBy(() -> MpegAudioHeader.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("MPEG audio header: ");
    assertThat(in.readableBytes()).isEqualTo(4);
  }

  @Test
  void refusesFreeFormat() {
    ByteBuf in = Unpooled.wrappedBuffer(Bytes.ofHex("FFFB0064").toArray());
    assertThatThrownBy(() -> MpegAudioHeader.read(in))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("MPEG audio of free format: bitrate_index is 0");
  }

  @Test
  void refusesAShortConfiguration() {
    for (int end = 0; end < 4; end++) {
      Bytes truncated = Bytes.of(java.util.Arrays.copyOf(new byte[] {-1, -5, 0, 0}, end));
      assertThatThrownBy(() -> MpegAudioHeader.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      MpegAudioHeader header = MpegAudioHeader.read(Unpooled.wrappedBuffer(input));
      if (header == null) {
        assertThat(input.length).isLessThan(4);
        return;
      }
      assertThat(header.frameSize()).isBetween(SHORTEST, MpegAudioHeader.MAX_FRAME_SIZE);
      assertThat(header.sampleRate()).isBetween(8_000, 48_000);
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("MPEG audio");
    }
  }
}
