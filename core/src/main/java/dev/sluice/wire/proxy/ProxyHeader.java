package dev.sluice.wire.proxy;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of a connection's bytes when a proxy speaks the PROXY protocol, version 1
 * (section 2.1, a line of text) or 2 (section 2.2, binary).
 *
 * <p>Both ends are null where the proxy does not name them, which it may: {@code LOCAL} (it talks
 * for itself, as a health check), {@code UNKNOWN}, and families that are not IP. Then those of the
 * connection itself count.
 *
 * @param source who has connected to the proxy
 * @param destination to where
 */
public record ProxyHeader(@Nullable Endpoint source, @Nullable Endpoint destination) {
  /** Bytes of the longest line of version 1, its end included (section 2.1). */
  public static final int MAX_TEXT_BYTES = 107;

  /**
   * Bytes behind the fixed part of version 2: addresses and TLVs. Senders have to fit all into the
   * first packet (section 2), and what is known of them is within 1 kB.
   */
  public static final int MAX_BODY_BYTES = 4_096;

  /** Most that may come before it is known whether it is a header. */
  public static final int MAX_BYTES = 16 + MAX_BODY_BYTES;

  /** A proxy that names nobody. */
  public static final ProxyHeader NOBODY = new ProxyHeader(null, null);

  private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BINARY = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
  private static final int FIXED_BYTES = 16;

  private static final int LOCAL = 0;
  private static final int PROXY = 1;

  private static final int UNSPECIFIED = 0;
  private static final int INET = 1;
  private static final int INET6 = 2;
  private static final int UNIX = 3;
  private static final int UNIX_BYTES = 216;
  private static final int STREAM = 1;
  private static final int DATAGRAM = 2;

  private static final int TLV_HEAD_BYTES = 3;
  private static final int TLV_CRC32C = 0x03;
  private static final int CRC_BYTES = 4;

  public ProxyHeader {
    if ((source == null) != (destination == null)) {
      throw new IllegalArgumentException("one end only");
    }
  }

  /** Reads one header; returns null and consumes nothing when {@code in} ends too early. */
  public static @Nullable ProxyHeader read(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    return switch (in.getByte(in.readerIndex())) {
      case 'P' -> readText(in);
      case '\r' -> readBinary(in);
      default -> throw new MalformedException("PROXY protocol: the header is missing");
    };
  }

  /** Whether {@code in} begins with {@code expected}, as far as it goes. */
  private static void checkStart(ByteBuf in, byte[] expected) {
    int length = Math.min(in.readableBytes(), expected.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != expected[i]) {
        throw new MalformedException("PROXY protocol: the header is missing");
      }
    }
  }

  // ---- version 1

  private static @Nullable ProxyHeader readText(ByteBuf in) {
    checkStart(in, TEXT);
    int from = in.readerIndex();
    int length = Math.min(in.readableBytes(), MAX_TEXT_BYTES);
    int end = in.indexOf(from, from + length, (byte) '\n');
    if (end < 0) {
      if (length == MAX_TEXT_BYTES) {
        throw new MalformedException(
            "PROXY protocol: a line without an end in its first %d bytes"
                .formatted(MAX_TEXT_BYTES));
      }
      return null;
    }
    if (end - from < TEXT.length || in.getByte(end - 1) != '\r') {
      throw new MalformedException("PROXY protocol: a line that does not end in CR LF");
    }
    ProxyHeader header =
        ofLine(in.toString(from, end - 1 - from, StandardCharsets.US_ASCII)); // without CR LF
    in.readerIndex(end + 1);
    return header;
  }

  private static ProxyHeader ofLine(String line) {
    String[] fields = line.split(" ", -1);
    return switch (fields[1]) {
      case "UNKNOWN" -> NOBODY; // the rest of the line is to be ignored
      case "TCP4" -> ofFields(fields, true);
      case "TCP6" -> ofFields(fields, false);
      default ->
          throw new MalformedException(
              "PROXY protocol: a line that is about none of TCP4, TCP6, UNKNOWN");
    };
  }

  private static ProxyHeader ofFields(String[] fields, boolean v4) {
    if (fields.length != 6) {
      throw new MalformedException(
          "PROXY protocol: a line of %d fields, allowed are 6".formatted(fields.length));
    }
    return new ProxyHeader(endpoint(fields[2], fields[4], v4), endpoint(fields[3], fields[5], v4));
  }

  private static Endpoint endpoint(String host, String port, boolean v4) {
    IpAddress address = IpAddress.parse(host);
    boolean inV6 = host.indexOf(':') >= 0;
    int number = IpAddress.decimal(port, Endpoint.MAX_PORT);
    if (address == null || inV6 == v4 || number < 0) {
      throw new MalformedException(
          "PROXY protocol: a line with no %s address and port".formatted(v4 ? "IPv4" : "IPv6"));
    }
    return new Endpoint(address, number);
  }

  /** Appends the line of version 1. */
  public void writeText(ByteBuf out) {
    out.writeBytes(line().getBytes(StandardCharsets.US_ASCII));
  }

  private String line() {
    if (source == null || destination == null) {
      return "PROXY UNKNOWN\r\n";
    }
    boolean v4 = isV4(source, destination);
    return "PROXY TCP%d %s %s %d %d\r\n"
        .formatted(
            v4 ? 4 : 6,
            text(source.address(), v4),
            text(destination.address(), v4),
            source.port(),
            destination.port());
  }

  private static boolean isV4(Endpoint source, Endpoint destination) {
    return source.address().isV4() && destination.address().isV4();
  }

  /** Both addresses of a header are of one family: IPv4 beside IPv6 is mapped into it. */
  private static String text(IpAddress address, boolean v4) {
    return address.isV4() && !v4 ? "::ffff:" + address : address.toString();
  }

  private static void write(IpAddress address, boolean v4, ByteBuf out) {
    if (address.isV4() && !v4) {
      out.writeZero(IpAddress.V6_BYTES - IpAddress.V4_BYTES - 2).writeShort(0xFFFF);
    }
    address.bytes().writeTo(out);
  }

  // ---- version 2

  private static @Nullable ProxyHeader readBinary(ByteBuf in) {
    checkStart(in, BINARY);
    if (in.readableBytes() <= BINARY.length) {
      return null;
    }
    int from = in.readerIndex();
    int versionAndCommand = in.getUnsignedByte(from + BINARY.length);
    int command = versionAndCommand & 0xF;
    if (versionAndCommand >> 4 != 2 || command > PROXY) {
      throw new MalformedException(
          "PROXY protocol: version %d and command %d, allowed are 2 and 0 or 1"
              .formatted(versionAndCommand >> 4, command));
    }
    if (in.readableBytes() < FIXED_BYTES) {
      return null;
    }
    int size = in.getUnsignedShort(from + 14);
    if (size > MAX_BODY_BYTES) {
      throw new MalformedException(
          "PROXY protocol: a header of %d bytes, allowed are %d".formatted(size, MAX_BODY_BYTES));
    }
    if (in.readableBytes() < FIXED_BYTES + size) {
      return null;
    }
    ByteBuf whole = in.slice(from, FIXED_BYTES + size);
    ProxyHeader header = command == LOCAL ? NOBODY : relayed(whole);
    in.skipBytes(FIXED_BYTES + size);
    return header;
  }

  private static ProxyHeader relayed(ByteBuf whole) {
    int family = whole.getUnsignedByte(13) >> 4;
    int transport = whole.getUnsignedByte(13) & 0xF;
    if (family > UNIX || transport > DATAGRAM) {
      throw new MalformedException(
          "PROXY protocol: family %d and transport %d, allowed are up to 3 and 2"
              .formatted(family, transport));
    }
    int addressBytes =
        switch (family) {
          case INET -> 2 * IpAddress.V4_BYTES + 4;
          case INET6 -> 2 * IpAddress.V6_BYTES + 4;
          case UNIX -> UNIX_BYTES;
          default -> 0;
        };
    int body = whole.readableBytes() - FIXED_BYTES;
    if (body < addressBytes) {
      throw new MalformedException(
          "PROXY protocol: %d bytes for addresses of %d".formatted(body, addressBytes));
    }
    checkTlvs(whole, FIXED_BYTES + addressBytes);
    return switch (family) {
      case INET -> addresses(whole, IpAddress.V4_BYTES);
      case INET6 -> addresses(whole, IpAddress.V6_BYTES);
      default -> NOBODY;
    };
  }

  private static ProxyHeader addresses(ByteBuf whole, int size) {
    int ports = FIXED_BYTES + 2 * size;
    IpAddress from = address(whole, FIXED_BYTES, size);
    IpAddress to = address(whole, FIXED_BYTES + size, size);
    return new ProxyHeader(
        new Endpoint(from, whole.getUnsignedShort(ports)),
        new Endpoint(to, whole.getUnsignedShort(ports + 2)));
  }

  private static IpAddress address(ByteBuf whole, int at, int size) {
    byte[] bytes = new byte[size];
    whole.getBytes(at, bytes);
    return IpAddress.of(bytes);
  }

  /** TLVs are left out, but have to fill the rest exactly, and a checksum has to be right. */
  private static void checkTlvs(ByteBuf whole, int from) {
    int end = whole.readableBytes();
    int checksum = -1;
    int at = from;
    while (at < end) {
      int length = end - at < TLV_HEAD_BYTES ? -1 : whole.getUnsignedShort(at + 1);
      if (length < 0 || at + TLV_HEAD_BYTES + length > end) {
        throw new MalformedException("PROXY protocol: a TLV that goes past the header's end");
      }
      if (whole.getUnsignedByte(at) == TLV_CRC32C) {
        if (length != CRC_BYTES || checksum >= 0) {
          throw new MalformedException(
              "PROXY protocol: a checksum of %d bytes, or two of them".formatted(length));
        }
        checksum = at + TLV_HEAD_BYTES;
      }
      at += TLV_HEAD_BYTES + length;
    }
    if (checksum >= 0 && crc(whole, checksum) != whole.getInt(checksum)) {
      throw new MalformedException("PROXY protocol: the checksum is wrong");
    }
  }

  /** CRC-32C of a header whose checksum, at {@code at}, counts as zero (section 2.2.3). */
  private static int crc(ByteBuf whole, int at) {
    byte[] bytes = new byte[whole.readableBytes()];
    whole.getBytes(0, bytes);
    for (int i = 0; i < CRC_BYTES; i++) {
      bytes[at + i] = 0;
    }
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /**
   * Appends the header of version 2: {@code LOCAL} when nobody is named.
   *
   * @param tlvs what follows the addresses, whole TLVs
   * @param checksum whether a checksum goes behind them
   */
  public void writeBinary(ByteBuf out, Bytes tlvs, boolean checksum) {
    int start = out.writerIndex();
    out.writeBytes(BINARY);
    if (source == null || destination == null) {
      out.writeByte(2 << 4 | LOCAL).writeByte(UNSPECIFIED).writeShort(0);
    } else {
      boolean v4 = isV4(source, destination);
      int family = v4 ? INET : INET6;
      out.writeByte(2 << 4 | PROXY).writeByte(family << 4 | STREAM).writeShort(0);
      write(source.address(), v4, out);
      write(destination.address(), v4, out);
      out.writeShort(source.port()).writeShort(destination.port());
    }
    tlvs.writeTo(out);
    int crcAt = out.writerIndex() + TLV_HEAD_BYTES;
    if (checksum) {
      out.writeByte(TLV_CRC32C).writeShort(CRC_BYTES).writeInt(0);
    }
    out.setShort(start + 14, out.writerIndex() - start - FIXED_BYTES);
    if (checksum) {
      ByteBuf whole = out.slice(start, out.writerIndex() - start);
      out.setInt(crcAt, crc(whole, crcAt - start));
    }
  }
}
