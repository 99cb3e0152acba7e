package dev.sluice.mux.flv;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.ExHeader;
import dev.sluice.wire.flv.ExTrack;
import dev.sluice.wire.flv.FourCc;
import dev.sluice.wire.flv.ModEx;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the payloads of one track in its tag bodies. It is the same bytes before every
 * frame but for key frames and, in some codecs, a composition time; so it is made once.
 *
 * @param key before a key frame, and before audio
 * @param inter before any other frame
 * @param compositionTime whether a composition time of 24 bits follows it
 * @param sequenceHeader the tag body that configures a decoder; empty where the codec has none
 * @param fourCc what {@code onMetaData} calls the codec when the form is the enhanced one
 * @param number among the tracks of its kind, 0 for the default one
 */
record BodyHead(
    Bytes key,
    Bytes inter,
    boolean compositionTime,
    Bytes sequenceHeader,
    @Nullable FourCc fourCc,
    int number) {
  private static final int COMPOSITION_BYTES = 3;

  /** The most that stands before a payload: two types, FourCC, number, composition time. */
  static final int MAX_BYTES = 2 + 4 + 1 + COMPOSITION_BYTES;

  /** AAC with rate, size and channels 3, 1, 1, as the format wants whatever the truth is. */
  private static final int AAC = AudioTagHeader.AAC << 4 | 0x0F;

  /** Bytes of width and height behind the record in the configurations of VP8 and VP9. */
  private static final int VP_SIZE_BYTES = 4;

  /** Mark and block header before the STREAMINFO of FLAC's configuration. */
  private static final int FLAC_HEAD_BYTES = 8;

  /** Version and flags of {@code vpcC}, which all known encoders put before its record. */
  private static final Bytes VPCC_HEAD = Bytes.of((byte) 1, (byte) 0, (byte) 0, (byte) 0);

  /** The legacy form; null where the track's codec has none. */
  static @Nullable BodyHead legacy(Track track) {
    int number = FlvCodecs.legacyNumber(track);
    Bytes configuration = track.configuration();
    return switch (track.codec()) {
      case H264 -> {
        int first = VideoTagHeader.KEY << 4 | number;
        yield new BodyHead(
            bytes(first, VideoTagHeader.CODED_FRAMES),
            bytes(VideoTagHeader.INTER << 4 | number, VideoTagHeader.CODED_FRAMES),
            true,
            joined(bytes(first, VideoTagHeader.SEQUENCE_START, 0, 0, 0), configuration),
            null,
            0);
      }
      case AAC -> {
        Bytes head = bytes(AAC, AudioTagHeader.CODED_FRAMES);
        Bytes header = joined(bytes(AAC, AudioTagHeader.SEQUENCE_START), configuration);
        yield new BodyHead(head, head, false, header, null, 0);
      }
      case MP3, G711A, G711U -> {
        if (track.codec() != Codec.MP3 && track.timescale().ticksPerSecond() != 8_000) {
          yield null; // the format has no other rate
        }
        Bytes head = bytes(number << 4 | soundBits(track));
        yield new BodyHead(head, head, false, Bytes.EMPTY, null, 0);
      }
      case OPAQUE ->
          FlvCodecs.fourCc(track) != null
              ? null
              : new BodyHead(Bytes.EMPTY, Bytes.EMPTY, false, configuration, null, 0);
      default -> null;
    };
  }

  /** SoundRate, SoundSize and SoundType; players look at the frames and not at them. */
  private static int soundBits(Track track) {
    long rate = track.timescale().ticksPerSecond();
    int soundRate = rate >= 32_000 ? 3 : rate >= 16_000 ? 2 : rate > 8_000 ? 1 : 0;
    AudioFormat format = AudioFormat.of(track);
    return soundRate << 2 | 1 << 1 | (format != null && format.channels() == 1 ? 0 : 1);
  }

  /**
   * The enhanced form; null where the track's codec has no FourCC.
   *
   * @param number 0 for the form of a single track, others for that of multitrack
   */
  static @Nullable BodyHead enhanced(Track track, int number) {
    FourCc fourCc = FlvCodecs.fourCc(track);
    if (fourCc == null) {
      return null;
    }
    if (track.codec() == Codec.OPAQUE) { // whole bodies, of the form of a single track
      return number == 0
          ? new BodyHead(Bytes.EMPTY, Bytes.EMPTY, false, track.configuration(), fourCc, 0)
          : null;
    }
    boolean video = track.kind() == Track.Kind.VIDEO;
    Bytes key =
        enhancedHead(video, VideoTagHeader.KEY, VideoTagHeader.CODED_FRAMES, fourCc, number);
    return new BodyHead(
        key,
        video
            ? enhancedHead(true, VideoTagHeader.INTER, VideoTagHeader.CODED_FRAMES, fourCc, number)
            : key,
        video && VideoTagHeader.hasCompositionTime(VideoTagHeader.CODED_FRAMES, fourCc),
        sequenceHeader(track, fourCc, number),
        fourCc,
        number);
  }

  private static Bytes sequenceHeader(Track track, FourCc fourCc, int number) {
    Bytes record =
        switch (track.codec()) {
          case VP8, VP9 -> {
            byte[] all = track.configuration().toArray();
            yield joined(VPCC_HEAD, Bytes.of(Arrays.copyOf(all, all.length - VP_SIZE_BYTES)));
          }
          // STREAMINFO by itself, as ffmpeg and OBS have it; the specification would have its block
          case FLAC -> Bytes.copyOf(track.configuration().buffer().skipBytes(FLAC_HEAD_BYTES));
          case MP3, AC3, EAC3 -> Bytes.EMPTY; // frames say what they are
          default -> track.configuration();
        };
    boolean video = track.kind() == Track.Kind.VIDEO;
    return record.size() == 0
        ? Bytes.EMPTY
        : joined(
            enhancedHead(video, VideoTagHeader.KEY, VideoTagHeader.SEQUENCE_START, fourCc, number),
            record);
  }

  /** A packet of another type for this track: metadata, channel configuration. */
  Bytes packet(Track.Kind kind, int packetType, ByteBuf body) {
    FourCc codec = fourCc;
    if (codec == null) {
      throw new IllegalStateException("a legacy track has no packets of type " + packetType);
    }
    boolean video = kind == Track.Kind.VIDEO;
    return joined(
        enhancedHead(video, VideoTagHeader.KEY, packetType, codec, number), Bytes.copyOf(body));
  }

  private static Bytes enhancedHead(
      boolean video, int frameType, int packetType, FourCc fourCc, int number) {
    int multitrack = video ? VideoTagHeader.MULTITRACK : AudioTagHeader.MULTITRACK;
    ExHeader ex =
        number == 0
            ? ExHeader.of(packetType, fourCc)
            : new ExHeader(
                ModEx.Chain.of(multitrack), ExHeader.Tracks.ONE_TRACK, packetType, fourCc);
    ByteBuf out = Unpooled.buffer(MAX_BYTES);
    if (video) {
      new VideoTagHeader.Enhanced(frameType, ex).write(out);
    } else {
      new AudioTagHeader.Enhanced(ex).write(out);
    }
    new ExTrack(fourCc, number, 0).write(ex, out);
    return Bytes.copyOf(out);
  }

  /** Bytes before a payload. */
  int size() {
    return key.size() + (compositionTime ? COMPOSITION_BYTES : 0);
  }

  private static Bytes bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Bytes.of(bytes);
  }

  private static Bytes joined(Bytes head, Bytes body) {
    byte[] both = Arrays.copyOf(head.toArray(), head.size() + body.size());
    System.arraycopy(body.toArray(), 0, both, head.size(), body.size());
    return Bytes.of(both);
  }
}
