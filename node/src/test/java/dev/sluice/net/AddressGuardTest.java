package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private static final AddressGuard GUARD = new AddressGuard(_ -> false);

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, a loopback address",
    "127.255.255.254, a loopback address",
    "::1, a loopback address",
    "::ffff:127.0.0.1, a loopback address",
    "::127.0.0.1, a loopback address",
    "64:ff9b::7f00:1, a loopback address",
    "2002:7f00:1::, a loopback address",
    "0.0.0.0, this host itself",
    "0.1.2.3, this host itself",
    "::, this host itself",
    "169.254.169.254, a link-local address",
    "64:ff9b::a9fe:a9fe, a link-local address",
    "fe80::1, a link-local address",
    "224.0.0.1, a multicast address",
    "ff02::1, a multicast address",
    "100.100.100.200, a metadata service",
    "192.0.0.192, a metadata service",
    "168.63.129.16, a metadata service",
    "fd00:ec2::254, a metadata service",
  })
  void refuses(String address, String why) {
    assertThat(GUARD.refusal(InetAddress.ofLiteral(address))).endsWith(" is " + why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "100.100.100.201",
        "203.0.113.9",
        "fd00:ec2::253",
        "2001:db8::1",
        "64:ff9b::c000:201"
      })
  void letsPass(String address) {
    assertThat(GUARD.refusal(InetAddress.ofLiteral(address))).isNull();
  }

  @Test
  void whatIsAllowedPasses() {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    var guard = new AddressGuard(loopback::equals);
    assertThat(guard.refusal(loopback)).isNull();
    assertThat(guard.refusal(InetAddress.ofLiteral("127.0.0.2"))).isNotNull();
  }
}
