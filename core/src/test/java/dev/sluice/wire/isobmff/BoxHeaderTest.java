package dev.sluice.wire.isobmff;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoxHeaderTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "00000008 66726565, free, 0, 8, false",
    "0000000C 6D646174, mdat, 4, 8, false",
    "FFFFFFFF 6D646174, mdat, 4294967287, 8, false",
    "00000000 6D646174, mdat, -1, 8, false",
    "00000001 6D646174 0000000100000000, mdat, 4294967280, 16, false",
    "00000001 6D646174 0000000000000010, mdat, 0, 16, false",
    "00000020 75756964 000102030405060708090A0B0C0D0E0F, uuid, 8, 24, true",
    "00000001 75756964 0000000000000020 000102030405060708090A0B0C0D0E0F, uuid, 0, 32, true",
    "00000000 75756964 000102030405060708090A0B0C0D0E0F, uuid, -1, 24, true",
  })
  void readsAndWrites(String hex, String type, long bodySize, int size, boolean user) {
    ByteBuf bytes = BoxCase.hex(hex);
    BoxHeader header = requireNonNull(BoxHeader.read(bytes.duplicate()));
    Bytes userType = user ? Bytes.ofHex("000102030405060708090A0B0C0D0E0F") : null;
    assertThat(header).isEqualTo(new BoxHeader(BoxType.of(type), bodySize, size, userType));
    assertThat(header.boxSize()).isEqualTo(bodySize < 0 ? -1 : bodySize + size);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out).isEqualTo(bytes);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThat(BoxHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000007 66726565",
        "00000002 66726565",
        "00000001 6D646174 000000000000000F",
        "00000001 6D646174 8000000000000000",
        "00000010 75756964 000102030405060708090A0B0C0D0E0F",
      })
  void refusesSizesThatCannotBe(String hex) {
    assertThatThrownBy(() -> BoxHeader.read(BoxCase.hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("allowed are 0 and");
  }

  @Test
  void takesTheLongFormWhenItHasTo() {
    assertThat(BoxHeader.of(BoxType.MDAT, 0xFFFF_FFF7L).size()).isEqualTo(8);
    assertThat(BoxHeader.of(BoxType.MDAT, 0xFFFF_FFF8L).size()).isEqualTo(16);
  }

  @Test
  void namesTypes() {
    assertThat(BoxType.text(BoxType.URL)).isEqualTo("url ");
    assertThat(BoxType.text(BoxType.of("©nam"))).isEqualTo("A96E616D");
    assertThatThrownBy(() -> BoxType.of("abc")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void walksThroughBoxes() {
    ByteBuf body = BoxCase.hex("0000000A 66726565 AABB 00000000 736B6970 CC");
    Boxes boxes = Boxes.in(body, BoxType.UDTA);
    assertThat(boxes.next()).isEqualTo(BoxCase.hex("AABB"));
    assertThat(boxes.type()).isEqualTo(BoxType.FREE);
    assertThat(boxes.next()).isEqualTo(BoxCase.hex("CC"));
    assertThat(boxes.type()).isEqualTo(BoxType.SKIP);
    assertThat(boxes.next()).isNull();
    assertThat(body.readerIndex()).isZero();
    assertThat(Boxes.find(BoxType.SKIP, body, BoxType.UDTA)).isEqualTo(BoxCase.hex("CC"));
    assertThat(Boxes.find(BoxType.MDAT, body, BoxType.UDTA)).isNull();
  }

  @Test
  void theBodyOfAUserBoxBeginsWithItsType() {
    String user = "000102030405060708090A0B0C0D0E0F";
    Boxes boxes =
        Boxes.in(BoxCase.hex("0000001A 75756964" + user + "AABB 00000008 66726565"), BoxType.UDTA);
    assertThat(boxes.next()).isEqualTo(BoxCase.hex(user + "AABB"));
    assertThat(boxes.type()).isEqualTo(BoxType.UUID);
    assertThat(boxes.next()).isEqualTo(BoxCase.hex(""));
    assertThat(boxes.type()).isEqualTo(BoxType.FREE);
  }

  @Test
  void boxesEndWithTheBoxAroundThem() {
    assertThat(Boxes.in(BoxCase.hex("00000000"), BoxType.UDTA).next()).isNull();
    assertThatThrownBy(() -> Boxes.in(BoxCase.hex("0000000B 66726565 AABB"), BoxType.UDTA).next())
        .isInstanceOf(MalformedException.class)
        .hasMessage("box 'free' of 11 bytes reaches 1 bytes past the end of 'udta'");
    assertThatThrownBy(() -> Boxes.in(BoxCase.hex("00000001 66726565 00"), BoxType.UDTA).next())
        .isInstanceOf(MalformedException.class)
        .hasMessage("box 'udta' ends in the header of a box in it");
  }

  @Test
  void thereAreNotAnyNumberOfBoxes() {
    ByteBuf body = Unpooled.buffer();
    for (int i = 0; i < BoxLimits.MAX_CHILDREN + 1; i++) {
      body.writeInt(8).writeInt(BoxType.FREE);
    }
    Boxes boxes = Boxes.in(body, BoxType.UDTA);
    for (int i = 0; i < BoxLimits.MAX_CHILDREN; i++) {
      assertThat(boxes.next()).isNotNull();
    }
    assertThatThrownBy(boxes::next)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more than 1024 boxes");
  }
}
