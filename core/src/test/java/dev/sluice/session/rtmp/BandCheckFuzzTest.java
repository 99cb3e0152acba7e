package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.amf.AmfProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A bandwidth check against any client: it asks its owner for nothing, ends in time and leaves
 * nothing behind.
 *
 * <p>Of the first byte of an input bit 7 says whether the client is a Flash player, the other bits
 * how much is sent. Then follow pieces, each with how much time passes before it, what the socket
 * has not taken by then, and how long it is, a byte each.
 */
class BandCheckFuzzTest {
  private static final int FLASH = 0x80;
  private static final int MAX_LIMIT_BITS = 12;
  private static final long TIME_NS = 20_000_000;
  private static final long BACKLOG_BYTES = 4_096;
  private static final long LONGEST_NS = 60 * Peer.SECOND_NS;

  /** What limits allow to be kept of messages, and what is under way in one call. */
  private static final long MEMORY_BYTES = 8L * BandCheck.MAX_MESSAGE_BYTES;

  @FuzzTest
  void aCheckSurvivesAnyClient(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    int mode = next(in);
    Peer peer = new Peer();
    peer.handshake().connect();
    peer.session.acceptBandCheck(
        AmfProperties.EMPTY, 1 << (mode % MAX_LIMIT_BITS), (mode & FLASH) != 0, peer.nowNs);
    peer.drain();
    peer.outputs.clear();
    while (in.isReadable()) {
      peer.pass(next(in) * TIME_NS);
      peer.session.backlog(next(in) * BACKLOG_BYTES);
      peer.receive(in.readSlice(Math.min(next(in), in.readableBytes())));
      peer.heard.clear();
      assertThat(peer.allocator.metric().usedDirectMemory()).isLessThan(MEMORY_BYTES);
    }
    peer.session.backlog(0);
    peer.pass(LONGEST_NS);
    assertThat(peer.outputs).hasSize(1);
    assertThat(peer.output(Closed.class).reason()).isNotBlank().doesNotContain("\n");
    assertThat(peer.end()).isZero();
  }

  private static int next(ByteBuf in) {
    return in.isReadable() ? in.readUnsignedByte() : 0;
  }
}
