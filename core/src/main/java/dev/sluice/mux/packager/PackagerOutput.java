package dev.sluice.mux.packager;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Receives what a {@link Packager} makes, in this order of one segment. Nothing by default. */
public interface PackagerOutput {

  /**
   * What a decoder of a track needs, before the first cut for which it does.
   *
   * @param init a CMAF header
   */
  default void init(Track track, Bytes init) {}

  /**
   * What messages may stand in front of chunks of the first track, pictures before sound, from the
   * next cut on; before the first cut, unless there are none, and whenever they change.
   *
   * @param schemes of {@code emsg} boxes, in order
   */
  default void messages(List<String> schemes) {}

  /**
   * A segment begins in all tracks.
   *
   * @param tracks that are carried, in their order
   */
  default void begun(Cut cut, List<Track> tracks) {}

  /**
   * The segment that has just begun is likely to end there: a guess, from the last GOPs. Not told
   * where there is none.
   *
   * @param end90k where the next one would begin
   */
  default void expected(Cut cut, long end90k) {}

  /** A part of it, owned by the receiver. */
  default void part(Part part) {
    part.bytes().release();
  }

  /** A track's segment is whole. */
  default void segment(TrackSegment segment) {}

  /**
   * Nothing more comes of a segment in any track.
   *
   * @param end90k where the next one begins, or its media end
   */
  default void ended(Cut cut, long end90k) {}

  /** Splice information, as it comes. */
  default void splice(SpliceMessage message) {}

  /**
   * Segments from this number on, of which none is whole, will not become so: they are as if they
   * had not begun. Only where another node is followed.
   */
  default void withdrawn(long number) {}

  /**
   * What was made of a track of a whole segment is wrong, and this is right. Only where another
   * node is followed.
   *
   * @param parts owned by the receiver
   */
  default void replaced(TrackSegment segment, List<Part> parts) {
    parts.forEach(part -> part.bytes().release());
  }

  /**
   * The same segment as a transport stream of all tracks, right after {@link #ended}; not of a gap.
   *
   * @param bytes owned by the receiver; encrypted where the packager was told so
   */
  default void transportStream(Cut cut, long end90k, ByteBuf bytes) {
    bytes.release();
  }
}
