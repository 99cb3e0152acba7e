package dev.sluice.mux;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;

/** Where a demuxer puts what it finds. All calls come during calls of the demuxer. */
public interface SourceOutput {

  /** A track is new or has a new configuration; its units follow. Equal ones are not repeated. */
  void track(Track track);

  /** A unit of a track that was announced. The receiver owns the payload's reference. */
  void unit(SourceUnit unit);

  /**
   * What the source says of itself has changed.
   *
   * @param message an AMF0 data message, {@code onMetaData} and its object, that reads without
   *     fault; empty when the source took it back
   */
  void metadata(Bytes message);
}
