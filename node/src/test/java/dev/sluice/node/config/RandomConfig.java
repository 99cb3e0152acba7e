package dev.sluice.node.config;

import dev.sluice.access.AddressBlock;
import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.ValueType.ListOf;
import dev.sluice.node.config.ValueType.OneOf;
import dev.sluice.node.config.ValueType.Rate;
import dev.sluice.node.config.ValueType.Size;
import dev.sluice.node.config.ValueType.Text;
import dev.sluice.node.config.ValueType.Time;
import dev.sluice.node.config.ValueType.WholeNumber;
import dev.sluice.node.config.ValueType.YesNo;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Draws the texts of valid values. */
final class RandomConfig {
  private static final List<String> ADDRESSES =
      List.of("10.0.0.0/8", "192.168.1.7", "0:0:0:0:0:0:0:1", "fd00:0:0:0:0:0:0:0/8");
  private static final List<String> HOSTS =
      List.of("", "127.0.0.1", "0.0.0.0", "[::1]", "[fe80::1:2]", "localhost", "a-1.example.org");

  private final RandomGenerator random;

  RandomConfig(RandomGenerator random) {
    this.random = random;
  }

  /** A value in the form that is written back for it. */
  String value(ValueType<?> type) {
    return switch (type) {
      case WholeNumber(int min, int max) -> Long.toString(between(min, max));
      case YesNo _ -> Boolean.toString(random.nextBoolean());
      case Time time ->
          canonical(time, between(time.min().toMillis(), time.max().toMillis()) + "ms");
      case Size size -> canonical(size, between(size.min().bytes(), size.max().bytes()) + "B");
      case Rate rate ->
          canonical(
              rate, between(rate.min().bitsPerSecond(), rate.max().bitsPerSecond()) + "bit/s");
      case OneOf oneOf -> pick(List.copyOf(oneOf.choices().keySet()));
      case Text<?> text -> text(text);
      case ListOf<?> list -> {
        var items = new ArrayList<String>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
          items.add(value(list.element()));
        }
        if (items.size() > 1) {
          items.removeIf("nobody"::equals); // stands alone
        }
        yield items.isEmpty() ? "nobody" : String.join(", ", items);
      }
    };
  }

  /** What a source may be. */
  String input() {
    return pick(
        List.of(
            "publish",
            "rtmp://192.0.2.1/live/a",
            "\"rtmps://a.example:443/live/x?token=abcdefgh\"",
            "file:/media/x.flv",
            "\"playlist:über #1\"",
            "\"test:\""));
  }

  /** A value that is not the default. */
  String otherThanDefault(Leaf<?> leaf) {
    String value = value(leaf.type());
    while (leaf.byDefault() != null && value.equals(formatted(leaf))) {
      value = value(leaf.type());
    }
    return value;
  }

  private static <T> String formatted(Leaf<T> leaf) {
    T value = leaf.byDefault();
    return value == null ? "" : leaf.type().format(value);
  }

  private String text(Text<?> text) {
    Class<?> type = text.type();
    if (type == Secret.class) {
      return secret(32); // that of JWT has so many
    } else if (type == UserPassword.class) {
      return "user-" + random.nextInt(1_000_000) + ":" + secret(8);
    } else if (type == ListenAddress.class) {
      return pick(HOSTS) + ":" + random.nextInt(65_536);
    } else if (type == AddressBlock.class) {
      return pick(ADDRESSES);
    } else if (type == WebOrigin.class) {
      return pick(List.of("*", "https://a.example", "http://a.example:81"));
    } else if (type == WebAddress.class) {
      return pick(List.of("https://a.example/keys", "http://[::1]:81/?a=b", "http://a"));
    } else if (type == WebTemplate.class) {
      return pick(List.of("http://a.example/[app]/[ts_url][param]", "https://[::1]/", "http://a"));
    } else if (type == Word.class) {
      return pick(List.of("https://a.example", "a", "urn:x#y\"z"));
    } else if (type == NodeUrl.class) {
      return pick(List.of("http://a.example:8080", "https://a.example", "http://[::1]:81"));
    } else if (type == RtmpServerUrl.class) {
      return pick(List.of("rtmp://a.example:8080", "rtmps://a.example", "rtmp://[::1]:81"));
    } else if (type == MemoryShare.class) {
      return random.nextBoolean() ? random.nextInt(1, 91) + "%" : random.nextInt(1, 90) + "MiB";
    }
    return pick(List.of("/etc/x y.pem", "./file", "über: #1", "C:\\x \"y\"", "null", "true", "12"));
  }

  private String secret(int least) {
    return random
        .ints(random.nextInt(least, 257), 0, 3)
        .mapToObj(i -> "a0~".substring(i, i + 1))
        .collect(Collectors.joining());
  }

  private static <T> String canonical(ValueType<T> type, String text) {
    T value = type.parse(text);
    if (value == null) {
      throw new AssertionError(text + " is not " + type.allowed());
    }
    return type.format(value);
  }

  private long between(long min, long max) {
    return switch (random.nextInt(8)) {
      case 0 -> min;
      case 1 -> max;
      default -> random.nextLong(min, max + 1);
    };
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
