package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.Acknowledgement;
import dev.sluice.wire.rtmp.ChunkLimits;
import dev.sluice.wire.rtmp.ChunkReader;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.Handshake;
import dev.sluice.wire.rtmp.RawMessage;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.UserControl;
import dev.sluice.wire.rtmp.WindowAcknowledgementSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client against a server by hand. */
class RtmpClientSessionTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private ChunkReader reader = reader();
  private final List<String> heard = new ArrayList<>();
  private final List<ClientOutput> outputs = new ArrayList<>();
  private ByteBuf handshake = Unpooled.buffer();
  private long nowNs = 7 * SECOND_NS;
  private RtmpClientSession client = client("rtmp://a/live/s?key=k", Purpose.PUBLISH);

  @AfterEach
  void nothingIsLeft() {
    client.release();
    reader.release();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void publishesAsFmleDoes() {
    answerHandshake(false);
    assertThat(heard())
        .containsExactly(
            "3/0 connect 1 {app: live, flashVer: FMLE/3.0 (compatible; Sluice), tcUrl:"
                + " rtmp://a/live, type: nonprivate, objectEncoding: 0, capsEx: 1}");
    result(1, AmfValue.NULL);
    assertThat(heard())
        .containsExactly(
            "2/0 WindowAcknowledgementSize[windowBytes=2500000]",
            "2/0 SetChunkSize[chunkSize=60000]",
            "3/0 releaseStream 2 null s?key=k",
            "3/0 FCPublish 3 null s?key=k",
            "3/0 createStream 4 null");
    say(Command.of("_error", 2, AmfValue.NULL)); // releaseStream may fail
    say(Command.of("onFCPublish", 0, AmfValue.NULL));
    result(4, AmfValue.of(5));
    assertThat(heard()).containsExactly("3/5 publish 5 null s?key=k live");
    assertThat(client.sendMedia(9, 0, Unpooled.EMPTY_BUFFER)).isFalse();
    status("status", "NetStream.Publish.Start", "");
    assertThat(outputs).containsExactly(new ClientOutput.Ready(5));
    assertThat(client.sendMedia(9, 40, Unpooled.wrappedBuffer(new byte[] {1, 2}))).isTrue();
    assertThat(client.sendMedia(8, 41, Unpooled.wrappedBuffer(new byte[] {3}))).isTrue();
    assertThat(client.sendMedia(18, 42, string("onTextData"))).isTrue();
    assertThatThrownBy(() -> client.sendMedia(20, 0, Unpooled.EMPTY_BUFFER))
        .isInstanceOf(IllegalArgumentException.class);
    drain();
    assertThat(heard()).hasSize(3).allMatch(text -> text.contains("/5 "));
    client.close("done");
    drain();
    assertThat(heard())
        .containsExactly("3/0 FCUnpublish 6 null s?key=k", "3/0 deleteStream 7 null 5");
    assertThat(outputs.getLast()).isEqualTo(new Closed("done", Closed.Cause.ORDERLY));
    assertThat(client.sendMedia(9, 0, Unpooled.EMPTY_BUFFER)).isFalse();
  }

  @Test
  void plays() {
    client.release();
    client = client("rtmp://a/live/s", Purpose.PLAY);
    answerHandshake(true);
    assertThat(heard())
        .containsExactly(
            "3/0 connect 1 {app: live, flashVer: WIN 15,0,0,239, tcUrl: rtmp://a/live, fpad:"
                + " false, capabilities: 239, audioCodecs: 3575, videoCodecs: 252, videoFunction:"
                + " 1, objectEncoding: 0, capsEx: 1}");
    result(1, AmfValue.NULL);
    say(Command.of("onBWDone", 0));
    say(Command.of("onBWDone", 0));
    assertThat(heard())
        .containsExactly(
            "2/0 WindowAcknowledgementSize[windowBytes=2500000]",
            "3/0 createStream 4 null",
            "3/0 _checkbw 8 null");
    result(4, AmfValue.of(1));
    assertThat(heard())
        .containsExactly(
            "3/1 play 5 null s -2", "2/0 SetBufferLength[messageStreamId=1, bufferMs=1000]");
    media(8, 10, "AF00"); // no status at all
    status("status", "NetStream.Play.Start", "");
    media(18, 11, ByteBufUtil.hexDump(string("|RtmpSampleAccess")));
    media(18, 12, ByteBufUtil.hexDump(string("onMetaData")));
    ByteBuf complete = string("onPlayStatus");
    Amf0.write(
        AmfProperties.builder()
            .put("level", "status")
            .put("code", "NetStream.Play.Complete")
            .object(),
        complete);
    media(18, 13, ByteBufUtil.hexDump(complete));
    status("status", "NetStream.Play.UnpublishNotify", "gone");
    assertThat(outputs)
        .containsExactly(
            new ClientOutput.Ready(1),
            new ClientOutput.StatusReceived("status", "NetStream.Play.Complete", ""),
            new ClientOutput.StatusReceived("status", "NetStream.Play.UnpublishNotify", "gone"));
    assertThat(heard())
        .containsExactly(
            "media 8 @10 af00", "media 18 @12 " + ByteBufUtil.hexDump(string("onMetaData")));
  }

  @Test
  void answersPingsAndQuestions() {
    ready();
    say(new UserControl.PingRequest(77));
    say(Command.of("_onbwcheck", 9, AmfValue.of(1)));
    say(Command.of("onSomething", 0));
    say(new UserControl.StreamBegin(1));
    assertThat(heard())
        .containsExactly("2/0 PingResponse[timestampMs=77]", "3/0 _result 9 null null");
  }

  @ParameterizedTest(name = "{0} {1} ends it")
  @CsvSource({
    "error, NetStream.Publish.BadName, true",
    "error, NetStream.Anything, true",
    "status, NetConnection.Connect.AppShutdown, true",
    "status, NetConnection.Connect.Closed, true",
    "status, NetStream.Publish.Start, false",
    "warning, NetStream.Play.InsufficientBW, false",
  })
  void someStatusesEndTheSession(String level, String code, boolean ends) {
    ready();
    status(level, code, "why\n");
    if (ends) {
      assertThat(outputs)
          .containsExactly(new Closed("server refused: " + code + " why.", Closed.Cause.ORDERLY));
    } else {
      assertThat(outputs).noneMatch(Closed.class::isInstance);
    }
  }

  @Test
  void closesWhenTheServerDoes() {
    ready();
    say(Command.of("close", 0));
    assertThat(outputs).containsExactly(new Closed("closed by the server", Closed.Cause.ORDERLY));
  }

  @Test
  void aRedirectWithoutAUrlIsARefusal() {
    ready();
    say(
        Command.of(
            "onStatus",
            0,
            AmfProperties.builder()
                .put("level", "error")
                .put("code", "NetConnection.Connect.Rejected")
                .put("ex", AmfProperties.builder().put("code", 302).object())
                .object()));
    assertThat(outputs)
        .containsExactly(
            new Closed("server refused: NetConnection.Connect.Rejected ", Closed.Cause.ORDERLY));
  }

  @Test
  void aRedirectToSomethingElseIsRefused() {
    ready();
    say(
        Command.of(
            "onStatus",
            0,
            AmfProperties.builder()
                .put(
                    "ex",
                    AmfProperties.builder()
                        .put("code", 302)
                        .put("redirect2", "file:///etc")
                        .object())
                .object()));
    assertThat(outputs)
        .containsExactly(
            new Closed(
                "URL that does not begin with rtmp:// or rtmps://, or is longer than 4096"
                    + " characters",
                Closed.Cause.FAULT));
  }

  @Test
  void anotherVersionIsRefused() {
    client.receive(
        Unpooled.wrappedBuffer("HTTP/1.1 400".getBytes(StandardCharsets.US_ASCII)), nowNs);
    drain();
    assertThat(outputs)
        .containsExactly(new Closed("server speaks RTMP version 72, not 3", Closed.Cause.FAULT));
  }

  @Test
  void waitsSoLongForEachAnswer() {
    pass(10 * SECOND_NS - 1);
    assertThat(outputs).isEmpty();
    pass(1);
    assertThat(outputs)
        .containsExactly(new Closed("no answer from the server (handshake)", Closed.Cause.SILENCE));
    restart(Purpose.PUBLISH);
    answerHandshake(false);
    timesOut("connect");
    answerHandshake(false);
    result(1, AmfValue.NULL);
    timesOut("createStream");
    answerHandshake(false);
    result(1, AmfValue.NULL);
    result(4, AmfValue.of(1));
    timesOut("publish");
  }

  private void timesOut(String waitingFor) {
    pass(20 * SECOND_NS - 1);
    assertThat(outputs).isEmpty();
    pass(1);
    assertThat(outputs)
        .containsExactly(
            new Closed(
                "no answer from the server (%s)".formatted(waitingFor), Closed.Cause.SILENCE));
    restart(Purpose.PUBLISH);
  }

  @Test
  void aPlayerNoticesSilenceAPublisherDoesNot() {
    ready();
    pass(10_000 * SECOND_NS);
    assertThat(outputs).isEmpty();

    restart(Purpose.PLAY);
    answerHandshake(false);
    result(1, AmfValue.NULL);
    result(4, AmfValue.of(1));
    status("status", "NetStream.Play.Start", "");
    outputs.clear();
    pass(80 * SECOND_NS);
    say(new UserControl.PingRequest(1));
    pass(90 * SECOND_NS - 1);
    assertThat(outputs).isEmpty();
    pass(1);
    assertThat(outputs)
        .containsExactly(new Closed("server was silent for 90 s", Closed.Cause.SILENCE));
  }

  @Test
  void aServerThatIsNotReadIsNotSilent() {
    restart(Purpose.PLAY);
    answerHandshake(false);
    result(1, AmfValue.NULL);
    result(4, AmfValue.of(1));
    status("status", "NetStream.Play.Start", "");
    outputs.clear();
    pass(80 * SECOND_NS);
    client.reading(false, nowNs);
    pass(300 * SECOND_NS);
    assertThat(outputs).isEmpty();
    client.reading(true, nowNs);
    pass(90 * SECOND_NS - 1);
    assertThat(outputs).isEmpty();
    pass(1);
    assertThat(outputs).hasSize(1);
  }

  @Test
  void acknowledges() {
    ready();
    say(new WindowAcknowledgementSize(2000));
    assertThat(heard()).as("for the handshake").hasSize(1);
    for (int i = 0; i < 10; i++) {
      media(8, i, "AF".repeat(488));
    }
    assertThat(heard()).hasSize(5).allMatch(text -> text.startsWith("2/0 Acknowledgement"));
    say(new Acknowledgement(99));
    assertThat(client.peerAcknowledgedBytes()).isEqualTo(99);
  }

  // The server

  private ChunkReader reader() {
    return new ChunkReader(new ChunkLimits(16, 1 << 20, 1 << 20, 1 << 20), allocator);
  }

  private RtmpClientSession client(String url, Purpose purpose) {
    return new RtmpClientSession(
        RtmpClientSettings.DEFAULT,
        RtmpTarget.parse(url, purpose),
        new SplittableRandom(1),
        allocator,
        nowNs);
  }

  private void restart(Purpose purpose) {
    client.release();
    outputs.clear();
    heard.clear();
    handshake = Unpooled.buffer();
    reader.release();
    reader = reader();
    client = client("rtmp://a/live/s", purpose);
  }

  private void ready() {
    answerHandshake(false);
    result(1, AmfValue.NULL);
    result(4, AmfValue.of(1));
    status("status", "NetStream.Publish.Start", "");
    assertThat(outputs).containsExactly(new ClientOutput.Ready(1));
    outputs.clear();
    heard.clear();
  }

  /** Answers with digests or, simply, without; checks C2. */
  private void answerHandshake(boolean digests) {
    drain();
    assertThat(handshake.readableBytes()).isEqualTo(Handshake.HELLO_BYTES);
    byte[] c1 = new byte[Handshake.BLOCK_BYTES];
    handshake.skipBytes(1).readBytes(c1);
    if (!digests) {
      Arrays.fill(c1, 4, 12, (byte) 0); // breaks the digest: what follows is the simple handshake
    }
    byte[] answer = Handshake.serverAnswer(c1, 3, new SplittableRandom(2));
    client.receive(Unpooled.wrappedBuffer(answer), nowNs);
    drain();
    byte[] c2 = new byte[Handshake.BLOCK_BYTES];
    handshake.readBytes(c2);
    byte[] s1 = Arrays.copyOfRange(answer, 1, Handshake.HELLO_BYTES);
    if (digests) {
      assertThat(c2).isNotEqualTo(s1);
    } else {
      assertThat(c2).isEqualTo(s1);
    }
    drain();
  }

  private void result(int transactionId, AmfValue value) {
    say(Command.of("_result", transactionId, value));
  }

  private void status(String level, String code, String description) {
    say(Statuses.onStatus(level, code, description));
  }

  private void say(RtmpMessage message) {
    ByteBuf body = Unpooled.buffer();
    message.write(body);
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.write(out, 3, 0, message.type(), 0, 128, body);
    client.receive(out, nowNs);
    drain();
  }

  private void media(int type, int timestampMs, String hex) {
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.write(
        out, 6, timestampMs, type, 1, 128, Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    client.receive(out, nowNs);
    drain();
  }

  private void pass(long ns) {
    long endNs = nowNs + ns;
    while (client.nextDeadlineNs() - endNs <= 0 && outputs.isEmpty()) {
      nowNs = Math.max(nowNs, client.nextDeadlineNs());
      client.tick(nowNs);
      drain();
    }
    nowNs = endNs;
  }

  private void drain() {
    for (ClientOutput output; (output = client.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          hear(bytes);
          bytes.release();
        }
        case MediaReceived(int type, int timestampMs, ByteBuf body) -> {
          heard.add("media %d @%d %s".formatted(type, timestampMs, ByteBufUtil.hexDump(body)));
          body.release();
        }
        default -> outputs.add(output);
      }
    }
  }

  private void hear(ByteBuf bytes) {
    int handshakeLeft = Handshake.HELLO_BYTES + Handshake.BLOCK_BYTES - handshake.writerIndex();
    handshake.writeBytes(bytes, Math.min(handshakeLeft, bytes.readableBytes()));
    for (RawMessage raw; (raw = reader.read(bytes)) != null; ) {
      heard.add(
          "%d/%d %s"
              .formatted(
                  raw.chunkStreamId(),
                  raw.messageStreamId(),
                  MessageText.of(RtmpMessage.read(raw))));
      raw.body().release();
    }
  }

  private List<String> heard() {
    List<String> result = List.copyOf(heard);
    heard.clear();
    return result;
  }

  private static ByteBuf string(String text) {
    ByteBuf body = Unpooled.buffer();
    Amf0.write(AmfValue.of(text), body);
    return body;
  }
}
