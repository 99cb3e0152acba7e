package dev.sluice.mux.mpegts;

import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.MetadataCell;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * ID3 tags: bare in the PES packets, as HLS has them, or in metadata cells. A tag says how long it
 * is; one may take several PES packets, and several may be in one.
 */
final class Id3Stream extends ElementaryStream {
  /** Bytes of one tag. */
  static final int MAX_TAG_BYTES = 1 << 20;

  private static final int TAG_HEADER = 10;
  private static final int FOOTER_FLAG = 0x10;

  private final Track track;
  private @Nullable ByteBuf gathered;
  private long time = TsClock.NONE;

  Id3Stream(TsContext context, TsClock clock, Track track) {
    super(context, clock);
    this.track = track;
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {
    if (header.pts() != PesHeader.NONE && gathered != null) {
      count(TsFault.BAD_PES); // a tag without its end
      close();
    }
    if (gathered == null) {
      time = header.pts() != PesHeader.NONE ? header.pts() : clock().now();
      gathered = context().allocator().buffer(payload.readableBytes());
    }
    try {
      if (header.streamId() == PesHeader.METADATA) {
        unwrap(payload.duplicate(), gathered);
      } else {
        gathered.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
      }
      takeTags(gathered);
    } catch (MalformedException _) {
      count(TsFault.BAD_PES);
      close();
    }
  }

  private static void unwrap(ByteBuf in, ByteBuf out) {
    for (MetadataCell cell; (cell = MetadataCell.read(in)) != null; ) {
      if (!cell.decoderConfiguration()) {
        out.writeBytes(in, in.readerIndex(), cell.dataSize());
      }
      in.skipBytes(cell.dataSize());
    }
  }

  private void takeTags(ByteBuf tags) {
    while (tags.readableBytes() >= TAG_HEADER) {
      int size = tagSize(tags, tags.readerIndex());
      if (size > tags.readableBytes()) {
        break;
      }
      if (time == TsClock.NONE) {
        count(TsFault.UNTIMED);
      } else {
        emit(track, time, 0, true, tags.retainedSlice(tags.readerIndex(), size));
      }
      tags.skipBytes(size);
    }
    if (!tags.isReadable()) {
      close();
    }
  }

  /** Bytes of the tag, header and footer included (ID3v2.4 structure, section 3.1). */
  private static int tagSize(ByteBuf in, int at) {
    if (in.getMedium(at) != 0x494433) { // ID3
      throw new MalformedException("no ID3 tag");
    }
    int size = TAG_HEADER;
    for (int i = 6, shift = 21; i < TAG_HEADER; i++, shift -= 7) {
      int octet = in.getUnsignedByte(at + i);
      if (octet > 0x7F) {
        throw new MalformedException("the size of an ID3 tag has a bit 7");
      }
      size += octet << shift;
    }
    size += (in.getByte(at + 5) & FOOTER_FLAG) != 0 ? TAG_HEADER : 0;
    if (size > MAX_TAG_BYTES) {
      throw new MalformedException(
          "ID3 tag of %d bytes, allowed are %d".formatted(size, MAX_TAG_BYTES));
    }
    return size;
  }

  @Override
  void hole() {
    close();
  }

  @Override
  void close() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
