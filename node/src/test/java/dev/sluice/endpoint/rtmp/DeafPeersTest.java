package dev.sluice.endpoint.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that do not take what they are sent. */
class DeafPeersTest {
  private static final String AVC_HEADER =
      "1700000000" + "014d400affe100096" + "74d400a96542110c8" + "01000468ee3c80";
  private static final String KEY = "1701000000" + "00000004" + "65888400";
  private static final int VIDEO = 9;

  /** Questions a second that the engine still answers. */
  private static final int QUESTIONS = 150;

  /** The least that an answer to {@link #question} has. */
  private static final int ANSWER_BYTES = 100;

  private final RtmpFixture at = new RtmpFixture("defaults: {latency: 0}");
  private final RtmpPeer publisher = at.publisher("live/a");
  private final RtmpPeer player = at.player("live/a");

  private int timeMs;

  @BeforeEach
  void begin() {
    publisher.send(VIDEO, 0, AVC_HEADER);
    publisher.send(VIDEO, 0, KEY);
    at.pump();
    assertThat(player.received).endsWith("9@0 " + KEY);
  }

  @AfterEach
  void close() {
    at.close();
  }

  @Test
  void whoAsksWithoutTakingTheAnswersIsClosed() {
    player.deaf(true);
    int seconds = 0;
    int most = RtmpConnectionHandler.MAX_UNTAKEN_BYTES / (QUESTIONS * ANSWER_BYTES);
    while (player.connected() && seconds < most) {
      ask();
      seconds++;
    }
    at.pass(Farewell.PATIENCE_NS / RtmpFixture.MS);
    assertThat(seconds).isGreaterThan(2);
    assertThat(player.connected()).isFalse();
    assertThat(publisher.connected()).isTrue();
  }

  @Test
  void whoTakesTheAnswersMayAskForEver() {
    for (int seconds = 0; seconds < 30; seconds++) {
      ask();
    }
    assertThat(player.connected()).isTrue();
  }

  @Test
  void whoTakesNothingIsNotWaitedForAtTheEnd() {
    player.deaf(true);
    publisher.send(VIDEO, 40, KEY);
    at.pump();
    publisher.vanish();
    at.pass(10_000); // the stream ends
    assertThat(player.connected()).isTrue();
    at.pass(Farewell.PATIENCE_NS / RtmpFixture.MS + 10);
    assertThat(player.connected()).isFalse();
  }

  @Test
  void whoIsSlowHearsTheEndAllTheSame() {
    player.deaf(true);
    publisher.send(VIDEO, 40, KEY);
    at.pump();
    publisher.vanish();
    at.pass(11_000);
    player.deaf(false);
    at.pump();
    assertThat(player.received).endsWith("9@40 " + KEY);
    assertThat(player.connected()).isFalse();
  }

  @Test
  void aPublisherWhoseConfigurationCannotBeReadIsClosed() {
    publisher.send(VIDEO, 40, "1700000000" + "00");
    at.pump();
    assertThat(publisher.connected()).isFalse();
    assertThat(player.connected()).isTrue();
  }

  private void ask() {
    ByteBuf bytes = Unpooled.buffer();
    for (int i = 0; i < QUESTIONS; i++) {
      question(bytes);
    }
    player.feed(bytes);
    publisher.send(VIDEO, timeMs += 1_000, KEY);
    at.pass(1_000);
  }

  /** Seeks, which a live stream only answers with a sentence. */
  private static void question(ByteBuf out) {
    ByteBuf body = Unpooled.buffer();
    Command.of("seek", 0, AmfValue.of(1)).write(body);
    ChunkWriter.write(out, 3, 0, MessageType.COMMAND_AMF0, 1, ChunkWriter.INITIAL_CHUNK_SIZE, body);
  }
}
