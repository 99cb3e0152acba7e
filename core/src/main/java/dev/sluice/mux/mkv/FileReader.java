package dev.sluice.mux.mkv;

import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.matroska.ElementHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Headers and bodies of elements anywhere in a file, by way of a piece of it that was read. */
final class FileReader implements AutoCloseable {
  private static final int PIECE_BYTES = 128 * 1024;

  private final ByteSource source;

  /** On the heap, where single bytes are read at the least cost. */
  private final ByteBuf piece;

  private long pieceAt;
  private int pieceBytes;
  private int headerBytes;

  FileReader(ByteSource source, ByteBufAllocator allocator) {
    this.source = source;
    this.piece = allocator.heapBuffer(PIECE_BYTES, PIECE_BYTES);
  }

  @Override
  public void close() {
    piece.release();
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
    int offset = offset(position, ElementHeader.MAX_BYTES);
    ElementHeader header = ElementHeader.read(piece.setIndex(offset, pieceBytes));
    headerBytes = header == null ? 0 : piece.readerIndex() - offset;
    return header;
  }

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
    ByteBuf view = view(what, position, header, max);
    boolean ofPiece = view != null && view.readableBytes() <= PIECE_BYTES;
    return ofPiece ? Unpooled.copiedBuffer(view) : view;
  }

  /**
   * As {@link #body}, but holds only until the next call of this reader: mostly it is the piece
   * with its indexes set, so that nothing is copied of what is only looked at.
   */
  @Nullable ByteBuf view(String what, long position, ElementHeader header, int max) {
    long bytes = header.bodyBytes();
    if (bytes < 0 || bytes > max) {
      throw new MalformedException(
          "Matroska %s of %s bytes, allowed are %d"
              .formatted(what, bytes < 0 ? "unknown" : Long.toString(bytes), max));
    }
    if (position + bytes > source.sizeBytes()) {
      return null;
    }
    if (bytes <= PIECE_BYTES) {
      int offset = offset(position, (int) bytes);
      return pieceBytes - offset < bytes ? null : piece.setIndex(offset, offset + (int) bytes);
    }
    ByteBuf apart = Unpooled.buffer((int) bytes, (int) bytes);
    return source.read(position, (int) bytes, apart) < bytes ? null : apart;
  }

  /**
   * Where {@code position} is in the piece, which is read anew unless {@code bytes} bytes from
   * there are in it; fewer are only at the end.
   */
  private int offset(long position, int bytes) {
    boolean inside = position >= pieceAt && position + bytes <= pieceAt + pieceBytes;
    if (!inside) {
      piece.clear();
      pieceAt = position;
      pieceBytes = 0;
      if (position < source.sizeBytes()) {
        pieceBytes = source.read(position, PIECE_BYTES, piece);
      }
    }
    return (int) (position - pieceAt);
  }
}
