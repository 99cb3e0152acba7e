package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.session.rtmp.MediaReceived;
import dev.sluice.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** A publisher's end of an RTMP connection: messages become units of a publication. */
final class RtmpSource implements SourceHandler, SourceOutput {
  private final RtmpConnectionHandler connection;
  private final FlvDemuxer demuxer = new FlvDemuxer(this);
  private @Nullable Publication publication;
  private boolean ended;

  RtmpSource(RtmpConnectionHandler connection) {
    this.connection = connection;
  }

  /** Takes a message; its body is released. */
  void receive(MediaReceived message) {
    try {
      if (!ended) {
        demuxer.tag(message.type(), Integer.toUnsignedLong(message.timestampMs()), message.body());
      }
    } finally {
      message.body().release();
    }
  }

  /** The end of what one socket read brought. */
  void flush() {
    if (publication != null && !ended) {
      publication.flush();
    }
  }

  /** The client has stopped, or its connection has gone. */
  void leave(Reason reason) {
    if (!ended) {
      ended = true;
      if (publication != null) {
        publication.end(reason);
      }
    }
  }

  @Override
  public void accepted(Publication taken) {
    if (ended) {
      taken.end(Reason.PEER_LEFT);
      return;
    }
    publication = taken;
    connection.publishAccepted();
  }

  @Override
  public void ended(Reason reason) {
    if (!ended) {
      ended = true;
      if (publication == null) {
        connection.publishRefused(reason);
      } else {
        connection.publishEnded(reason);
      }
    }
  }

  @Override
  public void reading(boolean wanted) {
    connection.reading(wanted);
  }

  @Override
  public void track(Track track) {
    if (publication != null) {
      publication.announce(track);
    }
  }

  @Override
  public void unit(SourceUnit unit) {
    if (publication != null) {
      publication.offer(unit);
    } else {
      unit.payload().release();
    }
  }

  @Override
  public void metadata(Bytes message) {
    if (publication != null) {
      publication.metadata(FlvMetadata.cleaned(message, connection.serverName()));
    }
  }
}
