package dev.sluice.wire.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String V4 = "c0000207" + "cb007109" + "3039" + "0050";
  private static final String V6 =
      "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "ffff" + "078f";

  /** What is read, or null; whole headers consume themselves and nothing behind them. */
  private static String read(byte[] header) {
    ByteBuf in = Unpooled.wrappedBuffer(header, new byte[] {'G', 'E', 'T'});
    ProxyHeader read = ProxyHeader.read(in);
    assertThat(read).isNotNull();
    assertThat(in.readableBytes()).isEqualTo(3);
    for (int length = 0; length < header.length; length++) {
      ByteBuf truncated = Unpooled.wrappedBuffer(header, 0, length);
      assertThat(ProxyHeader.read(truncated)).as("%d bytes", length).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
    return shown(read);
  }

  private static String shown(@Nullable ProxyHeader header) {
    return header == null || header.source() == null
        ? "nobody"
        : header.source() + " > " + header.destination();
  }

  private static byte[] line(String text) {
    return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] binary(String versionAndFamily, String body) {
    return HexFormat.of()
        .parseHex(SIGNATURE + versionAndFamily + "%04x".formatted(body.length() / 2) + body);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "PROXY TCP4 192.0.2.7 203.0.113.9 12345 80, 192.0.2.7:12345 > 203.0.113.9:80",
    "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535,"
        + " 255.255.255.255:65535 > 255.255.255.255:65535",
    "PROXY TCP4 0.0.0.0 0.0.0.0 0 0, 0.0.0.0:0 > 0.0.0.0:0",
    "PROXY TCP6 2001:db8::1 2001:db8::2 65535 1935, [2001:db8::1]:65535 > [2001:db8::2]:1935",
    "PROXY TCP6 ffff:f:f:f:f:f:f:f ::1 1 2, [ffff:f:f:f:f:f:f:f]:1 > [::1]:2",
    "PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2, 192.0.2.7:1 > [::1]:2",
    "PROXY UNKNOWN, nobody",
    "PROXY UNKNOWN 192.0.2.7 203.0.113.9 12345 80, nobody",
    "PROXY UNKNOWN what ever, nobody",
  })
  void readsTheLineOfVersion1(String text, String expected) {
    assertThat(read(line(text))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "PROXY ",
        "PROXY TCP4",
        "PROXY TCP4 192.0.2.7 203.0.113.9 12345",
        "PROXY TCP4 192.0.2.7 203.0.113.9 12345 80 ",
        "PROXY TCP4 192.0.2.7 203.0.113.9 12345 80 1",
        "PROXY  TCP4 192.0.2.7 203.0.113.9 12345 80",
        "PROXY TCP4  192.0.2.7 203.0.113.9 12345 80",
        "PROXY TCP4 192.0.2.7\t203.0.113.9 12345 80",
        "PROXY TCP4 192.0.2.7 203.0.113.9 65536 80",
        "PROXY TCP4 192.0.2.7 203.0.113.9 012 80",
        "PROXY TCP4 192.0.2.7 203.0.113.9 -1 80",
        "PROXY TCP4 192.0.2 203.0.113.9 12345 80",
        "PROXY TCP4 2001:db8::1 2001:db8::2 12345 80",
        "PROXY TCP4 ::ffff:192.0.2.7 ::ffff:192.0.2.8 12345 80",
        "PROXY TCP6 192.0.2.7 203.0.113.9 12345 80",
        "PROXY TCP6 2001:db8::1%eth0 2001:db8::2 12345 80",
        "PROXY tcp4 192.0.2.7 203.0.113.9 12345 80",
        "PROXY UDP4 192.0.2.7 203.0.113.9 12345 80",
        "PROXY UNKNOWNS",
        "proxy TCP4 192.0.2.7 203.0.113.9 12345 80",
        "PROXYTCP4 192.0.2.7 203.0.113.9 12345 80",
        "POST / HTTP/1.1",
        "GET / HTTP/1.1",
      })
  void refusesOtherLines(String text) {
    assertMalformed(line(text));
  }

  private static void assertMalformed(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    assertThatThrownBy(() -> ProxyHeader.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("PROXY protocol: ");
    for (int length = 0; length < bytes.length; length++) {
      try {
        assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(bytes, 0, length))).isNull();
      } catch (MalformedException refused) { // as soon as it is sure
        return;
      }
    }
  }

  @Test
  void refusesALineFeedWithoutCarriageReturn() {
    assertMalformed("PROXY UNKNOWN\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aLineHas107BytesAtMost() {
    String fill = "x".repeat(ProxyHeader.MAX_TEXT_BYTES - 2 - "PROXY UNKNOWN ".length());
    assertThat(line("PROXY UNKNOWN " + fill)).hasSize(ProxyHeader.MAX_TEXT_BYTES);
    assertThat(read(line("PROXY UNKNOWN " + fill))).isEqualTo("nobody");
    assertMalformed(line("PROXY UNKNOWN x" + fill));
    byte[] endless = "PROXY UNKNOWN ".repeat(8).getBytes(StandardCharsets.US_ASCII);
    ByteBuf within = Unpooled.wrappedBuffer(endless, 0, ProxyHeader.MAX_TEXT_BYTES - 1);
    assertThat(ProxyHeader.read(within)).isNull();
    ByteBuf past = Unpooled.wrappedBuffer(endless, 0, ProxyHeader.MAX_TEXT_BYTES);
    assertThatThrownBy(() -> ProxyHeader.read(past))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("without an end");
  }

  @Test
  void bytesThatAreNoAsciiAreNoAddress() {
    byte[] header = line("PROXY TCP4 192.0.2.7 203.0.113.9 12345 80");
    header[11] = (byte) 0xB1;
    assertMalformed(header);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "2111, " + V4 + ", 192.0.2.7:12345 > 203.0.113.9:80",
    "2112, " + V4 + ", 192.0.2.7:12345 > 203.0.113.9:80", // as a datagram
    "2110, " + V4 + ", 192.0.2.7:12345 > 203.0.113.9:80",
    "2121, " + V6 + ", [2001:db8::1]:65535 > [2001:db8::2]:1935",
    "2121, 00000000000000000000ffffc0000207"
        + "00000000000000000000000000000001"
        + "00010002,"
        + " 192.0.2.7:1 > [::1]:2",
    "2100, '', nobody",
    "2100, 0400021234, nobody", // unspecified, with a TLV
    "2000, '', nobody", // LOCAL
    "2011, " + V4 + ", nobody", // LOCAL: addresses are to be ignored
    "20ff, ffffff, nobody", // LOCAL: all of it is
    "2111, " + V4 + "04000101, 192.0.2.7:12345 > 203.0.113.9:80", // NOOP
    "2111, " + V4 + "04000001000268320400020000, 192.0.2.7:12345 > 203.0.113.9:80",
    "2111, " + V4 + "ea000d0176706365" + "0102030405060708, 192.0.2.7:12345 > 203.0.113.9:80",
  })
  void readsVersion2(String versionAndFamily, String body, String expected) {
    assertThat(read(binary(versionAndFamily, body))).isEqualTo(expected);
  }

  @Test
  void aUnixSocketIsNobody() {
    assertThat(read(binary("2131", "2f".repeat(216)))).isEqualTo("nobody");
    assertMalformed(binary("2131", "2f".repeat(215)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "1111, " + V4, // version
    "3111, " + V4,
    "2211, " + V4, // command
    "2141, " + V4, // family
    "21f1, " + V4,
    "2113, " + V4, // transport
    "2111, c0000207cb007109303900", // addresses that are cut
    "2111, ''",
    "2121, " + V4,
    "2111, " + V4 + "04", // TLVs that are cut
    "2111, " + V4 + "0400",
    "2111, " + V4 + "040001",
    "2111, " + V4 + "04000201",
    "2111, " + V4 + "04ffff01",
    "2111, " + V4 + "03000400000000", // a wrong checksum
    "2111, " + V4 + "030003000000", // one of 3 bytes
    "2111, " + V4 + "0300050000000000",
    "2100, 04",
  })
  void refusesOthersOfVersion2(String versionAndFamily, String body) {
    assertMalformed(binary(versionAndFamily, body));
  }

  @Test
  void refusesAnotherSignatureAsSoonAsItShows() {
    byte[] header = binary("2111", V4);
    for (int i = 0; i < 12; i++) {
      byte[] other = header.clone();
      other[i] ^= 1;
      ByteBuf cut = Unpooled.wrappedBuffer(other, 0, i + 1);
      assertThatThrownBy(() -> ProxyHeader.read(cut)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void aHeaderOfVersion2HasABound() {
    int room = ProxyHeader.MAX_BODY_BYTES - V4.length() / 2 - 3;
    String tlv = "04" + "%04x".formatted(room) + "00".repeat(room);
    byte[] longest = binary("2111", V4 + tlv);
    assertThat(longest).hasSize(ProxyHeader.MAX_BYTES);
    ByteBuf in = Unpooled.wrappedBuffer(longest);
    assertThat(shown(ProxyHeader.read(in))).isEqualTo("192.0.2.7:12345 > 203.0.113.9:80");
    assertThat(in.isReadable()).isFalse();
    byte[] tooLong = binary("2011", "00".repeat(ProxyHeader.MAX_BODY_BYTES + 1));
    ByteBuf head = Unpooled.wrappedBuffer(tooLong, 0, 16); // before any of it has come
    assertThatThrownBy(() -> ProxyHeader.read(head))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("allowed are " + ProxyHeader.MAX_BODY_BYTES);
  }

  /** The checksum was worked out apart from this code. */
  @Test
  void aChecksumIsChecked() {
    byte[] header = binary("2111", V4 + "030004" + CRC_OF_V4);
    assertThat(read(header)).isEqualTo("192.0.2.7:12345 > 203.0.113.9:80");
    int kind = header.length - 7; // another kind of TLV is no checksum
    for (int i = 12; i < header.length; i += i + 1 == kind ? 2 : 1) {
      byte[] wrong = header.clone();
      wrong[i] ^= 4;
      try {
        assertThat(shown(ProxyHeader.read(Unpooled.wrappedBuffer(wrong))))
            .as("byte %d", i)
            .isEqualTo("nobody"); // what is longer now, or says so, waits for more
      } catch (MalformedException refused) {
        assertThat(refused).hasMessageStartingWith("PROXY protocol: ");
      }
    }
    ByteBuf twice = Unpooled.wrappedBuffer(binary("2111", V4 + "0300040000000003000400000000"));
    assertThatThrownBy(() -> ProxyHeader.read(twice))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("two of them");
  }

  private static final String CRC_OF_V4 = "486bef2c";

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    ProxyHeader header =
        random.nextInt(8) == 0
            ? ProxyHeader.NOBODY
            : new ProxyHeader(endpoint(random), endpoint(random));
    ByteBuf out = Unpooled.buffer();
    if (random.nextBoolean()) {
      header.writeText(out);
    } else {
      byte[] tlv = new byte[3 + random.nextInt(40)];
      tlv[0] = 0x04;
      tlv[2] = (byte) (tlv.length - 3);
      boolean named = header.source() != null;
      Bytes tlvs = named && random.nextBoolean() ? Bytes.of(tlv) : Bytes.EMPTY;
      header.writeBinary(out, tlvs, named && random.nextBoolean());
    }
    out.writeByte(7);
    assertThat(ProxyHeader.read(out)).isEqualTo(header);
    assertThat(out.readableBytes()).isEqualTo(1);
  }

  private static Endpoint endpoint(RandomGenerator random) {
    byte[] bytes = new byte[random.nextBoolean() ? IpAddress.V4_BYTES : IpAddress.V6_BYTES];
    random.nextBytes(bytes);
    return new Endpoint(IpAddress.of(bytes), random.nextInt(65_536));
  }
}
