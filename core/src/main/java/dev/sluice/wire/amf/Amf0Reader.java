package dev.sluice.wire.amf;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.AmfValue.Date;
import dev.sluice.wire.amf.AmfValue.EcmaArray;
import dev.sluice.wire.amf.AmfValue.Obj;
import dev.sluice.wire.amf.AmfValue.Reference;
import dev.sluice.wire.amf.AmfValue.StrictArray;
import dev.sluice.wire.amf.AmfValue.TypedObject;
import dev.sluice.wire.amf.AmfValue.Xml;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Reads the values of one AMF0 message. */
final class Amf0Reader {
  private final AmfLimits limits = new AmfLimits();
  private final AmfInput in;

  Amf0Reader(ByteBuf in) {
    this.in = new AmfInput(in, limits);
  }

  AmfValue value() {
    limits.value();
    int marker = in.u8("a type marker");
    return switch (marker) {
      case Amf0.NUMBER -> AmfValue.of(in.f64("a number"));
      case Amf0.BOOLEAN -> AmfValue.of(in.u8("a boolean") != 0);
      case Amf0.STRING -> AmfValue.of(in.utf8(in.u16("a string"), "a string"));
      case Amf0.LONG_STRING -> AmfValue.of(in.utf8(in.u32("a long string"), "a long string"));
      case Amf0.OBJECT -> new Obj(properties());
      case Amf0.TYPED_OBJECT -> {
        String className = name("a class name");
        yield new TypedObject(className, properties());
      }
      case Amf0.ECMA_ARRAY -> {
        in.u32("the count of an ECMA array"); // wrong often enough; the end marker decides
        yield new EcmaArray(properties());
      }
      case Amf0.STRICT_ARRAY -> strictArray();
      case Amf0.NULL -> AmfValue.NULL;
      case Amf0.UNDEFINED, Amf0.UNSUPPORTED -> AmfValue.UNDEFINED;
      case Amf0.REFERENCE -> new Reference(in.u16("a reference"), false);
      case Amf0.DATE -> new Date(in.f64("a date"), in.i16("a time zone"));
      case Amf0.XML_DOCUMENT -> new Xml(in.utf8(in.u32("XML"), "XML"));
      case Amf0.AVMPLUS -> avmplus();
      case 0x04, 0x0E -> // movieclip-marker, recordset-marker
          throw new UnsupportedException("AMF0 type 0x%02X is reserved".formatted(marker));
      default ->
          throw new MalformedException(
              "AMF0 type marker 0x%02X, allowed is 0x00 to 0x11 except 0x09".formatted(marker));
    };
  }

  private AmfProperties properties() {
    limits.enter();
    AmfProperties.Builder properties = AmfProperties.builder();
    for (int count = 1; in.isReadable(); count++) {
      String name = name("a property name");
      if (name.isEmpty() && endsHere()) {
        break;
      }
      AmfLimits.properties(count);
      properties.put(name, value());
    }
    limits.leave();
    return properties.build();
  }

  private String name(String what) {
    return AmfLimits.name(in.utf8(in.u16(what), what));
  }

  /** After an empty name: the end marker, or the end of a message that lacks it. */
  private boolean endsHere() {
    return !in.isReadable() || in.skipIf(Amf0.OBJECT_END);
  }

  private StrictArray strictArray() {
    long count = in.u32("the count of a strict array");
    limits.announced(count, in.readableBytes(), 1);
    limits.enter();
    List<AmfValue> items = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      items.add(value());
    }
    limits.leave();
    return new StrictArray(items);
  }

  /** A value of AMF3 with tables of its own; it counts against the limits of this message. */
  private AmfValue avmplus() {
    limits.enter();
    AmfValue value = new Amf3Reader(in, limits).value();
    limits.leave();
    return value;
  }
}
