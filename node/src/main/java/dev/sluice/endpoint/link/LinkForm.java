package dev.sluice.endpoint.link;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.session.link.LinkRecord;
import dev.sluice.session.link.LinkTrack;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** A stream as records of the link: its tracks, and each unit with its own times. */
final class LinkForm implements Form {

  @Override
  public String key() {
    return "link/" + LinkRecord.VERSION;
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new Units();
  }

  /** The muxer of one feed. */
  private static final class Units implements Muxer {
    private int ordinal;

    @Override
    public int size(AccessUnit unit) {
      int body = LinkRecord.UNIT_HEAD + unit.sizeBytes();
      return body > LinkRecord.MAX_UNIT_BODY ? 0 : LinkRecord.unitSize(unit.sizeBytes());
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      new LinkRecord.Unit(
              unit.track().id(),
              unit.randomAccess(),
              ordinal++,
              unit.dts(),
              unit.pts(),
              unit.payload())
          .write(out);
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {
      tracks(configuration, out);
    }

    @Override
    public void metadata(Configuration configuration, long atMs, ByteBuf out) {
      tracks(configuration, out);
    }
  }

  private static void tracks(Configuration configuration, ByteBuf out) {
    List<LinkTrack> tracks =
        configuration.tracks().stream()
            .map(track -> of(track, configuration.lacking().contains(track.id())))
            .toList();
    Bytes metadata = configuration.metadata();
    boolean fits = metadata.size() <= LinkRecord.MAX_METADATA;
    new LinkRecord.Tracks(fits ? metadata : Bytes.EMPTY, tracks).write(out);
  }

  static LinkTrack of(Track track, boolean lacking) {
    return new LinkTrack(
        track.id(),
        track.kind().ordinal(),
        lacking,
        track.codec().label(),
        track.label(),
        track.timescale().ticksPerSecond(),
        track.language(),
        track.configuration());
  }
}
