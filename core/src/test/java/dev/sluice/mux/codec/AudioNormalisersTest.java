package dev.sluice.mux.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioNormalisersTest {
  private final AudioDump dump = new AudioDump();

  private static Normaliser of(Codec codec) {
    return AudioNormalisers.of(codec, 7, "eng");
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(Bytes.ofHex(hex.replace(" ", "")).toArray());
  }

  @ParameterizedTest(name = "{0} {1}: {2}, {3} Hz, {4} channels")
  @CsvSource({
    "AAC, 1190, mp4a.40.2, 48000, 2, 1190",
    "AAC, 131056E598, mp4a.40.5, 48000, 2, 131056e598",
    "AAC, EB098800, mp4a.40.29, 48000, 2, eb098800",
    "OPUS, 4F707573486561640102380180BB0000000000, opus, 48000, 2,"
        + " 4f707573486561640102380180bb0000000000",
    "OPUS, 000201380000BB80000000, opus, 48000, 2, 4f707573486561640102380180bb0000000000",
    "AC3, 101080, ac-3, 48000, 2, 101080",
    "EAC3, 0200200400, ec-3, 48000, 2, 0200200400",
    "EAC3, 2000200F02020110, ec-3, 48000, 8, 2000200f02020110",
    "FLAC, 0000000080000022120012000000D7000E5D0BB802F000003840C4748A841B94007933527E861F084FC2,"
        + " fLaC, 48000, 2,"
        + " 664c614380000022120012000000d7000e5d0bb802f00000000000000000000000000000000000000000",
    "FLAC, 664C614380000022120012000000D7000E5D0BB802F000003840C4748A841B94007933527E861F084FC2,"
        + " fLaC, 48000, 2,"
        + " 664c614380000022120012000000d7000e5d0bb802f00000000000000000000000000000000000000000",
    "FLAC, 120012000000D7000E5D0BB802F000003840C4748A841B94007933527E861F084FC2,"
        + " fLaC, 48000, 2,"
        + " 664c614380000022120012000000d7000e5d0bb802f00000000000000000000000000000000000000000",
  })
  void takesConfigurations(
      Codec codec, String record, String codecs, int rate, int channels, String inner) {
    Normaliser normaliser = of(codec);
    assertThat(normaliser.track()).isNull();
    ByteBuf in = hex(record);
    normaliser.configuration(in);
    assertThat(in.readerIndex()).isZero();
    Track track = requireNonNull(normaliser.track());
    assertThat(track.id()).isEqualTo(7);
    assertThat(track.language()).isEqualTo("eng");
    assertThat(track.codec()).isEqualTo(codec);
    assertThat(track.configuration()).hasToString(inner);
    AudioFormat format = requireNonNull(AudioFormat.of(track));
    assertThat(format.codecs()).isEqualTo(codecs);
    assertThat(format.sampleRate()).isEqualTo(rate);
    assertThat(format.channels()).isEqualTo(channels);
    normaliser.configuration(in); // the same again
    assertThat(normaliser.track()).isSameAs(track);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"AAC, 11", "OPUS, 4F70757348", "OPUS, 00", "AC3, 10", "EAC3, 02", "FLAC, 664C6143"})
  void refusesConfigurationsThatEndTooEarly(Codec codec, String record) {
    Normaliser normaliser = of(codec);
    assertThatThrownBy(() -> normaliser.configuration(hex(record)))
        .isInstanceOf(MalformedException.class);
    assertThat(normaliser.track()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"AAC", "OPUS", "AC3", "EAC3", "FLAC"})
  void refusesConfigurationsThatAreTooLarge(Codec codec) {
    ByteBuf in = Unpooled.wrappedBuffer(new byte[AudioNormalisers.MAX_CONFIGURATION_BYTES + 1]);
    Normaliser normaliser = of(codec);
    assertThatThrownBy(() -> normaliser.configuration(in))
        .isInstanceOf(MalformedException.class)
        .hasMessage("audio configuration of 4097 bytes, allowed are 4096");
  }

  @Test
  void theLargestConfigurationIsTaken() {
    ByteBuf in = Unpooled.buffer().writeShort(0x1190).writeZero(4_094);
    Normaliser normaliser = of(Codec.AAC);
    normaliser.configuration(in);
    assertThat(requireNonNull(normaliser.track()).configuration().size()).isEqualTo(4_096);
  }

  @Test
  void refusesXheAac() {
    assertThatThrownBy(() -> of(Codec.AAC).configuration(hex("F9484000")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("xHE-AAC");
  }

  @Test
  void refusesWhatIsNoAudio() {
    for (Codec codec : List.of(Codec.H264, Codec.OPAQUE, Codec.ID3)) {
      assertThatThrownBy(() -> of(codec)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void unitsBeforeTheirConfigurationAreLeftOut() {
    for (Codec codec : List.of(Codec.AAC, Codec.OPUS, Codec.FLAC)) {
      Normaliser normaliser = of(codec);
      normaliser.unit(hex("FC010203"), true, dump);
      assertThat(normaliser.malformed()).isEqualTo(1);
    }
    assertThat(dump.frames).isZero();
  }

  @Test
  void payloadsAreSlices() {
    Normaliser normaliser = of(Codec.AAC);
    normaliser.configuration(hex("1190"));
    ByteBuf in = hex("21101112");
    List<ByteBuf> payloads = new ArrayList<>();
    normaliser.unit(
        in,
        false,
        (track, randomAccess, payload) -> {
          assertThat(randomAccess).isTrue();
          payloads.add(payload);
        });
    assertThat(payloads).containsExactly(in);
    assertThat(in.refCnt()).isEqualTo(2);
    payloads.getFirst().release();
    normaliser.unit(Unpooled.EMPTY_BUFFER, true, dump);
    assertThat(normaliser.malformed()).isEqualTo(1);
  }

  @Test
  void opusThatLastsNotAtAllIsLeftOut() {
    Normaliser normaliser = of(Codec.OPUS);
    normaliser.configuration(hex("000201380000BB80000000"));
    normaliser.unit(hex("FC0102"), true, dump);
    normaliser.unit(hex("FF00"), true, dump);
    normaliser.unit(Unpooled.EMPTY_BUFFER, true, dump);
    assertThat(dump.samples).isEqualTo(960);
    assertThat(normaliser.malformed()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "AC3, ac3_44100_stereo.ac3, 12, ac-3, 44100",
    "AC3, ac3_48000_5.1.ac3, 10, ac-3, 48000",
    "EAC3, eac3_48000_5.1.eac3, 10, ec-3, 48000",
    "MP3, mp3_44100_stereo.mp3, 24, mp4a.40.34, 44100",
    "MP2, mp2_48000_stereo.mp2, 17, mp4a.40.33, 48000",
    "MP3, mp3_8000_mono.mp3, 11, mp4a.40.34, 8000",
  })
  void framesSayThemselvesWhatTheyAre(
      Codec codec, String clip, int frames, String codecs, int rate) {
    Normaliser normaliser = of(codec);
    AudioSplittersTest.splitter(clip)
        .feed(
            AudioClips.open(clip),
            (track, before, samples, payload) -> {
              normaliser.unit(payload, true, dump);
              payload.release();
            });
    assertThat(dump.frames).isEqualTo(frames);
    assertThat(dump.tracks).hasSize(1);
    AudioFormat format = requireNonNull(AudioFormat.of(dump.tracks.getFirst()));
    assertThat(format.codecs()).isEqualTo(codecs);
    assertThat(format.sampleRate()).isEqualTo(rate);
    assertThat(normaliser.track()).isEqualTo(dump.tracks.getFirst());
    assertThat(normaliser.malformed()).isZero();
  }

  @Test
  void theBoxThatWasGivenStaysWhenFramesSayTheSame() {
    ByteBuf clip = AudioClips.open("ac3_48000_5.1.ac3"); // 192 kbit/s
    Normaliser normaliser = of(Codec.AC3);
    normaliser.configuration(hex("103DC0")); // 448 kbit/s
    Track track = normaliser.track();
    normaliser.unit(clip.slice(0, 768), true, dump);
    assertThat(dump.tracks).containsExactly(track);
    normaliser.unit(AudioClips.open("ac3_44100_stereo.ac3").slice(0, 416), true, dump);
    assertThat(dump.tracks).hasSize(2);
  }

  @Test
  void halfRatesShowInTheFirstFrame() {
    Normaliser normaliser = of(Codec.EAC3);
    normaliser.configuration(hex("0200E00400")); // fscod 3
    assertThat(normaliser.track()).isNull();
    // stereo at 24 kHz, 64 bytes: fscod 3, fscod2 0
    ByteBuf frame = hex("0B77001FC480 3F" + "00".repeat(57));
    normaliser.unit(frame, true, dump);
    assertThat(dump.tracks).hasSize(1);
    assertThat(requireNonNull(AudioFormat.of(dump.tracks.getFirst())))
        .isEqualTo(new AudioFormat("ec-3", 24_000, 2, 0));
  }

  @Test
  void cutFramesAreLeftOut() {
    ByteBuf ac3 = AudioClips.open("ac3_48000_5.1.ac3");
    ByteBuf mp3 = AudioClips.open("mp3_44100_stereo.mp3");
    for (int end = 0; end < 208; end++) {
      of(Codec.AC3).unit(ac3.slice(0, end), true, dump);
      of(Codec.MP3).unit(mp3.slice(0, end), true, dump);
    }
    of(Codec.AC3).unit(ac3.slice(0, 769), true, dump);
    assertThat(dump.frames).isZero();
    of(Codec.MP3).unit(mp3.slice(0, 208), true, dump);
    of(Codec.AC3).unit(ac3.slice(0, 768), true, dump);
    assertThat(dump.frames).isEqualTo(2);
  }

  @Test
  void severalFramesOfMpegAudioAreSeveralUnits() {
    ByteBuf clip = AudioClips.open("mp3_44100_stereo.mp3");
    Normaliser normaliser = of(Codec.MP3);
    normaliser.unit(clip, true, dump);
    assertThat(dump.frames).isEqualTo(24);
    assertThat(clip.refCnt()).isEqualTo(1);
    normaliser.unit(clip.slice(0, 300), true, dump); // the second one is cut
    assertThat(dump.frames).isEqualTo(25);
    assertThat(normaliser.malformed()).isEqualTo(1);
  }

  @Test
  void framesOfFlacMustBelongToTheStream() {
    ByteBuf clip = AudioClips.open("flac_44100_mono.flac");
    int frame = 8_288; // behind STREAMINFO, comment and padding
    assertThat(clip.getUnsignedShort(frame)).isEqualTo(0xFFF8);
    Normaliser normaliser = of(Codec.FLAC);
    normaliser.configuration(clip.slice(0, 42));
    normaliser.unit(clip.slice(frame, 3_848), true, dump);
    assertThat(dump.samples).isEqualTo(4_608);
    normaliser.unit(clip.slice(frame, 5), true, dump);
    normaliser.unit(clip.slice(frame + 1, 500), true, dump);
    assertThat(normaliser.malformed()).isEqualTo(2);
    normaliser.configuration( // two channels
        hex("120012000000D7000E5D0BB802F000003840C4748A841B94007933527E861F084FC2"));
    normaliser.unit(clip.slice(frame, 3_848), true, dump);
    assertThat(normaliser.malformed()).isEqualTo(3);
    assertThat(dump.frames).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}, {1} Hz, {2} channels")
  @CsvSource({"G711A, 8000, 1, alaw", "G711U, 16000, 2, ulaw"})
  void g711IsWhatTheContainerSays(Codec codec, int rate, int channels, String codecs) {
    Normaliser normaliser = AudioNormalisers.of(codec, 0, "", rate, channels);
    assertThat(requireNonNull(AudioFormat.of(requireNonNull(normaliser.track()))))
        .isEqualTo(new AudioFormat(codecs, rate, channels, 0));
    normaliser.unit(Unpooled.wrappedBuffer(new byte[160]), true, dump);
    assertThat(dump.samples).isEqualTo(160 / channels);
    normaliser.unit(Unpooled.wrappedBuffer(new byte[1]), true, dump);
    normaliser.unit(Unpooled.EMPTY_BUFFER, true, dump);
    assertThat(normaliser.malformed()).isEqualTo(channels);
  }

  @Test
  void g711IsTelephonyUnlessSaidOtherwise() {
    assertThat(of(Codec.G711A).track())
        .isEqualTo(AudioNormalisers.of(Codec.G711A, 7, "eng", 8_000, 1).track());
  }
}
