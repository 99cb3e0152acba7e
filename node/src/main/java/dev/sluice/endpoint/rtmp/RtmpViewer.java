package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Reason;
import dev.sluice.hub.ViewerSink;
import io.netty.buffer.ByteBuf;

/** A viewer's end of an RTMP connection: blocks go past the engine, the rest through it. */
final class RtmpViewer implements ViewerSink {
  private final RtmpConnectionHandler connection;
  private boolean admitted;

  RtmpViewer(RtmpConnectionHandler connection) {
    this.connection = connection;
  }

  @Override
  public void admitted(boolean live) {
    admitted = true;
    connection.playAccepted();
  }

  @Override
  public void begin() {
    // the answer to play went out on admission
  }

  @Override
  public void unsentLimit(long bytes) {
    connection.limitUnsent(bytes);
  }

  @Override
  public void write(ByteBuf bytes) {
    connection.write(bytes);
  }

  @Override
  public void flush() {
    connection.flush();
  }

  @Override
  public void share(ByteBuf bytes) {
    connection.share(bytes);
  }

  @Override
  public long backlogBytes() {
    return connection.backlogBytes();
  }

  @Override
  public void ended(Reason reason) {
    ended(reason, "");
  }

  @Override
  public void ended(Reason reason, String detail) {
    String why = detail.isEmpty() ? reason.text() : reason.text() + ": " + detail;
    if (admitted) {
      connection.playEnded(reason, why);
    } else if (reason == Reason.MOVED && detail.startsWith("rtmp")) {
      connection.playMoved(detail);
    } else {
      connection.playRefused(reason, why);
    }
  }
}
