package dev.sluice.mux.flv;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tags of one FLV file, or the messages of one RTMP publication, into units. At most one
 * video, one audio and one data track come out.
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

  /** Bytes of a decoder configuration; an AVCDecoderConfigurationRecord has a few dozen. */
  static final int MAX_CONFIGURATION_BYTES = 65_536;

  /** Bytes of metadata: a key frame index of a file of 12 hours fits. */
  static final int MAX_METADATA_BYTES = 262_144;

  private final SourceOutput output;
  private final VideoTags video = new VideoTags(this);
  private final AudioTags audio = new AudioTags(this);
  private final DataTags data = new DataTags(this);
  private final @Nullable Track[] tracks = new Track[3];
  private final long[] dropped = new long[FlvDrop.values().length];
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
      Track track, long timestampMs, int compositionMs, boolean randomAccess, ByteBuf payload) {
    output.unit(new SourceUnit(track, timestampMs, compositionMs, randomAccess, payload));
  }

  /** Gives out metadata that differs from the last. */
  void emitMetadata(Bytes message) {
    if (!message.equals(metadata)) {
      metadata = message;
      output.metadata(message);
    }
  }
}
