package dev.sluice.endpoint.flv;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.mux.flv.FlvMuxer;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream as an FLV file without end: file header, {@code onMetaData}, sequence headers, tags.
 * Time stamps are milliseconds since the muxer's zero, rounded to the nearest, modulo 2³².
 *
 * @param dialect what the viewer understands
 * @param media which tracks are in it; data goes with each
 */
public record FlvForm(FlvDialect dialect, MediaChoice media) implements Form {

  @Override
  public String key() {
    return "flv/" + dialect.label() + "/" + media.key();
  }

  @Override
  public @Nullable String objection(Configuration configuration) {
    return FlvMuxer.objection(dialect, media, configuration.tracks(), (kind, fourCc) -> true);
  }

  @Override
  public boolean carries(Track.Kind kind) {
    return media.includes(kind);
  }

  @Override
  public void preamble(Configuration configuration, ByteBuf out) {
    FlvMuxer muxer = newMuxer();
    muxer.configure(configuration.tracks());
    muxer.writeFileHeader(out);
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new Tags(newMuxer(), zeroMs);
  }

  /** Packets beside frames and headers are a fault to mpegts.js, which plays no more after them. */
  private FlvMuxer newMuxer() {
    return new FlvMuxer(dialect, media, dialect == FlvDialect.MULTITRACK);
  }

  /** The muxer of one feed. */
  private record Tags(FlvMuxer muxer, long zeroMs) implements Muxer {

    @Override
    public void configure(Configuration configuration) {
      muxer.configure(configuration.tracks());
    }

    @Override
    public int size(AccessUnit unit) {
      return muxer.carries(unit.track()) ? muxer.tagSize(unit) : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      if (muxer.carries(unit.track())) {
        long dtsMs = unit.track().timescale().convertRounded(unit.dts(), Timescale.MILLIS);
        // 0 for sound that belongs before the first picture and came after it
        muxer.writeTag(unit, Math.max(0, dtsMs - zeroMs), out);
      }
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {
      for (FlvMuxer.Opening opening : muxer.openings(configuration.metadata())) {
        write(opening, atMs, out);
      }
    }

    @Override
    public void metadata(Configuration configuration, long atMs, ByteBuf out) {
      for (FlvMuxer.Opening opening : muxer.metadata(configuration.metadata())) {
        write(opening, atMs, out);
      }
    }

    private void write(FlvMuxer.Opening opening, long atMs, ByteBuf out) {
      // at any other time than 0 ffmpeg takes metadata for a subtitle
      boolean script = opening.type() == FlvTagHeader.SCRIPT;
      FlvMuxer.writeTag(opening, script ? 0 : atMs - zeroMs, out);
    }
  }
}
