package dev.sluice.mux.mpegts;

import dev.sluice.mux.SourceOutput;
import io.netty.buffer.ByteBufAllocator;

/** What the parts of one demuxer share. */
final class TsContext {
  private final SourceOutput output;
  private final TsListener listener;
  private final TsSettings settings;
  private final ByteBufAllocator allocator;
  private final TsFaults faults = new TsFaults();
  private int gatheredBytes;

  TsContext(
      SourceOutput output, TsListener listener, TsSettings settings, ByteBufAllocator allocator) {
    this.output = output;
    this.listener = listener;
    this.settings = settings;
    this.allocator = allocator;
  }

  SourceOutput output() {
    return output;
  }

  TsListener listener() {
    return listener;
  }

  TsSettings settings() {
    return settings;
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  TsFaults faults() {
    return faults;
  }

  /** Asks for room in unfinished PES packets; false when all that may be is used. */
  boolean reserve(int bytes) {
    if (gatheredBytes + bytes > settings.maxGatheredBytes()) {
      return false;
    }
    gatheredBytes += bytes;
    return true;
  }

  void free(int bytes) {
    gatheredBytes -= bytes;
  }

  int gatheredBytes() {
    return gatheredBytes;
  }
}
