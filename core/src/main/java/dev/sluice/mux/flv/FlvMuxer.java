package dev.sluice.mux.flv;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.ChannelConfig;
import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import dev.sluice.wire.flv.FourCc;
import dev.sluice.wire.flv.VideoMetadata;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes FLV tags, and the tag bodies that RTMP messages share, in one dialect. After {@link
 * #configure} it has no state: the same arguments give the same bytes.
 *
 * <p>A tag body is a head of 0 to 10 bytes and the payload, so that RTMP can cut both into chunks
 * without a copy in between. Times are milliseconds; FLV and RTMP carry their low 32 bits.
 */
public final class FlvMuxer {
  /** Bytes of the file header with the tag size that follows it. */
  public static final int FILE_HEADER_SIZE = FlvHeader.SIZE + FlvTagHeader.TRAILER_SIZE;

  /** Bytes that a tag body may have before its payload. */
  public static final int MAX_BODY_HEAD_BYTES = BodyHead.MAX_BYTES;

  private static final int MAX_TRACKS = 256;

  private final FlvDialect dialect;
  private final MediaChoice media;
  private final boolean withNotes;
  private final @Nullable BodyHead[] heads = new @Nullable BodyHead[MAX_TRACKS];
  private FlvLayout layout = new FlvLayout(List.of());

  /**
   * A muxer that carries data only, until it is configured.
   *
   * @param withNotes whether colour information and channel configurations become packets of their
   *     own; they stand in the metadata in any case
   */
  public FlvMuxer(FlvDialect dialect, MediaChoice media, boolean withNotes) {
    this.dialect = dialect;
    this.media = media;
    this.withNotes = withNotes;
  }

  /** A muxer that makes packets of what is said of tracks. */
  public FlvMuxer(FlvDialect dialect, MediaChoice media) {
    this(dialect, media, true);
  }

  /** Sets the tracks that units are of from now on. */
  public void configure(List<Track> tracks) {
    layout = FlvLayout.of(dialect, media, tracks);
    Arrays.fill(heads, null);
    for (FlvLayout.Entry entry : layout.entries()) {
      heads[entry.track().id()] = entry.head();
    }
  }

  /**
   * What keeps a viewer from being given a stream in this dialect: a kind of tracks that it wants
   * and of which none can be sent. Sound without its picture, or the reverse, would be a fault that
   * nobody names.
   *
   * @param announced whether the viewer says that it takes a codec, for the enhanced form only
   * @return a sentence that names the codec; null where nothing is in the way
   */
  public static @Nullable String objection(
      FlvDialect dialect,
      MediaChoice media,
      List<Track> tracks,
      BiPredicate<Track.Kind, FourCc> announced) {
    FlvLayout layout = FlvLayout.of(dialect, media, tracks);
    for (Track track : tracks) {
      if (track.kind() == Track.Kind.DATA || !media.includes(track.kind())) {
        continue;
      }
      FlvLayout.Entry first = layout.first(track.kind());
      if (first == null) {
        return FlvCodecs.fourCc(track) == null
            ? "%s has no place in FLV and RTMP".formatted(track.label())
            : "%s needs the FourCC form of Enhanced RTMP, which was not asked for"
                .formatted(track.label());
      }
      FourCc fourCc = first.head().fourCc();
      if (fourCc != null && !announced.test(track.kind(), fourCc)) {
        return "the player does not announce %s (%s)".formatted(fourCc, first.track().label());
      }
    }
    return null;
  }

  /** FLV tag type, and RTMP message type, of a track's units: 8, 9 or 18. */
  public static int tagType(Track track) {
    return tagType(track.kind());
  }

  private static int tagType(Track.Kind kind) {
    return switch (kind) {
      case VIDEO -> FlvTagHeader.VIDEO;
      case AUDIO -> FlvTagHeader.AUDIO;
      case DATA -> FlvTagHeader.SCRIPT;
    };
  }

  /**
   * DTS in milliseconds, rounded to the nearest: so the stamps of a source that rounds alike come
   * out as they came.
   */
  public static long dtsMs(AccessUnit unit) {
    return unit.track().timescale().convertRounded(unit.dts(), Timescale.MILLIS);
  }

  /** Whether units of this track are sent; those of others must not be given to this muxer. */
  public boolean carries(Track track) {
    return track.kind() == Track.Kind.DATA
        ? track.codec() == Codec.AMF_DATA
        : heads[track.id()] != null;
  }

  /** Bytes of a tag body: its head and the payload. */
  public int bodySize(AccessUnit unit) {
    BodyHead head = head(unit.track());
    return (head == null ? 0 : head.size()) + unit.sizeBytes();
  }

  /**
   * Appends a tag body's head, up to {@link #MAX_BODY_HEAD_BYTES}; the payload follows it. The
   * composition time is the difference of PTS and DTS after both are rounded to milliseconds, so
   * that a player that adds it to the time stamp arrives at the PTS; past 24 bits it is the nearest
   * that fits.
   */
  public void writeBodyHead(AccessUnit unit, ByteBuf out) {
    BodyHead head = head(unit.track());
    if (head != null) {
      (unit.randomAccess() ? head.key() : head.inter()).writeTo(out);
      if (head.compositionTime()) {
        out.writeMedium(compositionMs(unit));
      }
    }
  }

  private @Nullable BodyHead head(Track track) {
    if (!carries(track)) {
      throw new IllegalArgumentException(
          "track %d (%s) is not carried".formatted(track.id(), track.label()));
    }
    return track.kind() == Track.Kind.DATA ? null : heads[track.id()];
  }

  private static int compositionMs(AccessUnit unit) {
    long ptsMs = unit.track().timescale().convertRounded(unit.pts(), Timescale.MILLIS);
    return (int)
        Math.clamp(
            ptsMs - dtsMs(unit), VideoTagHeader.MIN_COMPOSITION, VideoTagHeader.MAX_COMPOSITION);
  }

  /**
   * A tag, or message, that comes before the units.
   *
   * @param type 8, 9 or 18
   * @param body its body
   */
  public record Opening(int type, Bytes body) {}

  /**
   * What a viewer is given before the first unit, in order: metadata, the sequence header of each
   * track, and what the source says of tracks beside that.
   *
   * @param metadata what the source says of itself ({@code onMetaData}); may be empty
   */
  public List<Opening> openings(Bytes metadata) {
    List<Opening> openings = new ArrayList<>();
    AmfProperties said = TrackNotes.properties(metadata);
    addMetadata(metadata, said, openings);
    for (FlvLayout.Entry entry : layout.entries()) {
      if (entry.head().sequenceHeader().size() > 0) {
        openings.add(new Opening(tagType(entry.track()), entry.head().sequenceHeader()));
      }
    }
    addNotes(said, openings);
    return openings;
  }

  /** The part of {@link #openings} that metadata alone can change. */
  public List<Opening> metadata(Bytes metadata) {
    List<Opening> openings = new ArrayList<>();
    AmfProperties said = TrackNotes.properties(metadata);
    addMetadata(metadata, said, openings);
    addNotes(said, openings);
    return openings;
  }

  private void addMetadata(Bytes metadata, AmfProperties said, List<Opening> openings) {
    if (metadata.size() > 0 || !layout.entries().isEmpty()) {
      openings.add(new Opening(FlvTagHeader.SCRIPT, FlvMetadata.of(said, layout)));
    }
  }

  private void addNotes(AmfProperties said, List<Opening> openings) {
    if (!withNotes) {
      return;
    }
    for (FlvLayout.Entry entry : layout.entries()) {
      Bytes notes = notes(entry, said);
      if (notes.size() > 0) {
        openings.add(new Opening(tagType(entry.track()), notes));
      }
    }
  }

  /** Colour information or channel configuration, for tracks in the enhanced form. */
  private static Bytes notes(FlvLayout.Entry entry, AmfProperties said) {
    Track track = entry.track();
    int number = FlvTrackIds.number(track.kind(), track.id());
    if (entry.head().fourCc() == null || number == FlvTrackIds.NONE) {
      return Bytes.EMPTY;
    }
    AmfProperties ofTrack = TrackNotes.ofTrack(said, track.kind(), number);
    ByteBuf body = Unpooled.buffer();
    if (track.kind() == Track.Kind.VIDEO) {
      VideoMetadata colour = TrackNotes.colour(ofTrack);
      if (colour == null) {
        return Bytes.EMPTY;
      }
      colour.write(body);
      return entry.head().packet(track.kind(), VideoTagHeader.METADATA, body);
    }
    ChannelConfig channels = TrackNotes.channels(ofTrack);
    if (channels == null) {
      return Bytes.EMPTY;
    }
    channels.write(body);
    return entry.head().packet(track.kind(), AudioTagHeader.MULTICHANNEL_CONFIG, body);
  }

  /** Bytes of a whole tag and the tag size behind it. */
  public int tagSize(AccessUnit unit) {
    return tagSize(bodySize(unit));
  }

  /** Bytes of a whole tag and the tag size behind it, for a body of {@code bodySize} bytes. */
  public static int tagSize(int bodySize) {
    return FlvTagHeader.SIZE + bodySize + FlvTagHeader.TRAILER_SIZE;
  }

  /**
   * Appends a whole tag and the tag size behind it; the payload's indexes stay as they are.
   *
   * @param timestampMs of DTS; its low 32 bits are written
   */
  public void writeTag(AccessUnit unit, long timestampMs, ByteBuf out) {
    int bodySize = bodySize(unit);
    FlvTagHeader.write(tagType(unit.track()), bodySize, timestampMs, out);
    writeBodyHead(unit, out);
    ByteBuf payload = unit.payload();
    out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    out.writeInt(FlvTagHeader.SIZE + bodySize);
  }

  /** Appends a whole tag with a ready body. */
  public static void writeTag(Opening opening, long timestampMs, ByteBuf out) {
    Bytes body = opening.body();
    FlvTagHeader.write(opening.type(), body.size(), timestampMs, out);
    body.writeTo(out);
    out.writeInt(FlvTagHeader.SIZE + body.size());
  }

  /** Appends {@link #FILE_HEADER_SIZE} bytes: what an FLV file begins with. */
  public void writeFileHeader(ByteBuf out) {
    new FlvHeader(layout.first(Track.Kind.AUDIO) != null, layout.first(Track.Kind.VIDEO) != null)
        .write(out);
    out.writeInt(0); // PreviousTagSize0
  }
}
