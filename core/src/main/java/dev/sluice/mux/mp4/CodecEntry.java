package dev.sluice.mux.mp4;

import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.AudioSampleEntry;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EsDescriptorBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.VisualSampleEntry;
import dev.sluice.wire.isobmff.VpConfigurationBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What a sample entry means: the codec, and what its normaliser is to be configured with.
 *
 * @param codec for MPEG audio {@link Codec#MP3}; the frames say which layer it is
 * @param configuration empty where the samples say all themselves
 * @param channels of sound as the container counts them, 1 to 255; 0 for pictures
 */
record CodecEntry(Codec codec, Bytes configuration, int channels) {
  private static final int MAX_CHANNELS = 255;

  private CodecEntry(Codec codec, Bytes configuration, SampleEntry entry) {
    this(codec, configuration, channels(entry));
  }

  /**
   * Reads a sample entry.
   *
   * @throws UnsupportedException naming what stands in the way
   * @throws dev.sluice.wire.MalformedException when its {@code esds} cannot be read
   */
  static CodecEntry of(SampleEntry entry) {
    CodecEntry found = byType(entry);
    if (isSound(found.codec) != entry instanceof AudioSampleEntry) {
      throw new UnsupportedException(
          found.codec.label() + " in a track of another kind is not understood");
    }
    return found;
  }

  private static boolean isSound(Codec codec) {
    return switch (codec) {
      case AAC, MP3, MP2, OPUS, AC3, EAC3, FLAC, G711A, G711U -> true;
      default -> false;
    };
  }

  private static CodecEntry byType(SampleEntry entry) {
    return switch (entry.type()) {
      case BoxType.AVC1, BoxType.AVC3 -> required(Codec.H264, entry, BoxType.AVCC);
      case BoxType.HVC1, BoxType.HEV1 -> required(Codec.H265, entry, BoxType.HVCC);
      case BoxType.AV01 -> required(Codec.AV1, entry, BoxType.AV1C);
      case BoxType.VP08 -> vp(Codec.VP8, entry);
      case BoxType.VP09 -> vp(Codec.VP9, entry);
      case BoxType.MP2V -> new CodecEntry(Codec.MPEG2_VIDEO, Bytes.EMPTY, entry);
      case BoxType.DOT_MP3 -> new CodecEntry(Codec.MP3, Bytes.EMPTY, entry);
      case BoxType.OPUS -> required(Codec.OPUS, entry, BoxType.DOPS);
      case BoxType.AC_3 -> required(Codec.AC3, entry, BoxType.DAC3);
      case BoxType.EC_3 -> required(Codec.EAC3, entry, BoxType.DEC3);
      case BoxType.FLAC -> required(Codec.FLAC, entry, BoxType.DFLA);
      case BoxType.ALAW -> new CodecEntry(Codec.G711A, Bytes.EMPTY, entry);
      case BoxType.ULAW -> new CodecEntry(Codec.G711U, Bytes.EMPTY, entry);
      case BoxType.MP4A, BoxType.MP4V -> elementaryStream(entry);
      default ->
          throw new UnsupportedException(
              "samples of type '" + BoxType.text(entry.type()) + "' are not understood");
    };
  }

  /** Whether each sample is one moment of sound. */
  boolean isMoments() {
    return codec == Codec.G711A || codec == Codec.G711U;
  }

  private static CodecEntry elementaryStream(SampleEntry entry) {
    Bytes esds = requiredBox(entry, BoxType.ESDS);
    EsDescriptorBox descriptor = EsDescriptorBox.read(esds.buffer());
    Codec codec = codec(descriptor.objectType(), entry.type());
    return switch (codec) {
      case AAC, MPEG2_VIDEO -> new CodecEntry(codec, descriptor.decoderSpecific(), entry);
      default -> new CodecEntry(codec, Bytes.EMPTY, entry);
    };
  }

  private static Codec codec(int objectType, int type) {
    return switch (objectType) {
      case EsDescriptorBox.AAC,
          EsDescriptorBox.MPEG2_AAC_MAIN,
          EsDescriptorBox.MPEG2_AAC_MAIN + 1,
          EsDescriptorBox.MPEG2_AAC_SSR ->
          Codec.AAC;
      case EsDescriptorBox.MPEG1_AUDIO, EsDescriptorBox.MPEG2_AUDIO -> Codec.MP3;
      case EsDescriptorBox.MPEG2_SIMPLE,
          EsDescriptorBox.MPEG2_MAIN,
          EsDescriptorBox.MPEG2_MAIN + 1,
          EsDescriptorBox.MPEG2_MAIN + 2,
          EsDescriptorBox.MPEG2_MAIN + 3,
          EsDescriptorBox.MPEG2_422,
          EsDescriptorBox.MPEG1_VIDEO ->
          Codec.MPEG2_VIDEO;
      default ->
          throw new UnsupportedException(
              "samples of type '%s' with object type %02X are not understood"
                  .formatted(BoxType.text(type), objectType));
    };
  }

  private static int channels(SampleEntry entry) {
    return entry instanceof AudioSampleEntry audio
        ? Math.clamp(audio.channels(), 1, MAX_CHANNELS)
        : 0;
  }

  private static CodecEntry required(Codec codec, SampleEntry entry, int box) {
    return new CodecEntry(codec, requiredBox(entry, box), entry);
  }

  /** In the inner form already: the record, then width and height, which the entry knows. */
  private static CodecEntry vp(Codec codec, SampleEntry entry) {
    Bytes body = entry.box(BoxType.VPCC);
    if (body == null || !(entry instanceof VisualSampleEntry visual)) {
      return new CodecEntry(codec, Bytes.EMPTY, entry); // key frames say nearly all of it
    }
    ByteBuf out = Unpooled.buffer();
    VpConfigurationBox.read(body.buffer()).record().writeTo(out);
    out.writeShort(visual.width()).writeShort(visual.height());
    return new CodecEntry(codec, Bytes.copyOf(out), entry);
  }

  private static Bytes requiredBox(SampleEntry entry, int box) {
    Bytes body = entry.box(box);
    if (body == null) {
      throw new UnsupportedException(
          "samples of type '%s' without '%s'"
              .formatted(BoxType.text(entry.type()), BoxType.text(box)));
    }
    return body;
  }
}
