package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bandwidth check of SRS, message by message. */
class BandCheckTest {
  private static final long MS = 1_000_000;
  private static final String C = "onSrsBandCheck";

  /** What brings a check on, in order. */
  private static final List<String> ANSWERS =
      List.of(
          "StartingPlayBytes", "StoppedPlayBytes", "StartingPublishBytes", "StoppedPublishBytes");

  private Peer peer = new Peer();

  @AfterEach
  void nothingIsLeft() {
    assertThat(peer.end()).isZero();
  }

  private void begin(int limitKbps, boolean flash) {
    peer.handshake().connect();
    peer.session.acceptBandCheck(AmfProperties.EMPTY, limitKbps, flash, peer.nowNs);
    peer.drain();
    peer.outputs.clear();
  }

  private void say(String what) {
    peer.command(what.startsWith("final") ? what : C + what, 0, AmfValue.NULL);
  }

  /** Lets the three seconds of a measurement pass. */
  private void measure() {
    peer.pass(BandCheck.DURATION_NS + BandCheck.BEAT_NS);
  }

  private String last() {
    return peer.heard().getLast();
  }

  /** Goes on until the step before which {@code answers} answers have been given. */
  private void until(int answers) {
    begin(1_000, false);
    for (int i = 0; i < answers; i++) {
      say(ANSWERS.get(i));
      if (i == 0 || i == 2) {
        measure();
      }
    }
    peer.heard();
  }

  @Test
  void goesFromConnectToTheFigures() {
    begin(1_000, false);
    assertThat(peer.session.isBandCheck()).isTrue();
    List<String> welcome = peer.heard();
    assertThat(welcome.get(welcome.size() - 2)).startsWith("3/0 _result 1 ");
    assertThat(welcome.getLast())
        .isEqualTo(
            "5/0 onSrsBandCheckStartPlayBytes 0 null"
                + " {limit_kbps: 1000, duration_ms: 3000, interval_ms: 0}");

    say("StartingPlayBytes");
    measure();
    List<String> played = peer.heard();
    assertThat(played.getFirst()).startsWith("5/0 onSrsBandCheckPlaying 0 null {0: So that");
    assertThat(played.get(2)).contains("4: So that").doesNotContain("5: So that");
    assertThat(played.getLast())
        .matches(
            "5/0 onSrsBandCheckStopPlayBytes 0 null \\{duration_ms: 3000, interval_ms: 0,"
                + " duration_delta: 30[01]0, bytes_delta: 3[78]\\d{4}}");

    say("StoppedPlayBytes");
    assertThat(last())
        .isEqualTo(
            "5/0 onSrsBandCheckStartPublishBytes 0 null"
                + " {limit_kbps: 1000, duration_ms: 3000, interval_ms: 0}");
    say("StartingPublishBytes");
    peer.send(5, 0, MessageType.COMMAND_AMF0, publishing(20_000));
    measure();
    assertThat(last())
        .matches(
            "5/0 onSrsBandCheckStopPublishBytes 0 null \\{duration_ms: 3000, interval_ms: 0,"
                + " duration_delta: 30[01]0, bytes_delta: 20\\d{3}}");

    say("StoppedPublishBytes");
    assertThat(last())
        .matches(
            "5/0 onSrsBandCheckFinished 0 null \\{start_time: 0, end_time: 60[12]0,"
                + " play_kbps: (9[5-9]\\d|10[0-5]\\d), publish_kbps: 5\\d, play_bytes: 3[78]\\d{4},"
                + " publish_bytes: 20\\d{3}, play_time: 30[01]0, publish_time: 30[01]0}");
    say("finalClientPacket");
    assertThat(peer.output(Closed.class).cause()).isEqualTo(Closed.Cause.ORDERLY);
  }

  private static ByteBuf publishing(int fillerBytes) {
    ByteBuf body = Unpooled.buffer();
    Amf0.writeAll(body, AmfValue.of(C + "Publishing"), AmfValue.of(0), AmfValue.NULL);
    return body.writeZero(fillerBytes); // the rest is not looked at
  }

  @ParameterizedTest(name = "after {0} answers only {1} counts")
  @CsvSource({
    "0, StartingPlayBytes",
    "1, StoppedPlayBytes",
    "2, StartingPublishBytes",
    "3, StoppedPublishBytes",
    "4, finalClientPacket",
  })
  void whateverElseIsSaidChangesNothing(int answers, String counts) {
    until(answers);
    for (String other :
        List.of(
            "StartingPlayBytes",
            "StoppedPlayBytes",
            "StartingPublishBytes",
            "StopPublishBytes",
            "StoppedPublishBytes",
            "Publishing",
            "finalClientPacket")) {
      if (!other.equals(counts)) {
        say(other);
      }
    }
    peer.command("createStream", 2, AmfValue.NULL);
    peer.command("play", 3, AmfValue.NULL, AmfValue.of("a"));
    peer.media(9, 0, "1700");
    peer.send(5, 0, MessageType.COMMAND_AMF0, Unpooled.wrappedBuffer(new byte[] {2, 0}));
    assertThat(peer.heard()).isEmpty();
    assertThat(peer.outputs).isEmpty();
    say(counts);
    measure();
    assertThat(peer.heard().size() + peer.outputs.size()).isPositive();
  }

  @ParameterizedTest(name = "after {0} answers")
  @ValueSource(ints = {0, 1, 2, 3})
  void whoDoesNotAnswerIsClosed(int answers) {
    until(answers);
    peer.pass(BandCheck.PATIENCE_NS - 20 * MS);
    assertThat(peer.outputs).isEmpty();
    peer.pass(30 * MS);
    assertThat(peer.output(Closed.class).cause()).isEqualTo(Closed.Cause.SILENCE);
  }

  @Test
  void whoHasHeardTheFiguresIsNotWaitedForLong() {
    until(4);
    peer.pass(BandCheck.GOODBYE_NS - MS);
    assertThat(peer.outputs).isEmpty();
    peer.pass(MS);
    assertThat(peer.output(Closed.class).reason())
        .matches("bandwidth check: \\d+ kbit/s down, \\d+ kbit/s up");
  }

  @Test
  void theClientMayStopEarly() {
    until(2);
    say("StartingPublishBytes");
    peer.pass(500 * MS);
    say("StopPublishBytes");
    assertThat(last()).contains("onSrsBandCheckStopPublishBytes", "duration_delta: 500");
  }

  @Test
  void flashIsNotAskedWhetherItHasStopped() {
    begin(1_000, true);
    for (String answer : List.of("StartingPlayBytes", "StoppedPlayBytes", "StartingPublishBytes")) {
      say(answer);
      peer.pass(answer.equals("StoppedPlayBytes") ? 0 : BandCheck.DURATION_NS + BandCheck.BEAT_NS);
    }
    assertThat(last()).startsWith("5/0 onSrsBandCheckFinished");
  }

  @Test
  void sendsNoMoreThanTheSocketTakes() {
    begin(1_000_000, false);
    say("StartingPlayBytes");
    long before = bytes();
    peer.session.backlog(BandCheck.MAX_BACKLOG_BYTES);
    peer.pass(500 * MS);
    assertThat(bytes() - before).isZero();
    peer.session.backlog(BandCheck.MAX_BACKLOG_BYTES - 1);
    peer.pass(BandCheck.BEAT_NS);
    assertThat(bytes() - before).isBetween(1L, 40_000L);
  }

  /** How much filler was heard. */
  private long bytes() {
    return peer.heard.stream()
        .filter(text -> text.contains("Playing "))
        .mapToInt(String::length)
        .sum();
  }

  @Test
  void thePacketsGrowUpToALimit() {
    begin(100_000, false);
    say("StartingPlayBytes");
    measure();
    List<String> played = peer.heard();
    assertThat(played).anyMatch(text -> text.contains(", " + (BandCheck.MAX_ENTRIES - 1) + ": "));
    assertThat(played).noneMatch(text -> text.contains(", " + BandCheck.MAX_ENTRIES + ": "));
  }

  @Test
  void readsNoMoreThanTheLimit() {
    until(2);
    say("StartingPublishBytes");
    peer.chunkSize(60_000);
    assertThat(peer.session.wantsBytes()).isTrue();
    peer.send(5, 0, MessageType.COMMAND_AMF0, publishing(BandCheck.BURST_BYTES / 2));
    assertThat(peer.session.wantsBytes()).isTrue();
    peer.send(5, 0, MessageType.COMMAND_AMF0, publishing(BandCheck.BURST_BYTES / 2 + 125 * 100));
    assertThat(peer.session.wantsBytes()).as("100 ms more than 1000 kbit/s").isFalse();
    peer.pass(90 * MS);
    assertThat(peer.session.wantsBytes()).isFalse();
    peer.pass(20 * MS);
    assertThat(peer.session.wantsBytes()).isTrue();
    measure();
    assertThat(last()).contains("StopPublishBytes");
  }

  @Test
  void aMessageHasALimit() {
    until(2);
    peer.chunkSize(0xFFFF);
    int head = publishing(0).readableBytes();
    say("StartingPublishBytes");
    peer.send(5, 0, MessageType.COMMAND_AMF0, publishing(BandCheck.MAX_MESSAGE_BYTES - head));
    assertThat(peer.outputs).isEmpty();
    peer.send(5, 0, MessageType.COMMAND_AMF0, publishing(BandCheck.MAX_MESSAGE_BYTES - head + 1));
    assertThat(peer.output(Closed.class).cause()).isEqualTo(Closed.Cause.FAULT);
  }

  @Test
  void anyBeginningOfAnAnswerWaits() {
    until(0);
    ByteBuf whole = Unpooled.buffer();
    ByteBuf body = Unpooled.buffer();
    Amf0.writeAll(body, AmfValue.of(C + "StartingPlayBytes"), AmfValue.of(0), AmfValue.NULL);
    ChunkWriter.write(
        whole, 5, 0, MessageType.COMMAND_AMF0, 0, ChunkWriter.INITIAL_CHUNK_SIZE, body);
    while (whole.readableBytes() > 1) {
      peer.receive(whole.readSlice(1));
      peer.pass(BandCheck.BEAT_NS);
      assertThat(peer.heard()).isEmpty();
    }
    peer.receive(whole).pass(5 * BandCheck.BEAT_NS);
    assertThat(peer.heard()).isNotEmpty();
  }
}
