package dev.sluice.mux.mpegts;

import dev.sluice.mux.SourceOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the parts of one demuxer share. */
final class TsContext {
  private final SourceOutput output;
  private final TsListener listener;
  private final TsSettings settings;
  private final ByteBufAllocator allocator;
  private final TsFaults faults = new TsFaults();
  private int gatheredBytes;
  private @Nullable ByteBuf viewed;
  private @Nullable ByteBuffer view;

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

  /**
   * Java's view of the memory of {@code in}, index by index; valid until {@link #forgetView}. Many
   * small pieces are copied from it, at which Netty makes a new one each time.
   */
  @SuppressWarnings("ReferenceEquality") // of the very same one
  ByteBuffer view(ByteBuf in) {
    ByteBuffer known = view;
    if (known == null || in != viewed) {
      known = in.nioBuffer(0, in.capacity());
      view = known;
      viewed = in;
    }
    return known;
  }

  /** What was fed goes back to whom it belongs to. */
  void forgetView() {
    view = null;
    viewed = null;
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
