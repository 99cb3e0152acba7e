package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.AudioSplitter;
import dev.sluice.mux.codec.AudioSplitters;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
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
      case VIDEO -> new VideoStream(context, clock, codec, trackId, kind.language());
      case AV1 -> new Av1Stream(context, clock, trackId, kind.language());
      case ADTS -> audio(clock, AudioSplitters.adts(trackId, kind.language()));
      case LATM -> audio(clock, AudioSplitters.latm(trackId, kind.language()));
      case MPEG_AUDIO -> audio(clock, AudioSplitters.mpegAudio(trackId, kind.language()));
      case AC3 -> audio(clock, AudioSplitters.ac3(trackId, kind.language()));
      case OPUS -> opus(kind, trackId, clock);
      case DATA -> new DataStream(context, clock, data(codec, kind, trackId));
      case ID3 -> new Id3Stream(context, clock, data(codec, kind, trackId));
    };
  }

  private ElementaryStream audio(TsClock clock, AudioSplitter splitter) {
    return new AudioStream(context, clock, splitter);
  }

  private @Nullable ElementaryStream opus(StreamKind kind, int trackId, TsClock clock) {
    try {
      return audio(clock, AudioSplitters.opus(kind.configuration(), trackId, kind.language()));
    } catch (MalformedException | UnsupportedException _) {
      return null;
    }
  }

  private static Track data(Codec codec, StreamKind kind, int trackId) {
    return Track.of(
        trackId, Track.Kind.DATA, codec, Timescale.MILLIS, kind.configuration(), kind.language());
  }
}
