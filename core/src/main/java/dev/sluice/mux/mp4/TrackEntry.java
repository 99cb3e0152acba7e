package dev.sluice.mux.mp4;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.flac.StreamInfo;
import dev.sluice.wire.isobmff.AudioSampleEntry;
import dev.sluice.wire.isobmff.Box;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.ColourBox;
import dev.sluice.wire.isobmff.EsDescriptorBox;
import dev.sluice.wire.isobmff.PixelAspectBox;
import dev.sluice.wire.isobmff.RawBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.VisualSampleEntry;
import dev.sluice.wire.isobmff.VpConfigurationBox;
import dev.sluice.wire.opus.OpusHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** The sample entry of a track; the opposite of {@link CodecEntry}. */
final class TrackEntry {
  /** Where MPEG audio of full sample rates begins, Hz. */
  private static final int MPEG1_MIN_RATE = 32_000;

  /** Width and height behind the record in the configuration of VP8 and VP9. */
  private static final int VP_SIZE_BYTES = 4;

  private TrackEntry() {}

  /** Whether there is a sample entry for a codec. */
  static boolean exists(Codec codec) {
    return switch (codec) {
      case H264, H265, AV1, VP9, VP8, MPEG2_VIDEO, AAC, MP3, MP2, OPUS, AC3, EAC3, FLAC -> true;
      case G711A, G711U, AMF_DATA, ID3, SCTE35, KLV, TELETEXT, DVB_SUBTITLE, OPAQUE -> false;
    };
  }

  /**
   * The entry of a video track.
   *
   * @throws UnsupportedException when there is none for its codec
   */
  static VisualSampleEntry video(Track track, VideoFormat format) {
    List<RawBox> boxes = new ArrayList<>();
    boxes.add(videoConfiguration(track));
    if (!format.colour().equals(VideoFormat.Colour.UNSPECIFIED)) {
      VideoFormat.Colour colour = format.colour();
      boxes.add(
          raw(
              new ColourBox(
                  colour.primaries(), colour.transfer(), colour.matrix(), colour.fullRange())));
    }
    VideoFormat.Ratio aspect = format.pixelAspect();
    if (aspect.numerator() != aspect.denominator()) {
      boxes.add(raw(new PixelAspectBox(aspect.numerator(), aspect.denominator())));
    }
    int type =
        switch (track.codec()) {
          case H264 -> BoxType.AVC1;
          case H265 -> BoxType.HVC1;
          case AV1 -> BoxType.AV01;
          case VP9 -> BoxType.VP09;
          case VP8 -> BoxType.VP08;
          case MPEG2_VIDEO -> BoxType.MP4V;
          default -> throw unsupported(track);
        };
    return new VisualSampleEntry(type, 1, format.width(), format.height(), boxes);
  }

  private static RawBox videoConfiguration(Track track) {
    Bytes configuration = track.configuration();
    return switch (track.codec()) {
      case H264 -> new RawBox(BoxType.AVCC, configuration);
      case H265 -> new RawBox(BoxType.HVCC, configuration);
      case AV1 -> new RawBox(BoxType.AV1C, configuration);
      case VP9, VP8 ->
          raw(new VpConfigurationBox(part(configuration, 0, configuration.size() - VP_SIZE_BYTES)));
      case MPEG2_VIDEO ->
          raw(
              new EsDescriptorBox(
                  EsDescriptorBox.MPEG2_MAIN, EsDescriptorBox.VISUAL, 0, 0, 0, configuration));
      default -> throw unsupported(track);
    };
  }

  /**
   * The entry of an audio track.
   *
   * @throws UnsupportedException when there is none for its codec
   */
  static SampleEntry audio(Track track, AudioFormat format) {
    int type =
        switch (track.codec()) {
          case AAC, MP3, MP2 -> BoxType.MP4A;
          case OPUS -> BoxType.OPUS;
          case AC3 -> BoxType.AC_3;
          case EAC3 -> BoxType.EC_3;
          case FLAC -> BoxType.FLAC;
          default -> throw unsupported(track);
        };
    int rate = track.timescale().ticksPerSecond();
    return new AudioSampleEntry(
        type, 1, format.channels(), 16, rate <= 0xFFFF ? rate : 0, List.of(audioBox(track)));
  }

  private static RawBox audioBox(Track track) {
    Bytes configuration = track.configuration();
    return switch (track.codec()) {
      case AAC -> raw(audioStream(EsDescriptorBox.AAC, configuration));
      case MP3, MP2 ->
          raw(
              audioStream(
                  track.timescale().ticksPerSecond() >= MPEG1_MIN_RATE
                      ? EsDescriptorBox.MPEG1_AUDIO
                      : EsDescriptorBox.MPEG2_AUDIO,
                  Bytes.EMPTY));
      case OPUS -> {
        ByteBuf out = Unpooled.buffer();
        OpusHead.read(configuration).writeDops(out);
        yield new RawBox(BoxType.DOPS, Bytes.copyOf(out));
      }
      case AC3 -> new RawBox(BoxType.DAC3, configuration);
      case EAC3 -> new RawBox(BoxType.DEC3, configuration);
      case FLAC ->
          new RawBox(BoxType.DFLA, StreamInfo.readConfiguration(configuration).writeDfla());
      default -> throw unsupported(track);
    };
  }

  private static EsDescriptorBox audioStream(int objectType, Bytes configuration) {
    return new EsDescriptorBox(objectType, EsDescriptorBox.AUDIO, 0, 0, 0, configuration);
  }

  private static RawBox raw(Box box) {
    ByteBuf out = Unpooled.buffer();
    box.writeBody(out);
    return new RawBox(box.type(), Bytes.copyOf(out));
  }

  private static Bytes part(Bytes bytes, int from, int to) {
    return Bytes.copyOf(bytes.buffer().slice(from, Math.max(0, to - from)));
  }

  private static UnsupportedException unsupported(Track track) {
    return new UnsupportedException("CMAF does not carry " + track.codec().label());
  }
}
