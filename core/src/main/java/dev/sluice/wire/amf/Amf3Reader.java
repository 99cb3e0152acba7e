package dev.sluice.wire.amf;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.AmfValue.ByteArray;
import dev.sluice.wire.amf.AmfValue.Date;
import dev.sluice.wire.amf.AmfValue.Dictionary;
import dev.sluice.wire.amf.AmfValue.Int;
import dev.sluice.wire.amf.AmfValue.Reference;
import dev.sluice.wire.amf.AmfValue.StrictArray;
import dev.sluice.wire.amf.AmfValue.TypedObject;
import dev.sluice.wire.amf.AmfValue.Vector;
import dev.sluice.wire.amf.AmfValue.Xml;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** Reads AMF3 values that share one set of reference tables. */
final class Amf3Reader {
  /** A class as announced by its first object: sealed members come by position. */
  private record Traits(String className, boolean dynamic, List<String> sealedNames) {}

  private final AmfInput in;
  private final AmfLimits limits;
  private final List<String> strings = new ArrayList<>();
  private final List<Traits> traits = new ArrayList<>();

  /** Objects so far; only their number is kept because references are not followed. */
  private int objects;

  Amf3Reader(ByteBuf in) {
    this.limits = new AmfLimits();
    this.in = new AmfInput(in, limits);
  }

  Amf3Reader(AmfInput in, AmfLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  AmfValue value() {
    limits.value();
    int marker = in.u8("a type marker");
    return switch (marker) {
      case Amf3.UNDEFINED -> AmfValue.UNDEFINED;
      case Amf3.NULL -> AmfValue.NULL;
      case Amf3.FALSE -> AmfValue.of(false);
      case Amf3.TRUE -> AmfValue.of(true);
      case Amf3.INTEGER -> new Int(u29() << 3 >> 3); // the sign is bit 28
      case Amf3.DOUBLE -> AmfValue.of(in.f64("a double"));
      case Amf3.STRING -> AmfValue.of(string());
      case Amf3.XML_DOCUMENT,
          Amf3.XML,
          Amf3.DATE,
          Amf3.ARRAY,
          Amf3.OBJECT,
          Amf3.BYTE_ARRAY,
          Amf3.VECTOR_INT,
          Amf3.VECTOR_UINT,
          Amf3.VECTOR_DOUBLE,
          Amf3.VECTOR_OBJECT,
          Amf3.DICTIONARY ->
          object(marker);
      default ->
          throw new MalformedException(
              "AMF3 type marker 0x%02X, allowed is 0x00 to 0x11".formatted(marker));
    };
  }

  /** Everything that begins with a reference into the object table or a length behind a 1 bit. */
  private AmfValue object(int marker) {
    int header = u29();
    if ((header & 1) == 0) {
      int index = header >>> 1;
      if (index >= objects) {
        throw outOfTable("object", index, objects);
      }
      return new Reference(index, true);
    }
    objects++;
    int length = header >>> 1;
    limits.enter();
    AmfValue value =
        switch (marker) {
          case Amf3.XML_DOCUMENT, Amf3.XML -> new Xml(in.utf8(length, "XML"));
          case Amf3.DATE -> new Date(in.f64("a date"), 0);
          case Amf3.ARRAY -> array(length);
          case Amf3.OBJECT -> properties(length);
          case Amf3.BYTE_ARRAY -> new ByteArray(Bytes.of(in.bytes(length, "a byte array")));
          case Amf3.DICTIONARY -> dictionary(length);
          default -> vector(Vector.Element.values()[marker - Amf3.VECTOR_INT], length);
        };
    limits.leave();
    return value;
  }

  private AmfValue array(int denseCount) {
    AmfProperties.Builder named = AmfProperties.builder();
    readDynamic(named);
    limits.announced(denseCount, in.readableBytes(), 1);
    if (named.size() == 0) {
      return new StrictArray(values(denseCount));
    }
    AmfLimits.properties(named.size() + denseCount);
    for (int i = 0; i < denseCount; i++) {
      named.put(Integer.toString(i), value());
    }
    return named.ecmaArray();
  }

  private List<AmfValue> values(int count) {
    List<AmfValue> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(value());
    }
    return items;
  }

  private AmfValue properties(int header) {
    Traits type = traits(header);
    AmfProperties.Builder properties = AmfProperties.builder();
    for (String name : type.sealedNames()) {
      limits.text(ByteBufUtil.utf8Bytes(name));
      properties.put(name, value());
    }
    if (type.dynamic()) {
      readDynamic(properties);
    }
    limits.text(ByteBufUtil.utf8Bytes(type.className()));
    return type.className().isEmpty()
        ? properties.object()
        : new TypedObject(type.className(), properties.build());
  }

  /** The header without its object bit: bit 0 traits are here, 1 externalizable, 2 dynamic. */
  private Traits traits(int header) {
    if ((header & 1) == 0) {
      int index = header >>> 1;
      if (index >= traits.size()) {
        throw outOfTable("traits", index, traits.size());
      }
      return traits.get(index);
    }
    String className = AmfLimits.name(string());
    if ((header & 2) != 0) {
      throw new UnsupportedException(
          "AMF3 externalizable object of class '" + className + "': its form is its class's own");
    }
    int count = header >>> 3;
    AmfLimits.properties(count);
    limits.announced(count, in.readableBytes(), 1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(AmfLimits.name(string()));
    }
    Traits type = new Traits(className, (header & 4) != 0, names);
    traits.add(type);
    return type;
  }

  /** Named values up to an empty name. */
  private void readDynamic(AmfProperties.Builder into) {
    int count = into.size();
    for (String name = string(); !name.isEmpty(); name = string()) {
      AmfLimits.name(name);
      AmfLimits.properties(++count);
      into.put(name, value());
    }
  }

  private Vector vector(Vector.Element element, int count) {
    boolean fixed = in.u8("a vector") != 0;
    String className = element == Vector.Element.OBJECT ? AmfLimits.name(string()) : "";
    int itemBytes =
        switch (element) {
          case INT, UINT -> 4;
          case DOUBLE -> 8;
          case OBJECT -> 1;
        };
    limits.announced(count, in.readableBytes(), itemBytes);
    if (element == Vector.Element.OBJECT) {
      return new Vector(element, fixed, className, values(count));
    }
    List<AmfValue> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      limits.value();
      items.add(
          AmfValue.of(
              switch (element) {
                case INT -> in.i32("a vector");
                case UINT -> in.u32("a vector");
                case DOUBLE, OBJECT -> in.f64("a vector");
              }));
    }
    return new Vector(element, fixed, className, items);
  }

  private Dictionary dictionary(int count) {
    boolean weakKeys = in.u8("a dictionary") != 0;
    limits.announced(2L * count, in.readableBytes(), 1);
    List<Dictionary.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new Dictionary.Entry(value(), value()));
    }
    return new Dictionary(weakKeys, entries);
  }

  private String string() {
    int header = u29();
    if ((header & 1) == 0) {
      int index = header >>> 1;
      if (index >= strings.size()) {
        throw outOfTable("string", index, strings.size());
      }
      String text = strings.get(index);
      limits.text(ByteBufUtil.utf8Bytes(text));
      return text;
    }
    String text = in.utf8(header >>> 1, "a string");
    if (!text.isEmpty()) { // the empty string is never sent by reference
      strings.add(text);
    }
    return text;
  }

  /** U29: 7 bits a byte, high bit "more follows"; a fourth byte gives all its 8 bits. */
  private int u29() {
    int value = 0;
    for (int i = 0; i < 3; i++) {
      int octet = in.u8("an integer");
      value = value << 7 | octet & 0x7F;
      if (octet < 0x80) {
        return value;
      }
    }
    return value << 8 | in.u8("an integer");
  }

  private static MalformedException outOfTable(String what, int index, int size) {
    return new MalformedException(
        "AMF3 %s reference %d, the table has %d entries".formatted(what, index, size));
  }
}
