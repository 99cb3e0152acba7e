package dev.sluice.media;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.ac3.Ac3SpecificBox;
import dev.sluice.wire.ac3.Ec3SpecificBox;
import dev.sluice.wire.ac3.SyncFrameHeader;
import dev.sluice.wire.flac.FlacFrameHeader;
import dev.sluice.wire.flac.StreamInfo;
import dev.sluice.wire.mpegaudio.MpegAudioHeader;
import dev.sluice.wire.opus.OpusHead;
import dev.sluice.wire.opus.OpusPacket;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an audio track's configuration says of its sound; what muxers, playlists and people want to
 * know.
 *
 * <p>MPEG audio is {@code mp4a.40.34} (layer III), {@code mp4a.40.33} and {@code mp4a.40.32}: the
 * audio object types of MPEG-4, as the authors of HLS playlists write them. {@code mp4a.6B} and
 * {@code mp4a.69} say the same by the object type indications of MPEG-1 and MPEG-2 and would need
 * to be chosen by the sample rate.
 *
 * @param codecs the value for {@code CODECS} (RFC 6381): {@code mp4a.40.2}
 * @param sampleRate of what a decoder puts out, in Hz: with SBR twice the track's timescale
 * @param channels of what a decoder puts out
 * @param frameSamples ticks of the track's timescale in one payload; 0 where each payload says so
 *     itself
 */
public record AudioFormat(String codecs, int sampleRate, int channels, int frameSamples) {

  /** Samples of a frame of AC-3. */
  private static final int AC3_SAMPLES = SyncFrameHeader.MAX_BLOCKS * SyncFrameHeader.BLOCK_SAMPLES;

  /**
   * Reads the format of an audio track.
   *
   * @return null when its codec is not understood, its configuration says nothing yet, or cannot be
   *     read
   */
  public static @Nullable AudioFormat of(Track track) {
    try {
      return switch (track.codec()) {
        case AAC -> aac(track);
        case MP3, MP2 -> mpegAudio(track);
        case OPUS -> {
          int channels = OpusHead.read(track.configuration()).channels();
          yield new AudioFormat("opus", OpusPacket.SAMPLE_RATE, channels, 0);
        }
        case AC3 -> {
          var box = Ac3SpecificBox.read(track.configuration());
          yield new AudioFormat("ac-3", box.sampleRate(), box.channels(), AC3_SAMPLES);
        }
        case EAC3 -> { // its box does not tell half sample rates apart
          int rate = track.timescale().ticksPerSecond();
          int channels = Ec3SpecificBox.read(track.configuration()).channels();
          yield new AudioFormat("ec-3", rate, channels, 0);
        }
        case FLAC -> {
          var info = StreamInfo.readConfiguration(track.configuration());
          yield new AudioFormat("fLaC", info.sampleRate(), info.channels(), 0);
        }
        case G711A -> g711("alaw", track);
        case G711U -> g711("ulaw", track);
        default -> null;
      };
    } catch (MalformedException | UnsupportedException unreadable) {
      return null;
    }
  }

  /**
   * How long one payload lasts.
   *
   * @param payload of the track; its indexes stay as they are
   * @return in ticks of the track's timescale; 0 when it cannot be told
   */
  public static int samples(Track track, ByteBuf payload) {
    return switch (track.codec()) {
      case OPUS -> OpusPacket.samples(payload);
      case EAC3 -> SyncFrameHeader.samples(payload);
      case FLAC -> flacSamples(payload);
      case G711A, G711U ->
          track.configuration().size() == 0 || track.configuration().at(0) == 0
              ? 0
              : payload.readableBytes() / track.configuration().at(0);
      default -> {
        AudioFormat format = of(track);
        yield format == null ? 0 : format.frameSamples;
      }
    };
  }

  private static int flacSamples(ByteBuf payload) {
    try {
      FlacFrameHeader header = FlacFrameHeader.read(payload);
      return header == null ? 0 : header.blockSize();
    } catch (MalformedException _) {
      return 0;
    }
  }

  private static AudioFormat aac(Track track) {
    var config = AudioSpecificConfig.read(track.configuration());
    int type = config.ps() ? 29 : config.sbr() ? 5 : config.objectType();
    return new AudioFormat(
        "mp4a.40." + type,
        config.sbr() ? config.extensionSampleRate() : config.sampleRate(),
        config.ps() ? 2 : config.channels(),
        config.frameSamples());
  }

  private static AudioFormat mpegAudio(Track track) {
    var header = MpegAudioHeader.read(track.configuration());
    return new AudioFormat(
        "mp4a.40." + (31 + header.layer()),
        header.sampleRate(),
        header.channels(),
        header.samples());
  }

  private static AudioFormat g711(String codecs, Track track) {
    if (track.configuration().size() != 1 || track.configuration().at(0) == 0) {
      throw new MalformedException("G.711 without a number of channels");
    }
    int rate = track.timescale().ticksPerSecond();
    return new AudioFormat(codecs, rate, track.configuration().at(0), 0);
  }
}
