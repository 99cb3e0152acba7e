package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Golden;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clips: one dump, whatever the pieces they come in. */
class TsClipsTest {
  private static final int[] STEPS = {1, 7, 188, 4096, Integer.MAX_VALUE};

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "h264_bframes_aac_48000.ts",
        "h264_opengop_mp2_44100.ts",
        "h264_ac3_atsc.ts",
        "h264_ac3_dvb.ts",
        "h264_eac3_atsc.ts",
        "h264_eac3_dvb.ts",
        "h264_opus.ts",
        "h264_latm_48000.ts",
        "h264_only.ts",
        "h264_size_change.ts",
        "h264_aac_wrap.ts",
        "h264_ac3_192.m2ts",
        "h265_aac_44100.ts",
        "mpeg2_mp2_48000.ts",
        "mpeg1_mp3_44100.ts",
        "aac_96000_only.ts",
        "mp3_44100_only.ts",
        "two_programs.ts",
      })
  void demuxes(String clip) throws IOException {
    check(clip, clip, TsSettings.DEFAULT);
  }

  @Test
  void demuxesTheSecondProgram() throws IOException {
    check("two_programs.ts", "two_programs.ts.second", TsSettings.DEFAULT.withProgram(9));
  }

  @Test
  void demuxesAllPrograms() throws IOException {
    var all = TsSettings.DEFAULT.withProgram(TsSettings.ALL_PROGRAMS);
    check("two_programs.ts", "two_programs.ts.all", all);
  }

  private static void check(String clip, String dumped, TsSettings settings) throws IOException {
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
      Golden.check("mpegts/" + dumped + ".dump", dump.text());
      assertThat(demuxer.gatheredBytes()).isZero();
      assertThat(allocator.metric().usedDirectMemory()).as("memory given back").isZero();
      assertThat(bytes.refCnt()).isEqualTo(1);
      assertThat(bytes.readerIndex()).isZero();
    }
  }
}
