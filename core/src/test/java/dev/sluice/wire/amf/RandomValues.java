package dev.sluice.wire.amf;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.AmfValue.ByteArray;
import dev.sluice.wire.amf.AmfValue.Date;
import dev.sluice.wire.amf.AmfValue.Dictionary;
import dev.sluice.wire.amf.AmfValue.Int;
import dev.sluice.wire.amf.AmfValue.StrictArray;
import dev.sluice.wire.amf.AmfValue.TypedObject;
import dev.sluice.wire.amf.AmfValue.Vector;
import dev.sluice.wire.amf.AmfValue.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws values that both formats can carry; up to 4 levels, 5 items each. */
final class RandomValues {
  private RandomValues() {}

  static AmfValue value(RandomGenerator random, int depth) {
    int kinds = depth < 4 ? 15 : 10;
    return switch (random.nextInt(kinds)) {
      case 0 -> AmfValue.NULL;
      case 1 -> AmfValue.UNDEFINED;
      case 2 -> AmfValue.of(random.nextBoolean());
      case 3 -> AmfValue.of(random.nextDouble(-1e12, 1e12));
      case 4, 5 -> AmfValue.of(text(random));
      case 6 -> new Int(random.nextInt(Int.MIN, Int.MAX));
      case 7 -> new Date(random.nextInt(), 0);
      case 8 -> new Xml(text(random));
      case 9 -> new ByteArray(Bytes.of(bytes(random)));
      case 10 -> properties(random, depth).object();
      case 11 -> properties(random, depth).put("named", 1).ecmaArray();
      case 12 -> new TypedObject("c" + text(random), properties(random, depth).build());
      case 13 -> new StrictArray(items(random, depth));
      default -> random.nextBoolean() ? vector(random, depth) : dictionary(random, depth);
    };
  }

  private static AmfProperties.Builder properties(RandomGenerator random, int depth) {
    var properties = AmfProperties.builder();
    for (int i = random.nextInt(5); i > 0; i--) {
      properties.put("p" + text(random), value(random, depth + 1));
    }
    return properties;
  }

  private static List<AmfValue> items(RandomGenerator random, int depth) {
    List<AmfValue> items = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      items.add(value(random, depth + 1));
    }
    return items;
  }

  private static Vector vector(RandomGenerator random, int depth) {
    var element = Vector.Element.values()[random.nextInt(4)];
    if (element == Vector.Element.OBJECT) {
      return new Vector(element, random.nextBoolean(), text(random), items(random, depth));
    }
    List<AmfValue> numbers = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      numbers.add(
          AmfValue.of(
              switch (element) {
                case INT -> random.nextInt();
                case UINT -> random.nextInt() & 0xFFFF_FFFFL;
                case DOUBLE, OBJECT -> random.nextDouble();
              }));
    }
    return new Vector(element, random.nextBoolean(), "", numbers);
  }

  private static Dictionary dictionary(RandomGenerator random, int depth) {
    List<Dictionary.Entry> entries = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      entries.add(new Dictionary.Entry(value(random, depth + 1), value(random, depth + 1)));
    }
    return new Dictionary(random.nextBoolean(), entries);
  }

  private static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.appendCodePoint(random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(40) : 'a' + i);
    }
    return text.toString();
  }

  private static byte[] bytes(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }
}
