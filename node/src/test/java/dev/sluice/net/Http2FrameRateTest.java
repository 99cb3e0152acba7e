package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2FrameRateTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;

  private final EmbeddedChannel channel = new EmbeddedChannel(new Http2FrameRate());

  Http2FrameRateTest() {
    channel.freezeTime();
    send(
        Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII),
        Integer.MAX_VALUE);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static ByteBuf frames(int count, int type, int length) {
    ByteBuf bytes = Unpooled.buffer();
    for (int i = 0; i < count; i++) {
      bytes.writeMedium(length).writeByte(type).writeByte(0xFF).writeInt(1).writeZero(length);
    }
    return bytes;
  }

  /** Sends {@code bytes} in pieces of {@code step}. */
  private void send(ByteBuf bytes, int step) {
    while (bytes.isReadable()) {
      channel.writeInbound(bytes.readRetainedSlice(Math.min(step, bytes.readableBytes())));
    }
    bytes.release();
  }

  @ParameterizedTest
  @CsvSource({
    PING + "," + Http2FrameRate.MAX_CONTROL_PER_SECOND,
    SETTINGS + "," + Http2FrameRate.MAX_CONTROL_PER_SECOND,
    PRIORITY + "," + Http2FrameRate.MAX_CONTROL_PER_SECOND,
    "200," + Http2FrameRate.MAX_CONTROL_PER_SECOND,
    DATA + "," + Http2FrameRate.MAX_PER_SECOND,
    HEADERS + "," + Http2FrameRate.MAX_PER_SECOND,
    WINDOW_UPDATE + "," + Http2FrameRate.MAX_PER_SECOND
  })
  void aSecondHoldsSoMany(int type, int most) {
    for (int second = 0; second < 3; second++) {
      send(frames(most, type, 8), 1_000);
      assertThat(channel.isOpen()).isTrue();
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
    }
    send(frames(most + 1, type, 8), 1_000);
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 9, 10, 1_000, Integer.MAX_VALUE})
  void framesAreCountedHoweverTheyArriveAndWhateverTheyHold(int step) {
    ByteBuf looksLikePings = Unpooled.buffer();
    for (int i = 0; i < 50; i++) {
      looksLikePings.writeBytes(frames(1, DATA, 0)).setMedium(looksLikePings.writerIndex() - 9, 90);
      looksLikePings.writeBytes(frames(5, PING, 9)); // 90 bytes of body that look like frames
      looksLikePings.writeBytes(frames(4, PING, 0));
    }
    send(looksLikePings, step);
    assertThat(channel.isOpen()).isTrue();
    send(frames(1, PING, 0), step);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatIsAllowedPassesUnchanged() {
    channel.releaseInbound();
    ByteBuf bytes = frames(100, PING, 8);
    ByteBuf copy = bytes.copy();
    send(bytes, 13);
    ByteBuf passed = Unpooled.buffer();
    for (ByteBuf piece; (piece = channel.readInbound()) != null; piece.release()) {
      passed.writeBytes(piece);
    }
    assertThat(passed).isEqualTo(copy);
    copy.release();
  }
}
