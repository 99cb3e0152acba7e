package dev.sluice.event;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a webhook still has to deliver, as lines of a file to which is only appended: an event was
 * added, the first ones were delivered, some were dropped. A file that ends in the middle of a
 * line, or has a damaged one, is good up to there.
 *
 * <p>A line: its length without this head (4 bytes), CRC32C of what follows (4 bytes), a letter,
 * and what the letter says. Big-endian.
 */
final class Spill {
  /** Bytes of a line behind its head. An event has less: its texts are bounded. */
  static final int MAX_LINE = 64 << 10;

  private static final int HEAD = 8;
  private static final byte ADDED = 'E';
  private static final byte DONE = 'A';
  private static final byte DROPPED = 'D';

  private Spill() {}

  /** What can stand in the file. */
  sealed interface Line {
    /** An event, as JSON. */
    record Added(String json) implements Line {}

    /** The first {@code count} that were left are delivered. */
    record Done(int count) implements Line {}

    /** Behind the first {@code skip} that were left, {@code count} were dropped. */
    record Dropped(int skip, int count) implements Line {}
  }

  /**
   * What was read.
   *
   * @param left JSON of events that are to be delivered, in order
   * @param goodBytes so much of the file is good; the rest is to be cut off
   */
  record Replay(List<String> left, int goodBytes) {}

  /** Appends a line to {@code out}. */
  static void write(Line line, ByteBuf out) {
    int start = out.writerIndex();
    out.writeZero(HEAD);
    switch (line) {
      case Line.Added(String json) ->
          out.writeByte(ADDED).writeCharSequence(json, StandardCharsets.UTF_8);
      case Line.Done(int count) -> out.writeByte(DONE).writeInt(count);
      case Line.Dropped(int skip, int count) ->
          out.writeByte(DROPPED).writeInt(skip).writeInt(count);
    }
    int length = out.writerIndex() - start - HEAD;
    if (length > MAX_LINE) {
      out.writerIndex(start);
      throw new IllegalArgumentException(
          "a line of %d bytes, allowed are %d".formatted(length, MAX_LINE));
    }
    out.setInt(start, length);
    out.setInt(start + Integer.BYTES, checksum(out, start + HEAD, length));
  }

  private static int checksum(ByteBuf bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes.nioBuffer(from, length));
    return (int) crc.getValue();
  }

  /** Reads a file from its beginning; consumes what is good. */
  static Replay read(ByteBuf in) {
    int start = in.readerIndex();
    List<String> left = new ArrayList<>();
    int first = 0; // of those that are left
    while (in.readableBytes() >= HEAD) {
      int at = in.readerIndex();
      int length = in.getInt(at);
      if (length < 1
          || length > MAX_LINE
          || in.readableBytes() - HEAD < length
          || checksum(in, at + HEAD, length) != in.getInt(at + Integer.BYTES)) {
        break;
      }
      Line line;
      try {
        line = line(in.slice(at + HEAD, length));
      } catch (MalformedException damaged) {
        break;
      }
      boolean fits =
          switch (line) {
            case Line.Added(String json) -> left.add(json);
            case Line.Done(int count) -> count >= 0 && count <= left.size() - first;
            case Line.Dropped(int skip, int count) ->
                skip >= 0 && count >= 0 && (long) skip + count <= left.size() - first;
          };
      if (!fits) {
        break;
      }
      if (line instanceof Line.Done(int count)) {
        first += count;
      } else if (line instanceof Line.Dropped(int skip, int count)) {
        left.subList(first + skip, first + skip + count).clear();
      }
      in.skipBytes(HEAD + length);
    }
    return new Replay(List.copyOf(left.subList(first, left.size())), in.readerIndex() - start);
  }

  private static Line line(ByteBuf line) {
    byte letter = line.readByte();
    int size = line.readableBytes();
    if (letter == ADDED) {
      return new Line.Added(line.toString(StandardCharsets.UTF_8));
    } else if (letter == DONE && size == Integer.BYTES) {
      return new Line.Done(line.readInt());
    } else if (letter == DROPPED && size == 2 * Integer.BYTES) {
      return new Line.Dropped(line.readInt(), line.readInt());
    }
    throw new MalformedException("a line of an unknown kind: " + letter);
  }
}
