package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.net.TrustedProxies.Fields;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.proxy.Endpoint;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * What a client writes into the fields of proxies: whoever comes through a trusted proxy is whom
 * that proxy has added, or his request is refused, and whoever comes without one is himself.
 */
class RequestPeerFuzzTest {
  private static final Map<Fields, String> FIELD =
      Map.of(Fields.X_FORWARDED, "X-Forwarded-For", Fields.FORWARDED, "Forwarded");
  private static final Map<Fields, String> ADDED =
      Map.of(Fields.X_FORWARDED, "192.0.2.7", Fields.FORWARDED, "for=192.0.2.7");

  private static Peer peer(String address) {
    return new Peer(Objects.requireNonNull(Endpoint.parse(address)), false);
  }

  private static MultiMap headers(Fields fields, String... values) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String value : values) {
      headers.add(Objects.requireNonNull(FIELD.get(fields)), value);
    }
    return headers;
  }

  @FuzzTest
  void whatAClientInventsNamesNobody(byte[] input) {
    String invented =
        new String(input, StandardCharsets.ISO_8859_1).replaceAll("[\\r\\n\\x00]", " ");
    for (Fields fields : Fields.values()) {
      var proxies =
          new TrustedProxies(address -> address.getHostAddress().startsWith("10."), () -> fields);
      String added = Objects.requireNonNull(ADDED.get(fields));
      for (MultiMap headers :
          new MultiMap[] {
            headers(fields, invented + ", " + added), headers(fields, invented, added)
          }) {
        headers.add("X-Forwarded-Host", invented).add("X-Forwarded-Proto", invented);
        RequestPeer direct = RequestPeer.of(peer("198.51.100.9:7"), headers, proxies);
        assertThat(direct)
            .isEqualTo(new RequestPeer(peer("198.51.100.9:7").endpoint(), false, null, null));
        try {
          RequestPeer through = RequestPeer.of(peer("10.0.0.1:7"), headers, proxies);
          assertThat(through.client()).hasToString("192.0.2.7:0");
          assertThat(through.relayed()).isTrue();
          assertThat(through.scheme()).isIn(null, "http", "https");
          assertThat(through.host() == null || through.host().matches("[\\w.:\\[\\]-]+")).isTrue();
        } catch (MalformedException refused) {
          assertThat(fields).isEqualTo(Fields.FORWARDED);
          assertThat(refused).hasMessageStartingWith("Forwarded: ");
        }
      }
      try { // he is one who is trusted himself: it is read, or refused
        RequestPeer.of(peer("10.0.0.1:7"), headers(fields, invented), proxies);
      } catch (MalformedException refused) {
        assertThat(refused).hasMessageStartingWith("Forwarded: ");
      }
    }
  }
}
