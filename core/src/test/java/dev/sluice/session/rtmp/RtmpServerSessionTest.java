package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.ServerOutput.BufferLength;
import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.MediaSelected;
import dev.sluice.session.rtmp.ServerOutput.PauseChanged;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayStopped;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.session.rtmp.ServerOutput.Unpublished;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.UserControl;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RtmpServerSessionTest {
  private Peer peer = new Peer();

  @AfterEach
  void nothingIsLeft() {
    assertThat(peer.end()).isZero();
  }

  @Test
  void answersConnectInTheOrderOfSrs() {
    peer.handshake().connect();
    var request = peer.output(ConnectRequested.class);
    assertThat(request.app()).isEqualTo("live");
    assertThat(request.tcUrl()).isEqualTo("rtmp://localhost/live");
    assertThat(request.flashVer()).isEqualTo("FMLE/3.0 (compatible; Test)");
    assertThat(peer.session.wantsBytes()).isFalse();

    peer.session.acceptConnect(
        new Capabilities(List.of("*"), Map.of(), Map.of(), 15), // not for clients of the old kind
        AmfProperties.builder().put("sluice_id", "c1").build(),
        peer.nowNs);
    assertThat(peer.drain().heard())
        .containsExactly(
            "2/0 WindowAcknowledgementSize[windowBytes=2500000]",
            "2/0 SetPeerBandwidth[windowBytes=2500000, limit=2]",
            "2/0 SetChunkSize[chunkSize=60000]",
            "3/0 _result 1 {fmsVer: FMS/3,5,3,888, capabilities: 127, mode: 1}"
                + " {level: status, code: NetConnection.Connect.Success, description: Connection"
                + " succeeded., objectEncoding: 0, data: {version: 3,5,3,888, sluice_id: c1}}",
            "3/0 onBWDone 0 null");
    assertThat(peer.session.wantsBytes()).isTrue();
  }

  @Test
  void publishesAsFmleDoes() {
    peer = Peer.connected();
    peer.command("releaseStream", 2, AmfValue.NULL, AmfValue.of("s"));
    peer.command("FCPublish", 3, AmfValue.NULL, AmfValue.of("s"));
    peer.command("createStream", 4, AmfValue.NULL);
    peer.command("_checkbw", 5, AmfValue.NULL);
    peer.command("publish", 6, AmfValue.NULL, AmfValue.of("s?token=x"), AmfValue.of("live"));
    assertThat(peer.heard())
        .containsExactly(
            "3/0 _result 2 null undefined",
            "3/0 _result 3 null undefined",
            "3/0 _result 4 null 1",
            "3/0 _result 5 null null");
    var request = peer.output(PublishRequested.class);
    assertThat(request.stream()).isEqualTo("s?token=x");
    assertThat(request.kind()).isEqualTo("live");
    assertThat(request.url().path()).isEqualTo("live/s");
    assertThat(request.url().parameters()).containsEntry("token", "x");

    peer.media(8, 0, "AF00");
    assertThat(peer.heard()).as("waits for the answer").isEmpty();
    peer.session.acceptPublish(peer.nowNs);
    assertThat(peer.drain().heard())
        .containsExactly(
            "3/1 onFCPublish 0 null {code: NetStream.Publish.Start, description: Started"
                + " publishing stream.}",
            "3/1 onStatus 0 null {level: status, code: NetStream.Publish.Start, description:"
                + " Started publishing stream., clientid: ASAICiss}",
            "media 8 @0 af00");
    assertThat(peer.media(9, 40, "1701").heard()).containsExactly("media 9 @40 1701");

    peer.command("FCUnpublish", 7, AmfValue.NULL, AmfValue.of("s"));
    assertThat(peer.heard())
        .containsExactly(
            "3/1 onFCUnpublish 0 null {code: NetStream.Unpublish.Success, description: Stop"
                + " publishing stream.}",
            "3/0 _result 7 null undefined",
            "3/1 onStatus 0 null {level: status, code: NetStream.Unpublish.Success, description:"
                + " Stream is now unpublished., clientid: ASAICiss}");
    peer.output(Unpublished.class);
    assertThat(peer.media(9, 80, "17").heard()).as("after the end").isEmpty();
  }

  @Test
  void plays() {
    peer = Peer.connected();
    peer.command("createStream", 2, AmfValue.NULL);
    peer.command("FCSubscribe", 3, AmfValue.NULL, AmfValue.of("s"));
    peer.command("getStreamLength", 4, AmfValue.NULL, AmfValue.of("s"));
    peer.command("play", 0, AmfValue.NULL, AmfValue.of("s"), AmfValue.of(-2000));
    peer.send(2, 0, new UserControl.SetBufferLength(1, 3000));
    assertThat(peer.heard())
        .containsExactly("3/0 _result 2 null 1", "3/0 _result 3 null null", "3/0 _result 4 null 0");
    assertThat(peer.outputs.removeFirst())
        .isInstanceOfSatisfying(
            PlayRequested.class,
            request -> {
              assertThat(request.url().path()).isEqualTo("live/s");
              assertThat(request.start()).isEqualTo(-2000);
              assertThat(request.reset()).isTrue();
            });
    assertThat(peer.output(BufferLength.class).bufferMs()).isEqualTo(3000);

    peer.pass(10 * 60 * Peer.SECOND_NS / 10);
    assertThat(peer.heard())
        .as("waits, with a ping")
        .containsExactly("2/0 PingRequest[timestampMs=65000]");
    peer.send(2, 0, new UserControl.PingResponse(65000));
    peer.session.acceptPlay(peer.nowNs);
    assertThat(peer.drain().heard())
        .containsExactly(
            "2/0 StreamBegin[messageStreamId=1]",
            "3/1 onStatus 0 null {level: status, code: NetStream.Play.Reset, description: Playing"
                + " and resetting stream., details: s, clientid: ASAICiss}",
            "3/1 onStatus 0 null {level: status, code: NetStream.Play.Start, description: Started"
                + " playing stream., details: s, clientid: ASAICiss}",
            "3/1 data |RtmpSampleAccess true true");

    peer.command("pause", 0, AmfValue.NULL, AmfValue.of(true), AmfValue.of(1000));
    assertThat(peer.output(PauseChanged.class).paused()).isTrue();
    assertThat(peer.heard())
        .containsExactly(
            "3/1 onStatus 0 null {level: status, code: NetStream.Pause.Notify, description: Paused"
                + " stream., clientid: ASAICiss}",
            "2/0 StreamEof[messageStreamId=1]");
    peer.command("pause", 0, AmfValue.NULL, AmfValue.of(false), AmfValue.of(1000));
    assertThat(peer.output(PauseChanged.class).paused()).isFalse();
    assertThat(peer.heard())
        .containsExactly(
            "3/1 onStatus 0 null {level: status, code: NetStream.Unpause.Notify, description:"
                + " Unpaused stream., clientid: ASAICiss}",
            "2/0 StreamBegin[messageStreamId=1]");

    peer.play("other");
    assertThat(peer.heard())
        .containsExactly(
            "3/0 _result 2 null 1",
            "3/1 onStatus 0 null {level: error, code: NetStream.Play.Failed, description: This"
                + " connection is in use already., clientid: ASAICiss}");
    assertThat(peer.outputs).isEmpty();

    peer.command("closeStream", 0, AmfValue.NULL);
    peer.output(PlayStopped.class);
    peer.play("other");
    assertThat(peer.output(PlayRequested.class).stream()).isEqualTo("other");
  }

  @Test
  void playsSomethingElseByItsOwnersWillAsThePlayerWantsIt() {
    peer = Peer.connected();
    assertThat(peer.session.playAnother("t", peer.nowNs)).as("nothing is played").isFalse();
    peer.play("s");
    peer.output(PlayRequested.class);
    peer.session.acceptPlay(peer.nowNs);
    peer.drain().heard();
    assertThat(peer.session.playAnother("t", peer.nowNs)).isTrue();
    assertThat(peer.drain().heard()).as("ffmpeg would go when it heard of an end").isEmpty();
    assertThat(peer.outputs).isEmpty();
    peer.session.acceptPlay(peer.nowNs);
    assertThat(peer.drain().heard())
        .hasSize(4)
        .first()
        .isEqualTo("2/0 StreamBegin[messageStreamId=1]");

    peer.command("receiveVideo", 0, AmfValue.NULL, AmfValue.of(false));
    peer.output(MediaSelected.class);
    peer.command("pause", 0, AmfValue.NULL, AmfValue.of(true), AmfValue.of(1000));
    peer.output(PauseChanged.class);
    peer.session.playAnother("u", peer.nowNs);
    peer.drain();
    assertThat(peer.outputs)
        .containsExactly(new MediaSelected(true, false), new PauseChanged(true));
    peer.outputs.clear();
    assertThat(peer.session.playAnother("v", peer.nowNs)).as("before it was answered").isTrue();
    peer.drain();
    peer.outputs.clear();
    peer.session.rejectPlay("NetStream.Play.StreamNotFound", "no", peer.nowNs);
    assertThat(peer.drain().heard().getLast()).contains("code: NetStream.Play.StreamNotFound");
    assertThat(peer.session.playAnother("w", peer.nowNs)).isFalse();
  }
}
