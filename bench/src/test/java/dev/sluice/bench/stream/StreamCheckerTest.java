package dev.sluice.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.wire.MediaSink;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test but the first proves that the checker can fail. */
class StreamCheckerTest {
  private record Sent(Frame frame, Bytes body) {
    Sent with(byte... other) {
      return new Sent(frame, Bytes.of(other));
    }
  }

  private static final int FRAMES = 400;

  private final FrameLedger ledger = new FrameLedger();
  private final List<Sent> sent = new ArrayList<>();

  @BeforeEach
  void publish() {
    var stream = new SyntheticStream(1);
    for (int i = 0; i < FRAMES; i++) {
      Frame frame = stream.next();
      byte[] body = Arrays.copyOf(stream.body(frame, frame.atNs()), frame.bodyBytes());
      ledger.note(frame, body, frame.atNs());
      sent.add(new Sent(frame, Bytes.of(body)));
    }
  }

  private StreamChecker watch(List<Sent> received) {
    var checker = new StreamChecker("viewer 3", ledger);
    byte[] video = SyntheticStream.videoHeader();
    byte[] audio = SyntheticStream.audioHeader();
    checker.onMedia(MediaSink.DATA, 0, new byte[] {2}, 1, 0);
    checker.onMedia(MediaSink.VIDEO, 0, video, video.length, 0);
    checker.onMedia(MediaSink.AUDIO, 0, audio, audio.length, 0);
    for (Sent each : received) {
      Frame frame = each.frame();
      byte[] padded =
          Arrays.copyOf(each.body().toArray(), each.body().size() + 9); // only length counts
      checker.onMedia(
          frame.type(), frame.timestampMs(), padded, each.body().size(), frame.atNs() + 3_000_000);
    }
    return checker;
  }

  private StreamChecker.Result result(List<Sent> received) {
    return watch(received).result();
  }

  /** Index of the {@code n}-th frame of that kind, from 0. */
  private int index(boolean video, int n) {
    int seen = 0;
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i).frame().video() == video && seen++ == n) {
        return i;
      }
    }
    throw new AssertionError("not so many frames");
  }

  @Test
  void aWholeStreamIsFlawlessFromAnywhereOn() {
    assertThat(result(sent)).isEqualTo(new StreamChecker.Result(FRAMES, 0, 0, 0, 0, 0, 0, ""));
    StreamChecker.Result late = result(sent.subList(123, FRAMES));
    assertThat(late.flawless()).isTrue();
    assertThat(late.frames()).isEqualTo(FRAMES - 123);
  }

  @ParameterizedTest(name = "video: {0}")
  @ValueSource(booleans = {true, false})
  void aDroppedFrameIsMissing(boolean video) {
    List<Sent> received = new ArrayList<>(sent);
    received.remove(index(video, 20));
    StreamChecker.Result result = result(received);
    assertThat(result.flawless()).isFalse();
    assertThat(result.missing()).isEqualTo(1);
    assertThat(result.frames()).isEqualTo(FRAMES - 1);
    assertThat(result.firstFault())
        .isEqualTo(
            "viewer 3: %s frame 20 is missing, 21 came instead"
                .formatted(video ? "video" : "audio"));
  }

  @Test
  void aHoleIsCountedInFrames() {
    List<Sent> received = new ArrayList<>(sent.subList(0, 100));
    received.addAll(sent.subList(150, FRAMES));
    assertThat(result(received).missing()).isEqualTo(50);
  }

  @ParameterizedTest(name = "video: {0}")
  @ValueSource(booleans = {true, false})
  void aDuplicatedFrameIsRepeated(boolean video) {
    List<Sent> received = new ArrayList<>(sent);
    int at = index(video, 20);
    received.add(at, sent.get(at));
    StreamChecker.Result result = result(received);
    assertThat(result.flawless()).isFalse();
    assertThat(result.repeated()).isEqualTo(1);
    assertThat(result.missing()).isZero();
    assertThat(result.firstFault()).endsWith("frame 20 came again, after 20");
  }

  @Test
  void twoFramesThatChangedPlacesAreSeen() {
    List<Sent> received = new ArrayList<>(sent);
    int one = index(true, 20);
    int two = index(true, 21);
    received.set(one, sent.get(two));
    received.set(two, sent.get(one));
    StreamChecker.Result result = result(received);
    assertThat(result.missing()).isEqualTo(1);
    assertThat(result.repeated()).isEqualTo(1);
    assertThat(result.flawless()).isFalse();
  }

  @ParameterizedTest(name = "video: {0}")
  @ValueSource(booleans = {true, false})
  void anyFlippedBitIsCorruption(boolean video) {
    int at = index(video, 20);
    byte[] body = sent.get(at).body().toArray();
    for (int i = 2; i < body.length; i++) {
      byte[] broken = body.clone();
      broken[i] ^= 1;
      List<Sent> received = new ArrayList<>(sent);
      received.set(at, sent.get(at).with(broken));
      StreamChecker.Result result = result(received.subList(0, at + 20));
      assertThat(result.flawless()).as("byte %d", i).isFalse();
      assertThat(result.corrupted() + result.unknown() + result.missing() + result.repeated())
          .isPositive();
    }
  }

  @Test
  void aCutFrameIsCorruptionOfThatFrameAlone() {
    int at = index(true, 20);
    byte[] cut = Arrays.copyOf(sent.get(at).body().toArray(), sent.get(at).body().size() - 1);
    List<Sent> received = new ArrayList<>(sent);
    received.set(at, sent.get(at).with(cut));
    StreamChecker.Result result = result(received);
    assertThat(result.corrupted()).isEqualTo(1);
    assertThat(result.missing() + result.repeated() + result.unknown()).isZero();
    assertThat(result.firstFault()).isEqualTo("viewer 3: video frame 20 is corrupted");
  }

  @Test
  void aFrameWithoutAStampIsCorruption() {
    int at = index(false, 20);
    List<Sent> received = new ArrayList<>(sent);
    received.set(at, sent.get(at).with(new byte[] {(byte) 0xAF, 1, 2}));
    assertThat(result(received).corrupted()).isEqualTo(1);
    assertThat(result(received).missing()).isZero();
  }

  @Test
  void aFrameOfAnotherStreamIsUnknown() {
    var other = new SyntheticStream(2);
    var frame = new Frame(true, 100_000, 0, false, 2000);
    List<Sent> received = new ArrayList<>(sent);
    received.add(new Sent(frame, Bytes.of(Arrays.copyOf(other.body(frame, 0), 2000))));
    StreamChecker.Result result = result(received);
    assertThat(result.unknown()).isEqualTo(1);
    assertThat(result.flawless()).isFalse();
  }

  @Test
  void anotherConfigurationIsCorruption() {
    var checker = new StreamChecker("viewer 3", ledger);
    byte[] header = SyntheticStream.videoHeader();
    header[10] ^= 1;
    checker.onMedia(MediaSink.VIDEO, 0, header, header.length, 0);
    checker.broken("PreviousTagSize is 3");
    assertThat(checker.result().corrupted()).isEqualTo(2);
    assertThat(checker.result().firstFault())
        .isEqualTo("viewer 3: video sequence header differs from the published one");
  }

  @Test
  void timeThatRunsBackIsSeenAndDriftMeasured() {
    var checker = new StreamChecker("viewer 3", ledger);
    int[] times = {1000, 1040, 1039, 1125};
    for (int i = 0; i < times.length; i++) {
      byte[] body = sent.get(index(true, i)).body().toArray();
      checker.onMedia(MediaSink.VIDEO, times[i], body, body.length, 0);
    }
    assertThat(checker.result().timestampsBack()).isEqualTo(1);
    assertThat(checker.result().timestampDriftMs()).isEqualTo(41); // 1039 in place of 1080
    assertThat(checker.result().flawless()).isFalse();
  }

  @Test
  void delayIsFromSendingToReceiving() {
    StreamChecker checker = watch(sent);
    assertThat(checker.videoDelayNs().percentiles(0, 0.5, 1)).containsOnly(3_000_000);
    assertThat(checker.videoDelayNs().size() + checker.audioDelayNs().size()).isEqualTo(FRAMES);
    checker.beginWindow();
    assertThat(checker.videoDelayNs().size() + checker.audioDelayNs().size()).isZero();
  }

  @Test
  void theLedgerForgetsOldFrames() {
    var stream = new SyntheticStream(1);
    var long_ = new FrameLedger();
    for (long i = 0; i < FrameLedger.FRAMES + 100; i++) {
      var frame = new Frame(false, i, 0, false, 172);
      long_.note(frame, stream.body(frame, 0), 0);
    }
    FrameLedger.Track audio = long_.track(false);
    assertThat(audio.knows(FrameLedger.FRAMES + 99)).isTrue();
    assertThat(audio.knows(FrameLedger.FRAMES + 100)).isFalse();
    assertThat(audio.knows(164)).isTrue();
    assertThat(audio.knows(163)).isFalse();
    assertThat(audio.knows(-1)).isFalse();
  }
}
