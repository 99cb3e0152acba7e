package dev.sluice.endpoint.audio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.AudioSplitter;
import dev.sluice.mux.codec.AudioSplitters;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access units as raw files: sizes are exact, what is written reads back. */
class AudioFormTest {
  private static final Track VIDEO =
      Track.of(0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, Bytes.EMPTY, "");
  private static final Track AAC = audio(1, Codec.AAC, "1190");
  private static final Track MP3 = audio(1, Codec.MP3, "FFFB0400");

  private static Track audio(int id, Codec codec, String configuration) {
    return Track.of(
        id, Track.Kind.AUDIO, codec, new Timescale(48_000), Bytes.ofHex(configuration), "");
  }

  private static Configuration configuration(Track... tracks) {
    return new Configuration(1, List.of(tracks), Bytes.EMPTY);
  }

  private static AccessUnit unit(Track track, Bytes payload) {
    return new AccessUnit(track, 0, 0, true, payload.buffer());
  }

  private static String written(Form.Muxer muxer, AccessUnit unit) {
    int size = muxer.size(unit);
    ByteBuf out = Unpooled.buffer();
    if (size > 0) {
      muxer.write(unit, out);
    }
    assertThat(out.readableBytes()).isEqualTo(size);
    assertThat(unit.payload().readerIndex()).isZero();
    return ByteBufUtil.hexDump(out);
  }

  @ParameterizedTest(name = "{0} with audio {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "AAC |       |            | there is no audio, and .aac carries nothing else",
        "MP3 |       |            | there is no audio, and .mp3 carries nothing else",
        "AAC | MP3   | FFFB0400   | the audio is mp3, and .aac carries aac",
        "AAC | OPUS  |            | the audio is opus, and .aac carries aac",
        "MP3 | AAC   | 1190       | the audio is aac, and .mp3 carries mp3",
        "MP3 | MP2   | FFFD0400   | the audio is mp2, and .mp3 carries mp3",
        "AAC | AAC   | 1190       |",
        "AAC | AAC   | EB098800   |", // HE-AAC
        "MP3 | MP3   | FFFB0400   |",
        "AAC | AAC   | BA3D00     | ADTS cannot carry AAC whose object type is 23",
        "AAC | AAC   | 1780567810 | ADTS cannot carry AAC whose sample rate is 44272",
      })
  void saysWhatStandsInTheWay(
      AudioForm form, @Nullable Codec codec, @Nullable String config, @Nullable String objection) {
    Configuration configuration =
        codec == null
            ? configuration(VIDEO)
            : configuration(VIDEO, audio(1, codec, config == null ? "" : config));
    assertThat(form.objection(configuration)).isEqualTo(objection);
  }

  @Test
  void carriesNothingButAudio() {
    for (AudioForm form : AudioForm.values()) {
      assertThat(Stream.of(Track.Kind.values()).filter(form::carries))
          .containsExactly(Track.Kind.AUDIO);
    }
  }

  @Test
  void aacGoesBehindAdtsHeaders() {
    Form.Muxer muxer = AudioForm.AAC.muxer(0);
    muxer.configure(configuration(VIDEO, AAC));
    assertThat(written(muxer, unit(AAC, Bytes.ofHex("2110")))).isEqualTo("fff14c80013ffc2110");
    assertThat(written(muxer, unit(VIDEO, Bytes.ofHex("2110")))).isEmpty();
  }

  @Test
  void theCoreOfHeAacIsToldAndNothingElse() {
    Track heAac = audio(1, Codec.AAC, "EB098800"); // a core of 24 kHz with one channel
    Form.Muxer muxer = AudioForm.AAC.muxer(0);
    muxer.configure(configuration(heAac));
    assertThat(written(muxer, unit(heAac, Bytes.ofHex("0100")))).isEqualTo("fff15840013ffc0100");
  }

  @Test
  void framesThatAreTooLongForAdtsAreLeftOut() {
    Form.Muxer muxer = AudioForm.AAC.muxer(0);
    muxer.configure(configuration(AAC));
    assertThat(muxer.size(unit(AAC, Bytes.of(new byte[8_184])))).isEqualTo(8_191);
    assertThat(muxer.size(unit(AAC, Bytes.of(new byte[8_185])))).isZero();
  }

  @Test
  void theFirstOfSeveralAudioTracksIsHeard() {
    Track second = audio(2, Codec.AAC, "1190");
    Form.Muxer muxer = AudioForm.AAC.muxer(0);
    muxer.configure(configuration(VIDEO, AAC, second));
    assertThat(muxer.size(unit(AAC, Bytes.ofHex("21")))).isEqualTo(8);
    assertThat(muxer.size(unit(second, Bytes.ofHex("21")))).isZero();
  }

  @Test
  void aChangedConfigurationChangesTheHeaders() {
    Track mono = audio(1, Codec.AAC, "1208");
    Form.Muxer muxer = AudioForm.AAC.muxer(0);
    muxer.configure(configuration(AAC));
    assertThat(muxer.size(unit(mono, Bytes.ofHex("21")))).isZero(); // not before it is said
    muxer.configure(configuration(mono));
    assertThat(written(muxer, unit(mono, Bytes.ofHex("21")))).isEqualTo("fff15040011ffc21");
    muxer.configure(configuration(audio(1, Codec.AAC, "BA3D00")));
    assertThat(muxer.size(unit(mono, Bytes.ofHex("21")))).isZero();
  }

  @Test
  void framesOfMp3StayAsTheyAre() {
    Form.Muxer muxer = AudioForm.MP3.muxer(0);
    muxer.configure(configuration(VIDEO, MP3));
    assertThat(written(muxer, unit(MP3, Bytes.ofHex("FFFB9464AABB")))).isEqualTo("fffb9464aabb");
    assertThat(written(muxer, unit(VIDEO, Bytes.ofHex("2110")))).isEmpty();
    ByteBuf headers = Unpooled.buffer();
    muxer.headers(configuration(MP3), 0, headers);
    assertThat(headers.isReadable()).isFalse();
  }

  @RepeatedTest(50)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    Form.Muxer muxer = AudioForm.AAC.muxer(0);
    muxer.configure(configuration(AAC));
    List<Bytes> frames = new ArrayList<>();
    ByteBuf file = Unpooled.buffer();
    for (int i = 0; i < 20; i++) {
      byte[] frame = new byte[random.nextInt(1, 8_185)];
      random.nextBytes(frame);
      frames.add(Bytes.of(frame));
      muxer.write(unit(AAC, frames.getLast()), file);
    }
    List<Bytes> found = new ArrayList<>();
    AudioSplitter splitter = AudioSplitters.adts(1, "");
    splitter.feed(
        file,
        (track, before, samples, payload) -> {
          assertThat(track).isEqualTo(AAC);
          found.add(Bytes.copyOf(payload));
          payload.release();
        });
    assertThat(found).isEqualTo(frames);
    assertThat(splitter.skippedBytes()).isZero();
  }
}
