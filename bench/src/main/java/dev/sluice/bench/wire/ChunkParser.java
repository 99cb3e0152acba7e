package dev.sluice.bench.wire;

import dev.sluice.wire.MalformedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts RTMP messages together from chunks (RTMP 1.0, section 5.3), fed in pieces of any size.
 * Understands extended timestamps that type-3 chunks repeat.
 */
public final class ChunkParser {
  /** Longest message that is accepted. */
  static final int MAX_MESSAGE_BYTES = 4 << 20;

  /** Chunk streams of one connection. */
  static final int MAX_CHUNK_STREAMS = 64;

  private static final int EXTENDED = 0xFFFFFF;
  private static final int SET_CHUNK_SIZE = 1;
  private static final int ABORT = 2;

  private static final class ChunkStream {
    int timestamp;
    int delta;
    boolean extended;
    int length;
    int type;
    byte[] body = new byte[0];
    int have;
  }

  private final Map<Integer, ChunkStream> streams = new HashMap<>();
  private final byte[] header = new byte[18]; // 3 basic, 11 message header, 4 extended timestamp
  private int headerBytes;
  private int chunkSize = 128;
  private @Nullable ChunkStream current;
  private int chunkLeft;

  /** Takes in {@code data} from {@code from} to {@code to} and hands out what is complete. */
  public void feed(byte[] data, int from, int to, RtmpMessages sink) {
    int at = from;
    while (at < to) {
      ChunkStream stream = current;
      if (stream == null) {
        header[headerBytes++] = data[at++];
        stream = headerBytes == headerLength() ? begin() : null;
        if (stream == null) {
          continue;
        }
        current = stream;
      }
      int count = Math.min(chunkLeft, to - at);
      System.arraycopy(data, at, stream.body, stream.have, count);
      at += count;
      stream.have += count;
      chunkLeft -= count;
      if (chunkLeft == 0) {
        current = null;
        if (stream.have == stream.length) {
          stream.have = 0;
          complete(stream, sink);
        }
      }
    }
  }

  /** Length of the header that begins in {@link #header}; more than is there when unknown. */
  private int headerLength() {
    int basic = basicLength();
    if (headerBytes < basic) {
      return basic;
    }
    int format = (header[0] & 0xFF) >> 6;
    int message =
        switch (format) {
          case 0 -> 11;
          case 1 -> 7;
          case 2 -> 3;
          default -> 0;
        };
    if (headerBytes < basic + message) {
      return basic + message;
    }
    boolean extended = format == 3 ? known(chunkStreamId()).extended : number(basic, 3) == EXTENDED;
    return basic + message + (extended ? 4 : 0);
  }

  private int basicLength() {
    return switch (header[0] & 0x3F) {
      case 0 -> 2;
      case 1 -> 3;
      default -> 1;
    };
  }

  private int chunkStreamId() {
    int first = header[0] & 0x3F;
    return switch (first) {
      case 0 -> 64 + (header[1] & 0xFF);
      case 1 -> 64 + (header[1] & 0xFF) + ((header[2] & 0xFF) << 8);
      default -> first;
    };
  }

  private ChunkStream known(int id) {
    ChunkStream stream = streams.get(id);
    if (stream == null) {
      throw new MalformedException("chunk stream %d begins without a full header".formatted(id));
    }
    return stream;
  }

  private ChunkStream begin() {
    int format = (header[0] & 0xFF) >> 6;
    int basic = basicLength();
    int id = chunkStreamId();
    ChunkStream stream = format == 0 ? streams.get(id) : known(id);
    if (stream == null) {
      if (streams.size() == MAX_CHUNK_STREAMS) {
        throw new MalformedException("more than " + MAX_CHUNK_STREAMS + " chunk streams");
      }
      stream = new ChunkStream();
      streams.put(id, stream);
    }
    if (stream.have > 0 && format != 3) {
      throw new MalformedException(
          "message on chunk stream %d is cut off by a new header".formatted(id));
    }
    if (stream.have == 0) {
      readMessageHeader(stream, format, basic);
      if (stream.body.length < stream.length) {
        stream.body = Arrays.copyOf(stream.body, stream.length);
      }
    }
    headerBytes = 0;
    chunkLeft = Math.min(chunkSize, stream.length - stream.have);
    return stream;
  }

  private void readMessageHeader(ChunkStream stream, int format, int basic) {
    if (format < 3) {
      int time = number(basic, 3);
      stream.extended = time == EXTENDED;
      stream.delta = stream.extended ? number(headerBytes - 4, 4) : time;
    }
    if (format < 2) {
      stream.length = number(basic + 3, 3);
      stream.type = header[basic + 6] & 0xFF;
      if (stream.length > MAX_MESSAGE_BYTES) {
        throw new MalformedException(
            "message of %d bytes, allowed are %d".formatted(stream.length, MAX_MESSAGE_BYTES));
      }
    }
    // A type-3 chunk that begins a message after a type 0 counts on by that type's timestamp
    // (5.3.1.2.4); no server seen does it for media, where it would be wrong.
    stream.timestamp = format == 0 ? stream.delta : stream.timestamp + stream.delta;
  }

  private int number(int at, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | header[at + i] & 0xFF;
    }
    return value;
  }

  private void complete(ChunkStream stream, RtmpMessages sink) {
    switch (stream.type) {
      case SET_CHUNK_SIZE -> {
        int size = stream.length < 4 ? 0 : firstNumber(stream.body);
        if (size < 1) {
          throw new MalformedException("chunk size is %d, allowed is 1 or more".formatted(size));
        }
        chunkSize = size;
      }
      case ABORT -> {
        ChunkStream cut = stream.length < 4 ? null : streams.get(firstNumber(stream.body));
        if (cut != null) {
          cut.have = 0;
        }
      }
      default -> sink.onMessage(stream.type, stream.timestamp, stream.body, stream.length);
    }
  }

  private static int firstNumber(byte[] body) {
    return (body[0] & 0xFF) << 24 | (body[1] & 0xFF) << 16 | (body[2] & 0xFF) << 8 | body[3] & 0xFF;
  }
}
