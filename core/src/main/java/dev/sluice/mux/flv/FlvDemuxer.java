package dev.sluice.mux.flv;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.flv.ChannelConfig;
import dev.sluice.wire.flv.FlvTagHeader;
import dev.sluice.wire.flv.VideoMetadata;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tags of one FLV file, or the messages of one RTMP publication, into units. The default
 * video, audio and data tracks have fixed IDs; further tracks (Enhanced RTMP v2) have IDs that
 * follow from their numbers, video 3, 5, 7 … for 1, 2, 3 …, audio 4, 6, 8 ….
 *
 * <p>Times stay as they came: DTS is the tag's time stamp, the composition offset is the tag's
 * composition time, both in milliseconds ({@link dev.sluice.media.SourceClock#RTMP}).
 */
public final class FlvDemuxer {
  /** Track ID of video. */
  public static final int VIDEO_ID = 0;

  /** Track ID of audio. */
  public static final int AUDIO_ID = 1;

  /** Track ID of data. */
  public static final int DATA_ID = 2;

  /** RTMP message type of a data message in the AMF3 form: one byte, then mostly AMF0. */
  public static final int DATA_AMF3 = 15;

  /** Video tracks, and audio tracks, of one source. */
  static final int MAX_TRACKS_OF_A_KIND = 32;

  /** Bytes of metadata: a key frame index of a file of 12 hours fits. */
  static final int MAX_METADATA_BYTES = 262_144;

  private static final int MAX_IDS = 256;

  private final SourceOutput output;
  private final VideoTags video = new VideoTags(this);
  private final AudioTags audio = new AudioTags(this);
  private final DataTags data = new DataTags(this);
  private final @Nullable TrackTags[] tags = new @Nullable TrackTags[MAX_IDS];
  private final @Nullable Track[] tracks = new @Nullable Track[MAX_IDS];
  private final int[] tracksOfKind = new int[Track.Kind.values().length];
  private final TrackNotes notes = new TrackNotes();
  private final long[] dropped = new long[FlvDrop.values().length];

  /** What the source said of itself, and what was given out: with the notes in it. */
  private Bytes said = Bytes.EMPTY;

  private Bytes metadata = Bytes.EMPTY;

  /** A demuxer that has seen nothing yet. */
  public FlvDemuxer(SourceOutput output) {
    this.output = output;
  }

  /**
   * Takes one tag or message.
   *
   * @param type {@link FlvTagHeader#AUDIO}, {@link FlvTagHeader#VIDEO}, {@link FlvTagHeader#SCRIPT}
   *     or {@link #DATA_AMF3}; others are dropped
   * @param timestampMs as it came, 32 bits
   * @param body borrowed, its indexes stay as they are; payloads are retained slices of it
   * @throws dev.sluice.wire.MalformedException when a decoder configuration cannot be read or is
   *     larger than 65 536 bytes
   */
  public void tag(int type, long timestampMs, ByteBuf body) {
    if (!body.isReadable()) {
      drop(FlvDrop.EMPTY);
      return;
    }
    switch (type) {
      case FlvTagHeader.VIDEO -> video.tag(timestampMs, body);
      case FlvTagHeader.AUDIO -> audio.tag(timestampMs, body);
      case FlvTagHeader.SCRIPT -> data.tag(timestampMs, body.slice());
      case DATA_AMF3 -> data.amf3(timestampMs, body.slice());
      default -> drop(FlvDrop.UNKNOWN_TYPE);
    }
  }

  /** Tags for which nothing came out, by reason. */
  public long dropped(FlvDrop reason) {
    return dropped[reason.ordinal()];
  }

  void drop(FlvDrop reason) {
    dropped[reason.ordinal()]++;
  }

  /** The track that is current under this ID. */
  @Nullable Track track(int id) {
    return tracks[id];
  }

  /** Makes {@code track} current and announces it, unless it is already. */
  void announce(Track track) {
    if (!track.equals(tracks[track.id()])) {
      tracks[track.id()] = track;
      output.track(track);
    }
  }

  /** Gives out a unit; takes over the payload's reference. */
  void emit(
      Track track,
      long timestampMs,
      int compositionMs,
      int offsetNs,
      boolean randomAccess,
      ByteBuf payload) {
    output.unit(new SourceUnit(track, timestampMs, compositionMs, offsetNs, randomAccess, payload));
  }

  /**
   * What handles a track.
   *
   * @param number 0 for the default one of its kind
   * @return null when there is no room for it
   */
  @Nullable TrackTags tags(Track.Kind kind, int number) {
    int id = FlvTrackIds.id(kind, number);
    if (id == FlvTrackIds.NONE) {
      return null;
    }
    TrackTags known = tags[id];
    if (known == null) {
      if (number > 0 && tracksOfKind[kind.ordinal()] >= MAX_TRACKS_OF_A_KIND - 1) {
        return null;
      }
      tracksOfKind[kind.ordinal()] += number > 0 ? 1 : 0;
      known = new TrackTags(this, id, kind);
      tags[id] = known;
    }
    return known;
  }

  /** What handles the default track of a kind: for that there is always room. */
  TrackTags tags(Track.Kind kind) {
    return Objects.requireNonNull(tags(kind, 0));
  }

  /** The source says how colours of a video track are to be shown. */
  void colours(int number, VideoMetadata colours) {
    if (FlvTrackIds.id(Track.Kind.VIDEO, number) == FlvTrackIds.NONE) {
      drop(FlvDrop.MULTITRACK);
    } else if (notes.colours(number, colours)) {
      emitMetadata();
    }
  }

  /** The source says which channel of an audio track is where. */
  void channels(int number, ChannelConfig config) {
    if (FlvTrackIds.id(Track.Kind.AUDIO, number) == FlvTrackIds.NONE) {
      drop(FlvDrop.MULTITRACK);
    } else if (notes.channels(number, config)) {
      emitMetadata();
    }
  }

  /** The source says what it is; empty takes that back. */
  void metadata(Bytes message) {
    said = message;
    emitMetadata();
  }

  /** Gives out metadata that differ from the last. */
  private void emitMetadata() {
    Bytes whole = notes.in(said);
    if (whole.size() > MAX_METADATA_BYTES) {
      drop(FlvDrop.TOO_LARGE);
    } else if (!whole.equals(metadata)) {
      metadata = whole;
      output.metadata(whole);
    }
  }
}
