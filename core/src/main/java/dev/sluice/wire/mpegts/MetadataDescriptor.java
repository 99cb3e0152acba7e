package dev.sluice.wire.mpegts;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What metadata is (metadata_descriptor, section 2.6.60), and for whom.
 *
 * @param application metadata_application_format_identifier, four characters; empty where a number
 *     stands for it
 * @param format metadata_format_identifier, four characters; empty where a number stands for it
 * @param service metadata_service_id, 0 to 255
 */
public record MetadataDescriptor(String application, String format, int service) {
  private static final int BY_IDENTIFIER_16 = 0xFFFF;
  private static final int BY_IDENTIFIER_8 = 0xFF;
  private static final int IDENTIFIER_SIZE = 4;

  /**
   * Reads it out of a descriptor.
   *
   * @return null when {@code descriptor} is another one, or too short
   */
  public static @Nullable MetadataDescriptor of(@Nullable Descriptor descriptor) {
    if (descriptor == null || descriptor.tag() != Descriptor.METADATA) {
      return null;
    }
    ByteBuf in = descriptor.body().buffer();
    String application = "";
    if (in.readableBytes() >= 2 && in.readUnsignedShort() == BY_IDENTIFIER_16) {
      if (in.readableBytes() < IDENTIFIER_SIZE) {
        return null;
      }
      application = identifier(in);
    }
    String format = "";
    if (in.isReadable() && in.readUnsignedByte() == BY_IDENTIFIER_8) {
      if (in.readableBytes() < IDENTIFIER_SIZE) {
        return null;
      }
      format = identifier(in);
    }
    return in.readableBytes() < 2
        ? null
        : new MetadataDescriptor(application, format, in.readUnsignedByte());
  }

  /** As a descriptor; numbers stand for what is empty as "private". */
  public Descriptor descriptor() {
    ByteBuf body = Unpooled.buffer();
    writeFormats(body);
    body.writeByte(0x0F); // decoder_config_flags, DSM-CC_flag 0; reserved
    return new Descriptor(Descriptor.METADATA, Bytes.copyOf(body));
  }

  /** The metadata_pointer_descriptor (section 2.6.58) of a program that carries this itself. */
  public Descriptor pointer(int programNumber) {
    ByteBuf body = Unpooled.buffer();
    writeFormats(body);
    body.writeByte(0x1F); // metadata_locator_record_flag 0, MPEG_carriage_flags 0: same stream
    body.writeShort(programNumber);
    return new Descriptor(Descriptor.METADATA_POINTER, Bytes.copyOf(body));
  }

  private void writeFormats(ByteBuf body) {
    if (application.isEmpty()) {
      body.writeShort(0x0100); // as SMPTE ST 1402 (MISB) says for KLV
    } else {
      body.writeShort(BY_IDENTIFIER_16);
      body.writeCharSequence(application, StandardCharsets.ISO_8859_1);
    }
    if (format.isEmpty()) {
      body.writeByte(0xFE); // defined by metadata_application_format
    } else {
      body.writeByte(BY_IDENTIFIER_8);
      body.writeCharSequence(format, StandardCharsets.ISO_8859_1);
    }
    body.writeByte(service);
  }

  private static String identifier(ByteBuf in) {
    return in.readCharSequence(IDENTIFIER_SIZE, StandardCharsets.ISO_8859_1).toString();
  }
}
