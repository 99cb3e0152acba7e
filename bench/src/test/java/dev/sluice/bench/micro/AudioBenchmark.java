package dev.sluice.bench.micro;

import dev.sluice.mux.codec.AudioSplitter;
import dev.sluice.mux.codec.AudioSplitters;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.aac.AdtsHeader;
import dev.sluice.wire.aac.AudioMuxElement;
import dev.sluice.wire.aac.LoasHeader;
import dev.sluice.wire.aac.StreamMuxConfig;
import dev.sluice.wire.mpegaudio.MpegAudioHeader;
import dev.sluice.wire.opus.OpusControlHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Two thousand frames of noise through the splitters, in pieces of 2 930 bytes: as long as PES
 * packets of sound are, and never as long as a whole number of frames.
 */
@State(Scope.Thread)
public class AudioBenchmark {
  private static final int FRAMES = 2_000;
  private static final int PIECE = 2_930;

  @Param({"adts", "latm", "mp3", "ac3", "opus"})
  private String kind = "";

  private ByteBuf input = Unpooled.EMPTY_BUFFER;
  private final ByteBuf out = Unpooled.directBuffer(PIECE);

  @Setup
  public void setUp() {
    var random = new SplittableRandom(1);
    input = Unpooled.directBuffer(1 << 20);
    for (int i = 0; i < FRAMES; i++) {
      switch (kind) {
        case "adts" -> adts(random);
        case "latm" -> latm(random, i);
        case "mp3" -> mp3(random);
        case "ac3" -> ac3(random);
        default -> opus(random);
      }
    }
  }

  @Benchmark
  public void split(Volume volume, Blackhole hole) {
    AudioSplitter splitter =
        switch (kind) {
          case "adts" -> AudioSplitters.adts(0, "");
          case "latm" -> AudioSplitters.latm(0, "");
          case "mp3" -> AudioSplitters.mpegAudio(0, "");
          case "ac3" -> AudioSplitters.ac3(0, "");
          default -> AudioSplitters.opus(Bytes.ofHex("02"), 0, "");
        };
    int[] frames = new int[1];
    for (int at = 0; at < input.writerIndex(); at += PIECE) {
      splitter.feed(
          input.slice(at, Math.min(PIECE, input.writerIndex() - at)),
          (track, startedBefore, samples, payload) -> {
            hole.consume(samples);
            frames[0]++;
            payload.release();
          });
    }
    if (frames[0] != FRAMES) {
      throw new IllegalStateException(frames[0] + " frames, " + FRAMES + " are there");
    }
    volume.add(FRAMES, input.readableBytes());
  }

  /** What everything is compared with: the pieces copied. */
  @Benchmark
  public void plainCopy(Volume volume, Blackhole hole) {
    for (int at = 0; at < input.writerIndex(); at += PIECE) {
      out.clear();
      out.writeBytes(input, at, Math.min(PIECE, input.writerIndex() - at));
      hole.consume(out);
    }
    volume.add(FRAMES, input.readableBytes());
  }

  /** 128 kbit/s at 48 kHz, give or take. */
  private void adts(RandomGenerator random) {
    int length = random.nextInt(300, 400);
    new AdtsHeader(false, 2, 3, 2, length, AdtsHeader.VARIABLE_RATE, 1, false).write(input);
    input.writeBytes(noise(random, length - AdtsHeader.SIZE));
  }

  /** The same, with a configuration in each tenth element. */
  private void latm(RandomGenerator random, int i) {
    var config = new StreamMuxConfig(0, 1, Bytes.ofHex("1190"), 0, 0, 0);
    Bytes frame = Bytes.of(noise(random, random.nextInt(300, 400)));
    Bytes element = AudioMuxElement.write(config, i % 10 > 0, List.of(frame));
    new LoasHeader(element.size()).write(input);
    element.writeTo(input);
  }

  /** 128 kbit/s at 48 kHz. */
  private void mp3(RandomGenerator random) {
    var header =
        new MpegAudioHeader(MpegAudioHeader.Version.MPEG_1, 3, false, 9, 1, false, 1, 2, 0);
    header.write(input);
    input.writeBytes(noise(random, header.frameSize() - MpegAudioHeader.SIZE));
  }

  /** 192 kbit/s at 48 kHz, stereo. */
  private void ac3(RandomGenerator random) {
    input.writeBytes(Bytes.ofHex("0B770000144040").toArray());
    input.writeBytes(noise(random, 768 - 7));
  }

  /** 96 kbit/s, 20 ms. */
  private void opus(RandomGenerator random) {
    int length = random.nextInt(200, 280);
    new OpusControlHeader(length, 0, 0).write(input);
    input.writeByte(0xFC).writeBytes(noise(random, length - 1));
  }

  private static byte[] noise(RandomGenerator random, int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }
}
