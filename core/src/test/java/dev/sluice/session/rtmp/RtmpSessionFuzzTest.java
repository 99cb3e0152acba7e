package dev.sluice.session.rtmp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.rtmp.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;

/**
 * Whole sessions against any bytes; {@code JAZZER_FUZZ=1} searches, else seeds are replayed. {@link
 * EngineProbe} checks what has to hold.
 *
 * <p>The first byte of an input is the seed of what owner and time do; of the second, bit 7 says
 * whether a good handshake comes before the rest, the other bits how long the pieces are.
 */
class RtmpSessionFuzzTest {
  private static final int WITH_HANDSHAKE = 0x80;

  @FuzzTest(maxDuration = "60s")
  void aServerSurvivesAnyClient(byte[] input) {
    run(input, true);
  }

  @FuzzTest(maxDuration = "60s")
  void aClientSurvivesAnyServer(byte[] input) {
    run(input, false);
  }

  private static void run(byte[] input, boolean ofServer) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    var random = new SplittableRandom(in.isReadable() ? in.readByte() : 0);
    int mode = in.isReadable() ? in.readUnsignedByte() : 0;
    EngineProbe probe = ofServer ? EngineProbe.server(random) : EngineProbe.client(random);
    if ((mode & WITH_HANDSHAKE) != 0) {
      byte[] handshake = new byte[1 + 2 * Handshake.BLOCK_BYTES];
      handshake[0] = Handshake.VERSION;
      probe.receive(Unpooled.wrappedBuffer(handshake));
    }
    int step = 1 << (mode & 15);
    while (in.isReadable()) {
      probe.receive(in.readSlice(Math.min(step, in.readableBytes())));
      if (random.nextInt(16) == 0) {
        probe.pass(random.nextLong(3_000_000_000L));
      }
    }
    probe.pass(400_000_000_000L);
    probe.end();
  }
}
