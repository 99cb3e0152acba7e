package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.event.Spill.Line;
import dev.sluice.event.Spill.Replay;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file of what is left: every line, every truncation, every damaged bit. */
class SpillTest {
  private static ByteBuf written(Line... lines) {
    ByteBuf out = Unpooled.buffer();
    for (Line line : lines) {
      Spill.write(line, out);
    }
    return out;
  }

  private static Line added(String json) {
    return new Line.Added(json);
  }

  @Test
  void aLineHasLengthAndChecksum() {
    assertThat(ByteBufUtil.hexDump(written(added("{}"), new Line.Done(1), new Line.Dropped(0, 2))))
        .isEqualTo(
            "00000003"
                + "%08x".formatted(crc("457b7d"))
                + "457b7d"
                + "00000005"
                + "%08x".formatted(crc("4100000001"))
                + "4100000001"
                + "00000009"
                + "%08x".formatted(crc("440000000000000002"))
                + "440000000000000002");
  }

  private static int crc(String hex) {
    var crc = new CRC32C();
    crc.update(HexFormat.of().parseHex(hex));
    return (int) crc.getValue();
  }

  @Test
  void whatIsLeftIsWhatWasAddedWithoutWhatIsDone() {
    ByteBuf file =
        written(
            added("a"),
            added("b"),
            added("ü"),
            new Line.Done(1), // b ü
            added("d"),
            new Line.Dropped(1, 1), // b d
            added("e"),
            new Line.Done(2));
    int size = file.readableBytes();
    assertThat(Spill.read(file)).isEqualTo(new Replay(List.of("e"), size));
    assertThat(Spill.read(Unpooled.EMPTY_BUFFER)).isEqualTo(new Replay(List.of(), 0));
  }

  @Test
  void aTailThatIsCutOffIsNotThere() {
    ByteBuf file = written(added("first"), added("second"));
    int first = written(added("first")).readableBytes();
    for (int length = 0; length < file.readableBytes(); length++) {
      Replay replay = Spill.read(file.slice(0, length));
      boolean one = length >= first;
      assertThat(replay).isEqualTo(new Replay(one ? List.of("first") : List.of(), one ? first : 0));
    }
  }

  @Test
  void whateverBitIsDamagedNothingWrongIsRead() {
    ByteBuf file = written(added("first"), new Line.Done(1), added("second"));
    int size = file.readableBytes();
    for (int bit = 0; bit < 8 * size; bit++) {
      ByteBuf damaged = file.copy();
      damaged.setByte(bit / 8, damaged.getByte(bit / 8) ^ 1 << bit % 8);
      Replay replay = Spill.read(damaged);
      assertThat(replay.goodBytes()).as("bit %d", bit).isLessThan(size);
      assertThat(replay.left()).isIn(List.of(), List.of("first"));
    }
  }

  static List<ByteBuf> impossible() {
    ByteBuf unknown = Unpooled.buffer().writeInt(1).writeInt(crc("58")).writeByte('X');
    ByteBuf cut = Unpooled.buffer().writeInt(2).writeInt(crc("4100")).writeShort(0x4100);
    return List.of(
        written(new Line.Done(1)),
        written(new Line.Done(-1)),
        written(new Line.Dropped(0, 1)),
        written(new Line.Dropped(-1, 1)),
        written(new Line.Dropped(Integer.MAX_VALUE, Integer.MAX_VALUE)),
        Unpooled.buffer().writeInt(0).writeInt(0),
        Unpooled.buffer().writeInt(-1).writeInt(0),
        unknown,
        cut);
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatCannotBeIsDamage(ByteBuf line) {
    assertThat(Spill.read(line)).isEqualTo(new Replay(List.of(), 0));
  }

  @Test
  void aLineHasItsBound() {
    String most = "x".repeat(Spill.MAX_LINE - 1);
    assertThat(Spill.read(written(added(most))).left()).containsExactly(most);
    assertThatThrownBy(() -> written(added(most + "x")))
        .isInstanceOf(IllegalArgumentException.class);
    ByteBuf longer = Unpooled.buffer().writeInt(Spill.MAX_LINE + 1).writeInt(0);
    assertThat(Spill.read(longer.writeZero(Spill.MAX_LINE + 1)).goodBytes()).isZero();
  }

  @FuzzTest
  void anyFileIsReadUpToItsDamage(byte[] input) {
    Replay replay = Spill.read(Unpooled.wrappedBuffer(input));
    assertThat(replay.goodBytes()).isBetween(0, input.length);
    Replay good = Spill.read(Unpooled.wrappedBuffer(input, 0, replay.goodBytes()));
    assertThat(good).isEqualTo(replay);
    // what is left, written anew, is the same
    ByteBuf anew = written(replay.left().stream().map(Line.Added::new).toArray(Line[]::new));
    int size = anew.readableBytes();
    assertThat(Spill.read(anew)).isEqualTo(new Replay(replay.left(), size));
  }
}
