package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table says of a program or a stream (section 2.6): a tag and up to 255 bytes, whose
 * meaning is a type of its own where it matters here.
 *
 * @param tag what it is; from 64 on as DVB or another user says
 * @param body at most 255 bytes
 */
public record Descriptor(int tag, Bytes body) {
  /** Registration of a private format, see {@link RegistrationDescriptor}. */
  public static final int REGISTRATION = 0x05;

  /** Languages, see {@link LanguageDescriptor}. */
  public static final int LANGUAGE = 0x0A;

  /** Where metadata of a program is, see {@link MetadataDescriptor}. */
  public static final int METADATA_POINTER = 0x25;

  /** Format of metadata, see {@link MetadataDescriptor}. */
  public static final int METADATA = 0x26;

  /** Buffers of metadata. */
  public static final int METADATA_STD = 0x27;

  /** Teletext from the vertical blanking interval (DVB); as {@link #TELETEXT}. */
  public static final int VBI_TELETEXT = 0x46;

  /** A stream's name within its service (DVB, EN 300 468 section 6.2.39): one byte. */
  public static final int STREAM_IDENTIFIER = 0x52;

  /** Teletext pages (DVB, EN 300 468 section 6.2.43): language, type, number, five bytes each. */
  public static final int TELETEXT = 0x56;

  /** Subtitles (DVB, EN 300 468 section 6.2.41): language, type, pages, eight bytes each. */
  public static final int SUBTITLING = 0x59;

  /** AC-3 (DVB, EN 300 468 annex D). */
  public static final int AC3 = 0x6A;

  /** Enhanced AC-3 (DVB, EN 300 468 annex D). */
  public static final int EAC3 = 0x7A;

  /** AAC (DVB, EN 300 468 annex H). */
  public static final int AAC = 0x7C;

  /** The tag is in the first byte of the body (DVB). */
  public static final int EXTENSION = 0x7F;

  /** With a registration {@code AV01}: level, profile and form of the pictures. */
  public static final int AV1_VIDEO = 0x80;

  private static final int MAX_BODY = 255;
  private static final int HEADER_SIZE = 2;
  private static final int LANGUAGE_SIZE = 3;

  public Descriptor {
    checkRange("tag", tag, 0, 255);
    checkRange("size of body", body.size(), 0, MAX_BODY);
  }

  /**
   * Reads descriptors that fill {@code length} bytes.
   *
   * @throws MalformedException when one of them reaches past that, or that past {@code in}
   */
  public static List<Descriptor> readAll(ByteBuf in, int length) {
    if (length > in.readableBytes()) {
      throw new MalformedException(
          "descriptors of %d bytes, %d are left".formatted(length, in.readableBytes()));
    }
    ByteBuf loop = in.readSlice(length);
    List<Descriptor> descriptors = new ArrayList<>();
    while (loop.isReadable()) {
      if (loop.readableBytes() < HEADER_SIZE) {
        throw new MalformedException("descriptor of 1 byte, at least 2 are needed");
      }
      int tag = loop.readUnsignedByte();
      int size = loop.readUnsignedByte();
      if (size > loop.readableBytes()) {
        throw new MalformedException(
            "descriptor 0x%02X of %d bytes, %d are left"
                .formatted(tag, size, loop.readableBytes()));
      }
      descriptors.add(new Descriptor(tag, Bytes.copyOf(loop.readSlice(size))));
    }
    return List.copyOf(descriptors);
  }

  /** Appends tag, length and body. */
  public void write(ByteBuf out) {
    out.writeByte(tag).writeByte(body.size());
    body.writeTo(out);
  }

  /** Bytes of them all. */
  public static int size(List<Descriptor> descriptors) {
    int size = 0;
    for (Descriptor descriptor : descriptors) {
      size += HEADER_SIZE + descriptor.body.size();
    }
    return size;
  }

  /** The first one with this tag; null when there is none. */
  public static @Nullable Descriptor find(List<Descriptor> descriptors, int tag) {
    for (Descriptor descriptor : descriptors) {
      if (descriptor.tag == tag) {
        return descriptor;
      }
    }
    return null;
  }

  /**
   * The language that a stream's descriptors name first, in lower case: of {@link #LANGUAGE},
   * {@link #TELETEXT} or {@link #SUBTITLING}.
   *
   * @return empty when they name none, {@code und}, or no letters
   */
  public static String language(List<Descriptor> descriptors) {
    for (Descriptor descriptor : descriptors) {
      switch (descriptor.tag) {
        case LANGUAGE, TELETEXT, VBI_TELETEXT, SUBTITLING -> {
          String code = descriptor.languageAt(0);
          if (!code.isEmpty()) {
            return code;
          }
        }
        default -> {}
      }
    }
    return "";
  }

  /** Three letters at {@code index} of the body, in lower case; empty when they are none. */
  String languageAt(int index) {
    if (body.size() < index + LANGUAGE_SIZE) {
      return "";
    }
    byte[] code = new byte[LANGUAGE_SIZE];
    for (int i = 0; i < LANGUAGE_SIZE; i++) {
      int letter = body.at(index + i) | 0x20;
      if (letter < 'a' || letter > 'z') {
        return "";
      }
      code[i] = (byte) letter;
    }
    String language = new String(code, StandardCharsets.US_ASCII);
    return language.equals("und") ? "" : language;
  }
}
