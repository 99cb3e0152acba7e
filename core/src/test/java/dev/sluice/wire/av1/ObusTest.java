package dev.sluice.wire.av1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObusTest {
  private final ObuIndex index = new ObuIndex();

  @ParameterizedTest(name = "{0} is {1}, written {2}")
  @CsvSource({
    "00, 0, 00",
    "7F, 127, 7F",
    "8001, 128, 8001",
    "FF7F, 16383, FF7F",
    "808001, 16384, 808001",
    "E58E26, 624485, E58E26",
    "FFFFFFFF07, 2147483647, FFFFFFFF07",
    "8000, 0, 00",
    "FF80808080808000, 127, 7F",
  })
  void readsAndWritesNumbers(String hex, int value, String written) {
    ByteBuf in = hex(hex);
    assertThat(Leb128.read(in)).isEqualTo(value);
    assertThat(in.isReadable()).isFalse();
    ByteBuf out = Unpooled.buffer();
    Leb128.write(value, out);
    assertThat(out).isEqualTo(hex(written));
    assertThat(Leb128.size(value)).isEqualTo(out.readableBytes());
  }

  @Test
  void readsTheLargestNumber() {
    assertThat(Leb128.read(hex("FFFFFFFF0F"))).isEqualTo(0xFFFF_FFFFL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "8080808080808080", "808080808080808000", "8080808010"})
  void refusesNumbers(String hex) {
    assertThatThrownBy(() -> Leb128.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("leb128");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "1200 0A02AABB 320100, 2: | 1: aabb | 6: 00",
    "1200 30010203, 2: | 6: 010203", // the last one without size
    "3608 02AABB, 6: aabb", // extension
    "3408 AABB, 6: aabb",
    "328100 AA, 6: aa", // a size of two bytes
    "32 00, 6:",
    "30, 6:",
    "'', ''",
  })
  void listsObus(String hex, String expected) {
    ByteBuf in = hex(hex);
    index.read(in);
    assertThat(String.join(" | ", listed(in))).isEqualTo(expected);
    assertThat(in.readerIndex()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"32", "3202AA", "34", "36", "3608", "B20100", "1200 B200", "32FF"})
  void refuses(String hex) {
    assertThatThrownBy(() -> index.read(hex(hex))).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "3001, 320101",
    "3408AABB, 360802aabb",
    "3202AABB, 3202aabb",
    "328100AA, 3201aa",
    "30, 3200",
  })
  void writesSizes(String hex, String sized) {
    ByteBuf in = hex(hex);
    index.read(in);
    ByteBuf out = Unpooled.buffer();
    index.writeSized(in, 0, out);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(sized);
    assertThat(index.sizedBytes(in, 0)).isEqualTo(out.readableBytes());
    assertThat(index.hasSize(in, 0)).isEqualTo((in.getByte(0) & 2) != 0);
  }

  @Test
  void obusAreLimited() {
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < ObuIndex.MAX_OBUS; i++) {
      in.writeShort(0x3200);
    }
    index.read(in);
    assertThat(index.count()).isEqualTo(ObuIndex.MAX_OBUS);
    in.writeShort(0x3200);
    assertThatThrownBy(() -> index.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessage("temporal unit of more than 8192 OBUs");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "000001 1200 000001 3001, 1200 320101", // a delimiter ends in a zero of its own
    "00000001 1200 000001 320101, 1200 320101",
    "000001 3202AABB 0000, 3202AABB", // zeros that are stuffing
    "000001 3000000302 000001 30000003, 3203000002 32020000", // emulation prevention
    "000001 3205000003000003010000 000001 30, 32050000000001 3200",
    "000001 3400AA 000001 3608 01BB, 360001AA 360801BB",
    "000001 000001 3001, 320101", // nothing between two
    "'', ''",
    "0000, ''",
  })
  void readsTheFormOfTransportStreams(String hex, String expected) {
    ByteBuf out = Unpooled.buffer();
    TsObus.toLowOverhead(hex(hex), out);
    assertThat(out).isEqualTo(hex(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1200", "01000001", "000001 3203AA", "000001 32", "000001 34", "000001 36"})
  void refusesTheFormOfTransportStreams(String hex) {
    assertThatThrownBy(() -> TsObus.toLowOverhead(hex(hex), Unpooled.buffer()))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "000001, true",
    "00000001, true",
    "000000, true",
    "0000, false",
    "1200, false",
    "000002, false",
    "0A0B0C, false"
  })
  void knowsTheFormOfTransportStreams(String hex, boolean startCoded) {
    assertThat(TsObus.isStartCoded(hex(hex))).isEqualTo(startCoded);
  }

  @FuzzTest
  void anyBytesAreListedOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      index.read(in);
      ByteBuf sized = Unpooled.buffer();
      int bytes = 0;
      for (int i = 0; i < index.count(); i++) {
        bytes += index.sizedBytes(in, i);
        index.writeSized(in, i, sized);
      }
      assertThat(sized.readableBytes()).isEqualTo(bytes);
      List<String> obus = listed(in);
      index.read(sized);
      assertThat(listed(sized)).isEqualTo(obus);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    ByteBuf out = Unpooled.buffer();
    try {
      TsObus.toLowOverhead(in, out);
      index.read(out);
      assertThat(out.readableBytes()).isLessThanOrEqualTo(input.length + 3);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  private List<String> listed(ByteBuf in) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < index.count(); i++) {
      String payload = ByteBufUtil.hexDump(in, index.payload(i), index.end(i) - index.payload(i));
      found.add((Obu.type(in.getByte(index.offset(i))) + ": " + payload).trim());
    }
    return found;
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
