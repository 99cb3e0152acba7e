package dev.sluice.wire.amf;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.util.List;

/**
 * One value of AMF0 or AMF3. Both formats share these forms, so that a command reads alike in
 * either; {@link Int}, {@link ByteArray}, {@link Vector} and {@link Dictionary} exist in AMF3 only
 * and are put into AMF0 behind its AVM+ marker.
 */
public sealed interface AmfValue {
  /** The one null. */
  Null NULL = new Null();

  /** The one undefined. */
  Undefined UNDEFINED = new Undefined();

  /** A number. */
  static Num of(double value) {
    return new Num(value);
  }

  /** A boolean. */
  static Bool of(boolean value) {
    return new Bool(value);
  }

  /** A string. */
  static Str of(String value) {
    return new Str(value);
  }

  /** A double. */
  record Num(double value) implements AmfValue {}

  /**
   * An integer of AMF3.
   *
   * @param value 29 bits with sign
   */
  record Int(int value) implements AmfValue {
    static final int MIN = -(1 << 28);
    static final int MAX = (1 << 28) - 1;

    public Int {
      checkRange("value", value, MIN, MAX);
    }
  }

  /** A boolean. */
  record Bool(boolean value) implements AmfValue {}

  /** A string; longer than 65 535 bytes of UTF-8 it becomes a long string in AMF0. */
  record Str(String value) implements AmfValue {}

  /** Null. */
  record Null() implements AmfValue {}

  /** Undefined, and what AMF0 calls unsupported. */
  record Undefined() implements AmfValue {}

  /**
   * A date.
   *
   * @param epochMs milliseconds since 1970 in UTC
   * @param timeZoneMinutes as sent by AMF0, reserved there; 0 from AMF3
   */
  record Date(double epochMs, int timeZoneMinutes) implements AmfValue {
    public Date {
      checkRange("timeZoneMinutes", timeZoneMinutes, Short.MIN_VALUE, Short.MAX_VALUE);
    }
  }

  /** An XML document as text. */
  record Xml(String text) implements AmfValue {}

  /** Values without names. */
  record StrictArray(List<AmfValue> items) implements AmfValue {
    public StrictArray {
      items = List.copyOf(items);
    }
  }

  /**
   * A reference to an object or array that came earlier in the message, not followed. It means
   * something only there: in a message of the other format it is written as undefined.
   *
   * @param index 0 to 65 535 in AMF0, 0 to 2²⁸ − 1 in AMF3
   * @param amf3 whether it counts in the table of AMF3
   */
  record Reference(int index, boolean amf3) implements AmfValue {
    public Reference {
      checkRange("index", index, 0, amf3 ? Int.MAX : 0xFFFF);
    }
  }

  /** A byte array of AMF3. */
  record ByteArray(Bytes bytes) implements AmfValue {}

  /**
   * A vector of AMF3.
   *
   * @param element type of the items
   * @param fixed whether its length is fixed
   * @param className of the items of an object vector, empty for any and for other vectors
   * @param items {@link Num} except in an object vector
   */
  record Vector(Element element, boolean fixed, String className, List<AmfValue> items)
      implements AmfValue {
    /** Types of vectors, in the order of their markers. */
    public enum Element {
      INT,
      UINT,
      DOUBLE,
      OBJECT
    }

    public Vector {
      items = List.copyOf(items);
    }
  }

  /**
   * A dictionary of AMF3.
   *
   * @param weakKeys as sent
   * @param entries in the order sent
   */
  record Dictionary(boolean weakKeys, List<Entry> entries) implements AmfValue {
    /** A key with its value. */
    public record Entry(AmfValue key, AmfValue value) {}

    public Dictionary {
      entries = List.copyOf(entries);
    }
  }

  /** An anonymous object. */
  record Obj(AmfProperties properties) implements Named {
    /** The object without properties. */
    public static final Obj EMPTY = new Obj(AmfProperties.EMPTY);
  }

  /** An ECMA array: in effect an object; items of AMF3 without a name are named 0, 1, …. */
  record EcmaArray(AmfProperties properties) implements Named {}

  /** An object with a class name. */
  record TypedObject(String className, AmfProperties properties) implements Named {}

  /** The values that have named properties. */
  sealed interface Named extends AmfValue {
    /** The properties in the order sent. */
    AmfProperties properties();
  }
}
