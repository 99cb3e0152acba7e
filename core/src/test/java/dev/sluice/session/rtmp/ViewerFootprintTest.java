package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.amf.AmfProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What an idle viewer costs: twelve thousand of them live in one process. */
class ViewerFootprintTest {
  private static final int VIEWERS = 2000;
  private static final long MAX_HEAP_BYTES = 768;

  /** What is noise: 8 bytes for each viewer. */
  private static final long NOISE_BYTES = 8L * VIEWERS;

  @Test
  void anIdleViewerIsSmall() {
    var allocator = new UnpooledByteBufAllocator(true, true);
    byte[] recording = Recordings.read("ffmpeg-play");
    viewer(allocator, recording).release(); // loads what is shared
    // one reading may be spoilt either way by what other tests have left behind
    var readings = new long[3];
    for (int attempt = 0; attempt < readings.length; attempt++) {
      var viewers = new RtmpServerSession[VIEWERS];
      long before = usedBytes();
      for (int i = 0; i < VIEWERS; i++) {
        viewers[i] = viewer(allocator, recording);
      }
      readings[attempt] = (usedBytes() - before) / VIEWERS;
      for (RtmpServerSession viewer : viewers) {
        assertThat(viewer.receivedBytes()).isPositive();
        viewer.release();
      }
    }
    Arrays.sort(readings);
    assertThat(readings[1]).as("%s", Arrays.toString(readings)).isBetween(100L, MAX_HEAP_BYTES);
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  /** A session after everything that ffplay says until it plays. */
  private static RtmpServerSession viewer(UnpooledByteBufAllocator allocator, byte[] recording) {
    var session =
        new RtmpServerSession(RtmpServerSettings.DEFAULT, new SplittableRandom(1), allocator, 0);
    ByteBuf in = Unpooled.wrappedBuffer(recording);
    session.receive(in.readSlice(3073), 0); // the handshake
    boolean plays = false;
    while (!plays) {
      session.receive(in.readSlice(1), 0);
      for (ServerOutput output; (output = session.poll()) != null; ) {
        switch (output) {
          case Send(ByteBuf bytes) -> bytes.release();
          case ServerOutput.ConnectRequested _ ->
              session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, 0);
          case ServerOutput.PlayRequested _ -> session.acceptPlay(0);
          case ServerOutput.BufferLength _ -> plays = true; // which ffplay says behind "play"
          default -> throw new AssertionError(output);
        }
      }
    }
    return session;
  }

  /**
   * What is reachable: what others have left goes in several collections, since some is cleaned.
   */
  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long before = Long.MAX_VALUE;
    long now = Long.MAX_VALUE - NOISE_BYTES - 1;
    for (int i = 0; i < 3 || before - now > NOISE_BYTES && i < 50; i++) {
      System.gc();
      before = now;
      now = runtime.totalMemory() - runtime.freeMemory();
    }
    return now;
  }
}
