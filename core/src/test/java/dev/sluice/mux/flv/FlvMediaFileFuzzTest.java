package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** The reader against any bytes; {@code JAZZER_FUZZ=1} searches, else seeds are replayed. */
class FlvMediaFileFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreAFileOrNone(byte[] input) {
    var allocator = new UnpooledByteBufAllocator(false, true);
    var dump = new SourceDump();
    try (var file =
        new FlvMediaFile(FlvMediaFileTest.file(Unpooled.wrappedBuffer(input)), allocator)) {
      while (file.next(dump)) {}
      file.seek(500_000_000);
      while (file.next(dump)) {}
    } catch (MalformedException | UnsupportedException refused) {
      // from here on, or as a whole
    }
    assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }
}
