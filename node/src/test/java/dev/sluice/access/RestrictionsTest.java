package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of protocols, addresses and pages. */
class RestrictionsTest {
  private static final String[] NONE = {};

  @ParameterizedTest(name = "not {0}, only {1}: {2} may {3}")
  @CsvSource({
    "'', '', rtmp, true",
    "rtmp, '', rtmp, false",
    "rtmp, '', rtmps, true",
    "'', hls dash, hls, true",
    "'', hls dash, flv, false",
    "hls, hls, hls, false",
    "'', hls, segments, true", // what HLS lists is fetched as segments
    "'', dash, segments, true",
    "hls, '', segments, true", // DASH may still have them
    "hls dash, '', segments, false",
    "'', rtmp, segments, false"
  })
  void protocols(String not, String only, String protocol, boolean allowed) {
    var lists = new Restrictions(words(not), words(only), List.of(), List.of(), List.of());
    Decision refusal = lists.refusal("rule", client(protocol, "192.0.2.1", ""));
    assertThat(refusal == null).isEqualTo(allowed);
    if (refusal != null) {
      assertThat(refusal.refusal()).isEqualTo(Reason.PROTOCOL_DENIED);
    }
  }

  @ParameterizedTest(name = "not {0}, only {1}: {2}: {3}")
  @CsvSource({
    "'', '', 192.0.2.1, ",
    "'', '', no address, ", // nobody looks
    "192.0.2.0/24, '', 192.0.2.255, denied by 192.0.2.0/24",
    "192.0.2.0/24, '', 192.0.3.0, ",
    "'', 10.0.0.0/8 fd00::/8, 10.255.0.1, ",
    "'', 10.0.0.0/8 fd00::/8, fd12::1, ",
    "'', 10.0.0.0/8 fd00::/8, fd12::1%eth0, ",
    "'', 10.0.0.0/8 fd00::/8, 11.0.0.1, in none of the allowed blocks",
    "'', 10.0.0.0/8, ::ffff:10.0.0.1, ",
    "10.0.0.1, 10.0.0.0/8, 10.0.0.1, denied by 10.0.0.1", // denying wins
    "10.0.0.1, '', no address, an address that cannot be read",
    "'', 0.0.0.0/0, ::1, in none of the allowed blocks"
  })
  void addresses(String not, String only, String address, @Nullable String why) {
    var lists = new Restrictions(Set.of(), Set.of(), blocks(not), blocks(only), List.of());
    Decision refusal = lists.refusal("rule", client("rtmp", address, ""));
    assertThat(refusal)
        .isEqualTo(why == null ? null : Decision.no(Reason.ADDRESS_DENIED, "rule", why));
  }

  @ParameterizedTest(name = "on {0}: {1}")
  @CsvSource({
    "https://example.com/live, true",
    "http://example.com, true",
    "https://EXAMPLE.com:8443/, true",
    "https://example.com./, true",
    "https://user:x@example.com/, true",
    "https://www.example.com/, false",
    "https://a.example.org/, true",
    "https://a.b.example.org/, true",
    "https://example.org/, false",
    "https://evilexample.org/, false",
    "https://example.com.evil.net/, false",
    "https://evil.net/example.com, false",
    "https://evil.net/?https://example.com/, false",
    "https://evil.net#@example.com/, false",
    "https://evil.net\\@example.com/, false",
    "https://example.com@evil.net/, false",
    "https://[::1]:8080/x, true",
    "example.com, false",
    "null, false",
    "'', false"
  })
  void pages(String page, boolean allowed) {
    var lists = pages("example.com", "*.example.org", "[::1]");
    Decision refusal = lists.refusal("rule", client("flv", "192.0.2.1", page));
    assertThat(refusal == null).isEqualTo(allowed);
  }

  @Test
  void playersThatNameNoPageAreAllowedByName() {
    Restrictions lists = pages("example.com", "none");
    assertThat(lists.refusal("rule", client("rtmp", "192.0.2.1", ""))).isNull();
    assertThat(lists.refusal("rule", client("rtmp", "192.0.2.1", "https://evil.net/")))
        .isEqualTo(Decision.no(Reason.PAGE_DENIED, "rule", "page of evil.net"));
    assertThat(lists.refusal("rule", client("rtmp", "192.0.2.1", "https://none/"))).isNotNull();
    assertThat(pages("example.com").refusal("rule", client("rtmp", "192.0.2.1", "")))
        .isEqualTo(Decision.no(Reason.PAGE_DENIED, "rule", "no page is named"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "*.", "a.*", "*a.b", "A.b", "a/b", "a:80", "https://a", "a..b"})
  void whatIsNoHostIsRefused(String text) {
    assertThat(PageHost.parse(text)).isNull();
  }

  private static Client client(String protocol, String address, String page) {
    return new Client("T-1", protocol, address, 1, null, "", Told.of(page, Map.of()));
  }

  private static Restrictions pages(String... hosts) {
    List<PageHost> pages =
        Arrays.stream(hosts).map(host -> Objects.requireNonNull(PageHost.parse(host))).toList();
    return new Restrictions(Set.of(), Set.of(), List.of(), List.of(), pages);
  }

  private static String[] split(String words) {
    return words.isEmpty() ? NONE : words.split(" ", -1);
  }

  private static Set<String> words(String words) {
    return Arrays.stream(split(words)).collect(Collectors.toSet());
  }

  private static List<AddressBlock> blocks(String words) {
    return Arrays.stream(split(words))
        .map(word -> Objects.requireNonNull(AddressBlock.parse(word)))
        .toList();
  }
}
