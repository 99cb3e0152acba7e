package dev.sluice.session.rtmp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.RtmpServerSettings.Timeouts;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.ChunkLimits;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.Handshake;
import dev.sluice.wire.rtmp.MessageType;
import dev.sluice.wire.rtmp.UserControl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a connection: bad input, limits and silence; each on its edge. */
class ServerLimitsTest {
  private static final long SECOND_NS = Peer.SECOND_NS;
  private static final long MILLI_NS = 1_000_000;

  private static final RtmpServerSettings SMALL =
      new RtmpServerSettings(
          4096,
          100_000,
          "FMS/3,5,3,888",
          new ChunkLimits(8, 100_000, 1000, 150_000),
          Timeouts.DEFAULT,
          50,
          20,
          3);

  private Peer peer = new Peer();

  @AfterEach
  void nothingIsLeft() {
    assertThat(peer.end()).isZero();
  }

  // Bad input

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "06 | 03 | RTMPE (version 6) is not supported; use rtmp:// or rtmps://",
        "04 | 03 | RTMP version 4, allowed is 3",
        "00 | '' | RTMP version 0, allowed is 3",
        "F3 | '' | RTMP version 243, allowed is 3",
        "47 | '' | HTTP request on a port for RTMP; RTMPT is not supported",
        "16 | '' | TLS on a port for plain RTMP",
      })
  void anotherProtocolIsRefusedAtItsFirstByte(String first, String answer, String reason) {
    peer.session.receive(Unpooled.wrappedBuffer(HexFormat.of().parseHex(first + "010203")), 0);
    StringBuilder sent = new StringBuilder();
    for (ServerOutput output; (output = peer.session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          sent.append(ByteBufUtil.hexDump(bytes));
          bytes.release();
        }
        case Closed closed -> assertThat(closed).isEqualTo(new Closed(reason, Closed.Cause.FAULT));
        default -> throw new AssertionError(output);
      }
    }
    assertThat(sent).hasToString(answer);
  }

  @Test
  void anythingButConnectFirstIsRefused() {
    peer.handshake().command("play", 1, AmfValue.NULL, AmfValue.of("s\n"));
    assertClosed("command \"play\" before connect");
  }

  @Test
  void mediaBeforeConnectIsRefused() {
    peer.handshake().media(8, 0, "AF00");
    assertClosed("media before connect");
  }

  @Test
  void aSecondConnectIsRefused() {
    peer.end();
    peer = Peer.connected();
    peer.connect();
    assertClosed("second connect on one connection");
  }

  @Test
  void brokenChunksAreRefusedAndNothingMoreIsRead() {
    peer.end();
    peer = Peer.connected();
    peer.receive(Unpooled.wrappedBuffer(new byte[] {(byte) 0xC9, 1, 2, 3}));
    assertClosed("chunk stream 9 begins with format 3, allowed are 0 and 1");
    ByteBuf more = Unpooled.wrappedBuffer(new byte[] {1, 2, 3});
    peer.receive(more);
    assertThat(more.isReadable()).isFalse();
    assertThat(peer.outputs).isEmpty();
  }

  @Test
  void brokenAmfIsRefused() {
    peer.end();
    peer = Peer.connected();
    peer.send(3, 0, MessageType.COMMAND_AMF0, Unpooled.wrappedBuffer(new byte[] {2, 0, 9, 'a'}));
    assertThat(peer.output(Closed.class).cause()).isEqualTo(Closed.Cause.FAULT);
  }

  // Limits

  @Test
  void theSizeOfMessagesIsLimited() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.chunkSize(60_000);
    peer.send(3, 0, 19, Unpooled.buffer().writeZero(1000));
    assertThat(peer.outputs).isEmpty();
    peer.send(3, 0, 19, Unpooled.buffer().writeZero(1001));
    assertClosed("message of type 19 with 1001 bytes, allowed are 1000");
  }

  @Test
  void onlyAPublisherMaySendBigMessages() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.chunkSize(60_000);
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(65_536));
    assertThat(peer.outputs).isEmpty();
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    peer.drain();
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(100_000));
    assertThat(peer.heard()).anyMatch(text -> text.startsWith("media 9 @0 "));
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(100_001));
    assertClosed("message of type 9 with 100001 bytes, allowed are 100000");
    peer.end();

    peer = Peer.connected(SMALL);
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(65_537));
    assertClosed("message of type 9 with 65537 bytes, allowed are 65536");
  }

  @Test
  void aPublisherThatWasRefusedMayNotSendBigMessages() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.session.rejectPublish("NetStream.Publish.Denied", "no", peer.nowNs);
    peer.drain();
    peer.receive(
        Unpooled.buffer()
            .writeByte(6)
            .writeMedium(0)
            .writeMedium(65_537)
            .writeByte(9)
            .writeIntLE(1));
    assertClosed("message of type 9 with 65537 bytes, allowed are 65536");
  }

  @Test
  void aPublisherThatWasDismissedMayNotSendBigMessages() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    peer.session.endPublish("NetStream.Publish.BadName", "another one", peer.nowNs);
    peer.drain();
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(65_537));
    assertClosed("message of type 9 with 65537 bytes, allowed are 65536");
  }

  @Test
  void messagesOfAnAggregateStandForThemselves() {
    peer.end();
    peer = Peer.connected();
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    peer.drain();
    ByteBuf aggregate = Unpooled.buffer();
    aggregate.writeByte(9).writeMedium(1).writeZero(7).writeByte(0x17).writeInt(12);
    aggregate.writeByte(8).writeMedium(5_000).writeZero(7 + 5_000 + 4);
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.write(out, 6, 0, MessageType.AGGREGATE, 1, 128, aggregate);
    peer.session.receive(out, peer.nowNs);
    MediaReceived small = null;
    for (ServerOutput output; (output = peer.session.poll()) != null; ) {
      if (output instanceof MediaReceived media) {
        if (media.type() == 9) {
          small = media;
        } else {
          media.body().release();
        }
      }
    }
    assertThat(requireNonNull(small).body().capacity()).isEqualTo(1);
    assertThat(small.body().unwrap()).as("what it is a part of").isNull();
    small.body().release();
  }

  @Test
  void theRateOfMessagesIsLimited() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.nowNs += SECOND_NS;
    for (int second = 0; second < 2; second++) {
      for (int i = 0; i < 50; i++) {
        peer.media(8, 0, "AF");
      }
      assertThat(peer.outputs).isEmpty();
      peer.nowNs += SECOND_NS;
    }
    for (int i = 0; i < 51; i++) {
      peer.media(8, 0, "AF");
    }
    assertClosed("more than 50 messages in one second");
  }

  @Test
  void messagesInAggregatesCount() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    peer.drain().heard();
    peer.media(22, 0, "08000000000000000000000000000B".repeat(200));
    assertClosed("more than 50 messages in one second");
    assertThat(peer.heard()).hasSizeLessThan(51);
  }

  @Test
  void theRateOfCommandsIsLimited() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.nowNs += SECOND_NS;
    for (int i = 0; i < 20; i++) {
      peer.command("_checkbw", 2, AmfValue.NULL);
    }
    assertThat(peer.outputs).isEmpty();
    peer.send(2, 0, new UserControl.PingRequest(0));
    assertClosed("more than 20 commands in one second");
  }

  @Test
  void beginningAnewCostsAsMuchAsTenAnswers() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.play("s");
    peer.output(PlayRequested.class);
    peer.session.acceptPlay(peer.nowNs);
    peer.drain();
    peer.nowNs += SECOND_NS;
    peer.command("pause", 0, AmfValue.NULL, AmfValue.of(true));
    peer.command("pause", 0, AmfValue.NULL, AmfValue.of(false));
    assertThat(peer.outputs).hasSize(2).doesNotHaveAnyElementsOfTypes(Closed.class);
    peer.outputs.clear();
    peer.command("receiveAudio", 0, AmfValue.NULL, AmfValue.of(false));
    assertClosed("more than 20 commands in one second");
  }

  @Test
  void createStreamIsLimited() {
    peer.end();
    peer = Peer.connected(SMALL);
    for (int i = 0; i < 3; i++) {
      peer.command("createStream", 2, AmfValue.NULL);
    }
    assertThat(peer.heard()).hasSize(3);
    peer.command("createStream", 2, AmfValue.NULL);
    assertClosed("createStream more than 3 times");
  }

  @Test
  void whatWaitsForAnAnswerIsLimited() {
    peer.end();
    peer = Peer.connected(SMALL);
    peer.chunkSize(60_000);
    peer.publish("s");
    peer.output(PublishRequested.class);
    assertThat(peer.session.wantsBytes()).isFalse();
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(100_000));
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(50_000));
    assertThat(peer.outputs).isEmpty();
    peer.send(6, 0, 9, Unpooled.buffer().writeZero(1));
    assertClosed(
        "3 messages of 150001 bytes before the request was answered, allowed are 1024 of 150000");
  }

  @Test
  void whatWaitsForTheAnswerToConnectIsLimitedMore() {
    peer.handshake().connect();
    peer.outputs.clear();
    for (int i = 0; i < 64; i++) {
      peer.send(3, 0, 19, Unpooled.buffer().writeZero(1024));
    }
    assertThat(peer.outputs).isEmpty();
    peer.send(3, 0, 19, Unpooled.buffer().writeZero(1));
    assertClosed(
        "65 messages of 65537 bytes before the request was answered, allowed are 1024 of 65536");
  }

  @ParameterizedTest
  @ValueSource(strings = {"publish", "play"})
  void namesAreLimited(String command) {
    peer.end();
    peer = Peer.connected();
    peer.command(command, 3, AmfValue.NULL, AmfValue.of("s".repeat(4096)));
    assertThat(peer.outputs).hasSize(1).noneMatch(Closed.class::isInstance);
    peer.end();

    peer = Peer.connected();
    peer.command(command, 3, AmfValue.NULL, AmfValue.of("s".repeat(4097)));
    assertClosed("stream name of 4097 characters, allowed are 4096");
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "tcUrl"})
  void textsOfConnectAreLimited(String property) {
    peer.handshake()
        .command("connect", 1, AmfProperties.builder().put(property, "a".repeat(4097)).object());
    assertClosed(property + " of 4097 characters, allowed are 4096");
  }

  @Test
  void aBadMessageThatWaitedIsRefusedWhenItsTimeComes() {
    peer.handshake().connect().play("s").connect();
    peer.outputs.clear();
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    peer.drain();
    assertThat(peer.outputs).hasSize(2).first().isInstanceOf(PlayRequested.class);
    peer.outputs.removeFirst();
    assertClosed("second connect on one connection");
  }

  @Test
  void outputsThatNobodyPolledAreReleased() {
    peer.handshake().connect();
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    peer.drain().publish("s");
    peer.session.acceptPublish(peer.nowNs);
    ByteBuf media = Unpooled.buffer();
    ChunkWriter.write(media, 6, 0, 9, 1, 128, Unpooled.buffer().writeZero(50));
    peer.session.receive(media, peer.nowNs);
    peer.session.release();
    assertThat(peer.session.poll()).isNull();
  }

  // Time

  @ParameterizedTest(name = "after {0} bytes of the handshake")
  @ValueSource(ints = {0, 1, 1536, 1537, 3072})
  void theHandshakeHasToEnd(int bytes) {
    byte[] hello = new byte[3073];
    hello[0] = Handshake.VERSION;
    peer.receive(Unpooled.wrappedBuffer(hello, 0, bytes));
    peer.pass(10 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("handshake not done after 10.0 s");
  }

  @Test
  void aByteNowAndThenDoesNotHelp() {
    byte[] hello = new byte[3073];
    hello[0] = Handshake.VERSION;
    for (int i = 0; i < 100 && peer.outputs.isEmpty(); i++) {
      peer.receive(Unpooled.wrappedBuffer(hello, i, 1));
      peer.pass(SECOND_NS);
    }
    assertThat(peer.nowNs).isEqualTo(15 * SECOND_NS);
    assertGivenUp("handshake not done after 10.0 s");
  }

  @Test
  void connectHasToCome() {
    peer.pass(5 * SECOND_NS).handshake();
    peer.pass(15 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("no connect after 20.0 s");
  }

  @Test
  void aRequestHasToCome() {
    peer.end();
    peer = Peer.connected();
    peer.pass(30 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("neither publish nor play after 30.0 s");
  }

  @Test
  void theOwnerMayTakeItsTime() {
    peer.handshake().connect();
    peer.outputs.clear();
    peer.pass(1000 * SECOND_NS);
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    peer.drain().publish("s");
    peer.outputs.clear();
    peer.pass(1000 * SECOND_NS);
    peer.session.acceptPublish(peer.nowNs);
    peer.drain();
    assertThat(peer.outputs).isEmpty();
    peer.pass(20 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("publisher was silent for 20000 ms");
  }

  @Test
  void aPublisherMayNotFallSilent() {
    peer.end();
    peer = Peer.connected();
    peer.publish("s");
    peer.outputs.clear();
    peer.session.acceptPublish(peer.nowNs);
    for (int i = 0; i < 10; i++) {
      peer.media(8, 0, "AF00").pass(5 * SECOND_NS - 1);
    }
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("publisher was silent for 5000 ms");
  }

  @Test
  void aPublisherThatIsNotReadIsNotSilent() {
    peer.end();
    peer = Peer.connected();
    peer.publish("s");
    peer.outputs.clear();
    peer.session.acceptPublish(peer.nowNs);
    peer.media(8, 0, "AF00").pass(4 * SECOND_NS);
    peer.session.reading(false, peer.nowNs);
    peer.pass(100 * SECOND_NS);
    peer.session.reading(true, peer.nowNs);
    peer.pass(5 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("publisher was silent for 5000 ms");
  }

  @Test
  void theEndOfAPublicationLeavesThreeMinutes() {
    peer.end();
    peer = Peer.connected();
    peer.publish("s");
    peer.session.acceptPublish(peer.nowNs);
    peer.drain().command("FCUnpublish", 4, AmfValue.NULL);
    peer.outputs.clear();
    for (int i = 0; i < 17; i++) {
      peer.pass(10 * SECOND_NS).send(2, 0, new UserControl.PingResponse(0));
    }
    peer.pass(10 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("neither publish nor play after 180.0 s");
  }

  @Test
  void aSilentPlayerIsPingedAndThenGivenUp() {
    peer.end();
    peer = Peer.connected();
    peer.play("s");
    peer.outputs.clear();
    peer.session.acceptPlay(peer.nowNs);
    peer.drain().heard();
    peer.pass(60 * SECOND_NS - 1);
    assertThat(peer.heard()).isEmpty();
    peer.pass(1);
    assertThat(peer.heard()).containsExactly("2/0 PingRequest[timestampMs=65000]");
    peer.pass(20 * MILLI_NS).send(2, 0, new UserControl.PingResponse(65_000));
    assertThat(peer.session.roundTripNs()).isEqualTo(20 * MILLI_NS);
    peer.pass(60 * SECOND_NS);
    assertThat(peer.heard()).hasSize(1);
    peer.send(2, 0, MessageType.ACKNOWLEDGEMENT, Unpooled.buffer().writeInt(5)); // any sign of life
    peer.pass(60 * SECOND_NS);
    assertThat(peer.heard()).hasSize(1);
    peer.pass(30 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("no sign of life for 90 s");
  }

  @Test
  void aPlaybackOfLimitedLengthEnds() {
    peer.end();
    peer = Peer.connected();
    peer.command("play", 3, AmfValue.NULL, AmfValue.of("s"), AmfValue.of(-1), AmfValue.of(1500));
    peer.outputs.clear();
    peer.session.acceptPlay(peer.nowNs);
    peer.drain().heard();
    peer.pass(1500 * MILLI_NS - 1);
    assertThat(peer.heard()).isEmpty();
    peer.pass(1);
    assertThat(peer.heard()).last().asString().contains("NetStream.Play.Stop");
    assertThat(peer.output(Closed.class))
        .isEqualTo(new Closed("played for 1.5 s as the client asked", Closed.Cause.ORDERLY));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, -2, 1e300, Double.NaN, Double.POSITIVE_INFINITY, 3e12})
  void otherLengthsMeanNoEnd(double durationMs) {
    peer.end();
    peer = Peer.connected();
    peer.command(
        "play", 3, AmfValue.NULL, AmfValue.of("s"), AmfValue.of(-1), AmfValue.of(durationMs));
    peer.outputs.clear();
    peer.session.acceptPlay(peer.nowNs);
    peer.drain();
    for (int i = 0; i < 100; i++) {
      peer.pass(50 * SECOND_NS).send(2, 0, new UserControl.PingResponse(0));
    }
    assertThat(peer.outputs).isEmpty();
  }

  @Test
  void withoutTimeoutsNothingIsDueForLong() {
    RtmpServerSettings patient =
        new RtmpServerSettings(
            4096,
            100_000,
            "FMS/3,5,3,888",
            SMALL.limits(),
            new Timeouts(0, 0, 0, 0, 0, 0, 0, 0, 1),
            0,
            0,
            3);
    peer.end();
    peer = new Peer(patient, Long.MAX_VALUE - SECOND_NS); // the clock is about to overflow
    peer.pass(100 * SECOND_NS).handshake().connect();
    peer.outputs.clear();
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    peer.drain().publish("s");
    peer.outputs.clear();
    peer.session.acceptPublish(peer.nowNs);
    peer.drain();
    for (int hour = 0; hour < 100; hour++) {
      assertThat(peer.session.nextDeadlineNs() - peer.nowNs).isBetween(SECOND_NS, 3600 * SECOND_NS);
      peer.pass(3600 * SECOND_NS);
    }
    assertThat(peer.outputs).isEmpty();
  }

  @Test
  void deadlinesHoldAcrossTheOverflowOfTheClock() {
    peer.end();
    peer = new Peer(RtmpServerSettings.DEFAULT, Long.MAX_VALUE - 3 * SECOND_NS);
    peer.pass(10 * SECOND_NS - 1);
    assertThat(peer.outputs).isEmpty();
    peer.pass(1);
    assertGivenUp("handshake not done after 10.0 s");
  }

  private void assertClosed(String reason) {
    assertClosed(new Closed(reason, Closed.Cause.FAULT));
  }

  private void assertGivenUp(String reason) {
    assertClosed(new Closed(reason, Closed.Cause.SILENCE));
  }

  private void assertClosed(Closed closed) {
    assertThat(peer.output(Closed.class)).isEqualTo(closed);
    peer.pass(10_000 * SECOND_NS);
    assertThat(peer.outputs).as("closed once").isEmpty();
  }
}
