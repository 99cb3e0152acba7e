package dev.sluice.cluster;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.Packager;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentMark;
import dev.sluice.session.link.LinkRecord;
import dev.sluice.session.link.LinkSegment;
import dev.sluice.session.link.LinkTrack;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;

/** From the words of the link to those of media and packager. */
final class LinkMedia {
  private LinkMedia() {}

  /**
   * A track.
   *
   * @throws UnsupportedException when its codec is not known here
   */
  static Track track(LinkTrack of) {
    for (Codec codec : Codec.values()) {
      if (codec.label().equals(of.codec())) {
        try {
          return new Track(
              of.id(),
              Track.Kind.values()[of.kind()],
              codec,
              of.label(),
              new Timescale(of.ticksPerSecond()),
              of.configuration(),
              of.language());
        } catch (IllegalArgumentException wrong) {
          throw new MalformedException("a track: " + wrong.getMessage());
        }
      }
    }
    throw new UnsupportedException("a track of codec " + of.codec() + ", which is not known here");
  }

  /** A line of the ledger. */
  static LedgerRecord line(Bytes line) {
    ByteBuf in = line.buffer();
    LedgerRecord read = LedgerRecord.read(in);
    if (read == null || in.isReadable()) {
      throw new MalformedException("a line of the ledger that is none");
    }
    return read;
  }

  /** A whole segment, whose tracks can be packaged here. */
  static SegmentMark mark(LinkRecord.Segment of) {
    if (!(line(of.begun()) instanceof LedgerRecord.Begun(Cut cut))) {
      throw new MalformedException("a segment without its beginning");
    }
    return new SegmentMark(cut, of.end90k(), of.tracks().stream().map(LinkMedia::track).toList());
  }

  private static SegmentMark.OfTrack track(LinkSegment of) {
    Track track = track(of.track());
    String objection = Packager.objection(track);
    if (objection != null) {
      throw new UnsupportedException("a segment that cannot be packaged here: " + objection);
    }
    return new SegmentMark.OfTrack(
        track,
        of.startPts(),
        of.duration(),
        of.sha256(),
        of.parts().stream()
            .map(part ->
                new SegmentMark.Shape(
                    part.sizeBytes(),
                    part.startDts(),
                    part.duration(),
                    part.units(),
                    part.independent()))
            .toList());
  }

  /** How the source cuts. */
  static PackagerSettings settings(LinkRecord.Cutting of) {
    try {
      return new PackagerSettings(of.period90k(), of.segmentMax90k(), of.part90k());
    } catch (IllegalArgumentException wrong) {
      throw new MalformedException(String.valueOf(wrong.getMessage()));
    }
  }
}
