package dev.sluice.wire.aac;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatmTest {
  private static final Bytes STEREO = Bytes.ofHex("1190");
  private static final Bytes HE_AAC = Bytes.ofHex("131056E598");

  @ParameterizedTest(name = "{0} is of {1} bytes")
  @CsvSource({"56E000, 0", "56E001, 1", "56FFFF, 8191"})
  void readsAndWritesLoasHeaders(String hex, int length) {
    ByteBuf bytes = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    for (int end = 0; end < LoasHeader.SIZE; end++) {
      assertThat(LoasHeader.read(bytes.slice(0, end))).isNull();
    }
    ByteBuf out = Unpooled.buffer();
    new LoasHeader(length).write(out);
    assertThat(out).isEqualTo(bytes);
    assertThat(LoasHeader.read(bytes)).isEqualTo(new LoasHeader(length));
  }

  @Test
  void refusesAnotherSyncword() {
    assertThatThrownBy(
            () -> LoasHeader.read(Unpooled.wrappedBuffer(new byte[] {0x56, (byte) 0xC0, 0})))
        .isInstanceOf(MalformedException.class)
        .hasMessage("LOAS: syncword is 0x2B6, allowed is 0x2B7");
  }

  @RepeatedTest(300)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    int version = random.nextInt(2);
    int type = random.nextInt(2);
    int subFrames = random.nextInt(1, 1 + StreamMuxConfig.MAX_SUB_FRAMES);
    int frameBytes = type == 0 ? 0 : random.nextInt(20, 532);
    var config =
        new StreamMuxConfig(
            version,
            subFrames,
            version == 0
                ? AudioSpecificConfigTest.program(random).channels() % 2 == 0
                    ? STEREO
                    : AudioSpecificConfig.of(2, 48_000, AudioSpecificConfigTest.program(random))
                        .write(AudioSpecificConfig.Signalling.IMPLICIT)
                : HE_AAC,
            type,
            frameBytes,
            0);
    List<Bytes> frames =
        Stream.generate(
                () -> {
                  byte[] frame = new byte[type == 0 ? random.nextInt(800) : frameBytes];
                  random.nextBytes(frame);
                  return Bytes.of(frame);
                })
            .limit(subFrames)
            .toList();

    byte[] told = AudioMuxElement.write(config, false, frames).toArray();
    assertThat(frames(told, null, config, false)).isEqualTo(frames);
    byte[] repeated = AudioMuxElement.write(config, true, frames).toArray();
    assertThat(frames(repeated, config, config, true)).isEqualTo(frames);
    assertThat(AudioMuxElement.read(repeated, null)).isNull();
    for (int i = 0; i < 20; i++) {
      byte[] truncated = Arrays.copyOf(told, random.nextInt(told.length));
      assertThatThrownBy(() -> AudioMuxElement.read(truncated, null))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static List<Bytes> frames(
      byte[] element,
      @Nullable StreamMuxConfig before,
      StreamMuxConfig expected,
      boolean repeated) {
    AudioMuxElement read = requireNonNull(AudioMuxElement.read(element, before));
    assertThat(read.config()).isEqualTo(expected);
    assertThat(read.repeated()).isEqualTo(repeated);
    return read.frames().stream()
        .map(span -> Bytes.of(AudioMuxElement.rawFrame(element, span)))
        .toList();
  }

  @ParameterizedTest(name = "version {0}, {1} bits")
  @CsvSource({"0,1", "0,255", "0,256", "0,65536", "0,4294967295", "1,1", "1,4294967295"})
  void otherDataIsTold(int version, long bits) {
    var config = new StreamMuxConfig(version, 1, STEREO, 0, 0, bits);
    var out = new BitWriter();
    config.write(out);
    assertThat(StreamMuxConfig.read(new BitReader(out.toBytes().toArray(), "test")))
        .isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void otherDataMustBeThere(int version) {
    var out = new BitWriter().flag(false);
    new StreamMuxConfig(version, 1, STEREO, 0, 0, 100).write(out);
    out.bits(2, 8).bits(0xABCD, 16);
    int frameEnd = out.position();
    out.bits(0, 30).bits(0, 30).bits(0, 32).bits(0, 8);
    byte[] element = out.toBytes().toArray();
    assertThat(requireNonNull(AudioMuxElement.read(element, null)).frames())
        .containsExactly(new AudioMuxElement.Span(frameEnd - 16, 2));
    byte[] truncated = Arrays.copyOf(element, (frameEnd + 99) / 8);
    assertThatThrownBy(() -> AudioMuxElement.read(truncated, null))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aCrcIsPassedOver() {
    var out = new BitWriter().flag(false);
    new StreamMuxConfig(0, 1, STEREO, 1, 20, 0).write(out);
    byte[] bytes = Arrays.copyOf(out.toBytes().toArray(), 40);
    int at = out.position() - 1; // crcCheckPresent
    bytes[at / 8] |= (byte) (0x80 >> at % 8);
    assertThat(requireNonNull(AudioMuxElement.read(bytes, null)).frames())
        .containsExactly(new AudioMuxElement.Span(at + 9, 20));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "1 1,            audioMuxVersionA is 1",
    "0 0,            allStreamsSameTimeFraming is 0",
    "0 1 000000 0001, numProgram is 1",
    "0 1 000000 0000 001, numLayer is 1",
    "0 1 000000 0000 000 0001000110010000 011, frameLengthType is 3",
    "0 1 000000 0000 000 11111 001010 0011 0010 000, 'audioObjectType is 42 (xHE-AAC, USAC)'",
  })
  void refusesOtherKinds(String bits, String fault) {
    var out = new BitWriter();
    bits.chars().filter(bit -> bit != ' ').forEach(bit -> out.flag(bit == '1'));
    out.bits(0, 32);
    assertThatThrownBy(() -> StreamMuxConfig.read(new BitReader(out.toBytes().toArray(), "test")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void theLengthOfOtherDataHasFourBytesAtMost() {
    var out = new BitWriter();
    new StreamMuxConfig(0, 1, STEREO, 1, 20, 0).write(out);
    byte[] bytes = Arrays.copyOf(out.toBytes().toArray(), 40);
    var bits = new BitReader(bytes, "test");
    var longer = new BitWriter();
    for (int i = 0; i < out.position() - 2; i++) {
      longer.flag(bits.flag());
    }
    longer.flag(true); // otherDataPresent
    for (int i = 0; i < 5; i++) {
      longer.flag(i < 4).bits(1, 8);
    }
    longer.bits(0, 32);
    assertThatThrownBy(
            () -> StreamMuxConfig.read(new BitReader(longer.toBytes().toArray(), "test")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("StreamMuxConfig: otherDataLenBits has more than 4 bytes");
  }
}
