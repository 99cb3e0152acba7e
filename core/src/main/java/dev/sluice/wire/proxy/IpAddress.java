package dev.sluice.wire.proxy;

import dev.sluice.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * An IP address. One that is mapped into IPv6 ({@code ::ffff:192.0.2.7}, RFC 4291, section 2.5.5.2)
 * is the IPv4 address that it stands for, so that a rule about the one holds for the other.
 *
 * @param bytes 4 or 16 of them, in network order
 */
public record IpAddress(Bytes bytes) {
  /** Bytes of an IPv4 address. */
  public static final int V4_BYTES = 4;

  /** Bytes of an IPv6 address. */
  public static final int V6_BYTES = 16;

  /** Longest text of an address. */
  static final int MAX_CHARS = 45;

  private static final int GROUPS = 8;
  private static final int MAPPED_ZEROS = 10;

  public IpAddress {
    if (bytes.size() != V4_BYTES && bytes.size() != V6_BYTES) {
      throw new IllegalArgumentException("an IP address of " + bytes.size() + " bytes");
    }
  }

  /** The address that {@code bytes} are: 4, or 16 of which the last 4 may be all that counts. */
  public static IpAddress of(byte... bytes) {
    Bytes all = Bytes.of(bytes);
    return isMapped(all)
        ? new IpAddress(Bytes.of(bytes[12], bytes[13], bytes[14], bytes[15]))
        : new IpAddress(all);
  }

  private static boolean isMapped(Bytes bytes) {
    if (bytes.size() != V6_BYTES) {
      return false;
    }
    for (int i = 0; i < MAPPED_ZEROS; i++) {
      if (bytes.at(i) != 0) {
        return false;
      }
    }
    return bytes.at(MAPPED_ZEROS) == 0xFF && bytes.at(MAPPED_ZEROS + 1) == 0xFF;
  }

  /** Whether it is one of IPv4. */
  public boolean isV4() {
    return bytes.size() == V4_BYTES;
  }

  /**
   * Reads four decimal numbers without leading zeros, or IPv6 without brackets and zone, as {@code
   * inet_pton} does; null for all else.
   */
  public static @Nullable IpAddress parse(String text) {
    if (text.length() > MAX_CHARS) {
      return null;
    }
    if (text.indexOf(':') >= 0) {
      byte[] bytes = new byte[V6_BYTES];
      return readV6(text, bytes) ? of(bytes) : null;
    }
    byte[] bytes = new byte[V4_BYTES];
    return readV4(text, bytes, 0) ? of(bytes) : null;
  }

  private static boolean readV4(String text, byte[] out, int at) {
    String[] numbers = text.split("\\.", -1);
    if (numbers.length != V4_BYTES) {
      return false;
    }
    for (int i = 0; i < V4_BYTES; i++) {
      int number = decimal(numbers[i], 255);
      if (number < 0) {
        return false;
      }
      out[at + i] = (byte) number;
    }
    return true;
  }

  /** Reads a number without sign and leading zeros; −1 when it is none or more than {@code max}. */
  static int decimal(String text, int max) {
    if (text.isEmpty() || text.length() > 5 || text.length() > 1 && text.charAt(0) == '0') {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value > max ? -1 : value;
  }

  private static boolean readV6(String text, byte[] out) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return readGroups(text, out, 0) == V6_BYTES;
    }
    byte[] head = new byte[V6_BYTES];
    byte[] tail = new byte[V6_BYTES];
    String before = text.substring(0, gap);
    String behind = text.substring(gap + 2);
    if (before.indexOf('.') >= 0) {
      return false; // four numbers stand at the end only
    }
    int headBytes = before.isEmpty() ? 0 : readGroups(before, head, 0);
    int tailBytes = behind.isEmpty() ? 0 : readGroups(behind, tail, 0);
    if (headBytes < 0 || tailBytes < 0 || headBytes + tailBytes > V6_BYTES - 2) {
      return false; // "::" is at least one group
    }
    System.arraycopy(head, 0, out, 0, headBytes);
    System.arraycopy(tail, 0, out, V6_BYTES - tailBytes, tailBytes);
    return true;
  }

  /** Reads groups between single colons; gives how many bytes they are, −1 when they are none. */
  private static int readGroups(String text, byte[] out, int from) {
    String[] groups = text.split(":", -1);
    int at = from;
    for (int i = 0; i < groups.length; i++) {
      if (i == groups.length - 1 && groups[i].indexOf('.') >= 0) {
        return at + V4_BYTES <= V6_BYTES && readV4(groups[i], out, at) ? at + V4_BYTES : -1;
      }
      int group = hexadecimal(groups[i]);
      if (group < 0 || at + 2 > V6_BYTES) {
        return -1;
      }
      out[at++] = (byte) (group >> 8);
      out[at++] = (byte) group;
    }
    return at;
  }

  private static int hexadecimal(String text) {
    if (text.isEmpty() || text.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /**
   * The one text of it that everybody writes (RFC 5952, section 4): the longest run of two or more
   * zero groups, of equal ones the first, as {@code ::}, lower case, no leading zeros.
   */
  @Override
  public String toString() {
    if (isV4()) {
      return bytes.at(0) + "." + bytes.at(1) + "." + bytes.at(2) + "." + bytes.at(3);
    }
    int gapFrom = -1;
    int gapSize = 1;
    for (int from = 0; from < GROUPS; from++) {
      int size = 0;
      while (from + size < GROUPS && group(from + size) == 0) {
        size++;
      }
      if (size > gapSize) {
        gapFrom = from;
        gapSize = size;
      }
    }
    var text = new StringBuilder(MAX_CHARS);
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapFrom) {
        text.append("::");
        i += gapSize - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(i)));
      }
    }
    return text.toString();
  }

  private int group(int index) {
    return bytes.at(2 * index) << 8 | bytes.at(2 * index + 1);
  }
}
