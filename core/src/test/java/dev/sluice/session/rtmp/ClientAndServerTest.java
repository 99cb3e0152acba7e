package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.ClientOutput.Redirected;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.ChunkWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both engines against each other, in memory. */
class ClientAndServerTest {
  private static final RtmpTarget PUBLISH =
      RtmpTarget.parse("rtmp://example.org/live/s?token=x", Purpose.PUBLISH);
  private static final RtmpTarget PLAY =
      RtmpTarget.parse("rtmp://example.org:1936/live/s", Purpose.PLAY);

  @ParameterizedTest(name = "fed {0} bytes at a time")
  @ValueSource(ints = {1, 2, 3, 7, 127, 128, 129, 1460, 4096, Integer.MAX_VALUE})
  void publishes(int step) {
    publishesInPieces(() -> step, 200);
  }

  @RepeatedTest(20)
  void publishesInRandomPieces(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    int bound = 2 << random.nextInt(14);
    publishesInPieces(() -> random.nextInt(1, bound), random.nextInt(70_000));
  }

  private static void publishesInPieces(IntSupplier pieces, int bodyBytes) {
    Pipe pipe = new Pipe(RtmpServerSettings.DEFAULT, PUBLISH, pieces);
    pipe.run();
    assertThat(pipe.clientSaw).containsExactly("Ready[messageStreamId=1]");
    ByteBuf metadata = Unpooled.buffer();
    Amf0.writeAll(metadata, AmfValue.of("@setDataFrame"), AmfValue.of("onMetaData"), AmfValue.NULL);
    pipe.client.sendMedia(18, 0, metadata);
    pipe.client.sendMedia(8, 0xFFFFFF, hex("AF0001"));
    ByteBuf big = Unpooled.buffer().writeZero(bodyBytes).setByte(bodyBytes / 2, 7);
    pipe.client.sendMedia(9, -1, big);
    pipe.client.sendMedia(9, 3, Unpooled.EMPTY_BUFFER);
    pipe.run();
    pipe.client.close("done");
    pipe.run();
    assertThat(pipe.serverSaw)
        .containsExactly(
            "connect live rtmp://example.org/live",
            "publish live/s {token=x}",
            "media 18 @0 " + metadata.readableBytes() + " bytes " + ByteBufUtil.hashCode(metadata),
            "media 8 @16777215 af0001",
            "media 9 @4294967295 "
                + (bodyBytes > 20
                    ? bodyBytes + " bytes " + ByteBufUtil.hashCode(big)
                    : ByteBufUtil.hexDump(big)),
            "media 9 @3 ",
            "Unpublished[]");
    assertThat(pipe.clientSaw.getLast()).isEqualTo("Closed[reason=done, cause=ORDERLY]");
    assertThat(pipe.end()).isZero();
  }

  @ParameterizedTest(name = "fed {0} bytes at a time")
  @ValueSource(ints = {1, 13, 1000, Integer.MAX_VALUE})
  void plays(int step) {
    Pipe pipe = new Pipe(RtmpServerSettings.DEFAULT, PLAY, () -> step);
    pipe.run();
    assertThat(pipe.serverSaw)
        .containsExactly(
            "connect live rtmp://example.org:1936/live",
            "play live/s {}",
            "BufferLength[bufferMs=1000]");
    int chunkSize = RtmpServerSettings.DEFAULT.chunkSize();
    ByteBuf big = Unpooled.buffer().writeZero(3 * chunkSize).setByte(1, 5);
    ByteBuf block = Unpooled.buffer();
    ChunkWriter.write(block, 4, 0, 18, 1, chunkSize, hex("0200036162630500"));
    ChunkWriter.write(block, 6, 0x1000000, 9, 1, chunkSize, hex("170100"), big);
    ChunkWriter.write(block, 7, 0x1000010, 8, 1, chunkSize, hex("AF01"), hex("00"));
    pipe.serverWrites(block.duplicate());
    pipe.server.ping(pipe.nowNs); // the engine's own messages go between blocks
    pipe.server.notifyUnpublished();
    pipe.run();
    pipe.serverWrites(block);
    pipe.server.completePlay(pipe.nowNs);
    pipe.run();
    List<String> expected = new ArrayList<>();
    String video =
        "media 9 @16777216 "
            + (3 + big.readableBytes())
            + " bytes "
            + ByteBufUtil.hashCode(Unpooled.wrappedBuffer(hex("170100"), big));
    expected.add("Ready[messageStreamId=1]");
    expected.add(
        "StatusReceived[level=status, code=NetStream.Play.Reset, description=Playing and resetting"
            + " stream.]");
    expected.addAll(List.of("media 18 @0 0200036162630500", video, "media 8 @16777232 af0100"));
    assertThat(pipe.clientSaw).containsAll(expected);
    assertThat(pipe.clientSaw.stream().filter(video::equals)).hasSize(2);
    assertThat(pipe.clientSaw)
        .anyMatch(text -> text.contains("NetStream.Play.UnpublishNotify"))
        .anyMatch(text -> text.contains("NetStream.Play.Complete"))
        .anyMatch(text -> text.contains("NetStream.Play.Stop"));
    assertThat(pipe.server.roundTripNs()).isZero();
    assertThat(pipe.end()).isZero();
  }

  @Test
  void aRefusalReachesTheClient() {
    Pipe connect = new Pipe(RtmpServerSettings.DEFAULT, PUBLISH, () -> 100);
    connect.onConnect =
        () -> connect.server.rejectConnect("NetConnection.Connect.Rejected", "not today");
    connect.run();
    assertThat(connect.clientSaw)
        .containsExactly(
            "Closed[reason=server refused: NetConnection.Connect.Rejected not today,"
                + " cause=ORDERLY]");
    assertThat(connect.serverSaw.getLast())
        .isEqualTo("Closed[reason=connect refused: not today, cause=ORDERLY]");
    assertThat(connect.end()).isZero();

    Pipe publish = new Pipe(RtmpServerSettings.DEFAULT, PUBLISH, () -> 100);
    publish.onPublish =
        () -> publish.server.rejectPublish("NetStream.Publish.BadName", "taken", publish.nowNs);
    publish.run();
    assertThat(publish.clientSaw)
        .containsExactly(
            "Closed[reason=server refused: NetStream.Publish.BadName taken, cause=ORDERLY]");
    assertThat(publish.end()).isZero();

    Pipe play = new Pipe(RtmpServerSettings.DEFAULT, PLAY, () -> 100);
    play.onPlay =
        () -> play.server.rejectPlay("NetStream.Play.StreamNotFound", "nothing", play.nowNs);
    play.run();
    assertThat(play.clientSaw)
        .containsExactly(
            "Closed[reason=server refused: NetStream.Play.StreamNotFound nothing,"
                + " cause=ORDERLY]");
    assertThat(play.end()).isZero();
  }

  @Test
  void followsRedirectsAndReconnectRequests() {
    Pipe atConnect = new Pipe(RtmpServerSettings.DEFAULT, PUBLISH, () -> 50);
    atConnect.onConnect =
        () ->
            atConnect.server.redirect(
                "rtmp://b.example/app", "rtmp://b.example/app/t?k=v", atConnect.nowNs);
    assertRedirected(atConnect, "rtmp://b.example/app", "t?k=v");

    Pipe atPlay = new Pipe(RtmpServerSettings.DEFAULT, PLAY, () -> 50);
    atPlay.onPlay =
        () ->
            atPlay.server.redirect(
                "rtmps://b.example:444/app", "rtmps://b.example:444/app/s", atPlay.nowNs);
    assertRedirected(atPlay, "rtmps://b.example:444/app", "s");

    Pipe same = new Pipe(RtmpServerSettings.DEFAULT, PLAY, () -> 50);
    same.run();
    same.server.requestReconnect(null, "maintenance");
    assertRedirected(same, "rtmp://example.org:1936/live", "s");

    Pipe other = new Pipe(RtmpServerSettings.DEFAULT, PUBLISH, () -> 50);
    other.run();
    other.server.requestReconnect("rtmp://c.example/live2", "maintenance");
    assertRedirected(other, "rtmp://c.example/live2", "s?token=x");
  }

  private static void assertRedirected(Pipe pipe, String tcUrl, String stream) {
    pipe.run();
    Redirected redirected =
        (Redirected)
            pipe.clientOutputs.stream().filter(Redirected.class::isInstance).findFirst().get();
    assertThat(redirected.target().tcUrl()).isEqualTo(tcUrl);
    assertThat(redirected.target().stream()).isEqualTo(stream);
    assertThat(redirected.target().redirects()).isEqualTo(1);
    assertThat(pipe.clientSaw.getLast()).startsWith("Closed[reason=redirected to ");
    assertThat(pipe.end()).isZero();
  }

  @Test
  void redirectsAreCounted() {
    RtmpTarget target = PLAY;
    for (int i = 0; i < RtmpClientSettings.DEFAULT.redirects(); i++) {
      Pipe pipe = new Pipe(RtmpServerSettings.DEFAULT, target, () -> 5000);
      pipe.onPlay = () -> pipe.server.redirect("rtmp://a/b", "rtmp://a/b/c", pipe.nowNs);
      pipe.run();
      target = ((Redirected) pipe.clientOutputs.getFirst()).target();
      assertThat(pipe.end()).isZero();
    }
    Pipe last = new Pipe(RtmpServerSettings.DEFAULT, target, () -> 5000);
    last.onPlay = () -> last.server.redirect("rtmp://a/b", "rtmp://a/b/c", last.nowNs);
    last.run();
    assertThat(last.clientSaw)
        .containsExactly("Closed[reason=redirected more than 4 times, cause=FAULT]");
    assertThat(last.end()).isZero();
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }
}
