package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Names a private format by four registered bytes (section 2.6.8).
 *
 * @param format four characters of ISO 8859-1: {@code Opus}
 */
public record RegistrationDescriptor(String format) {
  /** AV1. */
  public static final String AV1 = "AV01";

  /** Opus. */
  public static final String OPUS = "Opus";

  /** H.265. */
  public static final String HEVC = "HEVC";

  /** AC-3. */
  public static final String AC3 = "AC-3";

  /** Enhanced AC-3. */
  public static final String EAC3 = "EAC3";

  /** KLV metadata. */
  public static final String KLV = "KLVA";

  /** ID3 tags. */
  public static final String ID3 = "ID3 ";

  /** Splice information (SCTE 35), of a program. */
  public static final String SPLICE = "CUEI";

  /** A program of a Blu-ray disc, whose private stream types have a meaning of their own. */
  public static final String BLU_RAY = "HDMV";

  private static final int SIZE = 4;

  public RegistrationDescriptor {
    checkRange("length of format", format.length(), SIZE, SIZE);
  }

  /** The format that the first registration among {@code descriptors} names; empty when none. */
  public static String format(List<Descriptor> descriptors) {
    for (Descriptor descriptor : descriptors) {
      if (descriptor.tag() == Descriptor.REGISTRATION && descriptor.body().size() >= SIZE) {
        byte[] bytes = descriptor.body().toArray();
        return new String(bytes, 0, SIZE, StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  /** Whether one of the registrations among {@code descriptors} names {@code format}. */
  public static boolean names(List<Descriptor> descriptors, String format) {
    for (Descriptor descriptor : descriptors) {
      if (descriptor.tag() == Descriptor.REGISTRATION
          && format(List.of(descriptor)).equals(format)) {
        return true;
      }
    }
    return false;
  }

  /** As a descriptor. */
  public Descriptor descriptor() {
    return new Descriptor(
        Descriptor.REGISTRATION, Bytes.of(format.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
