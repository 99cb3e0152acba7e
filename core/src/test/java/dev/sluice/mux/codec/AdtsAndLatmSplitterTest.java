package dev.sluice.mux.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.aac.AdtsHeader;
import dev.sluice.wire.aac.AudioMuxElement;
import dev.sluice.wire.aac.LoasHeader;
import dev.sluice.wire.aac.StreamMuxConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdtsAndLatmSplitterTest {
  private static final Bytes STEREO = Bytes.ofHex("1190");
  private static final Bytes HE_AAC = Bytes.ofHex("131056E598");

  private final AudioDump dump = new AudioDump();

  @Test
  void severalRawFramesOfAnAdtsFrameAreFrames() {
    AudioSplitter splitter = AudioSplitters.adts(0, "");
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < 3; i++) {
      byte[] behind = Bytes.ofHex("0005CCCC" + "A1A2A3CCCC" + "B1B2CCCC").toArray();
      new AdtsHeader(false, 2, 4, 2, 7 + behind.length, 0, 2, true).write(in);
      in.writeBytes(behind);
    }
    splitter.feed(in, dump);
    assertThat(dump.toString())
        .isEqualToNormalizingNewlines(
            """
            track 0 aac 44100 Hz AudioFormat[codecs=mp4a.40.2, sampleRate=44100, channels=2, \
            frameSamples=1024] configuration 1210
            at 0 for 1024: 3 B crc F415C27C
            at 1024 for 1024: 2 B crc 99685FA6
            at 2048 for 1024: 3 B crc F415C27C
            at 3072 for 1024: 2 B crc 99685FA6
            at 4096 for 1024: 3 B crc F415C27C
            at 5120 for 1024: 2 B crc 99685FA6
            """);
    assertThat(splitter.skippedBytes()).isZero();
    assertThat(in.refCnt()).isEqualTo(1);
  }

  @Test
  void severalRawFramesWithoutChecksArePassedOver() {
    AudioSplitter splitter = AudioSplitters.adts(0, "");
    ByteBuf in = Unpooled.buffer();
    adts(in, 2, 2, 20);
    adts(in, 2, 2, 20);
    adts(in, 1, 2, 20);
    splitter.feed(in, dump);
    assertThat(dump.frames).isEqualTo(1);
    assertThat(splitter.skippedBytes()).isEqualTo(40);
  }

  @Test
  void framesWhoseChannelsNobodyNamedAreWaitedFor() {
    AudioSplitter splitter = AudioSplitters.adts(0, "");
    ByteBuf in = Unpooled.buffer();
    adts(in, 1, 0, 20);
    adts(in, 1, 0, 20);
    splitter.feed(in, dump);
    assertThat(dump.frames).isZero();
    assertThat(splitter.skippedBytes()).isEqualTo(40);
    splitter.feed(AudioClips.open("aac_48000_quad_pce.aac"), dump);
    assertThat(dump.frames).isEqualTo(16);
    splitter.feed(in, dump); // other than the rate of those
    assertThat(dump.frames).isEqualTo(16);
  }

  @Test
  void framesWithoutARawFrameArePassedOver() {
    AudioSplitter splitter = AudioSplitters.adts(0, "");
    ByteBuf in = Unpooled.buffer();
    adts(in, 1, 2, 7);
    adts(in, 1, 2, 30);
    splitter.feed(in, dump);
    assertThat(dump.frames).isEqualTo(1);
    assertThat(splitter.skippedBytes()).isEqualTo(7);
  }

  private static void adts(ByteBuf out, int rawFrames, int channels, int length) {
    new AdtsHeader(false, 2, 4, channels, length, 0x7FF, rawFrames, false).write(out);
    out.writeZero(length - AdtsHeader.SIZE);
  }

  @Test
  void latmRepeatsItsConfigurationOrDoesNot() {
    AudioSplitter splitter = AudioSplitters.latm(0, "");
    var stereo = new StreamMuxConfig(0, 1, STEREO, 0, 0, 0);
    ByteBuf in = Unpooled.buffer();
    Bytes frame = Bytes.ofHex("212223");
    loas(in, stereo, true, frame); // its configuration was before our time
    loas(in, stereo, false, frame);
    loas(in, stereo, true, frame);
    loas(in, stereo, false, frame);
    splitter.feed(in, dump);
    assertThat(dump.frames).isEqualTo(3);
    assertThat(dump.tracks).hasSize(1);
    assertThat(splitter.skippedBytes()).isPositive();
  }

  @Test
  void latmOfVersion1WithSubFrames() {
    AudioSplitter splitter = AudioSplitters.latm(0, "");
    var two = new StreamMuxConfig(1, 2, HE_AAC, 0, 0, 0);
    ByteBuf in = Unpooled.buffer();
    loas(in, two, false, Bytes.ofHex("21"), Bytes.ofHex("22"));
    loas(in, two, true, Bytes.EMPTY, Bytes.ofHex("24"));
    var one = new StreamMuxConfig(0, 1, STEREO, 1, 20, 0);
    loas(in, one, false, Bytes.ofHex("25".repeat(20)));
    for (int i = 0; i < in.readableBytes(); i++) { // byte by byte
      splitter.feed(in.slice(i, 1), dump);
    }
    assertThat(dump.toString())
        .isEqualToNormalizingNewlines(
            """
            track 0 aac 24000 Hz AudioFormat[codecs=mp4a.40.5, sampleRate=48000, channels=2, \
            frameSamples=1024] configuration 131056e598
            at 0 for 1024: 1 B crc 3ADB6BB7
            at 1024 for 1024: 1 B crc A3D23A0D
            at 2048 for 1024: 1 B crc 4AB7AF38
            track 0 aac 48000 Hz AudioFormat[codecs=mp4a.40.2, sampleRate=48000, channels=2, \
            frameSamples=1024] configuration 1190
            at 3072 for 1024: 20 B crc 00000000
            """
                .replace("3ADB6BB7", crc("21"))
                .replace("A3D23A0D", crc("22"))
                .replace("4AB7AF38", crc("24"))
                .replace("00000000", crc("25".repeat(20))));
  }

  @Test
  void latmThatIsNotHandledIsPassedOver() {
    AudioSplitter splitter = AudioSplitters.latm(0, "");
    ByteBuf in = Unpooled.buffer();
    new LoasHeader(4).write(in);
    in.writeInt(0x60_00_00_00); // audioMuxVersionA is 1
    loas(in, new StreamMuxConfig(0, 1, STEREO, 0, 0, 0), false, Bytes.ofHex("21"));
    splitter.feed(in, dump);
    assertThat(dump.frames).isEqualTo(1);
    assertThat(splitter.skippedBytes()).isEqualTo(7);
  }

  private static String crc(String hex) {
    var crc = new java.util.zip.CRC32();
    crc.update(Bytes.ofHex(hex).toArray());
    return "%08X".formatted(crc.getValue());
  }

  private static void loas(ByteBuf out, StreamMuxConfig config, boolean repeat, Bytes... frames) {
    Bytes element = AudioMuxElement.write(config, repeat, List.of(frames));
    new LoasHeader(element.size()).write(out);
    element.writeTo(out);
  }
}
