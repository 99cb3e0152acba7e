package dev.sluice.mux.mp4;

import dev.sluice.mux.ByteSource;
import dev.sluice.wire.isobmff.SampleTable;
import dev.sluice.wire.isobmff.SampleTableHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** A table of samples that stays in its file; a window of it is in memory. */
final class PagedTable {
  /** Bytes of the window: one read serves 1,365 entries of the largest kind. */
  static final int WINDOW_BYTES = 16_384;

  private final ByteSource source;
  private final SampleTableHeader header;
  private final long position;
  private final int perWindow;

  private @Nullable ByteBuf window;
  private int first;
  private int loaded;

  private PagedTable(ByteSource source, SampleTableHeader header, long position) {
    this.source = source;
    this.header = header;
    this.position = position;
    // whole bytes, also where an entry has 4 bits
    this.perWindow = header.entryBits() == 0 ? 1 : 8 * WINDOW_BYTES / header.entryBits() / 2 * 2;
  }

  /**
   * The table that is the present box.
   *
   * @throws dev.sluice.wire.MalformedException when its header cannot be read, or it is too short
   */
  static PagedTable of(ByteSource source, FileBoxes box) {
    int size = (int) Math.min(SampleTableHeader.sizeOf(box.type()), box.bodySize());
    ByteBuf start = FileBoxes.read(source, box.bodyStart(), size, box.type());
    var header = SampleTableHeader.read(box.type(), box.bodySize(), start);
    return new PagedTable(source, header, box.bodyStart() + size);
  }

  /** How many entries there are, or samples where they have one size. */
  int count() {
    return header.count();
  }

  /** The size of all samples; 0 where each has its own. */
  int uniformSize() {
    return header.uniformSize();
  }

  /**
   * A field of an entry, as {@link SampleTable#field(int, int)}.
   *
   * @throws dev.sluice.wire.MalformedException when the file has become shorter
   */
  long field(int index, int field) {
    ByteBuf bytes = window;
    if (header.uniformSize() > 0) {
      return header.uniformSize();
    }
    if (bytes == null || index < first || index - first >= loaded) {
      bytes = load(index);
    }
    return SampleTable.field(header, bytes, 0, index - first, field);
  }

  private ByteBuf load(int index) {
    first = index / perWindow * perWindow;
    loaded = Math.min(perWindow, header.count() - first);
    long startBit = (long) first * header.entryBits();
    int size = (int) (((long) loaded * header.entryBits() + 7) / 8);
    ByteBuf bytes = window;
    if (bytes == null) {
      bytes = Unpooled.buffer(size, WINDOW_BYTES);
      window = bytes;
    }
    FileBoxes.read(source, position + startBit / 8, size, header.type(), bytes.clear());
    return bytes;
  }
}
