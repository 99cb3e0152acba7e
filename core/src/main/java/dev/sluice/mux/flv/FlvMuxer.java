package dev.sluice.mux.flv;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;

/**
 * Makes FLV tags, and the tag bodies that RTMP messages share, in the legacy form. Without state:
 * the same arguments give the same bytes.
 *
 * <p>A tag body is a head of 0 to 5 bytes and the payload, so that RTMP can cut both into chunks
 * without a copy in between. Times are milliseconds; FLV and RTMP carry their low 32 bits.
 */
public final class FlvMuxer {
  /** Bytes of the file header with the tag size that follows it. */
  public static final int FILE_HEADER_SIZE = FlvHeader.SIZE + FlvTagHeader.TRAILER_SIZE;

  private static final int AVC_KEY = VideoTagHeader.KEY << 4 | VideoTagHeader.AVC;
  private static final int AVC_INTER = VideoTagHeader.INTER << 4 | VideoTagHeader.AVC;

  /** AAC with rate, size and channels 3, 1, 1, as the format wants whatever the truth is. */
  private static final int AAC = AudioTagHeader.AAC << 4 | 0x0F;

  private FlvMuxer() {}

  /** FLV tag type, and RTMP message type, of a track's units: 8, 9 or 18. */
  public static int tagType(Track track) {
    return switch (track.kind()) {
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

  /** Bytes of a tag body: its head and the payload. */
  public static int bodySize(AccessUnit unit) {
    return headSize(unit.track().codec()) + unit.sizeBytes();
  }

  /**
   * Appends a tag body's head, 0 to 5 bytes; the payload follows it. The composition time is the
   * difference of PTS and DTS after both are rounded to milliseconds, so that a player that adds it
   * to the time stamp arrives at the PTS; past 24 bits it is the nearest that fits.
   */
  public static void writeBodyHead(AccessUnit unit, ByteBuf out) {
    switch (unit.track().codec()) {
      case H264 -> {
        out.writeByte(unit.randomAccess() ? AVC_KEY : AVC_INTER);
        out.writeByte(VideoTagHeader.CODED_FRAMES);
        out.writeMedium(compositionMs(unit));
      }
      case AAC -> out.writeByte(AAC).writeByte(AudioTagHeader.CODED_FRAMES);
      case AMF_DATA, OPAQUE -> {} // the payload is the whole body
      default -> throw notCarried(unit.track().codec());
    }
  }

  /**
   * The body of the tag that carries a track's configuration, empty where the track has none.
   *
   * @return for an opaque codec the body as it once came
   */
  public static Bytes sequenceHeaderBody(Track track) {
    byte[] configuration = track.configuration().toArray();
    return switch (track.codec()) {
      case H264 -> prefixed(configuration, AVC_KEY, VideoTagHeader.SEQUENCE_START, 0, 0, 0);
      case AAC -> prefixed(configuration, AAC, AudioTagHeader.SEQUENCE_START);
      case OPAQUE, AMF_DATA -> track.configuration();
      default -> throw notCarried(track.codec());
    };
  }

  /** Bytes of a whole tag and the tag size behind it. */
  public static int tagSize(AccessUnit unit) {
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
  public static void writeTag(AccessUnit unit, long timestampMs, ByteBuf out) {
    int bodySize = bodySize(unit);
    FlvTagHeader.write(tagType(unit.track()), bodySize, timestampMs, out);
    writeBodyHead(unit, out);
    ByteBuf payload = unit.payload();
    out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    out.writeInt(FlvTagHeader.SIZE + bodySize);
  }

  /** Appends a whole tag with a ready body: a sequence header or metadata. */
  public static void writeTag(int type, Bytes body, long timestampMs, ByteBuf out) {
    FlvTagHeader.write(type, body.size(), timestampMs, out);
    body.writeTo(out);
    out.writeInt(FlvTagHeader.SIZE + body.size());
  }

  /** Appends the tag of a track's configuration, or nothing where the track has none. */
  public static void writeSequenceHeaderTag(Track track, long timestampMs, ByteBuf out) {
    Bytes body = sequenceHeaderBody(track);
    if (body.size() > 0) {
      writeTag(tagType(track), body, timestampMs, out);
    }
  }

  /** Appends {@link #FILE_HEADER_SIZE} bytes: what an FLV file begins with. */
  public static void writeFileHeader(boolean audio, boolean video, ByteBuf out) {
    new FlvHeader(audio, video).write(out);
    out.writeInt(0); // PreviousTagSize0
  }

  private static int headSize(Codec codec) {
    return switch (codec) {
      case H264 -> VideoTagHeader.Packet.SIZE;
      case AAC -> AudioTagHeader.Aac.SIZE;
      case AMF_DATA, OPAQUE -> 0;
      default -> throw notCarried(codec);
    };
  }

  private static IllegalArgumentException notCarried(Codec codec) {
    return new IllegalArgumentException("FLV does not carry " + codec.label());
  }

  private static int compositionMs(AccessUnit unit) {
    long ptsMs = unit.track().timescale().convertRounded(unit.pts(), Timescale.MILLIS);
    return (int)
        Math.clamp(
            ptsMs - dtsMs(unit), VideoTagHeader.MIN_COMPOSITION, VideoTagHeader.MAX_COMPOSITION);
  }

  private static Bytes prefixed(byte[] configuration, int... head) {
    byte[] body = new byte[head.length + configuration.length];
    for (int i = 0; i < head.length; i++) {
      body[i] = (byte) head[i];
    }
    System.arraycopy(configuration, 0, body, head.length, configuration.length);
    return Bytes.of(body);
  }
}
