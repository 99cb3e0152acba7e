package dev.sluice.net;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A GET of HTTP/1.1 whose header fields change nothing about its answer but whether it may be
 * compressed.
 *
 * @param target path and query: visible ASCII, a slash first
 */
record SimpleRequest(String target, Fields fields) {
  /** What is before the target. */
  static final Bytes START = Bytes.of("GET ".getBytes(StandardCharsets.US_ASCII));

  /** What is between target and fields. */
  static final Bytes LINE_END = Bytes.of(" HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

  /**
   * Header fields, shared by the requests that have the same.
   *
   * @param bytes as they stand, with the empty line behind them
   * @param gzip whether the peer takes gzip
   */
  record Fields(Bytes bytes, boolean gzip) {}

  /** The bytes that it was read from; the caller's. */
  ByteBuf written(ByteBufAllocator allocator) {
    int size = START.size() + target.length() + LINE_END.size() + fields.bytes.size();
    ByteBuf out = allocator.buffer(size);
    START.writeTo(out);
    out.writeCharSequence(target, StandardCharsets.US_ASCII);
    LINE_END.writeTo(out);
    fields.bytes.writeTo(out);
    return out;
  }
}
