package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Intake;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.session.rtmp.MediaReceived;

/** A publisher's end of an RTMP connection: messages become units of a publication. */
final class RtmpSource implements SourceHandler {
  private final RtmpConnectionHandler connection;
  private final Intake intake;
  private final FlvDemuxer demuxer;

  RtmpSource(RtmpConnectionHandler connection) {
    this.connection = connection;
    this.intake = new Intake(said -> FlvMetadata.cleaned(said, connection.serverName()));
    this.demuxer = new FlvDemuxer(intake);
  }

  /** Takes a message; its body is released. */
  void receive(MediaReceived message) {
    try {
      if (!intake.ended()) {
        demuxer.tag(message.type(), Integer.toUnsignedLong(message.timestampMs()), message.body());
      }
    } finally {
      message.body().release();
    }
  }

  /** The end of what one socket read brought. */
  void flush() {
    intake.flush();
  }

  /** The client has stopped, or its connection has gone. */
  void leave(Reason reason) {
    intake.end(reason);
  }

  @Override
  public void accepted(Publication taken) {
    if (intake.accepted(taken)) {
      connection.publishAccepted();
    }
  }

  @Override
  public void ended(Reason reason) {
    if (intake.ended()) {
      return;
    }
    boolean published = intake.open();
    intake.dismissed();
    if (published) {
      connection.publishEnded(reason);
    } else {
      connection.publishRefused(reason);
    }
  }

  @Override
  public void reading(boolean wanted) {
    connection.reading(wanted);
  }
}
