package dev.sluice.mux.mp4;

import dev.sluice.media.SourceClock;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.MovieReader.Movie;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tracks of an init segment, and how far each has come. */
final class CmafTracks {
  private final Bytes body;
  private final TrackDefaults defaults;
  private final CommonClock clock;
  private final Map<Long, CmafTrack> byId;

  private CmafTracks(
      Bytes body, TrackDefaults defaults, CommonClock clock, Map<Long, CmafTrack> byId) {
    this.body = body;
    this.defaults = defaults;
    this.clock = clock;
    this.byId = byId;
  }

  /** One track. */
  static final class CmafTrack {
    private final int id;
    private final TrackBox box;
    private final TrackCodec codec;
    private final long shift;
    private @Nullable Track announced;

    /** Where its last fragment ended; −1 before the first. */
    private long endDts = -1;

    private CmafTrack(int id, TrackBox box, TrackCodec codec, long shift) {
      this.id = id;
      this.box = box;
      this.codec = codec;
      this.shift = shift;
    }

    int id() {
      return id;
    }

    TrackCodec codec() {
      return codec;
    }

    long endDts() {
      return endDts;
    }

    void endAt(long dts) {
      endDts = dts;
    }

    /** Says what the track is now, unless that has been said. */
    void announce(Track track, CmafDemuxer.Output output) {
      if (!track.equals(announced)) {
        announced = track;
        output.track(track);
      }
    }
  }

  /**
   * Reads the body of a {@code moov}.
   *
   * @throws MalformedException when it cannot be read
   * @throws UnsupportedException when none of its tracks can be read, naming the reason for each
   */
  static CmafTracks read(ByteBuf body) {
    ByteBuf whole = Unpooled.buffer(BoxHeader.MIN_SIZE + body.readableBytes());
    BoxHeader.of(BoxType.MOOV, body.readableBytes()).write(whole);
    whole.writeBytes(body, body.readerIndex(), body.readableBytes());
    BufferSource source = new BufferSource(whole);
    FileBoxes moov = FileBoxes.topLevel(source, 0);
    if (!moov.next()) {
      throw new IllegalStateException("a box that was just written is not there");
    }
    Movie movie = MovieReader.read(source, moov);
    List<String> passedOver = new ArrayList<>(movie.passedOver());
    Map<Long, CmafTrack> byId = new HashMap<>();
    List<TrackBox> taken = new ArrayList<>();
    for (TrackBox box : movie.tracks()) {
      try {
        int id = Mp4Opener.id(box, taken);
        TrackCodec codec = new TrackCodec(id, box);
        long shift =
            Edits.stretches(box.edits(), movie.timescale(), box.timescale()).getFirst().shift();
        byId.put(box.trackId(), new CmafTrack(id, box, codec, shift));
        taken.add(box);
      } catch (UnsupportedException | MalformedException unreadable) {
        passedOver.add(
            "track %d is not read: %s".formatted(box.trackId(), unreadable.getMessage()));
      }
    }
    if (taken.isEmpty()) {
      throw new UnsupportedException(
          passedOver.isEmpty() ? "init segment without a track" : String.join("; ", passedOver));
    }
    return new CmafTracks(
        Bytes.copyOf(body),
        movie.defaults(),
        CommonClock.of(taken.stream().map(TrackBox::timescale).toList()),
        byId);
  }

  /** Whether this is what another {@code moov} says, too. */
  boolean isOf(ByteBuf other) {
    return body.buffer().equals(other);
  }

  SourceClock clock() {
    return clock.clock();
  }

  TrackDefaults defaults() {
    return defaults;
  }

  @Nullable CmafTrack byId(long trackId) {
    return byId.get(trackId);
  }

  /** Tells the tracks that are described by their configuration. */
  void announce(CmafDemuxer.Output output) {
    byId.values().stream()
        .sorted((one, other) -> Integer.compare(one.id, other.id))
        .forEach(track -> {
          Track known = track.codec.track();
          if (known != null) {
            track.announce(known, output);
          }
        });
  }

  /** A time of a track's media in ticks of the clock. */
  long ticks(CmafTrack track, long mediaTime) {
    long most = Mp4Limits.MAX_TIME_S * track.box.timescale().ticksPerSecond();
    if (mediaTime > most || mediaTime < -most) {
      throw new MalformedException(
          "time of %d s, allowed are %d s"
              .formatted(mediaTime / track.box.timescale().ticksPerSecond(), Mp4Limits.MAX_TIME_S));
    }
    return clock.ticks(mediaTime + track.shift, track.box.timescale());
  }

  /** Ticks of the clock for a length of time. */
  long ofTrackTicks(long ticks, Timescale of) {
    return clock.ticks(ticks, of);
  }

  /** A composition offset in ticks of the clock. */
  int offset(long dtsTicks, long ptsTicks) {
    return clock.offset(dtsTicks, ptsTicks);
  }

  void referenceTime(ProducerReferenceTimeBox box, CmafDemuxer.Output output) {
    CmafTrack track = byId.get(box.trackId());
    if (track == null) {
      output.referenceTime(-1, box, box.mediaTime());
    } else {
      output.referenceTime(track.id, box, ticks(track, box.mediaTime()));
    }
  }

  /** Samples that codecs could not make sense of. */
  long malformed() {
    return byId.values().stream().mapToLong(track -> track.codec.dropped()).sum();
  }
}
