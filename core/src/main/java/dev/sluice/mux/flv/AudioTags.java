package dev.sluice.mux.flv;

import static dev.sluice.wire.flv.AudioTagHeader.CODED_FRAMES;
import static dev.sluice.wire.flv.AudioTagHeader.MULTICHANNEL_CONFIG;
import static dev.sluice.wire.flv.AudioTagHeader.SEQUENCE_END;
import static dev.sluice.wire.flv.AudioTagHeader.SEQUENCE_START;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.ExHeader;
import dev.sluice.wire.flv.FourCc;
import io.netty.buffer.ByteBuf;

/** Audio tags: AAC, and all the rest as it is. */
final class AudioTags {
  private static final String AAC = Codec.AAC.label();

  private final FlvDemuxer demuxer;
  private final OpaqueTags opaque;

  AudioTags(FlvDemuxer demuxer) {
    this.demuxer = demuxer;
    this.opaque = new OpaqueTags(demuxer, FlvDemuxer.AUDIO_ID, Track.Kind.AUDIO, Timescale.MILLIS);
  }

  void tag(long timestampMs, ByteBuf body) {
    ByteBuf in = body.slice();
    AudioTagHeader header;
    try {
      header = AudioTagHeader.read(in);
    } catch (MalformedException _) {
      demuxer.drop(FlvDrop.MALFORMED);
      return;
    }
    if (header == null) {
      demuxer.drop(FlvDrop.TRUNCATED);
      return;
    }
    switch (header) {
      case AudioTagHeader.Legacy _ when !in.isReadable() -> demuxer.drop(FlvDrop.EMPTY);
      case AudioTagHeader.Legacy legacy ->
          opaque.frame(label(legacy.format()), timestampMs, true, body);
      case AudioTagHeader.Aac aac -> packet(AAC, true, aac.packetType(), timestampMs, in, body);
      case AudioTagHeader.Enhanced(ExHeader ex) -> enhanced(ex, timestampMs, in, body);
    }
  }

  private void enhanced(ExHeader ex, long timestampMs, ByteBuf in, ByteBuf body) {
    FourCc fourCc = ex.fourCc();
    if (fourCc == null || ex.tracks() != ExHeader.Tracks.SINGLE) {
      opaque.multitrack("multitrack", timestampMs, true, body);
    } else {
      packet(
          fourCc.equals(FourCc.MP4A) ? AAC : fourCc.toString(),
          hasSequenceHeader(fourCc),
          ex.packetType(),
          timestampMs,
          in,
          body);
    }
  }

  /**
   * @param in what follows the header
   * @param body header and all
   */
  private void packet(
      String label,
      boolean hasSequenceHeader,
      int packetType,
      long timestampMs,
      ByteBuf in,
      ByteBuf body) {
    if (packetType == SEQUENCE_END) {
      demuxer.drop(FlvDrop.SEQUENCE_END);
      return;
    }
    if (!in.isReadable()) {
      demuxer.drop(FlvDrop.EMPTY);
      return;
    }
    switch (packetType) {
      case SEQUENCE_START -> sequenceHeader(label, in, body);
      case CODED_FRAMES -> {
        Track track = demuxer.track(FlvDemuxer.AUDIO_ID);
        if (label.equals(AAC) && track != null && track.codec() == Codec.AAC) {
          demuxer.emit(track, timestampMs, 0, true, in.retainedSlice());
        } else if (hasSequenceHeader) {
          opaque.frameOfCurrent(label, timestampMs, 0, true, body);
        } else {
          opaque.frame(label, timestampMs, true, body);
        }
      }
      case MULTICHANNEL_CONFIG -> {
        if (opaque.isCurrent(label)) {
          opaque.frameOfCurrent(label, timestampMs, 0, true, body);
        } else {
          demuxer.drop(FlvDrop.UNKNOWN_TYPE);
        }
      }
      default -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
    }
  }

  /** AAC of a kind whose configuration we do not read (xHE-AAC) is carried as it is. */
  private void sequenceHeader(String label, ByteBuf in, ByteBuf body) {
    if (!label.equals(AAC)) {
      opaque.sequenceHeader(label, body);
      return;
    }
    Bytes configuration = OpaqueTags.configuration(label, in);
    AudioSpecificConfig config;
    try {
      config = AudioSpecificConfig.read(configuration);
    } catch (UnsupportedException _) {
      opaque.sequenceHeader(label, body);
      return;
    }
    demuxer.announce(
        new Track(
            FlvDemuxer.AUDIO_ID,
            Track.Kind.AUDIO,
            Codec.AAC,
            label,
            new Timescale(config.sampleRate()),
            configuration));
  }

  /** Codecs that cannot be decoded before their sequence header; unknown ones are let through. */
  private static boolean hasSequenceHeader(FourCc fourCc) {
    return fourCc.equals(FourCc.MP4A) || fourCc.equals(FourCc.OPUS) || fourCc.equals(FourCc.FLAC);
  }

  private static String label(int format) {
    return switch (format) {
      case 0 -> "pcm";
      case 1 -> "adpcm";
      case 2 -> "mp3";
      case 3 -> "pcm-le";
      case 4 -> "nellymoser-16k";
      case 5 -> "nellymoser-8k";
      case 6 -> "nellymoser";
      case 7 -> "g711a";
      case 8 -> "g711u";
      case 11 -> "speex";
      case 14 -> "mp3-8k";
      default -> "audio-" + format;
    };
  }
}
