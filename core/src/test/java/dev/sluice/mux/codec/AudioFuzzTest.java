package dev.sluice.mux.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

class AudioFuzzTest {
  private static final List<Codec> CODECS =
      List.of(Codec.AAC, Codec.OPUS, Codec.AC3, Codec.EAC3, Codec.FLAC, Codec.MP3, Codec.G711A);

  /** The first byte is the splitter, the second one how many bytes it is fed at a time. */
  @FuzzTest
  void anyBytesAreSplitOrPassedOver(byte[] input) {
    if (input.length < 2) {
      return;
    }
    AudioSplitter splitter =
        switch (input[0] % 5) {
          case 0 -> AudioSplitters.adts(0, "");
          case 1 -> AudioSplitters.latm(0, "");
          case 2 -> AudioSplitters.mpegAudio(0, "");
          case 3 -> AudioSplitters.ac3(0, "");
          default -> AudioSplitters.opus(Bytes.ofHex("02"), 0, "");
        };
    ByteBuf in = Unpooled.wrappedBuffer(input, 2, input.length - 2);
    AudioSplittersTest.feed(
        splitter,
        in,
        1 + (input[1] & 0xFF),
        (track, before, samples, payload) -> {
          assertThat(samples).isPositive();
          assertThat(AudioFormat.of(track)).isNotNull();
          assertThat(payload.isReadable()).isTrue();
          payload.release();
        });
    splitter.reset();
    assertThat(splitter.skippedBytes()).isBetween(0L, (long) in.readableBytes());
    assertThat(in.refCnt()).isEqualTo(1);
    AudioSplitters.detect(in, 0, "");
  }

  /** The first byte is the codec, the second one how long the configuration is. */
  @FuzzTest
  void anyBytesAreNormalisedOrLeftOut(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Normaliser normaliser =
        AudioNormalisers.of(CODECS.get((input[0] & 0xFF) % CODECS.size()), 0, "");
    ByteBuf in = Unpooled.wrappedBuffer(input, 2, input.length - 2);
    ByteBuf configuration = in.readSlice(Math.min(input[1] & 0xFF, in.readableBytes()));
    try {
      normaliser.configuration(configuration);
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageContaining(" ");
    }
    int[] units = new int[1];
    normaliser.unit(
        in,
        true,
        (track, randomAccess, payload) -> {
          units[0]++;
          assertThat(track).isEqualTo(normaliser.track());
          assertThat(AudioFormat.of(track)).isNotNull();
          assertThat(AudioFormat.samples(track, payload)).isNotNegative();
          payload.release();
        });
    assertThat(units[0] + normaliser.malformed()).isPositive();
    assertThat(in.refCnt()).isEqualTo(1);
  }
}
