package dev.sluice.bench.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtmpClientTest {
  private static final RtmpUrl URL = RtmpUrl.of("rtmp", "127.0.0.1", 1935, "live/x");
  private static final int CHUNK_SIZE = 128;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final List<String> media = new ArrayList<>();
  private final RtmpClient player = RtmpClient.player(URL);

  @ParameterizedTest(name = "fed {0} bytes at a time")
  @ValueSource(ints = {1, 7, 128, 100_000})
  void aPlayerIsLedToItsMedia(int step) {
    var server = new ByteArrayOutputStream();
    server.writeBytes(handshake());
    server.writeBytes(control(RtmpMessages.WINDOW_ACKNOWLEDGEMENT_SIZE, 4, 2_500_000));
    server.writeBytes(control(6, 5, 2_500_000 << 8));
    server.writeBytes(connected());
    server.writeBytes(created(7));
    server.writeBytes(status("status", "NetStream.Play.Start"));
    server.writeBytes(
        RtmpWriter.message(MediaSink.VIDEO, 6, 7, new byte[] {0x17, 1, 5}, CHUNK_SIZE));
    feed(player, server.toByteArray(), step);
    assertThat(player.phase()).isEqualTo(RtmpClient.Phase.RUNNING);
    assertThat(player.messageStreamId()).isEqualTo(7);
    assertThat(media).containsExactly("9@0 [23, 1, 5]");
    assertThat(commands()).containsExactly("connect 1.0", "createStream 2.0", "play 4.0 x");
  }

  @Test
  void nothingIsSentBeforeTheHandshakeIsWhole() {
    assertThat(player.opening()).hasSize(1537).startsWith(3);
    feed(player, Arrays.copyOf(handshake(), 3072), 100);
    assertThat(sent.size()).isZero();
    assertThat(player.phase()).isEqualTo(RtmpClient.Phase.HANDSHAKE);
  }

  @Test
  void theClientEchoesTheServersRandomBytes() {
    feed(player, handshake(), 100_000);
    assertThat(Arrays.copyOf(sent.toByteArray(), 1536))
        .isEqualTo(Arrays.copyOfRange(handshake(), 1, 1537));
  }

  @Test
  void aPublisherAnnouncesItself() {
    RtmpClient publisher = RtmpClient.publisher(URL);
    feed(publisher, handshake(), 5000);
    feed(publisher, connected(), 5000);
    feed(publisher, error(11), 5000); // some servers know no releaseStream
    feed(publisher, created(1), 5000);
    feed(publisher, status("status", "NetStream.Publish.Start"), 5000);
    assertThat(publisher.phase()).isEqualTo(RtmpClient.Phase.RUNNING);
    assertThat(commands())
        .containsExactly(
            "connect 1.0",
            "releaseStream 11.0 x",
            "FCPublish 12.0 x",
            "createStream 2.0",
            "publish 4.0 x");
  }

  @ParameterizedTest(name = "{0} {1} is told as it is")
  @CsvSource({
    "error, NetStream.Play.Failed",
    "status, NetStream.Play.StreamNotFound",
    "error, NetStream.Publish.BadName"
  })
  void aRefusalIsToldAsItIs(String level, String code) {
    feed(player, handshake(), 5000);
    feed(player, connected(), 5000);
    feed(player, created(1), 5000);
    feed(player, status(level, code), 5000);
    assertThat(player.phase()).isEqualTo(RtmpClient.Phase.REFUSED);
    assertThat(player.refusal()).isEqualTo(code + " because");
  }

  @Test
  void anErrorToConnectIsARefusal() {
    feed(player, handshake(), 5000);
    feed(player, error(RtmpWriter.CONNECT), 5000);
    assertThat(player.phase()).isEqualTo(RtmpClient.Phase.REFUSED);
  }

  @Test
  void pingsAreAnsweredAndBytesAcknowledged() {
    feed(player, handshake(), 5000);
    feed(player, control(RtmpMessages.WINDOW_ACKNOWLEDGEMENT_SIZE, 4, 4000), 5000);
    sent.reset();
    feed(player, ping(0x01020304), 5000);
    assertThat(sent.toByteArray()).isEqualTo(RtmpWriter.pong(0x01020304));
    sent.reset();
    byte[] audio = RtmpWriter.message(MediaSink.AUDIO, 4, 1, new byte[2000], CHUNK_SIZE);
    feed(player, audio, 5000);
    assertThat(sent.toByteArray())
        .isEqualTo(RtmpWriter.acknowledgement(3073 + 16 + 18 + audio.length));
  }

  @Test
  void whatIsNotRtmpIsRefused() {
    byte[] http = Arrays.copyOf("HTTP/1.1 400 Bad Request\r\n".getBytes(US_ASCII), 3073);
    assertThatThrownBy(() -> feed(player, http, 5000))
        .isInstanceOf(MalformedException.class)
        .hasMessage("S0 is 72, allowed is 3");
  }

  @FuzzTest
  void anyServerEitherServesOrIsRefused(byte[] input) {
    RtmpClient client = RtmpClient.player(URL);
    try {
      feed(client, input, 1000);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
    if (client.phase() != RtmpClient.Phase.REFUSED) {
      assertThat(client.refusal()).isEmpty();
    }
    assertThat(sent.size()).isLessThan(4000 + 2 * input.length);
    sent.reset();
  }

  private void feed(RtmpClient client, byte[] bytes, int step) {
    for (int from = 0; from < bytes.length; from += step) {
      client.feed(
          bytes,
          from,
          Math.min(bytes.length, from + step),
          0,
          sent::writeBytes,
          (type, time, body, length, _) ->
              media.add(
                  "%d@%d %s".formatted(type, time, Arrays.toString(Arrays.copyOf(body, length)))));
    }
  }

  private List<String> commands() {
    List<String> names = new ArrayList<>();
    byte[] bytes = sent.toByteArray();
    new ChunkParser()
        .feed(
            bytes,
            1536,
            bytes.length,
            (type, _, body, length) -> {
              if (type == RtmpMessages.COMMAND) {
                List<?> values = AmfReader.readAll(body, 0, length);
                String name = values.size() > 3 ? " " + values.get(3) : "";
                names.add(values.get(0) + " " + values.get(1) + name);
              }
            });
    return names;
  }

  private static byte[] handshake() {
    byte[] bytes = new byte[3073];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    bytes[0] = 3;
    return bytes;
  }

  private static byte[] control(int type, int length, int value) {
    byte[] body = ByteBuffer.allocate(5).putInt(value).array();
    return RtmpWriter.message(type, 2, 0, Arrays.copyOf(body, length), CHUNK_SIZE);
  }

  private static byte[] ping(int number) {
    byte[] body = ByteBuffer.allocate(6).putShort((short) 6).putInt(number).array();
    return RtmpWriter.message(RtmpMessages.USER_CONTROL, 2, 0, body, CHUNK_SIZE);
  }

  private static byte[] command(AmfWriter values) {
    return RtmpWriter.message(RtmpMessages.COMMAND, 3, 0, values.toBytes(), CHUNK_SIZE);
  }

  private static byte[] connected() {
    return command(
        new AmfWriter().string("_result").number(RtmpWriter.CONNECT).nothing().nothing());
  }

  private static byte[] created(int id) {
    return command(
        new AmfWriter().string("_result").number(RtmpWriter.CREATE_STREAM).nothing().number(id));
  }

  private static byte[] error(int transaction) {
    return command(new AmfWriter().string("_error").number(transaction).nothing().nothing());
  }

  private static byte[] status(String level, String code) {
    return command(
        new AmfWriter()
            .string("onStatus")
            .number(0)
            .nothing()
            .beginObject()
            .key("level")
            .string(level)
            .key("code")
            .string(code)
            .key("description")
            .string("because")
            .end());
  }
}
