package dev.sluice.bench.wire;

import dev.sluice.wire.MalformedException;

/** Takes an FLV file apart (annex E.2 to E.4), fed in pieces of any size. */
public final class FlvParser {
  /** Longest tag that is accepted; the format itself ends at 16 MB. */
  static final int MAX_TAG_BYTES = 4 << 20;

  private static final int FILE_HEADER = 9;
  private static final int BACK_POINTER = 4;
  private static final int TAG_HEADER = 11;

  private byte[] piece = new byte[256];
  private int have;
  private int want = FILE_HEADER + BACK_POINTER;
  private boolean begun;
  private boolean inBody;
  private int type;
  private int timestampMs;

  /** Takes in {@code data} from {@code from} to {@code to} and hands out what is complete. */
  public void feed(byte[] data, int from, int to, long nowNs, MediaSink sink) {
    int at = from;
    while (at < to) {
      int count = Math.min(want - have, to - at);
      System.arraycopy(data, at, piece, have, count);
      at += count;
      have += count;
      if (have == want) {
        have = 0;
        next(nowNs, sink);
      }
    }
  }

  private void next(long nowNs, MediaSink sink) {
    if (!begun) {
      checkFileHeader();
      begun = true;
      want = TAG_HEADER;
    } else if (!inBody) {
      readTagHeader();
      inBody = true;
    } else {
      int length = want - BACK_POINTER;
      int back = number(length, 4);
      if (back != length + TAG_HEADER) {
        throw new MalformedException(
            "PreviousTagSize is %d after a tag of %d bytes"
                .formatted(Integer.toUnsignedLong(back), length + TAG_HEADER));
      }
      inBody = false;
      want = TAG_HEADER;
      sink.onMedia(type, timestampMs, piece, length, nowNs);
    }
  }

  private void checkFileHeader() {
    boolean flv = piece[0] == 'F' && piece[1] == 'L' && piece[2] == 'V' && piece[3] == 1;
    if (!flv || number(5, 4) != FILE_HEADER || number(9, 4) != 0) {
      throw new MalformedException("this is not the beginning of an FLV file of version 1");
    }
  }

  private void readTagHeader() {
    type = piece[0] & 0x1F; // above it: Filter and reserved bits
    int length = number(1, 3);
    timestampMs = number(4, 3) | (piece[7] & 0xFF) << 24; // TimestampExtended is the high byte
    if (type != MediaSink.AUDIO && type != MediaSink.VIDEO && type != MediaSink.DATA) {
      throw new MalformedException("tag type is %d, allowed are 8, 9 and 18".formatted(type));
    }
    if (length > MAX_TAG_BYTES) {
      throw new MalformedException(
          "tag of %d bytes, allowed are %d".formatted(length, MAX_TAG_BYTES));
    }
    want = length + BACK_POINTER;
    if (piece.length < want) {
      piece = new byte[Math.max(want, piece.length * 2)];
    }
  }

  private int number(int at, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | piece[at + i] & 0xFF;
    }
    return value;
  }
}
