package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.net.TrustedProxies.Fields;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.proxy.Endpoint;
import io.vertx.core.MultiMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPeerTest {
  /** 10.0.0.0/8 and fd00::/8. */
  private static TrustedProxies proxies(Fields fields) {
    return new TrustedProxies(
        address -> {
          byte first = address.getAddress()[0];
          return address.getAddress().length == 4 ? first == 10 : first == (byte) 0xFD;
        },
        () -> fields);
  }

  private static Peer peer(String address) {
    return new Peer(Objects.requireNonNull(Endpoint.parse(address)), false);
  }

  private static MultiMap headers(String name, @Nullable String values) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (values != null) {
      for (String value : values.split("\\|", -1)) {
        headers.add(name, value);
      }
    }
    return headers;
  }

  /** The bar stands between two fields of the same name. */
  @ParameterizedTest(name = "{0}, {1}: {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "10.0.0.1:7; ; 10.0.0.1:7",
        "10.0.0.1:7; 192.0.2.7; 192.0.2.7:0",
        "10.0.0.1:7; 192.0.2.7:4711; 192.0.2.7:4711",
        "10.0.0.1:7; 198.51.100.1, 192.0.2.7; 192.0.2.7:0", // the left one is the client's own word
        "10.0.0.1:7; 198.51.100.1, 192.0.2.7, 10.0.0.2; 192.0.2.7:0",
        "10.0.0.1:7; 192.0.2.7,10.0.0.2 ,\t10.0.0.3; 192.0.2.7:0",
        "10.0.0.1:7; 198.51.100.1|192.0.2.7; 192.0.2.7:0", // two fields are one list
        "10.0.0.1:7; 192.0.2.7|10.0.0.2; 192.0.2.7:0",
        "10.0.0.1:7; 10.0.0.3, 10.0.0.2; 10.0.0.3:0", // all are trusted: the first one
        "10.0.0.1:7; 127.0.0.1; 127.0.0.1:0",
        "10.0.0.1:7; 2001:db8::1; [2001:db8::1]:0",
        "10.0.0.1:7; [2001:db8::1]:80, fd00::7; [2001:db8::1]:80",
        "10.0.0.1:7; ::ffff:192.0.2.7; 192.0.2.7:0",
        "10.0.0.1:7; 192.0.2.7, ::ffff:10.0.0.2; 192.0.2.7:0", // mapped: trusted as IPv4
        "10.0.0.1:7; 192.0.2.7, unknown; 10.0.0.1:7", // the last address that is known
        "10.0.0.1:7; 192.0.2.7, unknown, 10.0.0.2; 10.0.0.2:0",
        "10.0.0.1:7; 192.0.2.7,; 10.0.0.1:7",
        "10.0.0.1:7; ,; 10.0.0.1:7",
        "10.0.0.1:7; ,192.0.2.7; 192.0.2.7:0",
        "10.0.0.1:7; evil.example, 192.0.2.7 ; 192.0.2.7:0",
        "10.0.0.1:7; 192.0.2.7\"; 10.0.0.1:7",
        "fd00::1; 192.0.2.7; 192.0.2.7:0",
        "192.0.2.9:7; 198.51.100.1; 192.0.2.9:7", // nobody's proxy
        "192.0.2.9:7; 10.0.0.2; 192.0.2.9:7",
        "127.0.0.1:7; 10.0.0.2; 127.0.0.1:7",
        "fe80::1; 192.0.2.7; [fe80::1]:0",
      })
  void xForwardedForIsReadFromTheRight(String peer, @Nullable String values, String expected) {
    MultiMap headers = headers("X-Forwarded-For", values);
    headers.add("Forwarded", "for=203.0.113.5"); // passed on as it came from the client
    RequestPeer sender = RequestPeer.of(peer(peer), headers, proxies(Fields.X_FORWARDED));
    assertThat(sender.client()).hasToString(expected);
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "10.0.0.1:7# # 10.0.0.1:7 null null",
        "10.0.0.1:7# for=192.0.2.7;proto=https;host=a.example # 192.0.2.7:0 https a.example",
        "10.0.0.1:7# for=198.51.100.1;host=evil, for=192.0.2.7;proto=http # 192.0.2.7:0 http null",
        "10.0.0.1:7# for=192.0.2.7;host=a, for=10.0.0.2;host=b # 192.0.2.7:0 null a",
        "10.0.0.1:7# for=198.51.100.1|for=192.0.2.7 # 192.0.2.7:0 null null",
        "10.0.0.1:7# for=\"[2001:db8::1]:4711\" # [2001:db8::1]:4711 null null",
        "10.0.0.1:7# for=192.0.2.7, for=unknown;proto=https # 10.0.0.1:7 https null",
        "10.0.0.1:7# for=192.0.2.7, proto=https # 10.0.0.1:7 https null",
        "10.0.0.1:7# for=_hidden # 10.0.0.1:7 null null",
        "192.0.2.9:7# for=198.51.100.1;host=evil;proto=https # 192.0.2.9:7 null null",
        "192.0.2.9:7# for=\" # 192.0.2.9:7 null null", // not even read
      })
  void forwardedIsReadFromTheRight(String peer, @Nullable String values, String expected) {
    MultiMap headers = headers("Forwarded", values);
    headers.add("X-Forwarded-For", "203.0.113.5"); // passed on as it came from the client
    headers.add("X-Forwarded-Host", "evil.example");
    RequestPeer sender = RequestPeer.of(peer(peer), headers, proxies(Fields.FORWARDED));
    assertThat(sender.client() + " " + sender.scheme() + " " + sender.host()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"for=\"|for=192.0.2.7", "for=\", for=192.0.2.7", "for", "for=a=b"})
  void whatSwallowsAProxysWordIsRefused(String values) {
    MultiMap headers = headers("Forwarded", values);
    assertThatThrownBy(() -> RequestPeer.of(peer("10.0.0.1"), headers, proxies(Fields.FORWARDED)))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest(name = "{0} {1}: {2} {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "https; a.example; https; a.example",
        "HTTPS; a.example:8443; https; a.example:8443",
        "http, https; evil.example, a.example; https; a.example", // the nearest proxy's
        "https; [2001:db8::1]:8443; https; [2001:db8::1]:8443",
        "gopher; 'a b'; null; null",
        "ht\u0001tps; a.example/x; null; null",
        "''; ''; null; null",
        "https,; a.example,; null; null",
        "https; http://a.example; https; null",
        "https; user@a.example; https; null",
      })
  void schemeAndHostAreTheProxys(String proto, String host, String scheme, String expected) {
    MultiMap headers = headers("X-Forwarded-Proto", proto);
    headers.add("X-Forwarded-Host", host);
    RequestPeer sender = RequestPeer.of(peer("10.0.0.1"), headers, proxies(Fields.X_FORWARDED));
    assertThat(String.valueOf(sender.scheme())).isEqualTo(scheme);
    assertThat(String.valueOf(sender.host())).isEqualTo(expected);
    RequestPeer spoof = RequestPeer.of(peer("192.0.2.9"), headers, proxies(Fields.X_FORWARDED));
    assertThat(spoof.scheme()).isNull();
    assertThat(spoof.host()).isNull();
    assertThat(spoof.relayed()).isFalse();
  }

  @Test
  void aHostHasABound() {
    MultiMap headers = headers("X-Forwarded-Host", "a".repeat(262));
    TrustedProxies proxies = proxies(Fields.X_FORWARDED);
    assertThat(RequestPeer.of(peer("10.0.0.1"), headers, proxies).host()).hasSize(262);
    headers.set("X-Forwarded-Host", "a".repeat(263));
    assertThat(RequestPeer.of(peer("10.0.0.1"), headers, proxies).host()).isNull();
  }

  @Test
  void soManyProxiesAndNoMore() {
    String most = "192.0.2.7" + ", 10.0.0.2".repeat(RequestPeer.MAX_HOPS - 1);
    TrustedProxies proxies = proxies(Fields.X_FORWARDED);
    MultiMap headers = headers("X-Forwarded-For", most);
    assertThat(RequestPeer.of(peer("10.0.0.1"), headers, proxies).address()).isEqualTo("192.0.2.7");
    headers.set("X-Forwarded-For", most + ", 10.0.0.2");
    assertThat(RequestPeer.of(peer("10.0.0.1"), headers, proxies).address()).isEqualTo("10.0.0.2");
  }

  @Test
  void whoComesThroughAProxyIsNotOnThisHost() {
    TrustedProxies proxies = proxies(Fields.X_FORWARDED);
    MultiMap none = headers("X-Forwarded-For", null);
    MultiMap local = headers("X-Forwarded-For", "127.0.0.1");
    assertThat(RequestPeer.of(peer("10.0.0.1"), none, proxies).relayed()).isFalse();
    assertThat(RequestPeer.of(peer("10.0.0.1"), local, proxies).relayed()).isTrue();
    var named = new Peer(Objects.requireNonNull(Endpoint.parse("127.0.0.1")), true);
    assertThat(RequestPeer.of(named, none, proxies).relayed()).isTrue();
    var through = new Peer(Objects.requireNonNull(Endpoint.parse("10.0.0.2")), true);
    assertThat(RequestPeer.of(through, local, proxies).address()).isEqualTo("127.0.0.1");
    assertThat(RequestPeer.of(through, local, proxies).relayed()).isTrue();
  }
}
