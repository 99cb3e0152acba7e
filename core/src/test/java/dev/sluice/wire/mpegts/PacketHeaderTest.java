package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketHeaderTest {
  @ParameterizedTest(name = "{0}: PID {4}")
  @CsvSource({
    "47400010, false, true, false, 0, 0, false, true, 0",
    "475FFF1F, false, true, false, 8191, 0, false, true, 15",
    "47010037, false, false, false, 256, 0, true, true, 7",
    "47010020, false, false, false, 256, 0, true, false, 0",
    "47A101C5, true, false, true, 257, 3, false, false, 5",
    "47000090, false, false, false, 0, 2, false, true, 0",
  })
  void readsAndWrites(
      String hex,
      boolean error,
      boolean start,
      boolean priority,
      int pid,
      int scrambling,
      boolean adaptation,
      boolean payload,
      int continuity) {
    var header =
        new PacketHeader(error, start, priority, pid, scrambling, adaptation, payload, continuity);
    ByteBuf bytes = Bytes.ofHex(hex).buffer();
    assertThat(PacketHeader.read(bytes.duplicate())).isEqualTo(header);
    assertThat(written(header)).isEqualTo(bytes);
    for (int length = 0; length < PacketHeader.SIZE; length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThat(PacketHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  @RepeatedTest(100)
  void theIntAndTheRecordAgree(RepetitionInfo run) {
    var random = Seeds.random(run);
    var header =
        new PacketHeader(
            false,
            random.nextBoolean(),
            false,
            random.nextInt(8_192),
            0,
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextInt(16));
    int word =
        PacketHeader.word(
            header.pid(),
            header.unitStart(),
            header.hasAdaptation(),
            header.hasPayload(),
            header.continuity());
    assertThat(written(header).getInt(0)).isEqualTo(word);
    assertThat(PacketHeader.read(written(header))).isEqualTo(header);
    assertThat(PacketHeader.pid(word)).isEqualTo(header.pid());
    assertThat(PacketHeader.continuity(word)).isEqualTo(header.continuity());
  }

  @Test
  void anotherFirstByteIsMalformed() {
    assertThatThrownBy(() -> PacketHeader.read(Bytes.ofHex("48400010").buffer()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("0x48");
  }

  private static ByteBuf written(PacketHeader header) {
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    return out;
  }
}
