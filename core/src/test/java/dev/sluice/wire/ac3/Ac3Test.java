package dev.sluice.wire.ac3;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ac3Test {
  @ParameterizedTest(name = "{0}: {1} Hz, {2} bytes, mode {4} and low frequencies {5}")
  @CsvSource({
    "0B770000 00 40 40, 48000, 128, 8, 2, false",
    "0B770000 01 40 40, 48000, 128, 8, 2, false",
    "0B770000 40 40 40, 44100, 138, 8, 2, false",
    "0B770000 41 40 44, 44100, 140, 8, 2, true",
    "0B770000 A5 40 40, 32000, 3840, 8, 2, false",
    "0B770000 14 40 E1, 48000, 768, 8, 7, true",
    "0B770000 14 48 40, 24000, 768, 9, 2, false",
    "0B770000 14 51 20, 12000, 768, 10, 1, false",
    "0B770000 14 30 10, 48000, 768, 6, 0, true",
  })
  void readsHeadersOfAc3(String hex, int rate, int size, int bsid, int acmod, boolean lfe) {
    ByteBuf bytes = bytes(hex + "0000");
    SyncFrameHeader header = requireNonNull(SyncFrameHeader.read(bytes));
    assertThat(bytes.readerIndex()).isZero();
    assertThat(header.sampleRate()).isEqualTo(rate);
    assertThat(header.frameSize()).isEqualTo(size);
    assertThat(header.bsid()).isEqualTo(bsid);
    assertThat(header.acmod()).isEqualTo(acmod);
    assertThat(header.lfe()).isEqualTo(lfe);
    assertThat(header.samples()).isEqualTo(1_536);
    assertThat(header.enhanced()).isFalse();
    assertThat(header.beginsFrameSet()).isTrue();
    Ac3SpecificBox box = Ac3SpecificBox.of(header);
    assertThat(box.sampleRate()).isEqualTo(rate);
    assertThat(box.channels()).isEqualTo(header.channels());
    assertThat(Ac3SpecificBox.read(box.write())).isEqualTo(box);
    for (int end = 0; end < 7; end++) {
      assertThat(SyncFrameHeader.read(bytes.slice(0, end))).isNull();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "0B780000004040, 'syncword is 0x0B78, allowed is 0x0B77'",
    "0B770000C04040, 'fscod is 3, allowed is 0 to 2; frmsizecod is 0'",
    "0B770000264040, frmsizecod is 38",
    "0B770000F08040, fscod2 is 3",
    "0B770002008040, frame of 6 bytes",
    "0B77C0FF008040, strmtyp is 3",
  })
  void refusesWhatIsNoHeader(String hex, String fault) {
    ByteBuf in = bytes(hex + "00".repeat(60));
    assertThatThrownBy(() -> SyncFrameHeader.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void refusesLaterVersions() {
    assertThatThrownBy(() -> SyncFrameHeader.read(bytes("0B770000008840")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("AC-3 header: bsid is 17, allowed is 0 to 16");
  }

  @RepeatedTest(300)
  void readsAnyHeaderOfEnhancedAc3(RepetitionInfo run) {
    var random = Seeds.random(run);
    Eac3Frame frame = Eac3Frame.random(random);
    ByteBuf bytes = frame.bytes(random);
    SyncFrameHeader header = requireNonNull(SyncFrameHeader.read(bytes));
    assertThat(header).isEqualTo(frame.header());
    // too little either suffices for all of it, or is waited for
    for (int end = 0; end < Math.min(70, bytes.readableBytes()); end++) {
      assertThat(SyncFrameHeader.read(bytes.slice(0, end))).isIn(null, header);
    }
  }

  @Test
  void theLongestHeaderIsRead() {
    var random = new SplittableRandom(1);
    Eac3Frame frame = Eac3Frame.longest();
    assertThat(SyncFrameHeader.read(frame.bytes(random))).isEqualTo(frame.header());
    assertThat((frame.headerBits() + 7) / 8).isLessThanOrEqualTo(SyncFrameHeader.MAX_HEADER_SIZE);
  }

  @Test
  void aHeaderThatDoesNotFitItsFrameIsRefused() {
    // a frame of 8 bytes that says it has mixing metadata
    ByteBuf in = bytes("0B77000302 87 FFFF");
    assertThatThrownBy(() -> SyncFrameHeader.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("AC-3 header ends at bit 64");
    assertThat(SyncFrameHeader.read(in.slice(0, 7))).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "101080, 0, 8, 0, 2, false, 4", // of ffmpeg's MP4
    "103DC0, 0, 8, 0, 7, true, 14",
    "956240, 2, 10, 5, 4, false, 18",
  })
  void readsAndWritesDac3(
      String hex, int fscod, int bsid, int bsmod, int acmod, boolean lfe, int bitRate) {
    var box = new Ac3SpecificBox(fscod, bsid, bsmod, acmod, lfe, bitRate);
    assertThat(Ac3SpecificBox.read(Bytes.ofHex(hex))).isEqualTo(box);
    assertThat(box.write()).isEqualTo(Bytes.ofHex(hex));
    for (int end = 0; end < Ac3SpecificBox.SIZE; end++) {
      Bytes truncated = Bytes.of(Arrays.copyOf(box.write().toArray(), end));
      assertThatThrownBy(() -> Ac3SpecificBox.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"D01080", "161080", "101260"})
  void refusesReservedValuesOfDac3(String hex) {
    assertThatThrownBy(() -> Ac3SpecificBox.read(Bytes.ofHex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("dac3: fscod is ");
  }

  @ParameterizedTest(name = "{0}: {1} kbit/s, {2} substreams, {3} channels, objects {4}")
  @CsvSource({
    "0200200400, 64, 1, 2, -1", // of ffmpeg's MP4
    "0C00200F00, 384, 1, 6, -1",
    "1800200F00 0110, 768, 1, 6, 16",
    "2000200F0202, 1024, 1, 8, -1", // a dependent substream with the rear channels
    "2000200F0202 0110, 1024, 1, 8, 16",
    "0C01200F002004 00, 384, 2, 6, -1",
  })
  void readsAndWritesDec3(String hex, int rate, int substreams, int channels, int objects) {
    Bytes bytes = Bytes.ofHex(hex.replace(" ", ""));
    Ec3SpecificBox box = Ec3SpecificBox.read(bytes);
    assertThat(box.dataRate()).isEqualTo(rate);
    assertThat(box.substreams()).hasSize(substreams);
    assertThat(box.channels()).isEqualTo(channels);
    assertThat(box.objects()).isEqualTo(objects);
    assertThat(box.write()).isEqualTo(bytes);
    int core = bytes.size() - (objects >= 0 ? 2 : 0);
    for (int end = 0; end < core; end++) {
      Bytes truncated = Bytes.of(Arrays.copyOf(bytes.toArray(), end));
      assertThatThrownBy(() -> Ec3SpecificBox.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void objectsThatAreNotFlaggedAreNone() {
    assertThat(Ec3SpecificBox.read(Bytes.ofHex("0200200400" + "0010")).objects()).isEqualTo(-1);
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    List<Ec3SpecificBox.Substream> substreams =
        Stream.generate(
                () -> {
                  int dependent = random.nextInt(16);
                  return new Ec3SpecificBox.Substream(
                      random.nextInt(4),
                      random.nextInt(17),
                      random.nextBoolean(),
                      random.nextInt(8),
                      random.nextInt(8),
                      random.nextBoolean(),
                      dependent,
                      dependent == 0 ? 0 : random.nextInt(512));
                })
            .limit(random.nextInt(1, 9))
            .toList();
    var box = new Ec3SpecificBox(random.nextInt(8_192), substreams, random.nextInt(-1, 256));
    assertThat(Ec3SpecificBox.read(box.write())).isEqualTo(box);
  }

  @Test
  void channelsOfDependentSubstreamsAreLocated() {
    List<SyncFrameHeader> headers =
        List.of(
            new Eac3Frame(0, 0, 0, 0, 3, 7, true, -1, true, -1).header(),
            // chanmap: left and right surround again, and rear (bit 6)
            new Eac3Frame(1, 0, 0, 0, 3, 6, false, 0b0001_1010_0000_0000, true, -1).header(),
            new Eac3Frame(0, 1, 0, 0, 3, 2, false, -1, true, -1).header());
    Ec3SpecificBox box = Ec3SpecificBox.of(headers, 1_536);
    assertThat(box.dataRate()).isEqualTo(384);
    assertThat(box.substreams())
        .containsExactly(
            new Ec3SpecificBox.Substream(0, 16, false, 0, 7, true, 1, 0b10),
            new Ec3SpecificBox.Substream(0, 16, false, 0, 2, false, 0, 0));
    assertThat(box.channels()).isEqualTo(8);
  }

  @ParameterizedTest(name = "bit {0} of chanmap is bit {1} of chan_loc")
  @CsvSource({
    "0,-1", "4,-1", "5,0", "6,1", "7,2", "8,3", "9,4", "10,5", "11,6", "12,7", "13,-1", "14,8",
    "15,-1"
  })
  void locationsComeFromTheChannelMap(int bit, int location) {
    List<SyncFrameHeader> headers =
        List.of(
            new Eac3Frame(0, 0, 0, 0, 3, 7, true, -1, true, -1).header(),
            new Eac3Frame(1, 0, 0, 0, 3, 2, false, 0x8000 >> bit, true, -1).header());
    assertThat(Ec3SpecificBox.of(headers, 1_536).substreams().getFirst().locations())
        .isEqualTo(location < 0 ? 0 : 1 << location);
  }

  @Test
  void shortFramesOfOneSetAreTheSameSubstreams() {
    List<SyncFrameHeader> headers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      headers.add(new Eac3Frame(0, 0, 0, 0, 0, 7, true, -1, i == 0, 11).header());
      headers.add(new Eac3Frame(1, 0, 0, 0, 0, 2, false, 0x0200, true, -1).header());
    }
    Ec3SpecificBox box = Ec3SpecificBox.of(headers, 1_536);
    assertThat(box)
        .isEqualTo(
            new Ec3SpecificBox(
                384, List.of(new Ec3SpecificBox.Substream(0, 16, false, 0, 7, true, 1, 2)), 11));
    assertThat(box.continues(new Ec3SpecificBox(100, box.substreams(), 11))).isTrue();
    assertThat(box.continues(new Ec3SpecificBox(384, box.substreams(), 12))).isFalse();
  }

  @Test
  void tooManyProgrammesAreRefused() {
    List<SyncFrameHeader> headers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      headers.add(new Eac3Frame(0, Math.min(i, 7), 0, 0, 3, 2, false, -1, true, -1).header());
    }
    assertThat(Ec3SpecificBox.of(headers.subList(0, 8), 100).substreams()).hasSize(8);
    assertThatThrownBy(() -> Ec3SpecificBox.of(headers, 100))
        .isInstanceOf(MalformedException.class)
        .hasMessage("E-AC-3 frame of 9 independent substreams, allowed are 8");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ac3_44100_stereo.ac3, false, 44100, 2, 12",
    "ac3_48000_5.1.ac3, false, 48000, 6, 10",
    "eac3_48000_stereo.eac3, true, 48000, 2, 13",
    "eac3_48000_5.1.eac3, true, 48000, 6, 10",
  })
  void readsClips(String name, boolean enhanced, int rate, int channels, int frames)
      throws IOException {
    byte[] clip;
    try (var in = requireNonNull(Ac3Test.class.getResourceAsStream("/audio/" + name))) {
      clip = in.readAllBytes();
    }
    int count = 0;
    for (int at = 0; at < clip.length; count++) {
      SyncFrameHeader header =
          requireNonNull(SyncFrameHeader.read(Unpooled.wrappedBuffer(clip, at, clip.length - at)));
      assertThat(header.enhanced()).isEqualTo(enhanced);
      assertThat(header.sampleRate()).isEqualTo(rate);
      assertThat(header.channels()).isEqualTo(channels);
      assertThat(header.objects()).isEqualTo(-1);
      at += header.frameSize();
    }
    assertThat(count).isEqualTo(frames);
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      SyncFrameHeader header = SyncFrameHeader.read(Unpooled.wrappedBuffer(input));
      if (header != null) {
        assertThat(header.frameSize()).isBetween(7, SyncFrameHeader.MAX_FRAME_SIZE);
        assertThat(header.sampleRate()).isBetween(8_000, 48_000);
        if (!header.enhanced()) {
          Ac3SpecificBox box = Ac3SpecificBox.of(header);
          assertThat(Ac3SpecificBox.read(box.write())).isEqualTo(box);
        } else if (header.frameType() != SyncFrameHeader.DEPENDENT) { // which is never the first
          Ec3SpecificBox box = Ec3SpecificBox.of(List.of(header, header), header.frameSize());
          assertThat(Ec3SpecificBox.read(box.write())).isEqualTo(box);
        }
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("AC-3 header");
    }
    try {
      Ac3SpecificBox box = Ac3SpecificBox.read(Bytes.of(input));
      assertThat(box.channels()).isBetween(1, 6);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("dac3");
    }
    try {
      Ec3SpecificBox box = Ec3SpecificBox.read(Bytes.of(input));
      assertThat(Ec3SpecificBox.read(box.write())).isEqualTo(box);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("dec3");
    }
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(Bytes.ofHex(hex.replace(" ", "")).toArray());
  }
}
