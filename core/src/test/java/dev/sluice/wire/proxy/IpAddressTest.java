package dev.sluice.wire.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest(name = "{0} is written {1}")
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "2001:DB8::00AB, 2001:db8::ab",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", // one zero group stays
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1", // the longest run
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1", // the first of equal ones
    "fe80::a:b:c:d, fe80::a:b:c:d",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "::ffff:192.0.2.7, 192.0.2.7", // mapped: the IPv4 address itself
    "::FFFF:c000:207, 192.0.2.7",
    "0:0:0:0:0:ffff:10.0.0.1, 10.0.0.1",
    "::192.0.2.7, ::c000:207", // compatible: not mapped
  })
  void readsAndWrites(String text, String written) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address).hasToString(written);
    assertThat(IpAddress.parse(written)).isEqualTo(address);
  }

  @ParameterizedTest(name = "\"{0}\" is no address")
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.04",
        "1.2.3.",
        ".1.2.3",
        "+1.2.3.4",
        "1.2.3.-4",
        "0x1.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.99999999999",
        "127.1",
        "2130706433",
        "٣.1.1.1",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "12345::",
        "g::1",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "fe80::1%eth0",
        "[::1]",
        "::1/64",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "::1.2.3",
        "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::ffff:01.2.3.4",
        "unknown",
        "localhost",
        "_hidden",
        "1:2:3:4:5:6:7:８",
        "0000:0000:0000:0000:0000:0000:0000:0000:000000"
      })
  void whatIsNoAddressIsNull(String text) {
    assertThat(IpAddress.parse(text)).isNull();
  }

  @Test
  void theLongestTextIsRead() {
    String longest = "0000:0000:0000:0000:0000:0001:255.255.255.255";
    assertThat(longest).hasSize(IpAddress.MAX_CHARS);
    assertThat(IpAddress.parse(longest)).hasToString("::1:ffff:ffff");
    assertThat(IpAddress.parse("0" + longest)).isNull();
  }

  @Test
  void hasFourOrSixteenBytes() {
    for (int size = 0; size <= 20; size++) {
      Bytes bytes = Bytes.of(new byte[size]);
      if (size == IpAddress.V4_BYTES || size == IpAddress.V6_BYTES) {
        assertThat(new IpAddress(bytes).isV4()).isEqualTo(size == IpAddress.V4_BYTES);
      } else {
        assertThatThrownBy(() -> new IpAddress(bytes))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(size + " bytes");
      }
    }
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    byte[] bytes = new byte[random.nextBoolean() ? IpAddress.V4_BYTES : IpAddress.V6_BYTES];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i += 2) {
      if (random.nextInt(3) > 0) { // runs of zeros
        bytes[i] = 0;
        bytes[i + 1] = 0;
      }
    }
    IpAddress address = IpAddress.of(bytes);
    assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
  }
}
