package dev.sluice.wire.aac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig.Signalling;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioSpecificConfigTest {
  @ParameterizedTest(name = "{0}: type {1}, {2} Hz, {4} channels, {5} samples, SBR {6}, PS {7}")
  @CsvSource({
    "1190, 2, 48000, 2, 2, 1024, false, false, 0",
    "1210, 2, 44100, 2, 2, 1024, false, false, 0",
    "1208, 2, 44100, 1, 1, 1024, false, false, 0",
    "1214, 2, 44100, 2, 2, 960, false, false, 0",
    "11B8, 2, 48000, 7, 8, 1024, false, false, 0",
    "1590, 2, 8000, 2, 2, 1024, false, false, 0",
    "1780567810, 2, 44272, 2, 2, 1024, false, false, 0", // explicit rate
    "2B1188 00, 2, 24000, 2, 2, 1024, true, false, 48000", // hierarchical SBR
    "EB098800, 2, 24000, 1, 1, 1024, true, true, 48000", // hierarchical PS
    "131056E598, 2, 24000, 2, 2, 1024, true, false, 48000", // backward compatible SBR
    "130856E59D4880, 2, 24000, 1, 1, 1024, true, true, 48000", // and PS
    "131056E500, 2, 24000, 2, 2, 1024, false, false, 0", // said not to be there
    "BA3D00, 23, 44100, 7, 8, 480, false, false, 0", // ER AAC LD
    "120005040100200000, 2, 44100, 0, 3, 1024, false, false, 0", // program config element
  })
  void reads(
      String hex,
      int objectType,
      int rate,
      int configuration,
      int channels,
      int samples,
      boolean sbr,
      boolean ps,
      int extensionRate) {
    Bytes bytes = Bytes.ofHex(hex.replace(" ", ""));
    AudioSpecificConfig config = AudioSpecificConfig.read(bytes);
    assertThat(config)
        .isEqualTo(
            new AudioSpecificConfig(
                objectType,
                rate,
                configuration,
                channels,
                samples,
                sbr,
                ps,
                extensionRate,
                config.program()));
    assertThat(config.program() == null).isEqualTo(configuration != 0);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "1190, IMPLICIT",
    "1214, BACKWARD_COMPATIBLE",
    "11B8, HIERARCHICAL",
    "1780567810, IMPLICIT",
    "2B118800, HIERARCHICAL",
    "EB098800, HIERARCHICAL",
    "131056E598, BACKWARD_COMPATIBLE",
    "130856E59D4880, BACKWARD_COMPATIBLE",
    "120005040100200000, IMPLICIT",
  })
  void writesWhatItReads(String hex, Signalling signalling) {
    Bytes bytes = Bytes.ofHex(hex);
    assertThat(AudioSpecificConfig.read(bytes).write(signalling)).isEqualTo(bytes);
  }

  @Test
  void implicitSignallingTellsTheCoreOnly() {
    var heAac = AudioSpecificConfig.read(Bytes.ofHex("EB098800"));
    assertThat(AudioSpecificConfig.read(heAac.write(Signalling.IMPLICIT)))
        .isEqualTo(AudioSpecificConfig.of(2, 24_000, 1));
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    boolean sbr = random.nextBoolean();
    ProgramConfigElement program = random.nextInt(3) == 0 ? program(random) : null;
    int configuration = program == null ? random.nextInt(1, 8) : 0;
    var config =
        new AudioSpecificConfig(
            random.nextInt(1, 5),
            random.nextBoolean() ? 48_000 : random.nextInt(1, 192_001),
            configuration,
            program == null ? configuration == 7 ? 8 : configuration : program.channels(),
            random.nextBoolean() ? 960 : 1_024,
            sbr,
            sbr && random.nextBoolean(),
            sbr ? random.nextInt(1, 192_001) : 0,
            program);
    assertThat(AudioSpecificConfig.read(config.write(Signalling.HIERARCHICAL))).isEqualTo(config);
    assertThat(AudioSpecificConfig.read(config.write(Signalling.BACKWARD_COMPATIBLE)))
        .isEqualTo(config);
  }

  static ProgramConfigElement program(RandomGenerator random) {
    byte[] comment = new byte[random.nextInt(256)];
    random.nextBytes(comment);
    return new ProgramConfigElement(
        random.nextInt(16),
        random.nextInt(4),
        random.nextInt(13),
        elements(random, 16),
        elements(random, 16),
        elements(random, 16),
        tags(random, 4),
        tags(random, 8),
        elements(random, 16),
        random.nextInt(-1, 16),
        random.nextInt(-1, 16),
        random.nextInt(-1, 8),
        Bytes.of(comment));
  }

  private static List<ProgramConfigElement.Element> elements(RandomGenerator random, int bound) {
    return Stream.generate(
            () -> new ProgramConfigElement.Element(random.nextBoolean(), random.nextInt(16)))
        .limit(random.nextInt(bound))
        .toList();
  }

  private static List<Integer> tags(RandomGenerator random, int bound) {
    return Stream.generate(() -> random.nextInt(16)).limit(random.nextInt(bound)).toList();
  }

  @Test
  void namesTheFamilyThatIsNotHandled() {
    assertThatThrownBy(() -> AudioSpecificConfig.read(Bytes.ofHex("F9484000")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("audioObjectType is 42 (xHE-AAC, USAC), allowed are");
  }

  @Test
  void refusesEveryTruncation() {
    for (String hex : new String[] {"1190", "1780567810", "2B1188", "EB0988", "BA3D00"}) {
      for (int length = 0; length < hex.length() / 2; length++) {
        Bytes truncated = Bytes.ofHex(hex.substring(0, 2 * length));
        assertThatThrownBy(() -> AudioSpecificConfig.read(truncated))
            .isInstanceOf(MalformedException.class)
            .hasMessageStartingWith("AudioSpecificConfig ends at bit " + 8 * length);
      }
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "0190         | audioObjectType is 0",
        "1690         | samplingFrequencyIndex is 13",
        "1710         | samplingFrequencyIndex is 14",
        "1780000010   | samplingFrequency is 0, allowed is 1 to 192000",
        "178177081000 | samplingFrequency is 192016",
        "11C0         | channelConfiguration is 8",
        "11F8         | channelConfiguration is 15",
      })
  void refusesReservedValues(String hex, String fault) {
    assertThatThrownBy(() -> AudioSpecificConfig.read(Bytes.ofHex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(fault);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"F948,42", "4190,8", "F8E8,39"})
  void otherFamiliesAreUnsupported(String hex, int objectType) {
    assertThatThrownBy(() -> AudioSpecificConfig.read(Bytes.ofHex(hex + "000000")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("audioObjectType is " + objectType);
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      AudioSpecificConfig config = AudioSpecificConfig.read(Bytes.of(input));
      assertThat(config.sampleRate()).isBetween(1, AudioSpecificConfig.MAX_SAMPLE_RATE);
      assertThat(config.frameSamples()).isIn(1_024, 960, 512, 480);
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("AudioSpecificConfig");
    }
  }
}
