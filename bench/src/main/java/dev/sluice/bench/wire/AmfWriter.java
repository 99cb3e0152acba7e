package dev.sluice.bench.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** AMF0 values, one after another. */
final class AmfWriter {
  /** One write to memory. */
  private interface Write {
    void run() throws IOException;
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  AmfWriter string(String value) {
    return put(() -> {
      out.writeByte(2);
      text(value);
    });
  }

  AmfWriter number(double value) {
    return put(() -> {
      out.writeByte(0);
      out.writeDouble(value);
    });
  }

  AmfWriter bool(boolean value) {
    return put(() -> {
      out.writeByte(1);
      out.writeBoolean(value);
    });
  }

  AmfWriter nothing() {
    return put(() -> out.writeByte(5));
  }

  AmfWriter beginObject() {
    return put(() -> out.writeByte(3));
  }

  AmfWriter beginEcmaArray(int count) {
    return put(() -> {
      out.writeByte(8);
      out.writeInt(count);
    });
  }

  /** Name of the property whose value comes next. */
  AmfWriter key(String name) {
    return put(() -> text(name));
  }

  /** Ends an object or an ECMA array. */
  AmfWriter end() {
    return put(() -> {
      out.writeShort(0);
      out.writeByte(9);
    });
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void text(String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.writeShort(utf8.length);
    out.write(utf8);
  }

  private AmfWriter put(Write write) {
    try {
      write.run();
      return this;
    } catch (IOException impossible) { // memory does not fail
      throw new UncheckedIOException(impossible);
    }
  }
}
