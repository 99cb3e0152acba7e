package dev.sluice.mux.flv;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.AudioNormalisers;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What comes for one track: given to the normaliser of its codec, or, where there is none, carried
 * as it is.
 */
final class TrackTags implements Normaliser.Output {
  /** Bytes of a payload that leave room for the longest head of a tag body in 24 bits. */
  private static final int MAX_PAYLOAD_BYTES = 0xFF_FFFF - BodyHead.MAX_BYTES;

  /** Bytes of a decoder configuration; an AVCDecoderConfigurationRecord has a few dozen. */
  static final int MAX_CONFIGURATION_BYTES = 65_536;

  /** G.711 is of 8 kHz here; the rate that a tag states has no room for it. */
  private static final int G711_RATE = 8_000;

  private final FlvDemuxer demuxer;
  private final int id;
  private final Track.Kind kind;
  private final OpaqueTags opaque;

  private @Nullable TagCodec codec;
  private @Nullable Normaliser normaliser;

  // of the tag at hand
  private long timestampMs;
  private int compositionMs;
  private int offsetNs;
  private int units;
  private boolean tooLarge;

  TrackTags(FlvDemuxer demuxer, int id, Track.Kind kind) {
    this.demuxer = demuxer;
    this.id = id;
    this.kind = kind;
    this.opaque =
        new OpaqueTags(
            demuxer, id, kind, kind == Track.Kind.VIDEO ? Timescale.VIDEO : Timescale.MILLIS);
  }

  /**
   * A codec as a tag names it.
   *
   * @param label FourCC or legacy name: what the track is called when it is carried as it is
   * @param codec null where it is not known
   * @param channels of G.711; else 0
   */
  record TagCodec(String label, @Nullable Codec codec, int channels) {
    TagCodec(String label, @Nullable Codec codec) {
      this(label, codec, 0);
    }

    /** Both forms of a codec are one. */
    boolean isSame(TagCodec other) {
      return channels == other.channels
          && (codec == null ? label.equals(other.label) : codec == other.codec);
    }
  }

  /** Sets the times of what comes next. */
  void at(long timestampMs, int compositionMs, int offsetNs) {
    this.timestampMs = timestampMs;
    this.compositionMs = compositionMs;
    this.offsetNs = offsetNs;
  }

  /**
   * Takes a sequence header.
   *
   * @param record the decoder configuration
   * @param whole the tag body, header and all, in which a codec is carried that is not understood
   * @throws MalformedException when it cannot be read or is larger than is kept
   */
  void sequenceHeader(TagCodec named, ByteBuf record, WholeBody whole) {
    if (!record.isReadable()) {
      demuxer.drop(FlvDrop.EMPTY);
      return;
    }
    if (record.readableBytes() > MAX_CONFIGURATION_BYTES) {
      throw new MalformedException(
          "%s sequence header of %d bytes, allowed are %d"
              .formatted(named.label(), record.readableBytes(), MAX_CONFIGURATION_BYTES));
    }
    Normaliser current = codec != null && codec.isSame(named) ? normaliser : fresh(named);
    if (current != null) {
      try {
        current.configuration(record);
        codec = named;
        normaliser = current;
        Track track = current.track();
        if (track != null) {
          demuxer.announce(track);
        }
        return;
      } catch (UnsupportedException _) {
        // AAC of a kind that is not read, for one: as if it were not known
      }
    }
    codec = named;
    normaliser = null;
    opaque.sequenceHeader(named.label(), whole);
  }

  private @Nullable Normaliser fresh(TagCodec named) {
    Codec known = named.codec();
    if (known == null) {
      return null;
    }
    if (kind == Track.Kind.VIDEO) {
      return VideoNormalisers.handles(known)
          ? VideoNormalisers.of(known, Normaliser.Framing.LENGTH_PREFIXED, id, "")
          : null;
    }
    return named.channels() == 0
        ? AudioNormalisers.of(known, id, "")
        : AudioNormalisers.of(known, id, "", G711_RATE, named.channels());
  }

  /**
   * Takes a frame.
   *
   * @param key whether the tag calls it a key frame
   * @param in what follows header and composition time
   * @param whole as in {@link #sequenceHeader}
   */
  void frame(TagCodec named, boolean key, ByteBuf in, WholeBody whole) {
    if (!in.isReadable()) {
      demuxer.drop(FlvDrop.EMPTY);
      return;
    }
    if (codec == null || !codec.isSame(named)) {
      if (FlvCodecs.beginsWithHeader(named)) {
        demuxer.drop(FlvDrop.BEFORE_SEQUENCE_HEADER);
        return;
      }
      codec = named;
      normaliser = fresh(named);
    }
    if (normaliser == null) {
      opaque.frame(named.label(), timestampMs, compositionMs, offsetNs, key, whole);
    } else {
      normalise(normaliser, key, in);
    }
  }

  private void normalise(Normaliser current, boolean key, ByteBuf in) {
    long malformed = current.malformed();
    units = 0;
    tooLarge = false;
    current.unit(in, key, this);
    if (tooLarge) {
      demuxer.drop(FlvDrop.TOO_LARGE);
    } else if (current.malformed() > malformed) {
      demuxer.drop(FlvDrop.MALFORMED);
    } else if (units == 0) {
      boolean configured = current.track() != null;
      demuxer.drop(configured ? FlvDrop.WITHOUT_PICTURE : FlvDrop.BEFORE_SEQUENCE_HEADER);
    }
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    if (payload.readableBytes() > MAX_PAYLOAD_BYTES) {
      payload.release();
      tooLarge = true;
      return;
    }
    long atMs = units == 0 ? timestampMs : timestampMs + durationMs(track, units);
    units++;
    demuxer.announce(track);
    demuxer.emit(track, atMs & 0xFFFF_FFFFL, compositionMs, offsetNs, randomAccess, payload);
  }

  /** Some encoders put several frames into a tag, whose time is that of the first. */
  private static long durationMs(Track track, int frames) {
    AudioFormat format = AudioFormat.of(track);
    long samples = format == null ? 0 : (long) format.frameSamples() * frames;
    return track.timescale().convertRounded(samples, Timescale.MILLIS);
  }
}
