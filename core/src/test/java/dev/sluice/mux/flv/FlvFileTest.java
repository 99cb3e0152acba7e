package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.SourceUnit;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvFileTest {
  @ParameterizedTest(name = "{0} lasts {1} ms")
  @CsvSource({
    "h264_25_aac_48000, 3030",
    "h264_2997_aac_44100, 3041",
    "h264_2997_aac_48000_stereo, 2026",
    "h264_25_aac_44100_nob, 2043"
  })
  void playsInALoop(String clip, long durationMs) {
    SourceDump dump = new SourceDump();
    ByteBuf content = Clips.open(clip);
    FlvFile file = new FlvFile(content, new FlvDemuxer(dump));
    assertThat(file.durationMs()).isEqualTo(durationMs);
    int unitsPerRound = 0;
    for (int round = 0; round < 3; round++) {
      assertThat(file.nextTimestampMs()).isEqualTo(round * durationMs);
      while (file.hasNext()) {
        file.next();
      }
      if (round == 0) {
        unitsPerRound = dump.units.size();
      }
      assertThatThrownBy(file::next).isInstanceOf(IllegalStateException.class);
      file.rewind();
    }
    assertThat(dump.tracks).hasSize(2);
    assertThat(dump.metadata).hasSize(1);
    assertThat(dump.units).hasSize(3 * unitsPerRound);
    for (int i = 0; i < 2 * unitsPerRound; i++) {
      SourceUnit later = dump.units.get(i + unitsPerRound);
      assertThat(later.dts()).isEqualTo(dump.units.get(i).dts() + durationMs);
    }
    assertThat(content.refCnt()).isEqualTo(1);
    assertThat(content.readerIndex()).isZero();
  }

  @ParameterizedTest(name = "{0} bytes of the file")
  @ValueSource(ints = {1, 100, 5_000, 20_000})
  void aFileThatWasCutEndsWithItsLastWholeTag(int missing) {
    ByteBuf whole = Clips.open("h264_25_aac_48000");
    SourceDump dump = new SourceDump();
    FlvFile file =
        new FlvFile(whole.slice(0, whole.readableBytes() - missing), new FlvDemuxer(dump));
    while (file.hasNext()) {
      file.next();
    }
    assertThat(dump.units).hasSizeGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "464C5601",
        "464C56010500000009",
        "464C5601050000000900000000",
        "464C5601050000000900000000 090000050000000000000000"
      })
  void refusesFilesWithoutATag(String hex) {
    ByteBuf content = Unpooled.wrappedBuffer(Bytes.ofHex(hex.replace(" ", "")).buffer());
    assertThatThrownBy(() -> new FlvFile(content, new FlvDemuxer(new SourceDump())))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("FLV file");
  }

  @Test
  void aFileOfOneFrameLasts40Ms() {
    ByteBuf content =
        Unpooled.wrappedBuffer(
            Bytes.ofHex("464C5601050000000900000000" + "09000001000064000000001200000000")
                .buffer());
    FlvFile file = new FlvFile(content, new FlvDemuxer(new SourceDump()));
    assertThat(file.durationMs()).isEqualTo(40);
    assertThat(file.nextTimestampMs()).isZero();
    file.rewind();
    assertThat(file.nextTimestampMs()).isEqualTo(40);
  }
}
