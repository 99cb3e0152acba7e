package dev.sluice.mux.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.ac3.Eac3Frame;
import dev.sluice.wire.ac3.Ec3SpecificBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs together in Enhanced AC-3; frames are of 256 bytes. */
class Ac3SplitterTest {
  private static final int FRAME = 256;
  private static final int REAR = 0b0001_1010_0000_0000;
  private static final Eac3Frame CORE = frame(0, 0, 3, 7, -1);
  private static final Eac3Frame DEPENDENT = frame(1, 0, 3, 6, REAR);
  private static final Eac3Frame SECOND_PROGRAMME = frame(0, 1, 3, 2, -1);

  private final RandomGenerator random = new SplittableRandom(1);
  private final AudioSplitter splitter = AudioSplitters.ac3(0, "");
  private final AudioDump dump = new AudioDump();

  private static Eac3Frame frame(int type, int substream, int blocks, int acmod, int map) {
    return new Eac3Frame(type, substream, 0, 0, blocks, acmod, acmod == 7, map, true, -1);
  }

  private ByteBuf bytes(Eac3Frame... frames) {
    ByteBuf out = Unpooled.buffer();
    for (Eac3Frame frame : frames) {
      out.writeBytes(frame.bytes(random));
    }
    return out;
  }

  private List<Integer> sizes() {
    return dump.toString()
        .lines()
        .filter(line -> line.startsWith("at "))
        .map(line -> Integer.valueOf(line.replaceAll(".*: (\\d+) B.*", "$1")))
        .toList();
  }

  @ParameterizedTest(name = "fed {0} bytes at a time")
  @ValueSource(ints = {1, 7, 188, 300, 4_096})
  void dependentSubstreamsAreJoined(int step) {
    ByteBuf in =
        bytes(CORE, DEPENDENT, CORE, DEPENDENT, CORE, DEPENDENT, CORE, DEPENDENT, CORE, DEPENDENT);
    AudioSplittersTest.feed(splitter, in, step, dump);
    assertThat(sizes()).containsOnly(2 * FRAME).hasSize(5);
    assertThat(dump.tracks).hasSize(1);
    assertThat(requireNonNull(AudioFormat.of(dump.tracks.getFirst())))
        .isEqualTo(new AudioFormat("ec-3", 48_000, 8, 0));
    assertThat(dump.samples).isEqualTo(5 * 1_536);
    assertThat(splitter.skippedBytes()).isZero();
  }

  @Test
  void shortFramesAndFurtherProgrammesAreJoined() {
    Eac3Frame core = frame(0, 0, 1, 7, -1); // two blocks
    Eac3Frame dependent = frame(1, 0, 1, 6, REAR);
    Eac3Frame programme = frame(0, 1, 1, 2, -1);
    ByteBuf set = bytes(core, dependent, programme);
    for (int i = 0; i < 9; i++) {
      splitter.feed(set, dump);
    }
    assertThat(sizes()).containsExactly(9 * FRAME, 9 * FRAME, 9 * FRAME);
    assertThat(dump.startedBefore).containsOnly(true);
    assertThat(dump.samples).isEqualTo(3 * 1_536);
    var box = Ec3SpecificBox.read(dump.tracks.getFirst().configuration());
    assertThat(box.substreams()).hasSize(2);
    assertThat(box.substreams().getFirst().dependent()).isEqualTo(1);
  }

  @Test
  void aSetInItsOwnPesPacketIsGivenOutAtOnce() {
    for (int i = 1; i <= 3; i++) {
      splitter.feed(bytes(CORE, DEPENDENT, SECOND_PROGRAMME), dump);
      assertThat(sizes()).hasSize(i).containsOnly(3 * FRAME);
    }
    assertThat(dump.startedBefore).containsOnly(false);
  }

  @Test
  void substreamsThatBeginOrEndLaterMakeAnotherTrack() {
    splitter.feed(bytes(CORE, CORE, CORE, DEPENDENT, CORE, DEPENDENT, CORE, CORE, CORE), dump);
    // the first dependent frame comes unexpected and is lost, and nothing after it
    assertThat(sizes()).containsExactly(FRAME, FRAME, FRAME, 2 * FRAME, FRAME, FRAME, FRAME);
    assertThat(splitter.skippedBytes()).isEqualTo(FRAME);
    assertThat(dump.tracks)
        .extracting(track -> requireNonNull(AudioFormat.of(track)).channels())
        .containsExactly(6, 8, 6);
  }

  @Test
  void aCoreOfAc3MayHaveDependentSubstreams() {
    ByteBuf clip = AudioClips.open("ac3_48000_5.1.ac3");
    ByteBuf core = clip.slice(0, 768);
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < 3; i++) {
      in.writeBytes(core.duplicate()).writeBytes(bytes(DEPENDENT));
    }
    splitter.feed(in, dump);
    assertThat(sizes()).containsExactly(1_024, 1_024, 1_024);
    assertThat(dump.tracks).hasSize(1);
    assertThat(dump.tracks.getFirst().codec()).isEqualTo(Codec.EAC3);
    assertThat(requireNonNull(AudioFormat.of(dump.tracks.getFirst())).channels()).isEqualTo(8);
  }

  @Test
  void aBitRateThatVariesIsNoOtherTrack() {
    ByteBuf stereo = AudioClips.open("eac3_48000_stereo.eac3"); // 256 bytes a frame
    splitter.feed(stereo, dump);
    var faster = new AudioDump();
    ByteBuf first = stereo.slice(0, 256);
    ByteBuf longer = Unpooled.buffer().writeBytes(first.duplicate()).writeZero(256);
    longer.setShort(2, longer.getUnsignedShort(2) & ~0x7FF | 255); // frmsiz
    splitter.feed(longer, faster);
    assertThat(faster.frames).isEqualTo(1);
    assertThat(faster.tracks).isEqualTo(dump.tracks);
  }

  @Test
  void anIncompleteSetIsPassedOver() {
    Eac3Frame half = frame(0, 0, 2, 7, -1); // three blocks
    ByteBuf in = bytes(CORE, CORE, half);
    in.writeBytes(new byte[20]).writeBytes(bytes(CORE, CORE, CORE));
    splitter.feed(in, dump);
    assertThat(sizes()).containsExactly(FRAME, FRAME, FRAME, FRAME, FRAME);
    assertThat(splitter.skippedBytes()).isEqualTo(FRAME + 20);
  }

  @Test
  void aPayloadHasItsLimit() {
    Eac3Frame[] frames = new Eac3Frame[1 + Ac3Splitter.MAX_PAYLOAD_BYTES / FRAME];
    java.util.Arrays.fill(frames, DEPENDENT);
    frames[0] = CORE;
    splitter.feed(bytes(frames), dump);
    assertThat(dump.frames).isZero();
    splitter.feed(bytes(CORE, DEPENDENT, CORE, DEPENDENT), dump);
    assertThat(dump.frames).isEqualTo(2);
  }

  @Test
  void anyOrderOfFramesKeepsPayloadsWhole() {
    Seeds.run(
        200,
        random -> {
          AudioSplitter some = AudioSplitters.ac3(0, "");
          var sizes = new AudioDump();
          ByteBuf in = Unpooled.buffer();
          int count = random.nextInt(1, 40);
          for (int i = 0; i < count; i++) {
            in.writeBytes(
                frame(random.nextInt(2), random.nextInt(2), random.nextInt(4), 7, -1)
                    .bytes(random));
          }
          int[] used = new int[1];
          AudioSplittersTest.feed(
              some,
              in,
              random.nextInt(1, 1_000),
              (track, before, samples, payload) -> {
                assertThat(payload.readableBytes() % FRAME).isZero();
                assertThat(samples).isGreaterThanOrEqualTo(1_536);
                used[0] += payload.readableBytes();
                sizes.frame(track, before, samples, payload);
              });
          some.reset();
          assertThat(used[0] + some.skippedBytes()).isEqualTo(in.readableBytes());
        });
  }
}
