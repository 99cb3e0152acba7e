package dev.sluice.wire.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The parsers of RTMP against any bytes; {@code JAZZER_FUZZ=1} searches, else seeds are replayed.
 */
class RtmpSyntaxFuzzTest {
  private static final ChunkLimits LIMITS = new ChunkLimits(8, 4096, 1024, 10_000);

  /** The first byte says how long the pieces are. */
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreMessagesOrRefused(byte[] input) {
    var allocator = new UnpooledByteBufAllocator(false, true);
    var reader = new ChunkReader(LIMITS, allocator);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    int step = in.isReadable() ? 1 + in.readUnsignedByte() : 1;
    try {
      while (in.isReadable()) {
        ByteBuf piece = in.readSlice(Math.min(step, in.readableBytes()));
        for (RawMessage raw; (raw = reader.read(piece)) != null; ) {
          read(raw);
        }
        assertThat(piece.isReadable()).isFalse();
        assertThat(reader.reassemblyBytes()).isBetween(0L, 10_000L);
        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(reader.reassemblyBytes());
        assertThat(reader.chunkStreams()).isBetween(0, 8);
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    } finally {
      reader.release();
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private static void read(RawMessage raw) {
    try {
      assertThat(raw.body().readableBytes()).isLessThanOrEqualTo(4096);
      if (RtmpMessage.read(raw) instanceof Aggregate) {
        var splitter = new Aggregate.Splitter(raw);
        for (RawMessage part; (part = splitter.next()) != null; ) {
          part.body().release();
        }
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    } finally {
      raw.body().release();
    }
  }

  /** tcUrl, app and stream on a line each. */
  @FuzzTest(maxDuration = "60s")
  void anyTextIsAUrl(byte[] input) {
    String[] parts = new String(input, StandardCharsets.UTF_8).split("\n", 3);
    RtmpUrl url =
        RtmpUrl.parse(parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
    assertThat(url.path()).doesNotStartWith("/").doesNotEndWith("/").doesNotContain("//");
    assertThat(url.parameters()).hasSizeLessThanOrEqualTo(RtmpUrl.MAX_PARAMETERS);
    assertThat(url.parameters().keySet()).doesNotContain("");
  }

  @FuzzTest(maxDuration = "60s")
  void anyBlockIsAnswered(byte[] input) {
    byte[] block = Arrays.copyOf(input, Handshake.BLOCK_BYTES);
    byte[] answer = Handshake.serverAnswer(block, 1, new SplittableRandom(1));
    assertThat(answer).hasSize(1 + 2 * Handshake.BLOCK_BYTES).startsWith(3);
    assertThat(Handshake.clientAnswer(block, new SplittableRandom(1)))
        .hasSize(Handshake.BLOCK_BYTES);
  }
}
