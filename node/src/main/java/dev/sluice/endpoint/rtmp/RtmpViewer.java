package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Cut;
import dev.sluice.hub.Reason;
import dev.sluice.hub.ViewerSink;
import dev.sluice.media.StreamName;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

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
  public boolean canMove() {
    return true;
  }

  @Override
  public void moved(StreamName to, @Nullable Cut cut) {
    connection.playAnother(to, cut);
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
