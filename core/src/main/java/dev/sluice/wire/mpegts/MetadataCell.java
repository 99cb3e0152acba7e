package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The header of a piece of metadata in a PES packet of stream_id {@link PesHeader#METADATA}
 * (Metadata_AU_cell, section 2.12.4.2); its data follows.
 *
 * @param service metadata_service_id
 * @param sequence sequence_number, one more with each cell, modulo 256
 * @param fragment cell_fragment_indication: {@link #WHOLE}, {@link #FIRST}, {@link #MIDDLE} or
 *     {@link #LAST}
 * @param decoderConfiguration whether it is configuration, not metadata
 * @param randomAccess whether it can be understood by itself
 * @param dataSize bytes that follow, 0 to 65 535
 */
public record MetadataCell(
    int service,
    int sequence,
    int fragment,
    boolean decoderConfiguration,
    boolean randomAccess,
    int dataSize) {

  /** A whole access unit. */
  public static final int WHOLE = 3;

  /** The first of several cells. */
  public static final int FIRST = 2;

  /** Neither the first nor the last. */
  public static final int MIDDLE = 0;

  /** The last of several cells. */
  public static final int LAST = 1;

  /** Bytes. */
  public static final int SIZE = 5;

  public MetadataCell {
    checkRange("service", service, 0, 255);
    checkRange("sequence", sequence, 0, 255);
    checkRange("fragment", fragment, 0, 3);
    checkRange("dataSize", dataSize, 0, 65_535);
  }

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when its data reaches past {@code in}
   */
  public static @Nullable MetadataCell read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    int start = in.readerIndex();
    int dataSize = in.getUnsignedShort(start + 3);
    if (dataSize > in.readableBytes() - SIZE) {
      throw new MalformedException(
          "metadata cell of %d bytes, %d are left".formatted(dataSize, in.readableBytes() - SIZE));
    }
    int flags = in.getUnsignedByte(start + 2);
    in.skipBytes(SIZE);
    return new MetadataCell(
        in.getUnsignedByte(start),
        in.getUnsignedByte(start + 1),
        flags >> 6,
        (flags & 0x20) != 0,
        (flags & 0x10) != 0,
        dataSize);
  }

  /** Appends {@link #SIZE} bytes. */
  public void write(ByteBuf out) {
    out.writeByte(service).writeByte(sequence);
    int flags = fragment << 6 | (decoderConfiguration ? 0x20 : 0) | (randomAccess ? 0x10 : 0);
    out.writeByte(flags | 0x0F).writeShort(dataSize);
  }
}
