package dev.sluice.bench.wire;

import dev.sluice.wire.MalformedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the AMF0 values of a command: {@code Double}, {@code Boolean}, {@code String}, {@code Map}
 * for objects and ECMA arrays, {@code List} for strict arrays, null for null and undefined.
 */
public final class AmfReader {
  /** Objects within objects. */
  static final int MAX_DEPTH = 16;

  /** Values of one command, those within objects included. */
  static final int MAX_VALUES = 1024;

  private static final int OBJECT_END = 9;

  private final ByteBuffer in;
  private int values;

  private AmfReader(ByteBuffer in) {
    this.in = in;
  }

  /**
   * Reads all values from {@code from} to {@code to}.
   *
   * @throws MalformedException when they end too early, nest too deep or have an unknown type
   */
  public static List<@Nullable Object> readAll(byte[] bytes, int from, int to) {
    var reader = new AmfReader(ByteBuffer.wrap(bytes, from, to - from));
    List<@Nullable Object> all = new ArrayList<>();
    try {
      while (reader.in.hasRemaining()) {
        all.add(reader.value(reader.in.get() & 0xFF, 0));
      }
    } catch (BufferUnderflowException tooShort) {
      throw new MalformedException("AMF0 values end in the middle");
    }
    return Collections.unmodifiableList(all);
  }

  private @Nullable Object value(int marker, int depth) {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new MalformedException(
          "AMF0 has more than %d levels or %d values".formatted(MAX_DEPTH, MAX_VALUES));
    }
    return switch (marker) {
      case 0 -> in.getDouble();
      case 1 -> in.get() != 0;
      case 2 -> text(in.getShort() & 0xFFFF);
      case 3 -> object(depth);
      case 5, 6 -> null;
      case 8 -> {
        in.getInt(); // an approximate count: the end marker decides
        yield object(depth);
      }
      case 10 -> array(depth);
      case 11 -> {
        double date = in.getDouble();
        in.getShort(); // time zone, reserved
        yield date;
      }
      case 12 -> text(in.getInt());
      default -> throw new MalformedException("AMF0 marker is " + marker);
    };
  }

  private String text(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException(
          "AMF0 string of %d bytes, %d are left"
              .formatted(Integer.toUnsignedLong(length), in.remaining()));
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (true) {
      String key = text(in.getShort() & 0xFFFF);
      int marker = in.get() & 0xFF;
      if (key.isEmpty() && marker == OBJECT_END) {
        return members;
      }
      members.put(key, value(marker, depth + 1));
    }
  }

  private List<@Nullable Object> array(int depth) {
    int count = in.getInt();
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(value(in.get() & 0xFF, depth + 1)); // ends by MAX_VALUES or for want of bytes
    }
    return items;
  }
}
