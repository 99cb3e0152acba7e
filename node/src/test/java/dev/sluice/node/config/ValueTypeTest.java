package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.AddressBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "0ms,0,0",
    "1ms,1,1ms",
    "350ms,350,350ms",
    "1.5s,1500,1500ms",
    "0.001s,1,1ms",
    "10s,10000,10s",
    "10 s,10000,10s",
    "60s,60000,1m",
    "90m,5400000,90m",
    "36h,129600000,36h",
    "2d,172800000,2d",
    "1000ms,1000,1s"
  })
  void timesAreANumberAndAUnit(String text, long millis, String canonical) {
    var type = new ValueType.Time(Duration.ZERO, Duration.ofDays(1000));
    assertThat(type.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(type.format(Duration.ofMillis(millis))).isEqualTo(canonical);
    assertThat(type.parse(canonical)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "0B,0,0",
    "1B,1,1B",
    "1kB,1000,1kB",
    "1KiB,1024,1KiB",
    "64kB,64000,64kB",
    "1.5MiB,1572864,1536KiB",
    "4MB,4000000,4MB",
    "4 MiB,4194304,4MiB",
    "2GB,2000000000,2GB",
    "2GiB,2147483648,2GiB",
    "0.5kB,500,500B",
    "16777215B,16777215,16777215B"
  })
  void sizesAreDecimalOrBinary(String text, long bytes, String canonical) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes)).hasToString(canonical);
    assertThat(ByteSize.parse(canonical)).isEqualTo(new ByteSize(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "1bit/s,1,1bit/s",
    "8bps,8,8bit/s",
    "500kbit/s,500000,500kbit/s",
    "500kbps,500000,500kbit/s",
    "2.5Mbit/s,2500000,2500kbit/s",
    "6 Mbps,6000000,6Mbit/s",
    "1Gbps,1000000000,1Gbit/s",
    "1.0000001Gbit/s,1000000100,1000000100bit/s"
  })
  void ratesAreInStepsOfAThousand(String text, long bitsPerSecond, String canonical) {
    assertThat(BitRate.parse(text)).isEqualTo(new BitRate(bitsPerSecond)).hasToString(canonical);
    assertThat(BitRate.parse(canonical)).isEqualTo(new BitRate(bitsPerSecond));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "-1s",
        "+1s",
        "s",
        ".5s",
        "1.s",
        "1..5s",
        "1.2.3s",
        "1e3s",
        "0.0001s",
        "1 0s",
        "1s 1ms",
        "9223372036854775808ms",
        "106751991168d",
        "1S",
        "1sec",
        "1,5s",
        "０s",
        "1111111111111111111111111111111111111111s"
      })
  void whatIsNoQuantityIsRefused(String text) {
    assertThat(ValueType.Time.parseAny(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "64k", "64KB", "64kb", "64K", "0.0001kB", "9223372036854775807kB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThat(ByteSize.parse(text)).isNull();
    assertThat(BitRate.parse(text)).isNull();
  }

  @Test
  void limitsAreIncluded() {
    var time = new ValueType.Time(Duration.ofMillis(10), Duration.ofMillis(20));
    assertThat(time.parse("9ms")).isNull();
    assertThat(time.parse("10ms")).isNotNull();
    assertThat(time.parse("20ms")).isNotNull();
    assertThat(time.parse("21ms")).isNull();
    var number = new ValueType.WholeNumber(-1, 2);
    assertThat(number.parse("-2")).isNull();
    assertThat(number.parse("-1")).isEqualTo(-1);
    assertThat(number.parse("2")).isEqualTo(2);
    assertThat(number.parse("3")).isNull();
    var size = new ValueType.Size(new ByteSize(10), new ByteSize(20));
    assertThat(size.parse("9B")).isNull();
    assertThat(size.parse("10B")).isNotNull();
    assertThat(size.parse("20B")).isNotNull();
    assertThat(size.parse("21B")).isNull();
    var rate = new ValueType.Rate(new BitRate(10), new BitRate(20));
    assertThat(rate.parse("9bps")).isNull();
    assertThat(rate.parse("10bps")).isNotNull();
    assertThat(rate.parse("20bps")).isNotNull();
    assertThat(rate.parse("21bps")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "on,true", "yes,true", "false,false", "off,false", "no,false"})
  void aBooleanHasThreeSpellings(String text, boolean value) {
    assertThat(new ValueType.YesNo().parse(text)).isEqualTo(value);
    assertThat(new ValueType.YesNo().parse(text.toUpperCase(java.util.Locale.ROOT))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    ":1935,'',1935",
    "127.0.0.1:0,127.0.0.1,0",
    "[::1]:65535,::1,65535",
    "[2001:db8::1]:1,2001:db8::1,1",
    "localhost:80,localhost,80",
    "a-1.example.org:80,a-1.example.org,80"
  })
  void addressesToListenOn(String text, String host, int port) {
    ListenAddress address = ListenAddress.parse(text);
    assertThat(address).isEqualTo(new ListenAddress(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1935",
        "localhost",
        ":",
        "localhost:",
        ":65536",
        ":123456",
        ":-1",
        ":+1",
        "::1:80",
        "[::1]",
        "[::1:80",
        "::1]:80",
        "[127.0.0.1]:80",
        "[localhost]:80",
        "[fe80::1%eth0]:80",
        "300.0.0.1:80",
        "1.2.3:80",
        "1:80",
        "a b:80",
        "a..b:80",
        "*:80",
        "rtmp://x:80",
        "[]:80",
        "[1:2:3]:80",
        ":１"
      })
  void whatIsNoAddressToListenOnIsRefused(String text) {
    assertThat(ListenAddress.parse(text)).isNull();
  }

  @Test
  void anAddressToListenOnBecomesASocketAddress() {
    assertThat(ListenAddress.any(5).socketAddress()).isEqualTo(new InetSocketAddress(5));
    assertThat(new ListenAddress("127.0.0.1", 5).socketAddress())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5));
    assertThat(new ListenAddress("localhost", 5).socketAddress().getPort()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.255.0.1,true",
    "10.0.0.0/8,11.0.0.0,false",
    "10.1.2.3/8,10.9.9.9,true",
    "192.168.0.0/17,192.168.127.255,true",
    "192.168.0.0/17,192.168.128.0,false",
    "1.2.3.4,1.2.3.4,true",
    "1.2.3.4,1.2.3.5,false",
    "0.0.0.0/0,8.8.8.8,true",
    "0.0.0.0/0,::1,false",
    "fd00::/8,fdff::1,true",
    "fd00::/8,fe00::1,false",
    "::1,::1,true",
    "::/0,1.2.3.4,false",
    "::ffff:1.2.3.4,1.2.3.4,true"
  })
  void blocksOfAddresses(String block, String address, boolean contained)
      throws UnknownHostException {
    AddressBlock parsed = AddressBlock.parse(block);
    assertThat(parsed).isNotNull();
    assertThat(parsed.contains(InetAddress.ofLiteral(address))).isEqualTo(contained);
    assertThat(AddressBlock.parse(parsed.toString())).isEqualTo(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10/8",
        "10.0.0.256",
        "localhost",
        "[::1]",
        "::1%lo",
        "1.2.3.4.5",
        "a::b::c",
        "10.0.0.0/1000"
      })
  void whatIsNoBlockIsRefused(String text) {
    assertThat(AddressBlock.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "*,true",
    "https://a.example,true",
    "http://[::1]:80,true",
    "http://localhost:8080,true",
    "https://A.example,false",
    "a.example,false",
    "https://a.example/,false",
    "ftp://a,false",
    "null,false",
    "https://,false",
    "https://*.example,false"
  })
  void originsOfWebPages(String text, boolean valid) {
    assertThat(WebOrigin.parse(text) != null).isEqualTo(valid);
  }

  @ParameterizedTest
  @CsvSource({"1%,10", "40%,400", "40 %,400", "90%,900", "1MB,1000000", "512MiB,536870912"})
  void sharesOfMemory(String text, long bytes) {
    MemoryShare share = MemoryShare.parse(text);
    assertThat(share).isNotNull();
    assertThat(share.bytesOf(1_000)).isEqualTo(bytes);
    assertThat(MemoryShare.parse(share.toString())).isEqualTo(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0%", "91%", "100%", "4.5%", "%", "40", "999999B", "0", "-1%"})
  void whatIsNoShareOfMemoryIsRefused(String text) {
    assertThat(MemoryShare.parse(text)).isNull();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "http://origin.example, http://origin.example",
    "http://origin.example:80/, http://origin.example",
    "https://10.0.0.1:8443, https://10.0.0.1:8443",
    "https://[::1], https://[::1]",
    "http://origin.example:0,",
    "http://origin.example:65536,",
    "http://origin.example/path,",
    "http://user@origin.example,",
    "http://,",
    "ftp://origin.example,",
    "origin.example:8080,",
  })
  void aNodeIsNamedByAUrlWithoutPath(String text, @Nullable String shown) {
    NodeUrl url = NodeUrl.parse(text);
    assertThat(url == null ? null : url.toString()).isEqualTo(shown);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "rtmp://in.example, rtmp://in.example",
    "rtmp://in.example:1935/, rtmp://in.example",
    "rtmp://in.example:443, rtmp://in.example:443",
    "rtmps://10.0.0.1:443, rtmps://10.0.0.1",
    "rtmps://[::1]:1935, rtmps://[::1]:1935",
    "rtmp://in.example:0,",
    "rtmp://in.example:65536,",
    "rtmp://in.example/live,",
    "rtmp://user@in.example,",
    "rtmp://,",
    "http://in.example,",
    "in.example:1935,",
  })
  void anRtmpServerIsNamedByAUrlWithoutApp(String text, @Nullable String shown) {
    RtmpServerUrl url = RtmpServerUrl.parse(text);
    assertThat(url == null ? null : url.toString()).isEqualTo(shown);
  }

  @Test
  void aSecretIsBoundedAndCanStandInAUrl() {
    assertThat(Secret.parse("a".repeat(7))).isNull();
    assertThat(Secret.parse("a".repeat(8))).isNotNull();
    assertThat(Secret.parse("a".repeat(256))).isNotNull();
    assertThat(Secret.parse("a".repeat(257))).isNull();
    for (String bad : List.of("aaaa aaaa", "aaaa/aaaa", "aaaa+aaaa", "aaaaäaaaa", "aaaa%aaaa")) {
      assertThat(Secret.parse(bad)).isNull();
    }
  }

  @Test
  void listsAreBounded() {
    var type = new ValueType.ListOf<>(new ValueType.WholeNumber(0, 9));
    assertThat(type.parse("1, 2,3")).containsExactly(1, 2, 3);
    assertThat(type.parse("1,,3")).isNull();
    assertThat(type.parse("1,x")).isNull();
    String most = "1,".repeat(ValueType.ListOf.MAX_ELEMENTS - 1) + "1";
    assertThat(type.parse(most)).hasSize(ValueType.ListOf.MAX_ELEMENTS);
    assertThat(type.parse(most + ",1")).isNull();
  }

  @Test
  void whatOurOwnCodeGetsWrongIsItsFault() {
    assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BitRate(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ListenAddress("", 65_536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MemoryShare.Percent(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "port,port,0",
    "prot,port,1",
    "event_loops,eventLoops,0",
    "Port,port,0",
    "por,port,1",
    "ports,port,1",
    "pert,port,1",
    "a,b,1",
    "'',abc,3",
    "abc,'',3",
    "ab,ba,1",
    "latencey,latency,1"
  })
  void namesHaveADistance(String one, String other, int distance) {
    assertThat(NearestKey.distance(one, other)).isEqualTo(distance);
    assertThat(NearestKey.distance(other, one)).isEqualTo(distance);
  }

  @Test
  void theNearestOfEqualsIsTheFirst() {
    assertThat(NearestKey.of("b", List.of("ccc", "c", "d"))).isEqualTo("c");
    assertThat(NearestKey.of("b", List.of())).isNull();
  }
}
