package dev.sluice.mux.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.AudioFormat;
import dev.sluice.testkit.Golden;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudioSplittersTest {
  private static final int[] FEEDS = {Integer.MAX_VALUE, 1, 7, 188, 4_096};
  private static final Bytes STEREO = Bytes.ofHex("02");

  /** By what it is called in the clip's name. */
  static AudioSplitter splitter(String clip) {
    return switch (clip.substring(clip.lastIndexOf('.') + 1)) {
      case "aac" -> AudioSplitters.adts(3, "deu");
      case "latm" -> AudioSplitters.latm(3, "deu");
      case "mp3", "mp2" -> AudioSplitters.mpegAudio(3, "deu");
      case "ac3", "eac3" -> AudioSplitters.ac3(3, "deu");
      default -> throw new IllegalArgumentException(clip);
    };
  }

  static void feed(AudioSplitter splitter, ByteBuf bytes, int step, AudioSplitter.Output output) {
    ByteBuf left = bytes.duplicate();
    while (left.isReadable()) {
      ByteBuf part = left.readSlice(Math.min(step, left.readableBytes()));
      int size = part.readableBytes();
      splitter.feed(part, output);
      assertThat(part.readableBytes()).isEqualTo(size);
    }
  }

  @ParameterizedTest(name = "{0}: {2} Hz, {3} channels, {4} frames")
  @CsvSource({ // as ffprobe says
    "aac_48000_stereo.aac, mp4a.40.2, 48000, 2, 25, 25600",
    "aac_48000_5.1.aac, mp4a.40.2, 48000, 6, 16, 16384",
    "aac_48000_quad_pce.aac, mp4a.40.2, 48000, 4, 16, 16384",
    "aac_44100_mono.latm, mp4a.40.2, 44100, 1, 23, 23552",
    "mp3_44100_stereo.mp3, mp4a.40.34, 44100, 2, 24, 27648",
    "mp3_48000_vbr_id3.mp3, mp4a.40.34, 48000, 2, 27, 31104",
    "mp3_22050_mono.mp3, mp4a.40.34, 22050, 1, 25, 14400",
    "mp3_8000_mono.mp3, mp4a.40.34, 8000, 1, 11, 6336",
    "mp2_48000_stereo.mp2, mp4a.40.33, 48000, 2, 17, 19584",
    "ac3_44100_stereo.ac3, ac-3, 44100, 2, 12, 18432",
    "ac3_48000_5.1.ac3, ac-3, 48000, 6, 10, 15360",
    "eac3_48000_stereo.eac3, ec-3, 48000, 2, 13, 19968",
    "eac3_48000_5.1.eac3, ec-3, 48000, 6, 10, 15360",
  })
  void findsTheFramesOfAClip(
      String name, String codecs, int rate, int channels, int frames, long samples)
      throws IOException {
    for (int step : FEEDS) {
      ByteBuf clip = AudioClips.open(name);
      AudioSplitter splitter = splitter(name);
      var dump = new AudioDump();
      feed(splitter, clip, step, dump);
      assertThat(dump.frames).as("fed " + step).isEqualTo(frames);
      assertThat(dump.samples).isEqualTo(samples);
      assertThat(dump.tracks).hasSize(1);
      AudioFormat format = requireNonNull(AudioFormat.of(dump.tracks.getFirst()));
      assertThat(format.codecs()).isEqualTo(codecs);
      assertThat(format.sampleRate()).isEqualTo(rate);
      assertThat(format.channels()).isEqualTo(channels);
      assertThat(dump.tracks.getFirst().language()).isEqualTo("deu");
      if (!name.contains("id3")) {
        assertThat(splitter.skippedBytes()).isZero();
      }
      Golden.check("audio/" + name + ".dump", dump.toString());
      assertThat(clip.refCnt()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "aac_48000_stereo.aac",
        "aac_44100_mono.latm",
        "mp3_44100_stereo.mp3",
        "mp2_48000_stereo.mp2",
        "ac3_44100_stereo.ac3",
        "eac3_48000_5.1.eac3"
      })
  void findsItsWayAgainAfterGarbage(String name) {
    Seeds.run(
        60,
        random -> {
          ByteBuf clip = AudioClips.open(name);
          int size = clip.readableBytes();
          int cut = random.nextInt(size / 3, size / 2);
          byte[] garbage = new byte[random.nextInt(1, 600)];
          random.nextBytes(garbage);
          ByteBuf damaged =
              Unpooled.buffer()
                  .writeBytes(garbage)
                  .writeBytes(clip, 0, cut)
                  .writeBytes(garbage)
                  .writeBytes(clip, cut, size - cut);
          var whole = new AudioDump();
          feed(splitter(name), clip, Integer.MAX_VALUE, whole);
          var dump = new AudioDump();
          AudioSplitter splitter = splitter(name);
          feed(splitter, damaged, FEEDS[random.nextInt(FEEDS.length)], dump);
          // the frame that was cut is lost, and one more when the garbage pretends to be a header
          assertThat(dump.frames).isBetween(whole.frames - 2, whole.frames);
          assertThat(splitter.skippedBytes()).isGreaterThanOrEqualTo(garbage.length);
          assertThat(lines(dump)).containsAll(lines(whole).subList(whole.frames - 5, whole.frames));
          assertThat(dump.tracks).isEqualTo(whole.tracks);
        });
  }

  /** Frames without where they are. */
  private static List<String> lines(AudioDump dump) {
    return dump.toString()
        .lines()
        .filter(line -> line.startsWith("at "))
        .map(line -> line.substring(line.indexOf("for")))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "aac_48000_stereo.aac",
        "aac_44100_mono.latm",
        "mp3_44100_stereo.mp3",
        "ac3_44100_stereo.ac3",
        "eac3_48000_stereo.eac3"
      })
  void aFrameAtTheEndOfItsPesPacketNeedsNoSecondHeader(String name) {
    ByteBuf clip = AudioClips.open(name);
    var whole = new AudioDump();
    feed(splitter(name), clip, Integer.MAX_VALUE, whole);
    AudioSplitter splitter = splitter(name);
    var dump = new AudioDump();
    // a PES packet each
    FrameSplitter measure = (FrameSplitter) splitter(name);
    int at = 0;
    for (int i = 0; i < whole.frames; i++) {
      int size = measure.measure(clip, at, clip.writerIndex(), false);
      if (size < 0) { // what follows the last frame is unknown
        size = clip.writerIndex() - at;
      }
      splitter.feed(clip.slice(at, size), dump);
      assertThat(dump.frames).isEqualTo(i + 1);
      at += size;
    }
    assertThat(dump.startedBefore).containsOnly(false);
    assertThat(dump.toString()).isEqualTo(whole.toString());
  }

  @Test
  void saysWhichFrameBeganBefore() {
    ByteBuf clip = AudioClips.open("mp3_44100_stereo.mp3"); // frames of 208 and 209 bytes
    AudioSplitter splitter = splitter("x.mp3");
    var dump = new AudioDump();
    splitter.feed(clip.slice(0, 300), dump);
    assertThat(dump.startedBefore).containsExactly(false);
    splitter.feed(clip.slice(300, 300), dump);
    assertThat(dump.startedBefore).containsExactly(false, true);
    splitter.feed(clip.slice(600, 300), dump);
    assertThat(dump.startedBefore).containsExactly(false, true, true, false);
  }

  @Test
  void payloadsAreSlicesUnlessTheyStraddleCalls() {
    ByteBuf clip = AudioClips.open("mp3_44100_stereo.mp3");
    AudioSplitter splitter = splitter("x.mp3");
    int[] frames = new int[1];
    splitter.feed(
        clip.slice(0, 300),
        (track, before, samples, payload) -> {
          assertThat(clip.refCnt()).isEqualTo(2);
          frames[0]++;
          payload.release();
        });
    splitter.feed(
        clip.slice(300, 100),
        (track, before, samples, payload) -> {
          assertThat(clip.refCnt()).isEqualTo(1);
          assertThat(payload).isEqualTo(clip.slice(208, payload.readableBytes()));
          frames[0]++;
          payload.release();
        });
    assertThat(frames[0]).isEqualTo(1);
    splitter.feed(
        clip.slice(400, 100),
        (track, before, samples, payload) -> {
          assertThat(payload).isEqualTo(clip.slice(208, payload.readableBytes()));
          assertThat(clip.refCnt()).isEqualTo(1);
          frames[0]++;
          payload.release();
        });
    assertThat(frames[0]).isEqualTo(2);
    assertThat(clip.refCnt()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"aac_48000_stereo.aac", "mp3_44100_stereo.mp3", "eac3_48000_5.1.eac3"})
  void bytesThatAreMissingCostTheirFrameOnly(String name) {
    ByteBuf clip = AudioClips.open(name);
    int half = clip.readableBytes() / 2;
    var whole = new AudioDump();
    feed(splitter(name), clip, Integer.MAX_VALUE, whole);
    AudioSplitter splitter = splitter(name);
    var dump = new AudioDump();
    splitter.feed(clip.slice(0, half), dump);
    int before = dump.frames;
    splitter.reset();
    splitter.feed(clip.slice(half + 50, clip.readableBytes() - half - 50), dump);
    assertThat(dump.frames).isBetween(whole.frames - 2, whole.frames - 1);
    assertThat(dump.startedBefore.get(before)).isFalse();
    assertThat(splitter.skippedBytes()).isPositive();
    assertThat(dump.tracks).isEqualTo(whole.tracks);
  }

  @Test
  void anotherConfigurationIsAnotherTrack() {
    ByteBuf both =
        Unpooled.wrappedBuffer(
            AudioClips.open("aac_48000_stereo.aac"),
            AudioClips.open("aac_48000_5.1.aac"),
            AudioClips.open("aac_48000_quad_pce.aac"),
            AudioClips.open("aac_48000_stereo.aac"));
    AudioSplitter splitter = AudioSplitters.adts(0, "");
    var dump = new AudioDump();
    feed(splitter, both, 188, dump);
    assertThat(dump.frames).isEqualTo(25 + 16 + 16 + 25);
    assertThat(dump.tracks)
        .extracting(track -> requireNonNull(AudioFormat.of(track)).channels())
        .containsExactly(2, 6, 4, 2);
    assertThat(splitter.skippedBytes()).isZero();
    assertThat(dump.tracks.getFirst()).isEqualTo(dump.tracks.getLast());
  }

  @Test
  void layersAndRatesOfMpegAudioAreTracks() {
    ByteBuf both =
        Unpooled.wrappedBuffer(
            AudioClips.open("mp3_44100_stereo.mp3"),
            AudioClips.open("mp2_48000_stereo.mp2"),
            AudioClips.open("mp3_22050_mono.mp3"));
    var dump = new AudioDump();
    feed(AudioSplitters.mpegAudio(0, ""), both, 188, dump);
    assertThat(dump.frames).isEqualTo(24 + 17 + 25);
    assertThat(dump.tracks)
        .extracting(track -> track.label() + " " + track.timescale().ticksPerSecond())
        .containsExactly("mp3 44100", "mp2 48000", "mp3 22050");
  }

  @ParameterizedTest(name = "{0}: {1} channels, {2} packets")
  @CsvSource({"opus_48000_stereo.ts, 2, 21, 02", "opus_48000_5.1.ts, 6, 16, 06"})
  void findsThePacketsOfOpus(String name, int channels, int packets, String descriptor)
      throws IOException {
    for (int step : FEEDS) {
      AudioSplitter splitter = AudioSplitters.opus(Bytes.ofHex(descriptor), 1, "");
      var dump = new AudioDump();
      for (ByteBuf payload : AudioClips.pesPayloads(name)) {
        feed(splitter, payload, step, dump);
      }
      assertThat(dump.frames).isEqualTo(packets);
      assertThat(dump.samples).isEqualTo(960L * packets);
      assertThat(splitter.skippedBytes()).isZero();
      assertThat(requireNonNull(AudioFormat.of(dump.tracks.getFirst())))
          .isEqualTo(new AudioFormat("opus", 48_000, channels, 0));
      Golden.check("audio/" + name + ".dump", dump.toString());
    }
  }

  @Test
  void opusFindsItsWayAgain() {
    List<ByteBuf> payloads = AudioClips.pesPayloads("opus_48000_stereo.ts");
    AudioSplitter splitter = AudioSplitters.opus(STEREO, 1, "");
    var dump = new AudioDump();
    ByteBuf damaged = Unpooled.buffer();
    payloads.forEach(payload -> damaged.writeBytes(payload.duplicate()));
    damaged.setByte(0, 0);
    splitter.feed(damaged, dump);
    assertThat(dump.frames).isEqualTo(20);
    assertThat(splitter.skippedBytes()).isPositive();
  }

  @Test
  void opusWithoutADescriptorIsRefused() {
    assertThatThrownBy(() -> AudioSplitters.opus(Bytes.EMPTY, 1, ""))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> AudioSplitters.opus(Bytes.ofHex("40"), 1, ""))
        .isInstanceOf(UnsupportedException.class);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "aac_48000_stereo.aac", "aac_44100_mono.latm", "mp3_44100_stereo.mp3",
            "mp3_48000_vbr_id3.mp3",
        "mp3_8000_mono.mp3", "mp2_48000_stereo.mp2", "ac3_44100_stereo.ac3", "eac3_48000_5.1.eac3"
      })
  void detectsWhatAFileIs(String name) {
    ByteBuf clip = AudioClips.open(name);
    AudioSplitter expected = splitter(name);
    assertThat(AudioSplitters.detect(clip, 3, "deu")).hasSameClassAs(expected);
    assertThat(clip.readerIndex()).isZero();
    // one frame of it, and a bit
    assertThat(
            AudioSplitters.detect(clip.slice(0, Math.min(1_000, clip.readableBytes())), 3, "deu"))
        .hasSameClassAs(expected);
    ByteBuf behind = Unpooled.buffer().writeZero(100).writeBytes(clip);
    assertThat(AudioSplitters.detect(behind, 3, "deu")).hasSameClassAs(expected);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"flac_44100_mono.flac", "opus_60ms.mp4", "opus_48000_stereo.ts"})
  void whatIsSomethingElseIsNotDetected(String name) {
    assertThat(AudioSplitters.detect(AudioClips.open(name), 3, "deu")).isNull();
  }

  @Test
  void nothingIsNotDetected() {
    assertThat(AudioSplitters.detect(Unpooled.EMPTY_BUFFER, 0, "")).isNull();
    // a tag that is longer than what is there
    byte[] tag = new byte[2_000];
    System.arraycopy(Bytes.ofHex("49443304000000000F76").toArray(), 0, tag, 0, 10);
    assertThat(AudioSplitters.detect(Unpooled.wrappedBuffer(tag), 0, "")).isNull();
  }

  @RepeatedTest(50)
  void noiseHasNoFrames(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    byte[] noise = new byte[20_000];
    random.nextBytes(noise);
    for (String kind : List.of("x.aac", "x.latm", "x.ac3")) {
      AudioSplitter splitter = splitter(kind);
      var dump = new AudioDump();
      feed(splitter, Unpooled.wrappedBuffer(noise), FEEDS[run.getCurrentRepetition() % 5], dump);
      assertThat(dump.frames).isZero();
      splitter.reset();
      assertThat(splitter.skippedBytes()).isEqualTo(noise.length);
    }
  }
}
