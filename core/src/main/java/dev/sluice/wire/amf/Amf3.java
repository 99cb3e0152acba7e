package dev.sluice.wire.amf;

import dev.sluice.wire.amf.AmfValue.Bool;
import dev.sluice.wire.amf.AmfValue.ByteArray;
import dev.sluice.wire.amf.AmfValue.Date;
import dev.sluice.wire.amf.AmfValue.Dictionary;
import dev.sluice.wire.amf.AmfValue.EcmaArray;
import dev.sluice.wire.amf.AmfValue.Int;
import dev.sluice.wire.amf.AmfValue.Null;
import dev.sluice.wire.amf.AmfValue.Num;
import dev.sluice.wire.amf.AmfValue.Obj;
import dev.sluice.wire.amf.AmfValue.Reference;
import dev.sluice.wire.amf.AmfValue.Str;
import dev.sluice.wire.amf.AmfValue.StrictArray;
import dev.sluice.wire.amf.AmfValue.TypedObject;
import dev.sluice.wire.amf.AmfValue.Undefined;
import dev.sluice.wire.amf.AmfValue.Vector;
import dev.sluice.wire.amf.AmfValue.Xml;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes AMF3 (AMF 3 specification, section 3). Strings and traits are always written in
 * full, never by reference.
 */
public final class Amf3 {
  static final int UNDEFINED = 0x00;
  static final int NULL = 0x01;
  static final int FALSE = 0x02;
  static final int TRUE = 0x03;
  static final int INTEGER = 0x04;
  static final int DOUBLE = 0x05;
  static final int STRING = 0x06;
  static final int XML_DOCUMENT = 0x07;
  static final int DATE = 0x08;
  static final int ARRAY = 0x09;
  static final int OBJECT = 0x0A;
  static final int XML = 0x0B;
  static final int BYTE_ARRAY = 0x0C;
  static final int VECTOR_INT = 0x0D;
  static final int VECTOR_UINT = 0x0E;
  static final int VECTOR_DOUBLE = 0x0F;
  static final int VECTOR_OBJECT = 0x10;
  static final int DICTIONARY = 0x11;

  /** Object and traits are here, dynamic, no sealed members. */
  private static final int DYNAMIC_OBJECT = 0x0B;

  private static final int MAX_U29 = (1 << 29) - 1;

  private Amf3() {}

  /**
   * Reads one value, with empty reference tables, and consumes it.
   *
   * @throws dev.sluice.wire.MalformedException when {@code in} ends inside the value, a marker or a
   *     reference is unknown or a limit is passed
   * @throws dev.sluice.wire.UnsupportedException for externalizable objects
   */
  public static AmfValue read(ByteBuf in) {
    return new Amf3Reader(in).value();
  }

  /**
   * Reads all values up to the end; they share their reference tables.
   *
   * @throws dev.sluice.wire.MalformedException as {@link #read}
   * @throws dev.sluice.wire.UnsupportedException as {@link #read}
   */
  public static List<AmfValue> readAll(ByteBuf in) {
    Amf3Reader reader = new Amf3Reader(in);
    List<AmfValue> values = new ArrayList<>();
    while (in.isReadable()) {
      values.add(reader.value());
    }
    return values;
  }

  /** Appends {@code value}. */
  public static void write(AmfValue value, ByteBuf out) {
    switch (value) {
      case Undefined() -> out.writeByte(UNDEFINED);
      case Null() -> out.writeByte(NULL);
      case Bool(boolean truth) -> out.writeByte(truth ? TRUE : FALSE);
      case Int(int number) -> writeU29(number & MAX_U29, out.writeByte(INTEGER));
      case Num(double number) -> out.writeByte(DOUBLE).writeDouble(number);
      case Str(String text) -> writeString(text, out.writeByte(STRING));
      case Xml(String text) -> writeString(text, out.writeByte(XML));
      case Date(double epochMs, _) -> out.writeByte(DATE).writeByte(1).writeDouble(epochMs);
      case StrictArray(var items) -> {
        writeHeader(items.size(), out.writeByte(ARRAY));
        writeString("", out); // no named items
        items.forEach(item -> write(item, out));
      }
      case EcmaArray(var properties) -> {
        writeHeader(0, out.writeByte(ARRAY));
        writeProperties(properties, out);
      }
      case Obj(var properties) -> writeObject("", properties, out);
      case TypedObject(String className, var properties) -> writeObject(className, properties, out);
      case ByteArray(var bytes) -> {
        writeHeader(bytes.size(), out.writeByte(BYTE_ARRAY));
        bytes.writeTo(out);
      }
      case Vector vector -> writeVector(vector, out);
      case Dictionary(boolean weakKeys, var entries) -> {
        writeHeader(entries.size(), out.writeByte(DICTIONARY));
        out.writeBoolean(weakKeys);
        for (Dictionary.Entry entry : entries) {
          write(entry.key(), out);
          write(entry.value(), out);
        }
      }
      case Reference(int index, boolean amf3) -> {
        if (amf3) {
          writeU29(index << 1, out.writeByte(OBJECT));
        } else {
          out.writeByte(UNDEFINED);
        }
      }
    }
  }

  private static void writeObject(String className, AmfProperties properties, ByteBuf out) {
    out.writeByte(OBJECT).writeByte(DYNAMIC_OBJECT);
    writeString(className, out);
    writeProperties(properties, out);
  }

  /** An empty name ends the list, so a property without a name cannot be written and is not. */
  private static void writeProperties(AmfProperties properties, ByteBuf out) {
    properties
        .asMap()
        .forEach((name, value) -> {
          if (!name.isEmpty()) {
            writeString(name, out);
            write(value, out);
          }
        });
    writeString("", out);
  }

  private static void writeVector(Vector vector, ByteBuf out) {
    writeHeader(vector.items().size(), out.writeByte(VECTOR_INT + vector.element().ordinal()));
    out.writeBoolean(vector.fixed());
    if (vector.element() == Vector.Element.OBJECT) {
      writeString(vector.className(), out);
      vector.items().forEach(item -> write(item, out));
      return;
    }
    for (AmfValue item : vector.items()) {
      if (!(item instanceof Num(double number))) {
        throw new IllegalArgumentException("vector of numbers with " + item);
      }
      if (vector.element() == Vector.Element.DOUBLE) {
        out.writeDouble(number);
      } else {
        out.writeInt((int) (long) number); // modulo 2³², so signed and unsigned alike
      }
    }
  }

  private static void writeString(String text, ByteBuf out) {
    writeHeader(ByteBufUtil.utf8Bytes(text), out);
    ByteBufUtil.writeUtf8(out, text);
  }

  /** A length or count behind the bit that says "not a reference". */
  private static void writeHeader(int length, ByteBuf out) {
    writeU29(length << 1 | 1, out);
  }

  private static void writeU29(int value, ByteBuf out) {
    if (value < 0 || value > MAX_U29) {
      throw new IllegalArgumentException("integer " + value + " does not fit 29 bits");
    }
    if (value < 0x80) {
      out.writeByte(value);
    } else if (value < 0x4000) {
      out.writeByte(value >> 7 | 0x80).writeByte(value & 0x7F);
    } else if (value < 0x20_0000) {
      out.writeByte(value >> 14 | 0x80).writeByte(value >> 7 & 0x7F | 0x80).writeByte(value & 0x7F);
    } else {
      out.writeByte(value >> 22 | 0x80)
          .writeByte(value >> 15 & 0x7F | 0x80)
          .writeByte(value >> 8 & 0x7F | 0x80)
          .writeByte(value & 0xFF);
    }
  }
}
