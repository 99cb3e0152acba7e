package dev.sluice.mux.flv;

import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.ExHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import dev.sluice.wire.flv.FourCc;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the first bytes of a tag tell, without the rest of it. Of a tag with several tracks the
 * first one counts.
 *
 * @param what what it is
 * @param number of the track among those of its kind; 0 is the default one
 * @param compositionMs PTS − DTS of a frame; 0 where its codec has none
 */
record TagLook(What what, int number, int compositionMs) {
  /** Bytes of a body within which all of this stands, unless modifiers are longer than known. */
  static final int BYTES = 64;

  /** The use of a tag to one who looks for a place to begin. */
  enum What {
    /** A frame at which a decoder can begin; so is every frame of sound. */
    KEY_FRAME,
    /** Any other frame. */
    FRAME,
    /** A decoder configuration: what follows cannot be decoded without it. */
    CONFIGURATION,
    /** Nothing of these. */
    OTHER
  }

  private static final TagLook NOTHING = new TagLook(What.OTHER, 0, 0);
  private static final int FOUR_CC_BYTES = 4;
  private static final int NUMBER_AND_SIZE_BYTES = 4;
  private static final int COMPOSITION_BYTES = 3;

  /**
   * Looks at a tag.
   *
   * @param body its first {@link #BYTES} bytes, or all where it has fewer; read and moved
   */
  static TagLook of(FlvTagHeader tag, ByteBuf body) {
    try {
      return switch (tag.type()) {
        case FlvTagHeader.VIDEO -> video(VideoTagHeader.read(body), body);
        case FlvTagHeader.AUDIO -> audio(AudioTagHeader.read(body), body);
        default -> NOTHING;
      };
    } catch (MalformedException _) {
      return NOTHING; // as the demuxer drops it
    }
  }

  private static TagLook video(@Nullable VideoTagHeader header, ByteBuf body) {
    return switch (header) {
      case null -> NOTHING;
      case VideoTagHeader.Command _ -> NOTHING;
      case VideoTagHeader.Legacy(int frameType, int _) -> new TagLook(frame(frameType), 0, 0);
      case VideoTagHeader.Packet(int frameType, int _, int packetType, int compositionMs) ->
          new TagLook(videoPacket(packetType, frameType), 0, compositionMs);
      case VideoTagHeader.Enhanced(int frameType, ExHeader ex) ->
          enhanced(Track.Kind.VIDEO, videoPacket(ex.packetType(), frameType), ex, body);
    };
  }

  private static What frame(int frameType) {
    return frameType == VideoTagHeader.KEY ? What.KEY_FRAME : What.FRAME;
  }

  private static What videoPacket(int packetType, int frameType) {
    return switch (packetType) {
      case VideoTagHeader.SEQUENCE_START, VideoTagHeader.MPEG2TS_SEQUENCE_START ->
          What.CONFIGURATION;
      case VideoTagHeader.CODED_FRAMES, VideoTagHeader.CODED_FRAMES_X -> frame(frameType);
      default -> What.OTHER;
    };
  }

  private static TagLook audio(@Nullable AudioTagHeader header, ByteBuf body) {
    return switch (header) {
      case null -> NOTHING;
      case AudioTagHeader.Legacy _ -> new TagLook(What.KEY_FRAME, 0, 0);
      case AudioTagHeader.Aac aac -> new TagLook(audioPacket(aac.packetType()), 0, 0);
      case AudioTagHeader.Enhanced(ExHeader ex) ->
          enhanced(Track.Kind.AUDIO, audioPacket(ex.packetType()), ex, body);
    };
  }

  private static What audioPacket(int packetType) {
    return switch (packetType) {
      case AudioTagHeader.SEQUENCE_START -> What.CONFIGURATION;
      case AudioTagHeader.CODED_FRAMES -> What.KEY_FRAME;
      default -> What.OTHER;
    };
  }

  /**
   * @param body stands behind {@code ex}
   */
  private static TagLook enhanced(Track.Kind kind, What what, ExHeader ex, ByteBuf body) {
    FourCc fourCc = ex.fourCc();
    if (fourCc == null && body.isReadable(FOUR_CC_BYTES)) {
      fourCc = new FourCc(body.readInt()); // of each track its own
    }
    boolean numbered = ex.tracks() != ExHeader.Tracks.SINGLE;
    boolean sized = numbered && ex.tracks() != ExHeader.Tracks.ONE_TRACK;
    if (fourCc == null || !body.isReadable(sized ? NUMBER_AND_SIZE_BYTES : numbered ? 1 : 0)) {
      return NOTHING;
    }
    int number = numbered ? body.readUnsignedByte() : 0;
    body.skipBytes(sized ? NUMBER_AND_SIZE_BYTES - 1 : 0);
    boolean composed =
        kind == Track.Kind.VIDEO && VideoTagHeader.hasCompositionTime(ex.packetType(), fourCc);
    if (composed && !body.isReadable(COMPOSITION_BYTES)) {
      return NOTHING;
    }
    return new TagLook(what, number, composed ? body.readMedium() : 0);
  }
}
