package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.MetadataDescriptor;
import dev.sluice.wire.mpegts.OpusDescriptor;
import dev.sluice.wire.mpegts.ProgramMap;
import dev.sluice.wire.mpegts.RegistrationDescriptor;
import dev.sluice.wire.mpegts.StreamType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an elementary stream is, by its type and descriptors.
 *
 * @param codec null when it is not known; of MPEG audio always {@link Codec#MP2}, whatever layer
 *     the frames turn out to be of
 * @param shape how its packets are to be read
 * @param configuration of the track, where the descriptors say it
 * @param language empty when nothing is said
 * @param description for people
 */
record StreamKind(
    @Nullable Codec codec, Shape shape, Bytes configuration, String language, String description) {

  /** How packets are to be read. */
  enum Shape {
    UNKNOWN,
    VIDEO,
    AV1,
    ADTS,
    LATM,
    MPEG_AUDIO,
    AC3,
    OPUS,
    DATA,
    ID3,
    SPLICE
  }

  private static final int DTS = 0x7B;
  private static final int AC4_EXTENSION = 0x15;

  /** Finds out what {@code stream} of a program with {@code ofProgram} is. */
  static StreamKind of(ProgramMap.Stream stream, List<Descriptor> ofProgram) {
    boolean bluRay = RegistrationDescriptor.names(ofProgram, RegistrationDescriptor.BLU_RAY);
    return switch (stream.type()) {
      case StreamType.MPEG1_VIDEO, StreamType.MPEG2_VIDEO ->
          known(stream, Codec.MPEG2_VIDEO, Shape.VIDEO);
      case StreamType.H264 -> known(stream, Codec.H264, Shape.VIDEO);
      case StreamType.H265 -> known(stream, Codec.H265, Shape.VIDEO);
      case StreamType.MPEG1_AUDIO, StreamType.MPEG2_AUDIO ->
          known(stream, Codec.MP2, Shape.MPEG_AUDIO);
      case StreamType.ADTS -> known(stream, Codec.AAC, Shape.ADTS);
      case StreamType.LATM -> known(stream, Codec.AAC, Shape.LATM);
      case StreamType.AC3 -> known(stream, Codec.AC3, Shape.AC3);
      case StreamType.EAC3 -> known(stream, Codec.EAC3, Shape.AC3);
      case StreamType.BLU_RAY_EAC3 ->
          bluRay ? known(stream, Codec.EAC3, Shape.AC3) : unknown(stream, "");
      case StreamType.SPLICE ->
          bluRay ? unknown(stream, "DTS-HD") : known(stream, Codec.SCTE35, Shape.SPLICE);
      case StreamType.METADATA_PES -> metadata(stream);
      case StreamType.PRIVATE_PES -> privatePes(stream);
      default -> unknown(stream, bluRay ? "of a Blu-ray disc" : registered(stream));
    };
  }

  private static StreamKind metadata(ProgramMap.Stream stream) {
    MetadataDescriptor metadata =
        MetadataDescriptor.of(Descriptor.find(stream.descriptors(), Descriptor.METADATA));
    String format =
        metadata == null ? RegistrationDescriptor.format(stream.descriptors()) : metadata.format();
    return switch (format) {
      case RegistrationDescriptor.ID3 -> known(stream, Codec.ID3, Shape.ID3);
      case RegistrationDescriptor.KLV ->
          known(stream, Codec.KLV, Shape.DATA, metadataDescriptors(stream));
      default -> unknown(stream, format.isEmpty() ? "" : "format " + printable(format));
    };
  }

  private static StreamKind privatePes(ProgramMap.Stream stream) {
    switch (RegistrationDescriptor.format(stream.descriptors())) {
      case RegistrationDescriptor.AV1 -> {
        return known(stream, Codec.AV1, Shape.AV1);
      }
      case RegistrationDescriptor.OPUS -> {
        return known(stream, Codec.OPUS, Shape.OPUS, OpusDescriptor.body(stream.descriptors()));
      }
      case RegistrationDescriptor.HEVC -> {
        return known(stream, Codec.H265, Shape.VIDEO);
      }
      case RegistrationDescriptor.AC3 -> {
        return known(stream, Codec.AC3, Shape.AC3);
      }
      case RegistrationDescriptor.EAC3 -> {
        return known(stream, Codec.EAC3, Shape.AC3);
      }
      case RegistrationDescriptor.KLV -> {
        return known(stream, Codec.KLV, Shape.DATA);
      }
      case RegistrationDescriptor.ID3 -> {
        return known(stream, Codec.ID3, Shape.ID3);
      }
      default -> {} // the descriptors of DVB say it
    }
    for (Descriptor descriptor : stream.descriptors()) {
      switch (descriptor.tag()) {
        case Descriptor.AC3 -> {
          return known(stream, Codec.AC3, Shape.AC3);
        }
        case Descriptor.EAC3 -> {
          return known(stream, Codec.EAC3, Shape.AC3);
        }
        case Descriptor.TELETEXT, Descriptor.VBI_TELETEXT -> {
          return known(stream, Codec.TELETEXT, Shape.DATA, bytes(List.of(descriptor)));
        }
        case Descriptor.SUBTITLING -> {
          return known(stream, Codec.DVB_SUBTITLE, Shape.DATA, bytes(List.of(descriptor)));
        }
        case DTS -> {
          return unknown(stream, "DTS");
        }
        case Descriptor.EXTENSION -> {
          if (descriptor.body().size() > 0 && descriptor.body().at(0) == AC4_EXTENSION) {
            return unknown(stream, "AC-4");
          }
        }
        default -> {}
      }
    }
    return unknown(stream, registered(stream));
  }

  private static StreamKind known(ProgramMap.Stream stream, Codec codec, Shape shape) {
    return known(stream, codec, shape, Bytes.EMPTY);
  }

  private static StreamKind known(
      ProgramMap.Stream stream, Codec codec, Shape shape, Bytes configuration) {
    String name = shape == Shape.MPEG_AUDIO ? "mpeg audio" : codec.label();
    return new StreamKind(
        codec, shape, configuration, Descriptor.language(stream.descriptors()), name);
  }

  private static StreamKind unknown(ProgramMap.Stream stream, String detail) {
    String description =
        "%s (type 0x%02X%s) is not read"
            .formatted(
                StreamType.name(stream.type()),
                stream.type(),
                detail.isEmpty() ? "" : ", " + detail);
    return new StreamKind(null, Shape.UNKNOWN, Bytes.EMPTY, "", description);
  }

  private static String registered(ProgramMap.Stream stream) {
    String format = RegistrationDescriptor.format(stream.descriptors());
    return format.isEmpty() ? "" : "registered as " + printable(format);
  }

  private static String printable(String format) {
    return format.replaceAll("[^ -~]", "?");
  }

  /** What says how KLV is synchronised; it goes out again as it came. */
  private static Bytes metadataDescriptors(ProgramMap.Stream stream) {
    return bytes(
        stream.descriptors().stream()
            .filter(descriptor ->
                descriptor.tag() == Descriptor.METADATA
                    || descriptor.tag() == Descriptor.METADATA_STD)
            .toList());
  }

  private static Bytes bytes(List<Descriptor> descriptors) {
    ByteBuf out = Unpooled.buffer();
    descriptors.forEach(descriptor -> descriptor.write(out));
    return Bytes.copyOf(out);
  }
}
