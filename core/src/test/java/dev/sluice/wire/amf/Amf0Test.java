package dev.sluice.wire.amf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.AmfValue.Int;
import dev.sluice.wire.amf.AmfValue.Str;
import dev.sluice.wire.amf.AmfValue.StrictArray;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Amf0Test {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "00 3FF0000000000000                        | Num[value=1.0]",
        "01 01                                      | Bool[value=true]",
        "01 00                                      | Bool[value=false]",
        "02 0004 6C697665                           | Str[value=live]",
        "02 0002 C3A9                               | Str[value=é]",
        "05                                         | Null[]",
        "06                                         | Undefined[]",
        "07 0003                                    | Reference[index=3, amf3=false]",
        "0B 4000000000000000 FFC4                   | Date[epochMs=2.0, timeZoneMinutes=-60]",
        "0F 00000002 3C61                           | Xml[text=<a]",
        "0A 00000002 05 01 01              | StrictArray[items=[Null[], Bool[value=true]]]",
        "03 0001 62 05 0001 61 05 000009   | Obj[properties={b=Null[], a=Null[]}]",
        "08 00000001 0001 61 05 000009     | EcmaArray[properties={a=Null[]}]",
        "10 0001 43 0001 61 05 000009  | TypedObject[className=C, properties={a=Null[]}]",
        "11 04 8100                                 | Int[value=128]",
        "11 0C 03 AB                                | ByteArray[bytes=ab]",
      })
  void readsAndWrites(String hex, String text) {
    ByteBuf bytes = hex(hex);
    AmfValue value = Amf0.read(bytes.duplicate());
    assertThat(value).hasToString(text);
    assertThat(written(value)).isEqualTo(bytes);
  }

  @ParameterizedTest(name = "every truncation of {0}")
  @ValueSource(
      strings = {
        "00 3FF0000000000000",
        "01 01",
        "02 0004 6C697665",
        "07 0003",
        "0B 4000000000000000 FFC4",
        "0C 00000002 3C61",
        "0F 00000002 3C61",
        "0A 00000002 05 01 01",
        "11 04 81 00",
      })
  void refusesWhatEndsInsideAValue(String text) {
    ByteBuf bytes = hex(text);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThatThrownBy(() -> Amf0.read(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "03 0001 61 05", // no end marker at all
        "03 0001 61 05 0000", // its last byte missing
        "03 0001 61 05 000009",
        "08 000000FF 0001 61 05 000009", // count too large
        "08 00000000 0001 61 05 000009", // count too small
        "08 00000000 0001 61 05",
      })
  void toleratesMissingEndMarkersAndWrongCounts(String text) {
    AmfValue value = Amf0.readAll(hex(text)).getFirst();
    assertThat(((AmfValue.Named) value).properties())
        .isEqualTo(AmfProperties.builder().put("a", AmfValue.NULL).build());
  }

  @Test
  void truncatedObjectsAreRefusedInsideAPropertyAndEndBetweenTwo() {
    ByteBuf bytes = hex("03 0001 61 02 0001 62 0001 63 01 01 000009");
    List<Integer> accepted = List.of(1, 8, 13, 15, 16); // between two properties, or inside the end
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf truncated = bytes.slice(0, length);
      if (accepted.contains(length)) {
        assertThat(Amf0.read(truncated)).isInstanceOf(AmfValue.Obj.class);
      } else {
        assertThatThrownBy(() -> Amf0.read(truncated)).isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void emptyNameWithAValueIsAProperty() {
    assertThat(Amf0.read(hex("08 00000001 0000 01 01 000009")))
        .hasToString("EcmaArray[properties={=Bool[value=true]}]");
  }

  @ParameterizedTest(name = "marker {0}")
  @ValueSource(strings = {"09", "12", "FF", "11 12"})
  void refusesUnknownMarkers(String text) {
    assertThatThrownBy(() -> Amf0.read(hex(text)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("marker");
  }

  @ParameterizedTest(name = "marker {0}")
  @ValueSource(strings = {"04", "0E"})
  void refusesReservedTypes(String text) {
    assertThatThrownBy(() -> Amf0.read(hex(text))).isInstanceOf(UnsupportedException.class);
  }

  @Test
  void readsAWholeCommand() {
    ByteBuf message = Unpooled.buffer();
    Amf0.writeAll(
        message,
        AmfValue.of("connect"),
        AmfValue.of(1),
        AmfProperties.builder()
            .put("app", "live")
            .put("capabilities", 239)
            .put("fpad", true)
            .put("nested", AmfProperties.builder().put("x", 1).object())
            .object());
    List<AmfValue> values = Amf0.readAll(message);
    assertThat(values.subList(0, 2)).containsExactly(AmfValue.of("connect"), AmfValue.of(1));
    AmfProperties properties = ((AmfValue.Obj) values.get(2)).properties();
    assertThat(properties.string("app")).isEqualTo("live");
    assertThat(properties.string("capabilities")).isNull();
    assertThat(properties.number("capabilities", 0)).isEqualTo(239);
    assertThat(properties.number("app", -1)).isEqualTo(-1);
    assertThat(properties.bool("fpad", false)).isTrue();
    assertThat(properties.bool("absent", true)).isTrue();
    AmfProperties nested = properties.object("nested");
    assertThat(nested).isEqualTo(AmfProperties.builder().put("x", 1).build());
    assertThat(properties.object("app")).isNull();
  }

  @Test
  void stringsPast64KibibytesAreLong() {
    for (int length : new int[] {65_535, 65_536, AmfLimits.MAX_STRING_BYTES}) {
      ByteBuf bytes = written(new Str("x".repeat(length)));
      assertThat(bytes.getByte(0)).isEqualTo((byte) (length > 65_535 ? 0x0C : 0x02));
      assertThat(Amf0.read(bytes)).isEqualTo(new Str("x".repeat(length)));
    }
    ByteBuf tooLong = written(new Str("x".repeat(AmfLimits.MAX_STRING_BYTES + 1)));
    assertLimit(tooLong, "bytes in one string");
  }

  @Test
  void depthIsLimited() {
    assertThat(Amf0.read(nested(AmfLimits.MAX_DEPTH))).isInstanceOf(StrictArray.class);
    assertLimit(nested(AmfLimits.MAX_DEPTH + 1), "levels of nesting");
  }

  private static ByteBuf nested(int levels) {
    AmfValue value = AmfValue.NULL;
    for (int i = 0; i < levels; i++) {
      value = new StrictArray(List.of(value));
    }
    return written(value);
  }

  @Test
  void depthIsLimitedAcrossAvmplus() {
    ByteBuf bytes = Unpooled.buffer();
    for (int i = 0; i < AmfLimits.MAX_DEPTH; i++) {
      bytes.writeByte(Amf0.STRICT_ARRAY).writeInt(1);
    }
    assertLimit(bytes.writeBytes(hex("11 09 01 01")), "levels of nesting");
  }

  @Test
  void valuesAreLimited() {
    ByteBuf most = Unpooled.buffer().writeZero(0);
    most.writeByte(Amf0.STRICT_ARRAY).writeInt(AmfLimits.MAX_VALUES - 1);
    most.writeBytes(nulls(AmfLimits.MAX_VALUES - 1));
    assertThat(Amf0.readAll(most)).hasSize(1);
    assertThat(Amf0.readAll(nulls(AmfLimits.MAX_VALUES))).hasSize(AmfLimits.MAX_VALUES);
    ByteBuf tooMany = nulls(AmfLimits.MAX_VALUES + 1);
    assertThatThrownBy(() -> Amf0.readAll(tooMany))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("values in one message");
    assertLimit(
        Unpooled.buffer().writeByte(Amf0.STRICT_ARRAY).writeInt(AmfLimits.MAX_VALUES),
        "values in one message");
  }

  private static ByteBuf nulls(int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) Amf0.NULL);
    return Unpooled.wrappedBuffer(bytes);
  }

  @Test
  void propertiesAreLimited() {
    assertThat(Amf0.read(objectOf(AmfLimits.MAX_PROPERTIES))).isInstanceOf(AmfValue.Obj.class);
    assertLimit(objectOf(AmfLimits.MAX_PROPERTIES + 1), "properties of one object");
  }

  private static ByteBuf objectOf(int count) {
    var properties = AmfProperties.builder();
    for (int i = 0; i < count; i++) {
      properties.put("p" + i, AmfValue.NULL);
    }
    return written(properties.object());
  }

  @Test
  void namesAreLimitedAsTheyWouldBeWritten() {
    String most = "n".repeat(AmfLimits.MAX_NAME_BYTES);
    AmfProperties one = AmfProperties.builder().put(most, 1).build();
    assertThat(Amf0.read(written(new AmfValue.TypedObject(most, one))))
        .isEqualTo(new AmfValue.TypedObject(most, one));
    AmfProperties longer = AmfProperties.builder().put(most + "n", 1).build();
    assertLimit(written(new AmfValue.Obj(longer)), "bytes in one name");
    assertLimit(written(new AmfValue.TypedObject(most + "n", one)), "bytes in one name");
    ByteBuf noUtf8 = Unpooled.buffer().writeBytes(hex("03 0156"));
    for (int i = 0; i < 0x156; i++) {
      noUtf8.writeByte(0xFF); // becomes U+FFFD, three bytes
    }
    assertLimit(noUtf8.writeByte(Amf0.NULL), "bytes in one name");
  }

  @Test
  void textIsLimitedInSum() {
    AmfValue quarter = new Str("x".repeat(AmfLimits.MAX_TEXT_BYTES / 4));
    ByteBuf most = written(new StrictArray(List.of(quarter, quarter, quarter, quarter)));
    assertThat(Amf0.read(most)).isInstanceOf(StrictArray.class);
    AmfValue more = new StrictArray(List.of(quarter, quarter, quarter, quarter, new Str("x")));
    assertLimit(written(more), "bytes of text");
  }

  @Test
  void countsThatLieAllocateNothing() {
    assertThatThrownBy(() -> Amf0.read(hex("0A 0000FFF0 05 05")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("AMF: 65520 items announced, 2 bytes left");
    assertLimit(hex("0A FFFFFFFF 05"), "values in one message");
    assertLimit(hex("0C FFFFFFFF 05"), "bytes in one string");
  }

  @Test
  void referencesOfTheOtherFormatAreWrittenAsUndefined() {
    assertThat(written(new AmfValue.Reference(70_000, true))).isEqualTo(hex("06"));
  }

  @Test
  void whatIsWrittenIsRead() {
    Seeds.run(
        500,
        random -> {
          AmfValue value = RandomValues.value(random, 0);
          ByteBuf bytes = written(value);
          assertThat(Amf0.read(bytes)).isEqualTo(value);
          assertThat(bytes.isReadable()).isFalse();
        });
  }

  @Test
  void integersHave29Bits() {
    for (int value : new int[] {0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152}) {
      assertThat(Amf0.read(written(new Int(value)))).isEqualTo(new Int(value));
      assertThat(Amf0.read(written(new Int(-value)))).isEqualTo(new Int(-value));
    }
    assertThat(Amf0.read(written(new Int(Int.MAX)))).isEqualTo(new Int(Int.MAX));
    assertThat(Amf0.read(written(new Int(Int.MIN)))).isEqualTo(new Int(Int.MIN));
    assertThat(AmfProperties.builder().put("i", new Int(-5)).build().number("i", 0)).isEqualTo(-5);
  }

  @Test
  void buildersKeepTheOrder() {
    AmfProperties first = AmfProperties.builder().put("b", 1).put("a", "x").put("c", true).build();
    AmfProperties second = first.toBuilder().remove("a").put("d", AmfValue.NULL).build();
    assertThat(second.asMap().keySet()).containsExactly("b", "c", "d");
    assertThat(first.asMap().keySet()).containsExactly("b", "a", "c");
    assertThat(Bytes.copyOf(written(new AmfValue.EcmaArray(second))).toString())
        .startsWith("0800000003000162");
  }

  private static void assertLimit(ByteBuf bytes, String name) {
    assertThatThrownBy(() -> Amf0.read(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("too many " + name);
  }

  static ByteBuf hex(String text) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  private static ByteBuf written(AmfValue value) {
    ByteBuf out = Unpooled.buffer();
    Amf0.write(value, out);
    return out;
  }
}
