package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.MediaSelected;
import dev.sluice.session.rtmp.ServerOutput.PauseChanged;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayStopped;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.session.rtmp.ServerOutput.Unpublished;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers to commands, beside the usual ways of publishing and playing. */
class ServerCommandsTest {
  private static final AmfValue NULL = AmfValue.NULL;

  private Peer peer = Peer.connected();

  @AfterEach
  void nothingIsLeft() {
    assertThat(peer.end()).isZero();
  }

  @ParameterizedTest(name = "{0} is answered {2}")
  @CsvSource({
    "createStream, 2, null 1",
    "releaseStream, 3, null undefined",
    "FCPublish, 4, null undefined",
    "FCUnpublish, 5, null undefined",
    "FCSubscribe, 6, null null",
    "_checkbw, 7, null null",
    "getStreamLength, 8, null 0",
    "setPeerInfo, 9, null null",
    "receiveAudio, 10, null null",
    "receiveVideo, 11, null null",
    "nobodyKnowsThis, 12.5, null null",
  })
  void answers(String name, double transactionId, String answer) {
    peer.command(name, transactionId, NULL, AmfValue.of("s"));
    assertThat(peer.heard()).containsExactly("3/0 _result " + (long) transactionId + " " + answer);
    peer.command(name, 0, NULL, AmfValue.of("s"));
    assertThat(peer.heard()).as("without a transaction ID").isEmpty();
    assertThat(peer.outputs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_result",
        "_error",
        "onStatus",
        "deleteStream",
        "closeStream",
        "pause",
        "pauseRaw",
        "seek"
      })
  void passesOver(String name) {
    peer.command(name, 5, NULL, AmfValue.of(true));
    assertThat(peer.heard()).isEmpty();
    assertThat(peer.outputs).isEmpty();
  }

  @Test
  void readsConnectInAmf3AndEverythingInIt() {
    peer.end();
    peer = new Peer();
    peer.handshake();
    ByteBuf body = Unpooled.buffer().writeByte(0);
    new Command(
            "connect",
            1,
            AmfProperties.builder()
                .put("app", "live?k=v")
                .put("tcUrl", "rtmp://a/live?k=v")
                .put("pageUrl", "http://page")
                .put("swfUrl", "http://swf")
                .put("objectEncoding", 3)
                .put(
                    "fourCcList",
                    new AmfValue.StrictArray(
                        List.of(AmfValue.of("hvc1"), AmfValue.of(3), AmfValue.of("*"))))
                .put("capsEx", 5)
                .object(),
            List.of(AmfValue.of("user"), AmfValue.of("pass")))
        .write(body);
    peer.send(3, 0, MessageType.COMMAND_AMF3, body);
    var request = peer.output(ConnectRequested.class);
    assertThat(request.app()).isEqualTo("live?k=v");
    assertThat(request.pageUrl()).isEqualTo("http://page");
    assertThat(request.swfUrl()).isEqualTo("http://swf");
    assertThat(request.flashVer()).isEmpty();
    assertThat(request.objectEncoding()).isEqualTo(3);
    assertThat(request.capabilities())
        .isEqualTo(new Capabilities(List.of("hvc1", "*"), Map.of(), Map.of(), 5));
    assertThat(request.arguments()).containsExactly(AmfValue.of("user"), AmfValue.of("pass"));
    assertThat(request.toString()).doesNotContain("k=v").doesNotContain("pass");
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    assertThat(peer.drain().heard()).anyMatch(text -> text.contains("objectEncoding: 3"));
  }

  @Test
  void keepsCommandsThatComeBeforeConnectIsAnswered() {
    peer.end();
    peer = new Peer();
    peer.handshake().connect();
    peer.publish("s");
    peer.media(8, 0, "AF00");
    assertThat(peer.heard()).isEmpty();
    peer.output(ConnectRequested.class);
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    assertThat(peer.drain().heard()).hasSize(6).last().isEqualTo("3/0 _result 2 null 1");
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    assertThat(peer.drain().heard()).hasSize(2).last().isEqualTo("media 8 @0 af00");
  }

  @Test
  void publishesAsObsDoes() {
    peer.end();
    peer = new Peer();
    peer.handshake().chunkSize(4096);
    peer.command(
        "connect",
        1,
        AmfProperties.builder()
            .put("app", "live")
            .put("type", "nonprivate")
            .put("flashVer", "FMLE/3.0 (compatible; FMSc/1.0)")
            .put("swfUrl", "rtmp://localhost/live")
            .put("tcUrl", "rtmp://localhost/live")
            .put(
                "fourCcList",
                new AmfValue.StrictArray(List.of(AmfValue.of("av01"), AmfValue.of("hvc1"))))
            .object());
    assertThat(peer.output(ConnectRequested.class).capabilities().fourCcs())
        .containsExactly("av01", "hvc1");
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    peer.drain().heard();
    peer.command("releaseStream", 2, NULL, AmfValue.of("key"));
    peer.command("FCPublish", 3, NULL, AmfValue.of("key"));
    peer.command("createStream", 4, NULL);
    peer.command("_checkbw", 5, NULL);
    peer.command("publish", 6, NULL, AmfValue.of("key"), AmfValue.of("live"));
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    assertThat(peer.drain().heard()).hasSize(6);
    // All media on chunk stream 4: a whole header, then differences
    peer.receive(hex("04 000000 000002 08 01000000 AF00" + "44 000000 000001 09 17"));
    peer.receive(hex("44 000015 000002 08 AF01" + "84 000016 AF02" + "44 000002 000001 09 27"));
    assertThat(peer.heard())
        .containsExactly(
            "media 8 @0 af00",
            "media 9 @0 17",
            "media 8 @21 af01",
            "media 8 @43 af02",
            "media 9 @45 27");
    peer.command("FCUnpublish", 7, NULL, AmfValue.of("key"));
    peer.command("deleteStream", 8, NULL, AmfValue.of(1));
    peer.output(Unpublished.class);
    assertThat(peer.heard()).hasSize(3);
  }

  @Test
  void flashPublishesWithoutFcPublish() {
    publishing("s");
    assertThat(peer.heard()).hasSize(2).last().asString().contains("NetStream.Publish.Start");
  }

  @Test
  void haivisionSendsFcPublishLate() {
    peer.command("createStream", 2, NULL);
    peer.command("FCPublish", 3, NULL, AmfValue.of("s"));
    peer.command("publish", 4, NULL, AmfValue.of("s"), AmfValue.of("live"));
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    assertThat(peer.drain().heard())
        .hasSize(4)
        .anyMatch(text -> text.startsWith("3/1 onFCPublish"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"closeStream", "deleteStream"})
  void aPublicationCanBeClosedAndBegunAnew(String name) {
    publishing("s");
    peer.command(name, 0, NULL, AmfValue.of(1));
    peer.output(Unpublished.class);
    peer.heard();
    assertThat(peer.media(9, 0, "17").heard()).as("the last of it is dropped").isEmpty();
    publishing("t");
    assertThat(peer.heard()).hasSize(2);
    assertThat(peer.media(9, 0, "17").heard()).containsExactly("media 9 @0 17");
  }

  @Test
  void publishOverAPublicationEndsThatOne() {
    publishing("s");
    peer.command("publish", 5, NULL, AmfValue.of("t"), AmfValue.of("record"));
    assertThat(peer.outputs).hasSize(2).first().isInstanceOf(Unpublished.class);
    assertThat(peer.outputs.getLast())
        .isInstanceOfSatisfying(
            PublishRequested.class,
            request -> {
              assertThat(request.stream()).isEqualTo("t");
              assertThat(request.kind()).isEqualTo("record");
            });
    peer.outputs.clear();
    peer.session.acceptPublish(peer.nowNs);
    peer.drain();
    peer.command("publish", 6, NULL, AmfValue.of(false));
    peer.output(Unpublished.class);
  }

  @Test
  void aRefusedPublisherMayTryAnotherNameButNotSendMedia() {
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.session.rejectPublish("NetStream.Publish.BadName", "Taken.", peer.nowNs);
    assertThat(peer.drain().heard())
        .last()
        .asString()
        .contains("level: error, code: NetStream.Publish.BadName, description: Taken.");
    publishing("t");
    peer.heard();
    assertThat(peer.media(9, 0, "17").heard()).containsExactly("media 9 @0 17");
    peer.session.endPublish("NetStream.Publish.Idle", "Kicked.", peer.nowNs);
    assertThat(peer.drain().heard()).hasSize(1).first().asString().contains("Kicked.");
    peer.media(9, 0, "17");
    assertThat(peer.output(Closed.class).reason())
        .isEqualTo("media without a publication; publish was refused");
  }

  @Test
  void playersMaySendMediaThatNobodyWants() {
    playing("s");
    peer.heard();
    assertThat(peer.media(8, 0, "AF00").heard()).isEmpty();
    assertThat(peer.outputs).isEmpty();
    peer.publish("t");
    assertThat(peer.heard()).last().asString().contains("NetStream.Publish.BadConnection");
  }

  @Test
  void playCanBeWithdrawnBeforeItIsAnswered() {
    peer.play("s");
    peer.output(PlayRequested.class);
    peer.command("deleteStream", 0, NULL, AmfValue.of(1));
    peer.output(PlayStopped.class);
    peer.heard();
    peer.session.acceptPlay(peer.nowNs);
    assertThat(peer.drain().heard()).as("too late").isEmpty();
  }

  @Test
  void playReadsItsArguments() {
    peer.command("play", 3, NULL, AmfValue.of("s"));
    assertPlay(peer.output(PlayRequested.class), -2, -1, true);
    peer.command("closeStream", 0, NULL);
    peer.output(PlayStopped.class);
    peer.command(
        "play", 3, NULL, AmfValue.of("s"), AmfValue.of(-1), AmfValue.of(10), AmfValue.of(false));
    assertPlay(peer.output(PlayRequested.class), -1, 10, false);
    peer.command("closeStream", 0, NULL);
    peer.output(PlayStopped.class);
    peer.command(
        "play", 3, NULL, AmfValue.of("s"), AmfValue.of(0), AmfValue.of(-1), AmfValue.of(0));
    assertPlay(peer.output(PlayRequested.class), 0, -1, false);
  }

  private static void assertPlay(
      PlayRequested request, double start, double durationMs, boolean reset) {
    assertThat(request.start()).isEqualTo(start);
    assertThat(request.durationMs()).isEqualTo(durationMs);
    assertThat(request.reset()).isEqualTo(reset);
  }

  @Test
  void pauseIsToldOnceAndAnsweredEachTime() {
    playing("s");
    peer.heard();
    peer.command("pauseRaw", 0, NULL, AmfValue.of(true), AmfValue.of(0));
    peer.command("pause", 0, NULL, AmfValue.of(true), AmfValue.of(0));
    assertThat(peer.output(PauseChanged.class).paused()).isTrue();
    assertThat(peer.heard()).hasSize(4);
    peer.command("pause", 0, NULL, AmfValue.of(false), AmfValue.of(0));
    assertThat(peer.output(PauseChanged.class).paused()).isFalse();
  }

  @Test
  void mediaCanBeSelected() {
    playing("s");
    peer.command("receiveVideo", 0, NULL, AmfValue.of(false));
    assertThat(peer.output(MediaSelected.class)).isEqualTo(new MediaSelected(true, false));
    peer.command("receiveVideo", 0, NULL, AmfValue.of(false));
    assertThat(peer.outputs).isEmpty();
    peer.command("receiveAudio", 0, NULL, AmfValue.of(false));
    assertThat(peer.output(MediaSelected.class)).isEqualTo(new MediaSelected(false, false));
    peer.command("receiveVideo", 0, NULL, AmfValue.of(true));
    assertThat(peer.output(MediaSelected.class)).isEqualTo(new MediaSelected(false, true));
  }

  @Test
  void mediaSelectedBeforePlayIsToldAfterIt() {
    peer.command("receiveAudio", 0, NULL, AmfValue.of(false));
    assertThat(peer.outputs).isEmpty();
    peer.play("s");
    assertThat(peer.outputs).hasSize(2).first().isInstanceOf(PlayRequested.class);
    assertThat(peer.outputs.getLast()).isEqualTo(new MediaSelected(false, true));
    peer.outputs.clear();
    peer.command("closeStream", 0, NULL);
    peer.output(PlayStopped.class);
    peer.play("s");
    peer.output(PlayRequested.class);
  }

  @Test
  void seekIsNotifiedSoThatFfmpegGoesOn() {
    playing("s");
    peer.heard();
    peer.command("seek", 9, NULL, AmfValue.of(1000));
    assertThat(peer.heard()).hasSize(1).first().asString().contains("NetStream.Seek.Notify");
  }

  @Test
  void dataComesInAmf0AndAggregatesComeApart() {
    publishing("s");
    peer.heard();
    peer.media(15, 5, "00020001610101");
    peer.media(18, 6, "020001610101");
    peer.media(18, 7, "00000001"); // a time code of ffmpeg
    peer.media(18, 7, "");
    peer.media(22, 1000, "0800000200000000000000AF010000000D0900000100000A00000000170000000C");
    assertThat(peer.heard())
        .containsExactly(
            "media 18 @5 020001610101",
            "media 18 @6 020001610101",
            "media 8 @1000 af01",
            "media 9 @1010 17");
  }

  @Test
  void tellsPlayersHowTheStreamIs() {
    playing("s");
    peer.heard();
    peer.session.notifyUnpublished();
    peer.session.streamDry();
    peer.session.notifyPublished();
    peer.session.status("status", "NetStream.Play.InsufficientBW", "Slow.");
    peer.session.completePlay(peer.nowNs);
    assertThat(peer.drain().heard())
        .containsExactly(
            "3/1 onStatus 0 null {level: status, code: NetStream.Play.UnpublishNotify,"
                + " description: The stream is not published any more., clientid: ASAICiss}",
            "2/0 StreamDry[messageStreamId=1]",
            "3/1 onStatus 0 null {level: status, code: NetStream.Play.PublishNotify, description:"
                + " The stream is published now., clientid: ASAICiss}",
            "3/1 onStatus 0 null {level: status, code: NetStream.Play.InsufficientBW, description:"
                + " Slow., clientid: ASAICiss}",
            "3/1 data onPlayStatus {level: status, code: NetStream.Play.Complete, description: The"
                + " stream has ended.}",
            "2/0 StreamEof[messageStreamId=1]",
            "3/1 onStatus 0 null {level: status, code: NetStream.Play.Stop, description: Stopped"
                + " playing stream., clientid: ASAICiss}");
  }

  @Test
  void aRedirectedClientIsClosedWhenItSpeaksOrAfterAWhile() {
    peer.play("s");
    peer.output(PlayRequested.class);
    peer.heard();
    peer.session.redirect("rtmp://b/live", "rtmp://b/live/s", peer.nowNs);
    assertThat(peer.drain().heard())
        .containsExactly(
            "3/1 onStatus 0 null {level: error, code: NetConnection.Connect.Rejected, description:"
                + " RTMP 302 redirect to rtmp://b/live/s, ex: {code: 302, redirect: rtmp://b/live,"
                + " redirect2: rtmp://b/live/s}}");
    peer.command("call", 4, NULL, AmfValue.of("accepted"));
    assertThat(peer.output(Closed.class)).isEqualTo(new Closed("redirected", Closed.Cause.ORDERLY));
    peer.end();

    peer = Peer.connected();
    peer.publish("s");
    peer.output(PublishRequested.class);
    peer.media(9, 0, "17");
    peer.session.redirect("rtmp://b/live", "rtmp://b/live/s", peer.nowNs);
    peer.drain().pass(3 * Peer.SECOND_NS);
    assertThat(peer.output(Closed.class)).isEqualTo(new Closed("redirected", Closed.Cause.ORDERLY));
  }

  @Test
  void nothingIsSaidBeforeConnect() {
    peer.end();
    peer = new Peer();
    peer.session.notifyPublished();
    peer.session.streamDry();
    peer.session.ping(peer.nowNs);
    peer.session.completePlay(peer.nowNs);
    peer.session.redirect("a", "b", peer.nowNs);
    peer.session.acceptPublish(peer.nowNs);
    assertThat(peer.session.poll()).isNull();
    peer.handshake().connect();
    assertThat(peer.output(ConnectRequested.class).app()).isEqualTo("live");
  }

  @Test
  void acknowledgesHalfAWindow() {
    publishing("s");
    peer.heard();
    peer.send(2, 0, MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE, Unpooled.buffer().writeInt(20_000));
    assertThat(peer.heard()).isEmpty();
    long received = peer.session.receivedBytes();
    peer.chunkSize(60_000);
    for (int i = 0; i < 100; i++) {
      peer.send(6, i, MessageType.VIDEO, Unpooled.buffer().writeZero(988)); // with header 1000
    }
    assertThat(peer.session.receivedBytes() - received).isEqualTo(100_016);
    assertThat(peer.heard())
        .filteredOn(text -> text.contains("Acknowledgement"))
        .hasSizeBetween(9, 11)
        .first()
        .asString()
        .startsWith("2/0 Acknowledgement[sequenceNumber=1");
    peer.send(2, 0, MessageType.ACKNOWLEDGEMENT, Unpooled.buffer().writeInt(-2));
    assertThat(peer.session.peerAcknowledgedBytes()).isEqualTo(0xFFFFFFFEL);
  }

  @Test
  void seesBothWaysByItsTrace() {
    var seen = new StringBuilder();
    var session =
        new RtmpServerSession(
            RtmpServerSettings.DEFAULT,
            new java.util.SplittableRandom(1),
            peer.allocator,
            new RtmpTrace() {
              @Override
              public void handshakeSent(String part) {
                seen.append("> ").append(part).append('\n');
              }
            },
            0);
    session.receive(Unpooled.wrappedBuffer(HexFormat.of().parseHex("04")), 0);
    assertThat(seen).hasToString("> S0\n");
    session.release();
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private void publishing(String name) {
    peer.publish(name);
    peer.output(PublishRequested.class);
    peer.session.acceptPublish(peer.nowNs);
    peer.drain();
  }

  private void playing(String name) {
    peer.play(name);
    peer.output(PlayRequested.class);
    peer.session.acceptPlay(peer.nowNs);
    peer.drain();
  }
}
