package dev.sluice.mux.mkv;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.codec.AudioNormalisers;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.matroska.TrackEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One track that is read: makes units of the frames of its blocks. */
final class MatroskaTrack {
  private static final long NS_PER_US = 1_000;
  private static final long DEFAULT_FRAME_US = 40_000;
  private static final int MAX_RATE = 768_000;

  private final TrackEntry entry;
  private final Normaliser normaliser;
  private int reorderFrames;
  private @Nullable DecodingTimes times;
  private final List<Held> held = new ArrayList<>();
  private long lastPtsUs = Long.MIN_VALUE;
  private long frameUs;

  /** A picture that waits for others, so that its decoding time can be told. */
  private record Held(long ptsUs, boolean key, ByteBuf frame) {}

  private MatroskaTrack(TrackEntry entry, Normaliser normaliser) {
    this.entry = entry;
    this.normaliser = normaliser;
    this.frameUs = entry.defaultDurationNs() / NS_PER_US;
  }

  /**
   * A track for {@code entry}; null when its codec is not read.
   *
   * @param id of the track inside
   * @throws dev.sluice.wire.MalformedException when its decoder configuration cannot be read
   * @throws dev.sluice.wire.UnsupportedException when that is of a kind that is not handled
   */
  static @Nullable MatroskaTrack of(TrackEntry entry, int id) {
    Codec codec = codec(entry);
    if (codec == null) {
      return null;
    }
    int rate = (int) Math.clamp(entry.samplingFrequency(), 1, MAX_RATE);
    Normaliser normaliser;
    if (entry.type() == TrackEntry.VIDEO) {
      normaliser =
          VideoNormalisers.of(codec, Normaliser.Framing.LENGTH_PREFIXED, id, entry.language());
    } else {
      normaliser =
          AudioNormalisers.of(codec, id, entry.language(), rate, Math.max(1, entry.channels()));
    }
    if (entry.codecPrivate().size() > 0) {
      normaliser.configuration(entry.codecPrivate().buffer());
    }
    return new MatroskaTrack(entry, normaliser);
  }

  /** RFC 9559's list of codecs (section 27.1 and the codec specification). */
  private static @Nullable Codec codec(TrackEntry entry) {
    Codec codec =
        switch (entry.codecId().toUpperCase(Locale.ROOT)) {
          case "V_MPEG4/ISO/AVC" -> Codec.H264;
          case "V_MPEGH/ISO/HEVC" -> Codec.H265;
          case "V_AV1" -> Codec.AV1;
          case "V_VP8" -> Codec.VP8;
          case "V_VP9" -> Codec.VP9;
          case "V_MPEG1", "V_MPEG2" -> Codec.MPEG2_VIDEO;
          case "A_AAC" -> Codec.AAC;
          case "A_MPEG/L3" -> Codec.MP3;
          case "A_MPEG/L2", "A_MPEG/L1" -> Codec.MP2;
          case "A_OPUS" -> Codec.OPUS;
          case "A_AC3" -> Codec.AC3;
          case "A_EAC3" -> Codec.EAC3;
          case "A_FLAC" -> Codec.FLAC;
          default -> null;
        };
    if (codec == null) {
      return null;
    }
    int type = VideoNormalisers.handles(codec) ? TrackEntry.VIDEO : TrackEntry.AUDIO;
    return entry.type() == type ? codec : null;
  }

  int number() {
    return entry.number();
  }

  boolean video() {
    return entry.type() == TrackEntry.VIDEO;
  }

  /** With its present configuration; null until one is known. */
  @Nullable Track track() {
    return normaliser.track();
  }

  long malformed() {
    return normaliser.malformed();
  }

  /**
   * From here on {@code measured} pictures, or as many as the configuration says, are reordered.
   */
  void reorder(int measured) {
    Track track = track();
    VideoFormat format = track == null ? null : VideoFormat.of(track);
    int declared = format == null ? 0 : format.reorderFrames();
    reorderFrames = Math.min(DecodingTimes.MAX_REORDER_FRAMES, Math.max(measured, declared));
    restart();
  }

  /** What comes next does not follow what came before. */
  void restart() {
    times = null;
    held.clear();
    lastPtsUs = Long.MIN_VALUE;
  }

  /** PTS of a block's first frame, in microseconds. */
  long ptsUs(long blockNs) {
    return Math.floorDiv(blockNs - entry.codecDelayNs(), NS_PER_US);
  }

  /**
   * Gives the units of one block, with times in microseconds.
   *
   * @param blockNs time stamp of the block
   * @param durationNs of the block; 0 when it is not said
   * @param frames plain heap memory that needs no release and does not change
   */
  void block(
      long blockNs, long durationNs, boolean key, List<ByteBuf> frames, Consumer<SourceUnit> out) {
    long ptsUs = ptsUs(blockNs);
    for (ByteBuf frame : frames) {
      learnFrame(ptsUs, durationNs / frames.size());
      if (!video()) {
        unit(ptsUs, ptsUs, key, frame, out);
      } else if (times != null) {
        unit(times.next(ptsUs), ptsUs, key, frame, out);
      } else {
        held.add(new Held(ptsUs, key, frame));
        if (held.size() > reorderFrames) {
          flush(out);
        }
      }
      ptsUs += frameUs();
    }
  }

  /** Gives the pictures that wait for others: enough are there, or no more come. */
  void flush(Consumer<SourceUnit> out) {
    if (held.isEmpty()) {
      return;
    }
    long earliestUs = held.stream().mapToLong(Held::ptsUs).min().orElseThrow();
    var begun = new DecodingTimes(reorderFrames, earliestUs, frameUs());
    times = begun;
    for (Held each : held) {
      unit(begun.next(each.ptsUs()), each.ptsUs(), each.key(), each.frame(), out);
    }
    held.clear();
  }

  private void unit(long dtsUs, long ptsUs, boolean key, ByteBuf frame, Consumer<SourceUnit> out) {
    int offsetUs = (int) Math.clamp(ptsUs - dtsUs, Integer.MIN_VALUE, Integer.MAX_VALUE);
    normaliser.unit(
        whole(frame),
        key,
        (track, randomAccess, payload) ->
            out.accept(new SourceUnit(track, dtsUs, offsetUs, randomAccess, payload)));
  }

  private ByteBuf whole(ByteBuf frame) {
    if (entry.strippedHeader().size() == 0) {
      return frame;
    }
    return Unpooled.wrappedBuffer(entry.strippedHeader().buffer(), frame.slice());
  }

  private void learnFrame(long ptsUs, long durationNs) {
    if (durationNs > 0) {
      frameUs = durationNs / NS_PER_US;
    } else if (entry.defaultDurationNs() == 0 && ptsUs > lastPtsUs && lastPtsUs > Long.MIN_VALUE) {
      frameUs = ptsUs - lastPtsUs;
    }
    lastPtsUs = ptsUs;
  }

  /** Length of a frame: as said, as the codec has it, as the last one was, or a guess. */
  long frameUs() {
    Track track = track();
    AudioFormat format = track == null || video() ? null : AudioFormat.of(track);
    if (track != null && format != null && format.frameSamples() > 0) {
      return Timescale.NANOS.ticksPerSecond()
          / NS_PER_US
          * format.frameSamples()
          / track.timescale().ticksPerSecond();
    }
    return frameUs > 0 ? frameUs : DEFAULT_FRAME_US;
  }
}
