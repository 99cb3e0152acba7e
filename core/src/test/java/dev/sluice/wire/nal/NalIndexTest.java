package dev.sluice.wire.nal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NalIndexTest {
  private final NalIndex units = new NalIndex();

  @ParameterizedTest(name = "{1} with lengths of {0}: {2}")
  @CsvSource({
    "4, 00000002 6588, 6588",
    "4, 00000002 0688 00000001 41, 0688 41",
    "2, 0002 6588 0000 0001 67, 6588 67",
    "1, 02 6588 01 68, 6588 68",
    "4, '', ''",
    "4, 00000000, ''",
  })
  void listsUnitsBehindLengths(int lengthSize, String hex, String expected) {
    ByteBuf in = hex(hex);
    units.readLengthPrefixed(in, lengthSize);
    assertThat(String.join(" ", listed(in))).isEqualTo(expected);
    assertThat(in.readerIndex()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00000003 6588", "FFFFFFFF 6588", "000000", "00000001 65 00", "80000000 65"})
  void refusesWhatReachesPastTheEnd(String hex) {
    assertThatThrownBy(() -> units.readLengthPrefixed(hex(hex), 4))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("reaches past the end");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "000001 6588, 6588",
    "00000001 6588, 6588",
    "0000000000 000001 6588 0000, 6588", // zeros before and behind
    "00000001 67 000001 68 00000001 65000388, 67 68 65000388",
    "000001 65 00000000000000 000001 41, 65 41",
    "000001 000001 65, 65", // an empty unit
    "000001, ''",
    "0000, ''",
    "'', ''",
    "000001 65000002 000001 41, 65000002 41",
    "000001 6500 01, 650001", // one zero is no start code
    "000001 65 0000, 65",
    "00000001 0102030405060708090A0B0C0D0E0F 000001 11, 0102030405060708090a0b0c0d0e0f 11",
  })
  void listsUnitsOfByteStreams(String hex, String expected) {
    ByteBuf in = hex(hex);
    units.readByteStream(in);
    assertThat(String.join(" ", listed(in))).isEqualTo(expected);
    assertThat(in.readerIndex()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"65", "0065 000001 65", "000002", "0100 000001 65"})
  void refusesByteStreamsThatBeginOtherwise(String hex) {
    assertThatThrownBy(() -> units.readByteStream(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("allowed are zeros and a start code");
  }

  /** Few kinds of bytes, so that zeros and start codes meet in every place of a word. */
  @Test
  void findsEveryStartCode() {
    Seeds.run(
        300,
        random -> {
          byte[] bytes = new byte[random.nextInt(80)];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) new int[] {0, 0, 0, 1, 1, 2, 0x80, 0xFF}[random.nextInt(8)];
          }
          ByteBuf in = Unpooled.wrappedBuffer(bytes);
          for (int from = 0; from <= bytes.length; from++) {
            assertThat(NalIndex.startCode(in, from, bytes.length)).isEqualTo(slowly(bytes, from));
          }
        });
  }

  private static int slowly(byte[] bytes, int from) {
    for (int i = from; i + 3 <= bytes.length; i++) {
      if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
        return i;
      }
    }
    return bytes.length;
  }

  @Test
  void unitsAreLimited() {
    ByteBuf prefixed = Unpooled.buffer();
    ByteBuf stream = Unpooled.buffer();
    for (int i = 0; i < NalIndex.MAX_UNITS; i++) {
      prefixed.writeByte(1).writeByte(0x41);
      stream.writeMedium(1).writeByte(0x41);
    }
    units.readLengthPrefixed(prefixed, 1);
    assertThat(units.count()).isEqualTo(NalIndex.MAX_UNITS);
    units.readByteStream(stream);
    assertThat(units.count()).isEqualTo(NalIndex.MAX_UNITS);
    prefixed.writeByte(1).writeByte(0x41);
    stream.writeMedium(1).writeByte(0x41);
    assertThatThrownBy(() -> units.readLengthPrefixed(prefixed, 1))
        .isInstanceOf(MalformedException.class)
        .hasMessage("access unit of more than 16384 NAL units");
    assertThatThrownBy(() -> units.readByteStream(stream)).isInstanceOf(MalformedException.class);
  }

  @Test
  void unitsCanBeRemoved() {
    ByteBuf in = hex("01 67 01 68 02 6588 01 41");
    units.readLengthPrefixed(in, 1);
    units.move(2, 0);
    units.move(3, 1);
    units.truncate(2);
    assertThat(listed(in)).containsExactly("6588", "41");
    units.truncate(5);
    assertThat(units.count()).isEqualTo(2);
  }

  @Test
  void unitsArePutFromOneListIntoAnother() {
    ByteBuf in = hex("000001 67 000001 68 00 000001 000001 6588 0000");
    ByteBuffer bytes = NalIndex.memory(in);
    NalIndex all = new NalIndex();
    all.add(bytes, 3, 4);
    all.add(bytes, 7, 9);
    all.add(bytes, 12, 12); // an empty one
    all.add(bytes, 15, 19);
    all.checkComplete();
    units.takeFrom(all, 7, bytes);
    assertThat(listed(in)).containsExactly("67");
    units.takeFrom(all, 19, bytes);
    assertThat(units.memory()).isSameAs(bytes);
    assertThat(listed(in)).containsExactly("68", "6588");
    assertThat(all.count()).isZero();
    units.moveBy(-4);
    assertThat(listed(in.slice(4, 15))).containsExactly("68", "6588");
    units.clear();
    assertThat(units.count()).isZero();
  }

  @Test
  void aListSaysWhenItIsNotComplete() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0x65});
    NalIndex all = new NalIndex();
    for (int i = 0; i < NalIndex.MAX_UNITS; i++) {
      all.add(bytes, 0, 1);
    }
    all.checkComplete();
    all.add(bytes, 0, 1);
    assertThatThrownBy(all::checkComplete)
        .isInstanceOf(MalformedException.class)
        .hasMessage("access unit of more than 16384 NAL units");
    units.takeFrom(all, 1, bytes);
    assertThatThrownBy(units::checkComplete).isInstanceOf(MalformedException.class);
    units.clear();
    units.checkComplete();
  }

  @FuzzTest
  void anyBytesAreListedOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      units.readByteStream(in);
      for (int i = 0; i < units.count(); i++) {
        assertThat(units.length(i)).isPositive();
        int end = units.offset(i) + units.length(i);
        assertThat(end).isLessThanOrEqualTo(input.length);
        assertThat(NalIndex.startCode(in, units.offset(i), end)).isEqualTo(end);
        assertThat(input[end - 1]).isNotZero();
      }
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    for (int lengthSize : new int[] {1, 2, 4}) {
      try {
        units.readLengthPrefixed(in, lengthSize);
        int at = 0;
        for (int i = 0; i < units.count(); i++) {
          assertThat(units.offset(i)).isGreaterThanOrEqualTo(at + lengthSize);
          at = units.offset(i) + units.length(i);
        }
        assertThat(at).isLessThanOrEqualTo(input.length);
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }

  private List<String> listed(ByteBuf in) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < units.count(); i++) {
      found.add(ByteBufUtil.hexDump(in, units.offset(i), units.length(i)));
    }
    return found;
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
