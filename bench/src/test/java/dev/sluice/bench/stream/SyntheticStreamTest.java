package dev.sluice.bench.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticStreamTest {
  private static List<Frame> cycle(SyntheticStream stream) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < SyntheticStream.VIDEO_FRAMES + SyntheticStream.AUDIO_FRAMES; i++) {
      frames.add(stream.next());
    }
    return frames;
  }

  @Test
  void aCycleIs500KilobitsASecond() {
    List<Frame> frames = cycle(new SyntheticStream(1));
    long video = frames.stream().filter(Frame::video).mapToLong(Frame::bodyBytes).sum();
    long audio = frames.stream().filter(f -> !f.video()).mapToLong(Frame::bodyBytes).sum();
    assertThat(video * 8).isEqualTo(436_000 * 8);
    assertThat((audio - 2 * SyntheticStream.AUDIO_FRAMES) * 8).isEqualTo(64_000 * 8);
    assertThat(frames)
        .filteredOn(Frame::key)
        .extracting(Frame::number)
        .containsExactly(0L, 50L, 100L, 150L);
  }

  @Test
  void framesComeInTheOrderOfTimeAndTheCycleRepeats() {
    var stream = new SyntheticStream(1);
    List<Frame> first = cycle(stream);
    List<Frame> second = cycle(stream);
    assertThat(first).isSortedAccordingTo((a, b) -> Long.compare(a.atNs(), b.atNs()));
    for (int i = 0; i < first.size(); i++) {
      assertThat(second.get(i).atNs()).isEqualTo(first.get(i).atNs() + SyntheticStream.CYCLE_NS);
      assertThat(second.get(i).bodyBytes()).isEqualTo(first.get(i).bodyBytes());
      assertThat(second.get(i).video()).isEqualTo(first.get(i).video());
    }
  }

  @Test
  void theSoundThatBeginsWithAPictureIsReckonedFromItsNumber() {
    List<Frame> frames = cycle(new SyntheticStream(1));
    for (Frame picture : frames) {
      if (picture.video()) {
        long expected =
            frames.stream()
                .filter(frame -> !frame.video() && frame.atNs() >= picture.atNs())
                .mapToLong(Frame::number)
                .findFirst()
                .orElse(SyntheticStream.AUDIO_FRAMES);
        assertThat(SyntheticStream.audioFrom(picture.number())).isEqualTo(expected);
      }
    }
  }

  @Test
  void everyVideoBodyIsWholeNalUnits() {
    for (long seed = 1; seed <= 20; seed++) {
      var stream = new SyntheticStream(seed);
      for (Frame frame : cycle(stream)) {
        if (frame.video()) {
          checkVideo(frame, ByteBuffer.wrap(stream.body(frame, 7), 0, frame.bodyBytes()));
        }
      }
    }
  }

  private static void checkVideo(Frame frame, ByteBuffer body) {
    assertThat(body.getInt()).isEqualTo(frame.key() ? 0x17010000 : 0x27010000);
    assertThat(body.get()).isZero();
    byte[] sei = new byte[body.getInt()];
    body.get(sei);
    byte[] slice = new byte[body.getInt()];
    body.get(slice);
    assertThat(body.hasRemaining()).isFalse();
    assertThat(slice[0]).isEqualTo((byte) (frame.key() ? 0x65 : 0x41));
    assertThat(sei[0]).isEqualTo((byte) 6);
    int at = 1;
    for (int message = 0; message < 2; message++) { // 7.3.2.3.1
      assertThat(sei[at++]).isEqualTo((byte) 5);
      int size = 0;
      while (sei[at] == (byte) 0xFF) {
        size += 255;
        at++;
      }
      size += sei[at++] & 0xFF;
      at += size;
    }
    assertThat(at).as("both messages fill the NAL unit").isEqualTo(sei.length - 1);
    assertThat(sei[at]).isEqualTo((byte) 0x80);
    assertThat(HexFormat.of().formatHex(sei)).doesNotContain("00000");
  }

  @Test
  void everyBodyBearsItsStamp() {
    var stream = new SyntheticStream(1);
    for (Frame frame : cycle(stream)) {
      byte[] body = stream.body(frame, 0x0123456789ABCDEFL);
      int at = frame.video() ? SyntheticStream.VIDEO_STAMP : SyntheticStream.AUDIO_STAMP;
      assertThat(Stamp.number(body, at, frame.bodyBytes())).isEqualTo(frame.number());
      assertThat(Stamp.number(body, at + 16, frame.bodyBytes() + 16))
          .isNotEqualTo(frame.number() + 1);
      assertThat(new String(body, at + 16, 16, US_ASCII)).isEqualTo("0123456789ABCDEF");
    }
  }

  @Test
  void aStampThatIsNoneIsSeen() {
    byte[] body = "0000000000000001000000000000000G".getBytes(US_ASCII);
    assertThat(Stamp.number(body, 0, 32)).isEqualTo(1);
    assertThat(Stamp.number(body, 0, 31)).isEqualTo(-1);
    assertThat(Stamp.number(body, 16, 48)).isEqualTo(-1);
    assertThat(Stamp.number("FFFFFFFFFFFFFFFF0000000000000000".getBytes(US_ASCII), 0, 32))
        .isEqualTo(-1);
  }

  @Test
  void seiSizesAreFoundWhereTheyExist() {
    assertThat(SyntheticStream.payloadSize(2)).isZero();
    assertThat(SyntheticStream.payloadSize(256)).isEqualTo(254);
    assertThat(SyntheticStream.payloadSize(257)).isEqualTo(-1);
    assertThat(SyntheticStream.payloadSize(258)).isEqualTo(255);
    assertThat(SyntheticStream.payloadSize(513)).isEqualTo(-1);
  }

  @Test
  void theConfigurationIsThatOfTheBitstream() {
    assertThat(HexFormat.of().formatHex(SyntheticStream.videoHeader()))
        .isEqualTo(
            "17000000000142c01effe100146742c01e95a0280bfe5840000003004000000ca101000468ce3c80");
    assertThat(HexFormat.of().formatHex(SyntheticStream.audioHeader())).isEqualTo("af001190");
  }
}
