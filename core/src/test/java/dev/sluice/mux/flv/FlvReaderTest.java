package dev.sluice.mux.flv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.MediaChoice;
import dev.sluice.testkit.Golden;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FlvReaderTest {
  static Stream<Arguments> clipsAndSteps() {
    return Arrays.stream(Clips.NAMES)
        .flatMap(clip ->
            Stream.of(1, 7, 188, 4_096, Integer.MAX_VALUE).map(step -> Arguments.of(clip, step)));
  }

  @ParameterizedTest(name = "{0} fed {1} bytes at a time")
  @MethodSource("clipsAndSteps")
  void demuxes(String clip, int step) throws IOException {
    SourceDump dump = new SourceDump();
    feed(Clips.open(clip), step, new FlvDemuxer(dump));
    Golden.check("flv/" + clip + ".dump", dump.text());
    assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
  }

  @Test
  void bodiesAreNotAllocatedOnAPromise() {
    ByteBuf start = Unpooled.buffer();
    new FlvMuxer(FlvDialect.LEGACY, MediaChoice.ALL).writeFileHeader(start);
    start.writeByte(9).writeMedium(0xFF_FFFF).writeInt(0).writeMedium(0).writeZero(1_000);
    var allocator = new UnpooledByteBufAllocator(false);
    try (var reader = new FlvReader(new FlvDemuxer(new SourceDump()), allocator)) {
      reader.feed(start);
      assertThat(allocator.metric().usedHeapMemory()).isBetween(1_000L, 70_000L);
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void refusesWhatIsNoFlv() {
    assertThatThrownBy(() ->
            feed(
                Unpooled.wrappedBuffer("<!doctype html>".getBytes(UTF_8)),
                Integer.MAX_VALUE,
                new FlvDemuxer(new SourceDump())))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("FLV header begins with 3C21646F");
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    SourceDump dump = new SourceDump();
    try {
      feed(Unpooled.wrappedBuffer(input), 1 + input.length / 3, new FlvDemuxer(dump));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
  }

  private static void feed(ByteBuf bytes, int step, FlvDemuxer demuxer) {
    try (var reader = new FlvReader(demuxer, UnpooledByteBufAllocator.DEFAULT)) {
      while (bytes.isReadable()) {
        ByteBuf piece =
            Unpooled.copiedBuffer(bytes.readSlice(Math.min(step, bytes.readableBytes())));
        reader.feed(piece);
        assertThat(piece.isReadable()).isFalse();
        piece.release();
      }
    }
  }
}
