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

/** Reads and writes AMF0 (AMF 0 specification, section 2). */
public final class Amf0 {
  static final int NUMBER = 0x00;
  static final int BOOLEAN = 0x01;
  static final int STRING = 0x02;
  static final int OBJECT = 0x03;
  static final int NULL = 0x05;
  static final int UNDEFINED = 0x06;
  static final int REFERENCE = 0x07;
  static final int ECMA_ARRAY = 0x08;
  static final int OBJECT_END = 0x09;
  static final int STRICT_ARRAY = 0x0A;
  static final int DATE = 0x0B;
  static final int LONG_STRING = 0x0C;
  static final int UNSUPPORTED = 0x0D;
  static final int XML_DOCUMENT = 0x0F;
  static final int TYPED_OBJECT = 0x10;
  static final int AVMPLUS = 0x11;

  private static final int MAX_SHORT_STRING_BYTES = 0xFFFF;

  private Amf0() {}

  /**
   * Reads one value and consumes it.
   *
   * @throws dev.sluice.wire.MalformedException when {@code in} ends inside the value, a marker is
   *     unknown or a limit is passed
   * @throws dev.sluice.wire.UnsupportedException for the reserved types
   */
  public static AmfValue read(ByteBuf in) {
    return new Amf0Reader(in).value();
  }

  /**
   * Reads all values of a message up to its end; none for an empty one.
   *
   * @throws dev.sluice.wire.MalformedException as {@link #read}
   * @throws dev.sluice.wire.UnsupportedException as {@link #read}
   */
  public static List<AmfValue> readAll(ByteBuf in) {
    Amf0Reader reader = new Amf0Reader(in);
    List<AmfValue> values = new ArrayList<>();
    while (in.isReadable()) {
      values.add(reader.value());
    }
    return values;
  }

  /** Appends values in their order. */
  public static void writeAll(ByteBuf out, AmfValue... values) {
    for (AmfValue value : values) {
      write(value, out);
    }
  }

  /** Appends {@code value}; types of AMF3 go behind the AVM+ marker. */
  public static void write(AmfValue value, ByteBuf out) {
    switch (value) {
      case Num(double number) -> out.writeByte(NUMBER).writeDouble(number);
      case Bool(boolean truth) -> out.writeByte(BOOLEAN).writeBoolean(truth);
      case Str(String text) -> writeString(text, out);
      case Null() -> out.writeByte(NULL);
      case Undefined() -> out.writeByte(UNDEFINED);
      case Date(double epochMs, int zone) ->
          out.writeByte(DATE).writeDouble(epochMs).writeShort(zone);
      case Xml(String text) -> writeLong(XML_DOCUMENT, text, out);
      case Obj(var properties) -> {
        out.writeByte(OBJECT);
        writeProperties(properties, out);
      }
      case EcmaArray(var properties) -> {
        out.writeByte(ECMA_ARRAY).writeInt(properties.size());
        writeProperties(properties, out);
      }
      case TypedObject(String className, var properties) -> {
        writeName(className, out.writeByte(TYPED_OBJECT));
        writeProperties(properties, out);
      }
      case StrictArray(var items) -> {
        out.writeByte(STRICT_ARRAY).writeInt(items.size());
        items.forEach(item -> write(item, out));
      }
      case Reference(int index, boolean amf3) -> {
        if (amf3) {
          out.writeByte(UNDEFINED);
        } else {
          out.writeByte(REFERENCE).writeShort(index);
        }
      }
      case Int _, ByteArray _, Vector _, Dictionary _ -> Amf3.write(value, out.writeByte(AVMPLUS));
    }
  }

  private static void writeString(String text, ByteBuf out) {
    int bytes = ByteBufUtil.utf8Bytes(text);
    if (bytes > MAX_SHORT_STRING_BYTES) {
      writeLong(LONG_STRING, text, out);
    } else {
      ByteBufUtil.writeUtf8(out.writeByte(STRING).writeShort(bytes), text);
    }
  }

  private static void writeLong(int marker, String text, ByteBuf out) {
    ByteBufUtil.writeUtf8(out.writeByte(marker).writeInt(ByteBufUtil.utf8Bytes(text)), text);
  }

  private static void writeName(String name, ByteBuf out) {
    int bytes = ByteBufUtil.utf8Bytes(name);
    if (bytes > MAX_SHORT_STRING_BYTES) {
      throw new IllegalArgumentException("name of " + bytes + " bytes, allowed are 65535");
    }
    ByteBufUtil.writeUtf8(out.writeShort(bytes), name);
  }

  private static void writeProperties(AmfProperties properties, ByteBuf out) {
    properties
        .asMap()
        .forEach((name, value) -> {
          writeName(name, out);
          write(value, out);
        });
    out.writeShort(0).writeByte(OBJECT_END);
  }
}
