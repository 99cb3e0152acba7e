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
import dev.sluice.wire.Bytes;
import dev.sluice.wire.matroska.TrackEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One track that is read: makes units of the frames of its blocks. */
final class MatroskaTrack implements Normaliser.Output {
  private static final long NS_PER_US = 1_000;
  private static final long DEFAULT_FRAME_US = 40_000;

  /**
   * Blocks that are enough to see how pictures are reordered: more than four GOPs of B-pyramids.
   */
  private static final int PROBED_BLOCKS = 96;

  private final TrackEntry entry;
  private final int id;
  private final Normaliser normaliser;
  private final ByteBufAllocator allocator;

  // of the blocks that were looked at when the file was opened
  private final long[] probedPtsUs = new long[PROBED_BLOCKS];
  private int probed;
  private int reorderFrames;

  private @Nullable DecodingTimes times;
  private final List<Held> held = new ArrayList<>();
  private long lastPtsUs = Long.MIN_VALUE;
  private long frameUs;

  /** The configuration that was asked for the length of a frame last, and its answer. */
  private @Nullable Track measured;

  private long measuredFrameUs;

  // of the frame at hand
  private Consumer<SourceUnit> out = MatroskaTrack::discard;
  private long dtsUs;
  private int offsetUs;

  /** A picture that waits for others, so that its decoding time can be told; owns its frame. */
  private record Held(long ptsUs, boolean key, ByteBuf frame) {}

  private MatroskaTrack(
      TrackEntry entry, int id, Normaliser normaliser, ByteBufAllocator allocator) {
    this.entry = entry;
    this.id = id;
    this.normaliser = normaliser;
    this.allocator = allocator;
    this.frameUs = entry.defaultDurationNs() / NS_PER_US;
  }

  /**
   * A track for {@code entry}; null when its codec is not read.
   *
   * @param id of the track inside
   * @param allocator of payloads
   * @throws dev.sluice.wire.MalformedException when its decoder configuration cannot be read
   * @throws dev.sluice.wire.UnsupportedException when that is of a kind that is not handled
   */
  static @Nullable MatroskaTrack of(TrackEntry entry, int id, ByteBufAllocator allocator) {
    Codec codec = codec(entry);
    if (codec == null) {
      return null;
    }
    Normaliser normaliser;
    if (entry.type() == TrackEntry.VIDEO) {
      normaliser =
          VideoNormalisers.of(codec, Normaliser.Framing.LENGTH_PREFIXED, id, entry.language());
    } else {
      // every codec above says rate and channels itself; what the entry says may be anything
      normaliser = AudioNormalisers.of(codec, id, entry.language());
    }
    if (entry.codecPrivate().size() > 0) {
      normaliser.configuration(entry.codecPrivate().buffer());
    }
    return new MatroskaTrack(entry, id, normaliser, allocator);
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

  /** The track's ID inside. */
  int id() {
    return id;
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
   * Begins to read: enough has been looked at. As many pictures are reordered as were then, or as
   * the configuration says.
   */
  void begin() {
    int measured = video() ? DecodingTimes.reorderFrames(probedPtsUs, probed) : 0;
    Track track = track();
    VideoFormat format = track == null ? null : VideoFormat.of(track);
    int declared = format == null ? 0 : format.reorderFrames();
    reorderFrames = Math.min(DecodingTimes.MAX_REORDER_FRAMES, Math.max(measured, declared));
    restart();
  }

  /** What comes next does not follow what came before; frees what waits. */
  void restart() {
    times = null;
    held.forEach(each -> each.frame().release());
    held.clear();
    lastPtsUs = Long.MIN_VALUE;
  }

  /** Whether looking at more blocks would tell nothing more. */
  boolean isProbed() {
    return probed == PROBED_BLOCKS && track() != null;
  }

  /** PTS of a block's first frame, in microseconds. */
  long ptsUs(long blockNs) {
    return Math.floorDiv(blockNs - entry.codecDelayNs(), NS_PER_US);
  }

  /**
   * Learns from one block how long frames are, and the configuration from those that may bring one.
   *
   * @param blockNs time stamp of the block
   * @param durationNs of the block; 0 when it is not said
   * @param frames borrowed
   */
  void probe(long blockNs, long durationNs, boolean key, List<ByteBuf> frames) {
    long ptsUs = ptsUs(blockNs);
    if (probed < PROBED_BLOCKS) {
      probedPtsUs[probed++] = ptsUs;
    }
    for (ByteBuf frame : frames) {
      learnFrame(ptsUs, durationNs / frames.size());
      if (track() == null || (video() && key)) {
        give(ptsUs, ptsUs, key, whole(frame), MatroskaTrack::discard);
      }
      ptsUs += frameUs();
    }
  }

  private static void discard(SourceUnit unit) {
    unit.payload().release();
  }

  /**
   * Gives the units of one block, with times in microseconds.
   *
   * @param blockNs time stamp of the block
   * @param durationNs of the block; 0 when it is not said
   * @param frames borrowed; copied
   */
  void block(
      long blockNs, long durationNs, boolean key, List<ByteBuf> frames, Consumer<SourceUnit> out) {
    long ptsUs = ptsUs(blockNs);
    for (ByteBuf frame : frames) {
      learnFrame(ptsUs, durationNs / frames.size());
      ByteBuf whole = whole(frame);
      if (!video()) {
        give(ptsUs, ptsUs, key, whole, out);
      } else if (times != null) {
        give(times.next(ptsUs), ptsUs, key, whole, out);
      } else {
        held.add(new Held(ptsUs, key, whole));
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
      give(begun.next(each.ptsUs()), each.ptsUs(), each.key(), each.frame(), out);
    }
    held.clear();
  }

  /** Gives the units of a frame, whose reference it takes over. */
  private void give(long dtsUs, long ptsUs, boolean key, ByteBuf frame, Consumer<SourceUnit> to) {
    this.dtsUs = dtsUs;
    offsetUs = (int) Math.clamp(ptsUs - dtsUs, Integer.MIN_VALUE, Integer.MAX_VALUE);
    out = to;
    try {
      normaliser.unit(frame, key, this);
    } finally {
      frame.release();
    }
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    out.accept(new SourceUnit(track, dtsUs, offsetUs, randomAccess, payload));
  }

  /** A copy with what was taken off its beginning; owned by the caller. */
  private ByteBuf whole(ByteBuf frame) {
    Bytes stripped = entry.strippedHeader();
    ByteBuf whole = allocator.buffer(stripped.size() + frame.readableBytes());
    if (stripped.size() > 0) {
      stripped.writeTo(whole);
    }
    return whole.writeBytes(frame, frame.readerIndex(), frame.readableBytes());
  }

  private void learnFrame(long ptsUs, long durationNs) {
    if (durationNs > 0) {
      frameUs = durationNs / NS_PER_US;
    } else if (entry.defaultDurationNs() == 0 && ptsUs > lastPtsUs && lastPtsUs > Long.MIN_VALUE) {
      frameUs = ptsUs - lastPtsUs;
    }
    lastPtsUs = ptsUs;
  }

  /** Length of a frame: as the codec has it, as said, as the last one was, or a guess. */
  long frameUs() {
    Track track = track();
    if (!video() && track != null && !track.equals(measured)) {
      measured = track; // once, since configurations are read for it
      measuredFrameUs = frameUs(track);
    }
    if (measuredFrameUs > 0) {
      return measuredFrameUs;
    }
    return frameUs > 0 ? frameUs : DEFAULT_FRAME_US;
  }

  /** As the codec has it; 0 where each frame has its own. */
  private static long frameUs(Track track) {
    AudioFormat format = AudioFormat.of(track);
    return format == null
        ? 0
        : Timescale.NANOS.ticksPerSecond()
            / NS_PER_US
            * format.frameSamples()
            / track.timescale().ticksPerSecond();
  }
}
