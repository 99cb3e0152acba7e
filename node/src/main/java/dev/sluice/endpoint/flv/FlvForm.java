package dev.sluice.endpoint.flv;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.flv.FlvMuxer;
import dev.sluice.net.MediaChoice;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;

/**
 * A stream as an FLV file without end: file header, {@code onMetaData}, sequence headers, tags.
 * Time stamps are milliseconds since the muxer's zero, rounded to the nearest, modulo 2³².
 *
 * @param media which tracks are in it; data goes with each
 */
public record FlvForm(MediaChoice media) implements Form {

  @Override
  public String key() {
    return "flv/legacy/" + media.key();
  }

  @Override
  public boolean carries(Track.Kind kind) {
    return media.includes(kind);
  }

  @Override
  public void preamble(Configuration configuration, ByteBuf out) {
    FlvMuxer.writeFileHeader(
        has(configuration, Track.Kind.AUDIO), has(configuration, Track.Kind.VIDEO), out);
  }

  private boolean has(Configuration configuration, Track.Kind kind) {
    return media.includes(kind) && configuration.has(kind);
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new Tags(media, zeroMs);
  }

  /** The muxer of one feed. */
  private record Tags(MediaChoice media, long zeroMs) implements Muxer {

    @Override
    public int size(AccessUnit unit) {
      return media.includes(unit.track().kind()) ? FlvMuxer.tagSize(unit) : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      if (media.includes(unit.track().kind())) {
        long dtsMs = unit.track().timescale().convertRounded(unit.dts(), Timescale.MILLIS);
        // 0 for sound that belongs before the first picture and came after it
        FlvMuxer.writeTag(unit, Math.max(0, dtsMs - zeroMs), out);
      }
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {
      metadata(configuration, out);
      for (Track track : configuration.tracks()) {
        if (media.includes(track.kind())) {
          FlvMuxer.writeSequenceHeaderTag(track, atMs - zeroMs, out);
        }
      }
    }

    @Override
    public void metadata(Configuration configuration, ByteBuf out) {
      if (configuration.metadata().size() > 0) {
        // at any other time than 0 ffmpeg takes metadata for a subtitle
        FlvMuxer.writeTag(FlvTagHeader.SCRIPT, configuration.metadata(), 0, out);
      }
    }
  }
}
