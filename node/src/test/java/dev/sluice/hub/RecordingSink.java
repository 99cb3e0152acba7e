package dev.sluice.hub;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A viewer's connection that keeps what it is given; its backlog is what the test says. */
final class RecordingSink implements ViewerSink {
  final StringBuilder text = new StringBuilder();
  final List<String> sends = new ArrayList<>();
  final List<Long> unsentLimits = new ArrayList<>();
  private final StringBuilder unflushed = new StringBuilder();
  private final List<ByteBuf> stuck = new ArrayList<>();
  boolean admitted;
  boolean live;
  boolean begun;
  boolean stalled;
  boolean broken;
  @Nullable Reason ended;
  String endedDetail = "";

  @Override
  public void admitted(boolean isLive) {
    admitted = true;
    live = isLive;
  }

  @Override
  public void begin() {
    begun = true;
  }

  @Override
  public void unsentLimit(long bytes) {
    unsentLimits.add(bytes);
  }

  @Override
  public void write(ByteBuf bytes) {
    if (broken) {
      bytes.release();
      throw new IllegalStateException("broken sink");
    }
    if (stalled) {
      stuck.add(bytes);
      return;
    }
    unflushed.append(bytes.toString(StandardCharsets.US_ASCII));
    bytes.release();
  }

  @Override
  public void flush() {
    text.append(unflushed);
    sends.add(unflushed.toString());
    unflushed.setLength(0);
  }

  @Override
  public long backlogBytes() {
    return stuck.stream().mapToLong(ByteBuf::readableBytes).sum();
  }

  @Override
  public void ended(Reason reason) {
    ended = reason;
  }

  @Override
  public void ended(Reason reason, String detail) {
    ended = reason;
    endedDetail = detail;
  }

  /** The socket takes bytes again. */
  void unstall() {
    stalled = false;
    for (ByteBuf bytes : stuck) {
      write(bytes);
    }
    stuck.clear();
    flush();
  }
}
