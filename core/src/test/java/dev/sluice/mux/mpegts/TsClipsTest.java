package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Golden;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clips: one dump, whatever the pieces they come in. */
class TsClipsTest {
  private static final int[] STEPS = {1, 7, 188, 4096, Integer.MAX_VALUE};

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "h264_bframes_aac_48000.ts",
        "h264_only.ts",
        "h264_size_change.ts",
        "h264_aac_wrap.ts",
      })
  void demuxes(String clip) throws IOException {
    check(clip, TsSettings.DEFAULT);
  }

  private static void check(String clip, TsSettings settings) throws IOException {
    ByteBuf bytes = TsClips.open(clip);
    for (int step : STEPS) {
      var allocator = new UnpooledByteBufAllocator(false, true);
      var dump = new TsDump();
      var demuxer = new TsDemuxer(dump, dump, settings, allocator);
      TsClips.feed(bytes, step, demuxer);
      demuxer.end();
      demuxer.close();
      for (TsFault fault : TsFault.values()) {
        assertThat(demuxer.count(fault)).as("%s in %s", fault, clip).isZero();
      }
      Golden.check("mpegts/" + clip + ".dump", dump.text());
      assertThat(demuxer.gatheredBytes()).isZero();
      assertThat(allocator.metric().usedDirectMemory()).as("memory given back").isZero();
      assertThat(bytes.refCnt()).isEqualTo(1);
      assertThat(bytes.readerIndex()).isZero();
    }
  }
}
