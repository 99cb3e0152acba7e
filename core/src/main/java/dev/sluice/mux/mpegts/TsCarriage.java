package dev.sluice.mux.mpegts;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.PesHeader;
import java.util.List;

/** How the units of one track are carried: a class for each shape. */
abstract class TsCarriage {
  private final Track track;
  private final int streamType;
  private final int streamId;
  private final List<Descriptor> descriptors;

  TsCarriage(Track track, int streamType, int streamId, List<Descriptor> descriptors) {
    this.track = track;
    this.streamType = streamType;
    this.streamId = streamId;
    this.descriptors = List.copyOf(descriptors);
  }

  final Track track() {
    return track;
  }

  final int streamType() {
    return streamType;
  }

  final int streamId() {
    return streamId;
  }

  /** What stands in the PMT. */
  final List<Descriptor> descriptors() {
    return descriptors;
  }

  /** Bytes that {@link #write} will write; 0 when {@code unit} cannot be carried. */
  abstract int size(AccessUnit unit);

  /** Writes {@code unit}; its payload's indexes stay as they are. */
  abstract void write(AccessUnit unit, PesWriter out);

  /**
   * Ticks of the track's timescale that {@code unit} lasts, so that the next one may follow it in
   * the same PES packet; 0 where each has its own.
   */
  int samples(AccessUnit unit) {
    return 0;
  }

  /** Bytes of filling in PES headers. */
  int headerStuffing() {
    return 0;
  }

  /** Bytes of one PES packet's payload. */
  int maxPayload() {
    return PesHeader.MAX_LENGTH - 64; // room for a header
  }
}
