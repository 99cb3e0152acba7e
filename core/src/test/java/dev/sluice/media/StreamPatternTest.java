package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamPatternTest {

  @ParameterizedTest(name = "{0} matches {1}: {2}")
  @CsvSource({
    "live/a, live/a, true",
    "live/a, live/b, false",
    "live/a, live/a/b, false",
    "live/a, live, false",
    "live/a, a.example!live/a, true", // no vhost: all of them
    "a.example!live/a, a.example!live/a, true",
    "A.Example!live/a, a.example!live/a, true",
    "a.example!live/a, b.example!live/a, false",
    "a.example!live/a, live/a, false",
    "live/*, live/a, true",
    "live/*, live/a/b, false",
    "live/*, live, false",
    "*, live, true",
    "*, live/a, false",
    "*/a, live/a, true",
    "*/a, x/y/a, false",
    "live/**, live/a, true",
    "live/**, live/a/b, true",
    "live/**, live, false",
    "live/**, lives/a, false",
    "**, a, true",
    "**, a/b/c/d/e/f/g/h, true",
    "*/**, a, false",
    "*/**, a/b/c, true",
    "live/cam-*, live/cam-1, true",
    "live/cam-*, live/cam-, true",
    "live/cam-*, live/cam, false",
    "live/*-hd, live/a-hd-hd, true",
    "live/*a*b*, live/xxaxxbxx, true",
    "live/*a*b*, live/xxbxxaxx, false",
    "live/*a*a, live/aa, true",
    "live/*a*a, live/a, false",
    "l*/x, live/b/x, false",
    "live/A, live/a, false"
  })
  void matches(String pattern, String name, boolean matches) {
    var parsed = StreamPattern.parse(pattern);
    assertThat(parsed.matches(StreamName.parse(name))).isEqualTo(matches);
    assertThat(StreamPattern.parse(parsed.toString())).isEqualTo(parsed);
  }

  @ParameterizedTest(name = "{0} before {1}")
  @CsvSource({
    "live/a, live/*",
    "live/a*, live/*",
    "live/*, live/**",
    "live/**, **",
    "live/*, *",
    "live/a*, live/*a*", // fewer asterisks
    "a.example!**, live/a",
    "a.example!live/*, a.example!**"
  })
  void theMoreSpecificWins(String first, String second) {
    var one = StreamPattern.parse(first);
    var two = StreamPattern.parse(second);
    assertThat(one.isMoreSpecificThan(two)).isTrue();
    assertThat(two.isMoreSpecificThan(one)).isFalse();
    assertThat(one.isMoreSpecificThan(one)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        ".",
        "a/..",
        "!a",
        "a!",
        "a b",
        "a/**/b",
        "a**",
        "**a",
        "***",
        "a/b**",
        "ä",
        "a?b",
        "*!a",
        "a!b!c",
        "1/2/3/4/5/6/7/8/9",
        "a\u0000"
      })
  void whatIsNoPatternIsRefused(String text) {
    assertThatThrownBy(() -> StreamPattern.parse(text)).isInstanceOf(MalformedException.class);
    assertThat(StreamPattern.parseOrNull(text)).isNull();
  }

  @Test
  void theLongestPattern() {
    String longest = "a".repeat(StreamPattern.MAX_CHARS - 1);
    assertThat(StreamPattern.parse(longest).path()).isEqualTo(longest);
    assertThat(StreamPattern.parseOrNull(longest + "a")).isNull();
  }

  /** Against a regular expression that says the same. */
  @RepeatedTest(300)
  void matchesAsARegularExpressionDoes(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    String drawn = drawn(random, "ab*").replaceAll("\\*+", "*");
    StreamPattern pattern = StreamPattern.parse(random.nextInt(4) == 0 ? drawn + "/**" : drawn);
    String regex =
        pattern.path().replaceFirst("\\*\\*$", "#").replace("*", "[^/]*").replace("#", ".+");
    for (int i = 0; i < 20; i++) {
      StreamName name = StreamName.parse(drawn(random, "ab"));
      assertThat(pattern.matches(name))
          .as("%s on %s", pattern, name)
          .isEqualTo(Pattern.matches(regex, name.path()));
    }
  }

  private static String drawn(RandomGenerator random, String alphabet) {
    var text = new StringBuilder();
    for (int elements = random.nextInt(1, 4); elements > 0; elements--) {
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      text.append(elements > 1 ? "/" : "");
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0} covers {1}: {2}")
  @CsvSource({
    "live/*, live/a, true",
    "live/*, live/*, true",
    "live/*, live/a*, true",
    "live/a*, live/*, false",
    "live/*, live/**, false",
    "live/**, live/*, true",
    "live/**, live/a/*, true",
    "live/**, live/a/**, true",
    "live/**, **, false",
    "**, *, true",
    "**, a.example!live/**, true",
    "a.example!**, live/a, false",
    "a.example!**, a.example!live/*, true",
    "a.example!**, b.example!live/*, false",
    "*/**, a/**, true",
    "*/**, *, false",
    "live/*a*, live/*a, true",
    "live/*a, live/*a*, false",
    "live/*a*b*, live/a*b, true",
    "live/a, live/a, true",
    "live/a, live/b, false"
  })
  void covers(String pattern, String other, boolean covers) {
    assertThat(StreamPattern.parse(pattern).covers(StreamPattern.parse(other))).isEqualTo(covers);
  }

  /** Whatever the covered one matches the other matches, and it is no more specific. */
  @RepeatedTest(200)
  void whatIsCoveredIsMatched(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    var one = StreamPattern.parse(patternOrName(random, "ab*"));
    var other = StreamPattern.parse(patternOrName(random, "ab*"));
    if (one.covers(other) && !one.equals(other)) {
      assertThat(one.isMoreSpecificThan(other)).as("%s covers %s", one, other).isFalse();
      for (int i = 0; i < 50; i++) {
        var name = StreamName.parse(patternOrName(random, "ab"));
        assertThat(one.matches(name) || !other.matches(name))
            .as("%s covers %s, of which is %s", one, other, name)
            .isTrue();
      }
    }
  }

  private static String patternOrName(RandomGenerator random, String letters) {
    var out = new StringBuilder();
    int elements = random.nextInt(1, 3);
    for (int element = 0; element < elements; element++) {
      out.append(element == 0 ? "" : "/");
      char last = 0;
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        char c = letters.charAt(random.nextInt(letters.length()));
        if (c != '*' || last != '*') {
          out.append(c);
        }
        last = c;
      }
    }
    boolean rest = letters.contains("*") && random.nextInt(3) == 0;
    return rest ? out + "/**" : out.toString();
  }
}
