package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.testkit.Golden;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.rtmp.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole conversation with real clients, the same whatever the pieces their bytes come in. */
class RecordedClientsTest {
  static Stream<Arguments> recordingsAndSteps() {
    return Recordings.NAMES.stream()
        .flatMap(name -> steps(name).stream().map(step -> Arguments.of(name, step)));
  }

  /** A play that is taken back in the same piece never begins; publishers say goodbye any time. */
  private static List<Integer> steps(String name) {
    return name.endsWith("-play") ? List.of(1, 7, 40) : List.of(1, 7, 1460, Integer.MAX_VALUE);
  }

  @ParameterizedTest(name = "{0} fed {1} bytes at a time")
  @MethodSource("recordingsAndSteps")
  void converses(String name, int step) throws IOException {
    var allocator = new UnpooledByteBufAllocator(false, true);
    var dump = new Dump();
    var session =
        new RtmpServerSession(
            RtmpServerSettings.DEFAULT, new SplittableRandom(1), allocator, dump, 0);
    ByteBuf bytes = Unpooled.wrappedBuffer(Recordings.read(name));
    while (bytes.isReadable()) {
      session.receive(bytes.readSlice(Math.min(step, bytes.readableBytes())), 0);
      dump.drain(session);
    }
    Golden.check("rtmp/" + name + ".dump", dump.heard + "\n" + dump.said + "\n" + dump.asked);
    session.release();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  /** {@code <} from the client, {@code >} to it, {@code =} to the owner, who accepts. */
  private static final class Dump implements RtmpTrace {
    final StringBuilder heard = new StringBuilder();
    final StringBuilder said = new StringBuilder();
    final StringBuilder asked = new StringBuilder();

    @Override
    public void handshakeReceived(String part) {
      heard("" + part);
    }

    @Override
    public void handshakeSent(String part) {
      said(part);
    }

    @Override
    public void received(int messageStreamId, int timestampMs, RtmpMessage message) {
      heard("[%d] @%d %s".formatted(messageStreamId, timestampMs, MessageText.of(message)));
    }

    @Override
    public void sent(int messageStreamId, int timestampMs, RtmpMessage message) {
      said("[%d] %s".formatted(messageStreamId, MessageText.of(message)));
    }

    void drain(RtmpServerSession session) {
      for (ServerOutput output; (output = session.poll()) != null; ) {
        switch (output) {
          case Send(ByteBuf bytes) -> bytes.release();
          case MediaReceived media -> media.body().release();
          case ConnectRequested _ -> {
            asked(output);
            session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, 0);
          }
          case PublishRequested _ -> {
            asked(output);
            session.acceptPublish(0);
          }
          case PlayRequested _ -> {
            asked(output);
            session.acceptPlay(0);
          }
          default -> asked(output);
        }
      }
    }

    private void heard(String line) {
      heard.append("< ").append(line).append('\n');
    }

    private void said(String line) {
      said.append("> ").append(line).append('\n');
    }

    private void asked(ServerOutput output) {
      asked.append("= ").append(output).append('\n');
    }
  }
}
