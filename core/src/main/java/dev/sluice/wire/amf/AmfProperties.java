package dev.sluice.wire.amf;

import dev.sluice.wire.amf.AmfValue.Bool;
import dev.sluice.wire.amf.AmfValue.EcmaArray;
import dev.sluice.wire.amf.AmfValue.Int;
import dev.sluice.wire.amf.AmfValue.Named;
import dev.sluice.wire.amf.AmfValue.Num;
import dev.sluice.wire.amf.AmfValue.Obj;
import dev.sluice.wire.amf.AmfValue.Str;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Named properties in the order sent. A name that is sent twice keeps its first place and its last
 * value.
 */
public final class AmfProperties {
  /** No properties. */
  public static final AmfProperties EMPTY = builder().build();

  private final SequencedMap<String, AmfValue> values;

  private AmfProperties(SequencedMap<String, AmfValue> values) {
    this.values = values;
  }

  /** Starts with no properties. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these properties. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.values.putAll(values);
    return builder;
  }

  /** All of them, unmodifiable. */
  public SequencedMap<String, AmfValue> asMap() {
    return values;
  }

  /** Number of properties. */
  public int size() {
    return values.size();
  }

  /** The value, null where there is none of that name. */
  public @Nullable AmfValue get(String name) {
    return values.get(name);
  }

  /** The value of a string, null where there is none of that name and type. */
  public @Nullable String string(String name) {
    return values.get(name) instanceof Str(String value) ? value : null;
  }

  /** The value of a number or integer, {@code fallback} where there is none. */
  public double number(String name, double fallback) {
    return switch (values.get(name)) {
      case Num(double value) -> value;
      case Int(int value) -> value;
      case null, default -> fallback;
    };
  }

  /** The value of a boolean, {@code fallback} where there is none. */
  public boolean bool(String name, boolean fallback) {
    return values.get(name) instanceof Bool(boolean value) ? value : fallback;
  }

  /** The properties of an object or ECMA array, null where there is none. */
  public @Nullable AmfProperties object(String name) {
    return values.get(name) instanceof Named named ? named.properties() : null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AmfProperties that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects properties. */
  public static final class Builder {
    private final LinkedHashMap<String, AmfValue> values = new LinkedHashMap<>();

    private Builder() {}

    /** Sets a property. */
    public Builder put(String name, AmfValue value) {
      values.put(name, value);
      return this;
    }

    /** Sets a number. */
    public Builder put(String name, double value) {
      return put(name, AmfValue.of(value));
    }

    /** Sets a boolean. */
    public Builder put(String name, boolean value) {
      return put(name, AmfValue.of(value));
    }

    /** Sets a string. */
    public Builder put(String name, String value) {
      return put(name, AmfValue.of(value));
    }

    /** Leaves a property out. */
    public Builder remove(String name) {
      values.remove(name);
      return this;
    }

    /** Number of properties so far. */
    public int size() {
      return values.size();
    }

    /** The properties. */
    public AmfProperties build() {
      return new AmfProperties(Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values)));
    }

    /** An anonymous object of the properties. */
    public Obj object() {
      return new Obj(build());
    }

    /** An ECMA array of the properties. */
    public EcmaArray ecmaArray() {
      return new EcmaArray(build());
    }
  }
}
