package dev.sluice.wire.amf;

import static dev.sluice.wire.amf.Amf0Test.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Amf3Test {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "00                         | Undefined[]",
        "01                         | Null[]",
        "02                         | Bool[value=false]",
        "03                         | Bool[value=true]",
        "04 7F                      | Int[value=127]",
        "04 8100                    | Int[value=128]",
        "04 FFFF7F                  | Int[value=2097151]",
        "04 80C08000                | Int[value=2097152]",
        "04 BFFFFFFF                | Int[value=268435455]",
        "04 FFFFFFFF                | Int[value=-1]",
        "04 C0808000                | Int[value=-268435456]",
        "05 3FF0000000000000        | Num[value=1.0]",
        "06 01                      | Str[value=]",
        "06 05 6162                 | Str[value=ab]",
        "08 01 4000000000000000     | Date[epochMs=2.0, timeZoneMinutes=0]",
        "09 05 01 01 03             | StrictArray[items=[Null[], Bool[value=true]]]",
        "09 01 03 61 01 01          | EcmaArray[properties={a=Null[]}]",
        "0A 0B 01 03 61 01 01       | Obj[properties={a=Null[]}]",
        "0A 0B 03 43 03 61 01 01    | TypedObject[className=C, properties={a=Null[]}]",
        "0B 05 3C61                 | Xml[text=<a]",
        "0C 03 AB                   | ByteArray[bytes=ab]",
        "0D 03 01 FFFFFFFF  | Vector[element=INT, fixed=true, className=, items=[Num[value=-1.0]]]",
        "0E 03 00 00000007  | Vector[element=UINT, fixed=false, className=, items=[Num[value=7.0]]]",
        "10 03 00 03 43 01  | Vector[element=OBJECT, fixed=false, className=C, items=[Null[]]]",
        "11 03 00 01 03     | Dictionary[weakKeys=false, entries=[Entry[key=Null[],"
            + " value=Bool[value=true]]]]",
      })
  void readsAndWrites(String hex, String text) {
    ByteBuf bytes = hex(hex);
    AmfValue value = Amf3.read(bytes.duplicate());
    assertThat(value).hasToString(text);
    assertThat(written(value)).isEqualTo(bytes);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThatThrownBy(() -> Amf3.read(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        // a string by reference
        "09 05 01 06 03 61 06 00 | StrictArray[items=[Str[value=a], Str[value=a]]]",
        // two objects of one class with a sealed member, the second by reference to the traits
        "09 05 01 0A 13 03 43 03 61 04 01 0A 01 04 02"
            + "| StrictArray[items=[TypedObject[className=C, properties={a=Int[value=1]}],"
            + " TypedObject[className=C, properties={a=Int[value=2]}]]]",
        // a reference to the array that it is in
        "09 03 01 0A 00 | StrictArray[items=[Reference[index=0, amf3=true]]]",
        // named and unnamed items
        "09 03 03 61 01 01 03 | EcmaArray[properties={a=Null[], 0=Bool[value=true]}]",
        "07 03 61 | Xml[text=a]",
      })
  void readsWhatIsNeverWritten(String hex, String text) {
    assertThat(Amf3.read(hex(hex))).hasToString(text);
  }

  @Test
  void valuesOfAMessageShareTheirTables() {
    assertThat(Amf3.readAll(hex("06 03 61 06 00")))
        .containsExactly(AmfValue.of("a"), AmfValue.of("a"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"06 00", "09 00", "0A 01", "0A 02", "0C 00", "08 02"})
  void refusesReferencesToNothing(String hex) {
    assertThatThrownBy(() -> Amf3.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("reference");
  }

  @Test
  void refusesExternalizableObjectsByName() {
    assertThatThrownBy(() -> Amf3.read(hex("0A 07 03 43 00")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'C'");
  }

  @Test
  void countsThatLieAllocateNothing() {
    for (String bomb :
        new String[] {
          "09 83FFE1 01 01", "0D 83FFE1 00 00", "0F 83FFE1 00", "11 83FFE1 00 01", "0A 83FFF3 01",
          "09 FFFFFFFF 01", "0C FFFFFFFF 00", "0D FFFFFFFF 00", "0A FFFFFFFB 01", "06 FFFFFFFF"
        }) {
      assertThatThrownBy(() -> Amf3.read(hex(bomb))).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void repeatedStringsCountEachTime() {
    ByteBuf bytes = Unpooled.buffer();
    Amf3.write(AmfValue.of("x".repeat(AmfLimits.MAX_TEXT_BYTES / 4)), bytes);
    for (int i = 0; i < 3; i++) {
      bytes.writeByte(Amf3.STRING).writeByte(0);
    }
    assertThat(Amf3.readAll(bytes.duplicate())).hasSize(4);
    Amf3.write(AmfValue.of("x"), bytes);
    assertThatThrownBy(() -> Amf3.readAll(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("bytes of text");
  }

  @Test
  void propertiesAreLimitedInEveryForm() {
    ByteBuf dynamic = Unpooled.buffer().writeBytes(hex("0A 0B 01"));
    ByteBuf mixed = Unpooled.buffer().writeBytes(hex("09 03"));
    for (int i = 0; i < AmfLimits.MAX_PROPERTIES; i++) {
      for (ByteBuf each : new ByteBuf[] {dynamic, mixed}) {
        each.writeByte(9).writeBytes("%04x".formatted(i).getBytes(US_ASCII)).writeByte(1);
      }
    }
    assertThat(Amf3.read(dynamic.duplicate().writeByte(1))).isInstanceOf(AmfValue.Obj.class);
    dynamic.writeBytes(hex("03 61 01 01"));
    mixed.writeBytes(hex("01 01"));
    for (ByteBuf each : new ByteBuf[] {dynamic, mixed}) {
      assertThatThrownBy(() -> Amf3.read(each))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("properties of one object");
    }
  }

  @Test
  void namesAreLimitedInEveryForm() {
    String name = "n".repeat(AmfLimits.MAX_NAME_BYTES + 1);
    AmfProperties longer = AmfProperties.builder().put(name, 1).build();
    for (AmfValue value :
        new AmfValue[] {
          new AmfValue.Obj(longer),
          new AmfValue.EcmaArray(longer),
          new AmfValue.TypedObject(name, AmfProperties.EMPTY),
          new AmfValue.Vector(AmfValue.Vector.Element.OBJECT, false, name, List.of())
        }) {
      assertThatThrownBy(() -> Amf3.read(written(value)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("bytes in one name");
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    Seeds.run(
        500,
        random -> {
          AmfValue value = RandomValues.value(random, 0);
          ByteBuf bytes = written(value);
          assertThat(Amf3.read(bytes)).isEqualTo(value);
          assertThat(bytes.isReadable()).isFalse();
        });
  }

  @Test
  void referencesOfTheOtherFormatAreWrittenAsUndefined() {
    assertThat(written(new AmfValue.Reference(7, false))).isEqualTo(hex("00"));
  }

  private static ByteBuf written(AmfValue value) {
    ByteBuf out = Unpooled.buffer();
    Amf3.write(value, out);
    return out;
  }
}
