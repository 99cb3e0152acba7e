package dev.sluice.mux.mp4;

import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxLimits;
import dev.sluice.wire.isobmff.BoxType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Walks through the boxes that stand one behind the other in a stretch of a file. */
final class FileBoxes {
  private final ByteSource source;
  private final long end;
  private final int maxBoxes;
  private final ByteBuf headerBytes = Unpooled.buffer(BoxHeader.MAX_SIZE);

  private long next;
  private int count;
  private int type;
  private long start;
  private long bodyStart;
  private long bodySize;

  private FileBoxes(ByteSource source, long start, long end, int maxBoxes) {
    this.source = source;
    this.next = start;
    this.end = end;
    this.maxBoxes = maxBoxes;
  }

  /** All boxes of the file, from {@code start} on. */
  static FileBoxes topLevel(ByteSource source, long start) {
    return new FileBoxes(source, start, source.sizeBytes(), Integer.MAX_VALUE);
  }

  /**
   * Goes to the next box; false at the end, where fewer bytes than a header has are passed over.
   *
   * @throws MalformedException when its header cannot be read, or there are too many of them
   */
  boolean next() {
    if (end - next < BoxHeader.MIN_SIZE) {
      return false;
    }
    if (count++ == maxBoxes) {
      throw new MalformedException("more than %d boxes in one".formatted(maxBoxes));
    }
    headerBytes.clear();
    source.read(next, (int) Math.min(BoxHeader.MAX_SIZE, end - next), headerBytes);
    BoxHeader header = BoxHeader.read(headerBytes);
    if (header == null) {
      throw new MalformedException("file ends in the header of a box at byte " + next);
    }
    type = header.type();
    start = next;
    bodyStart = next + header.size();
    bodySize = header.bodySize() == BoxHeader.TO_THE_END ? end - bodyStart : header.bodySize();
    next = bodySize > Long.MAX_VALUE - bodyStart ? Long.MAX_VALUE : bodyStart + bodySize;
    return true;
  }

  /** Its four characters. */
  int type() {
    return type;
  }

  /** Where its header begins. */
  long start() {
    return start;
  }

  /** Where its body begins. */
  long bodyStart() {
    return bodyStart;
  }

  /** Bytes of its body. */
  long bodySize() {
    return bodySize;
  }

  /** Where the next box begins; may be past the end. */
  long boxEnd() {
    return next;
  }

  /** Whether all of it is there. */
  boolean isWhole() {
    return next <= end;
  }

  /** The boxes in its body. */
  FileBoxes children() {
    requireWhole();
    return new FileBoxes(source, bodyStart, next, BoxLimits.MAX_CHILDREN);
  }

  /**
   * Reads its body into memory.
   *
   * @return on the heap; needs no release
   * @throws MalformedException when it has more than {@code max} bytes or is not all there
   */
  ByteBuf body(int max) {
    requireWhole();
    if (bodySize > max) {
      throw new MalformedException(
          "box '%s' of %d bytes, allowed are %d".formatted(BoxType.text(type), bodySize, max));
    }
    return read(source, bodyStart, (int) bodySize, type);
  }

  private void requireWhole() {
    if (!isWhole()) {
      throw new MalformedException(
          "box '%s' at byte %d reaches past the end at %d"
              .formatted(BoxType.text(type), start, end));
    }
  }

  /** Reads a stretch onto the heap; all of it has to be there. */
  static ByteBuf read(ByteSource source, long position, int length, int type) {
    ByteBuf out = Unpooled.buffer(length, length);
    read(source, position, length, type, out);
    return out;
  }

  /** Appends a stretch to {@code out}; all of it has to be there. */
  static void read(ByteSource source, long position, int length, int type, ByteBuf out) {
    if (source.read(position, length, out) != length) {
      throw new MalformedException(
          "file ends in box '%s', at byte %d".formatted(BoxType.text(type), position));
    }
  }
}
