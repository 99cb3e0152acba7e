package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser.Framing;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.mpegts.ProgramMap;
import dev.sluice.wire.mpegts.Section;
import org.jspecify.annotations.Nullable;

/** Makes what reads an elementary stream. */
final class TsStreams {
  private final TsContext context;

  TsStreams(TsContext context) {
    this.context = context;
  }

  /**
   * A reader for the packets of {@code stream}.
   *
   * @return null when nothing can read it
   */
  @Nullable PidReader reader(
      ProgramMap.Stream stream, StreamKind kind, int trackId, TsClock clock) {
    Codec codec = kind.codec();
    if (codec == null) {
      return null;
    }
    if (kind.shape() == StreamKind.Shape.SPLICE) {
      var splice = new SpliceStream(context, clock, data(codec, kind, trackId));
      return new SectionPid(
          stream.pid(), context.faults(), context.listener(), Section.MAX_SIZE, splice::section);
    }
    ElementaryStream elementary = elementary(codec, kind, trackId, clock);
    return elementary == null ? null : new PesPid(stream.pid(), context, elementary);
  }

  private @Nullable ElementaryStream elementary(
      Codec codec, StreamKind kind, int trackId, TsClock clock) {
    return switch (kind.shape()) {
      case UNKNOWN, SPLICE -> null;
      case VIDEO ->
          VideoNormalisers.handles(codec)
              ? new VideoStream(
                  context,
                  clock,
                  VideoNormalisers.of(codec, Framing.START_CODES, trackId, kind.language()))
              : null;
      case AV1, ADTS, LATM, AUDIO, OPUS -> null;
      case DATA -> new DataStream(context, clock, data(codec, kind, trackId));
      case ID3 -> new Id3Stream(context, clock, data(codec, kind, trackId));
    };
  }

  private static Track data(Codec codec, StreamKind kind, int trackId) {
    return Track.of(
        trackId, Track.Kind.DATA, codec, Timescale.MILLIS, kind.configuration(), kind.language());
  }
}
