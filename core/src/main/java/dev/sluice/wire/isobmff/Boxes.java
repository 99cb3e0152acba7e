package dev.sluice.wire.isobmff;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the boxes that stand one behind the other in the body of a box, and writes boxes
 * around boxes:
 *
 * <pre>{@code
 * int moov = Boxes.begin(BoxType.MOOV, out);
 * header.write(out);
 * Boxes.end(moov, out);
 * }</pre>
 */
public final class Boxes {
  private final ByteBuf in;
  private final int parent;
  private int type;
  private int count;

  private Boxes(ByteBuf in, int parent) {
    this.in = in;
    this.parent = parent;
  }

  /**
   * The boxes in {@code body}.
   *
   * @param body borrowed; its indexes stay as they are
   * @param parent type of the box whose body this is, for errors
   */
  public static Boxes in(ByteBuf body, int parent) {
    return new Boxes(body.duplicate(), parent);
  }

  /**
   * The next box's body, as a slice that borrows the memory of the whole; null at the end. Fewer
   * bytes than a header has are passed over there: QuickTime writes four of 0 behind its lists. The
   * body of a {@code uuid} box begins with its own type here.
   *
   * @throws MalformedException when the box reaches past the end, or there are more than {@link
   *     BoxLimits#MAX_CHILDREN}
   */
  public @Nullable ByteBuf next() {
    if (in.readableBytes() < BoxHeader.MIN_SIZE) {
      return null;
    }
    BoxHeader header = BoxHeader.read(in);
    if (header == null) {
      throw new MalformedException(
          "box '%s' ends in the header of a box in it".formatted(BoxType.text(parent)));
    }
    if (header.bodySize() > in.readableBytes()) {
      throw new MalformedException(
          "box '%s' of %d bytes reaches %d bytes past the end of '%s'"
              .formatted(
                  BoxType.text(header.type()),
                  header.boxSize(),
                  header.bodySize() - in.readableBytes(),
                  BoxType.text(parent)));
    }
    if (++count > BoxLimits.MAX_CHILDREN) {
      throw new MalformedException(
          "box '%s' holds more than %d boxes"
              .formatted(BoxType.text(parent), BoxLimits.MAX_CHILDREN));
    }
    type = header.type();
    int size =
        header.bodySize() == BoxHeader.TO_THE_END ? in.readableBytes() : (int) header.bodySize();
    int userSize = header.userType() == null ? 0 : header.userType().size();
    in.skipBytes(size);
    return in.slice(in.readerIndex() - size - userSize, userSize + size);
  }

  /** The type of the box that {@link #next} gave last. */
  public int type() {
    return type;
  }

  /**
   * The body of the first box of that type in {@code body}, as {@link #next} gives it; null when
   * there is none.
   */
  public static @Nullable ByteBuf find(int type, ByteBuf body, int parent) {
    Boxes boxes = in(body, parent);
    for (ByteBuf child; (child = boxes.next()) != null; ) {
      if (boxes.type() == type) {
        return child;
      }
    }
    return null;
  }

  /** Begins a box whose size is not known yet; returns what {@link #end} wants. */
  public static int begin(int type, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0).writeInt(type);
    return start;
  }

  /** Ends a box: writes its size to its beginning. */
  public static void end(int start, ByteBuf out) {
    out.setInt(start, out.writerIndex() - start);
  }

  /** Begins the body of a full box (section 4.2): version and flags. */
  static void full(int version, int flags, ByteBuf out) {
    out.writeByte(version).writeMedium(flags);
  }
}
