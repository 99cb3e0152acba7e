package dev.sluice.mux.mkv;

import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.matroska.ElementHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Headers and bodies of elements anywhere in a file, by way of a piece of it that was read. */
final class FileReader {
  private static final int PIECE_BYTES = 128 * 1024;

  private final ByteSource source;
  private final ByteBuf piece = Unpooled.buffer(PIECE_BYTES, PIECE_BYTES);
  private long pieceAt;

  FileReader(ByteSource source) {
    this.source = source;
  }

  long sizeBytes() {
    return source.sizeBytes();
  }

  /**
   * The header at {@code position}; null when the file ends before it does.
   *
   * @throws MalformedException when there is none
   */
  @Nullable ElementHeader header(long position) {
    ByteBuf in = at(position, ElementHeader.MAX_BYTES);
    ElementHeader header = ElementHeader.read(in);
    headerBytes = header == null ? 0 : in.readerIndex();
    return header;
  }

  private int headerBytes;

  /** Bytes of the last header. */
  int headerBytes() {
    return headerBytes;
  }

  /**
   * A body, in plain heap memory that needs no release; null when the file ends before it does.
   *
   * @throws MalformedException when it is longer than {@code max}
   */
  @Nullable ByteBuf body(String what, long position, ElementHeader header, int max) {
    long bytes = header.bodyBytes();
    if (bytes < 0 || bytes > max) {
      throw new MalformedException(
          "Matroska %s of %s bytes, allowed are %d"
              .formatted(what, bytes < 0 ? "unknown" : Long.toString(bytes), max));
    }
    if (position + bytes > source.sizeBytes()) {
      return null;
    }
    ByteBuf body = Unpooled.buffer((int) bytes, (int) bytes);
    if (bytes <= PIECE_BYTES) {
      body.writeBytes(at(position, (int) bytes));
    } else {
      source.read(position, (int) bytes, body);
    }
    return body.readableBytes() == bytes ? body : null;
  }

  /** A view of up to {@code bytes} bytes from {@code position}; fewer only at the end. */
  private ByteBuf at(long position, int bytes) {
    boolean inside = position >= pieceAt && position + bytes <= pieceAt + piece.writerIndex();
    if (!inside) {
      piece.clear();
      pieceAt = position;
      if (position < source.sizeBytes()) {
        source.read(position, PIECE_BYTES, piece);
      }
    }
    int offset = (int) (position - pieceAt);
    return piece.slice(offset, Math.min(bytes, piece.writerIndex() - offset));
  }
}
