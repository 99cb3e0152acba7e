package dev.sluice.mux.mpegts;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AdtsFraming;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.LanguageDescriptor;
import dev.sluice.wire.mpegts.MetadataDescriptor;
import dev.sluice.wire.mpegts.OpusDescriptor;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.RegistrationDescriptor;
import dev.sluice.wire.mpegts.StreamType;
import dev.sluice.wire.opus.OpusControlHeader;
import dev.sluice.wire.opus.OpusHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import org.jspecify.annotations.Nullable;

/** Finds the carriage of a track. */
final class TsCarriages {
  private static final int TELETEXT_HEADER = 45; // EN 300 472, section 4.2

  private TsCarriages() {}

  /** The carriage of {@code track}; null when a transport stream cannot carry it. */
  static @Nullable TsCarriage of(Track track) {
    try {
      return switch (track.codec()) {
        case H264 -> new NalCarriage(track, language(track));
        case H265 -> new NalCarriage(track, registration(track, RegistrationDescriptor.HEVC));
        case AV1 -> new Av1Carriage(track);
        case MPEG2_VIDEO ->
            new Plain(track, mpegVideoType(track), PesHeader.VIDEO, language(track));
        case AAC -> new Adts(track);
        case MP2, MP3 -> new Plain(track, mpegAudioType(track), PesHeader.AUDIO, language(track));
        case AC3 -> registered(track, StreamType.AC3, RegistrationDescriptor.AC3);
        case EAC3 -> registered(track, StreamType.EAC3, RegistrationDescriptor.EAC3);
        case OPUS -> opus(track);
        case KLV -> klv(track);
        case TELETEXT, DVB_SUBTITLE ->
            new Plain(track, StreamType.PRIVATE_PES, PesHeader.PRIVATE_1, configured(track));
        case ID3 -> new Plain(track, StreamType.METADATA_PES, PesHeader.PRIVATE_1, id3());
        case SCTE35 -> new SpliceCarriage(track);
        case VP8, VP9, FLAC, G711A, G711U, AMF_DATA, OPAQUE -> null;
      };
    } catch (MalformedException | UnsupportedException _) {
      return null;
    }
  }

  /** What ID3 tags are said to be, in the PMT and, as a pointer, of the program. */
  static MetadataDescriptor id3Metadata() {
    return new MetadataDescriptor(RegistrationDescriptor.ID3, RegistrationDescriptor.ID3, 0);
  }

  private static List<Descriptor> id3() {
    return List.of(id3Metadata().descriptor());
  }

  /** The ISO 639 descriptor where the track has a language. */
  static List<Descriptor> language(Track track) {
    String tag = track.language();
    int end = tag.indexOf('-');
    String code = end < 0 ? tag : tag.substring(0, end);
    if (code.length() == 2) {
      try {
        code = Locale.of(code).getISO3Language();
      } catch (MissingResourceException _) {
        return List.of();
      }
    }
    return code.length() == 3 && code.chars().allMatch(c -> c >= 'a' && c <= 'z')
        ? List.of(new LanguageDescriptor(code, 0).descriptor())
        : List.of();
  }

  private static TsCarriage registered(Track track, int streamType, String format) {
    return new Plain(track, streamType, PesHeader.PRIVATE_1, registration(track, format));
  }

  private static List<Descriptor> registration(Track track, String format) {
    List<Descriptor> descriptors = new ArrayList<>();
    descriptors.add(new RegistrationDescriptor(format).descriptor());
    descriptors.addAll(language(track));
    return descriptors;
  }

  /** Descriptors that stand in the track's configuration. */
  private static List<Descriptor> configured(Track track) {
    ByteBuf in = track.configuration().buffer();
    return Descriptor.readAll(in, in.readableBytes());
  }

  private static TsCarriage klv(Track track) {
    List<Descriptor> descriptors = new ArrayList<>(registration(track, RegistrationDescriptor.KLV));
    descriptors.addAll(configured(track));
    return track.configuration().size() == 0
        ? new Plain(track, StreamType.PRIVATE_PES, PesHeader.PRIVATE_1, descriptors)
        : new Plain(track, StreamType.METADATA_PES, PesHeader.METADATA, descriptors);
  }

  private static @Nullable TsCarriage opus(Track track) {
    int code = OpusHead.read(track.configuration()).tsChannelConfigCode();
    if (code < 0) {
      return null;
    }
    List<Descriptor> descriptors =
        new ArrayList<>(registration(track, RegistrationDescriptor.OPUS));
    descriptors.add(new OpusDescriptor(Bytes.of((byte) code)).descriptor());
    return new Opus(track, descriptors);
  }

  /** MPEG-1 has no sequence extension. */
  private static int mpegVideoType(Track track) {
    ByteBuf in = track.configuration().buffer();
    for (int at = 0; at + 4 <= in.readableBytes(); at++) {
      if (in.getInt(at) == 0x1B5) {
        return StreamType.MPEG2_VIDEO;
      }
    }
    return StreamType.MPEG1_VIDEO;
  }

  /** Rates below 32 kHz are of MPEG-2. */
  private static int mpegAudioType(Track track) {
    return track.timescale().ticksPerSecond() < 32_000
        ? StreamType.MPEG2_AUDIO
        : StreamType.MPEG1_AUDIO;
  }

  /** What a frame of {@code track} lasts, where all last the same; else 0. */
  private static int frameSamples(Track track) {
    AudioFormat format = AudioFormat.of(track);
    return format == null ? 0 : format.frameSamples();
  }

  /** The payload is carried as it is. */
  private static final class Plain extends TsCarriage {
    private final int frameSamples;

    Plain(Track track, int streamType, int streamId, List<Descriptor> descriptors) {
      super(track, streamType, streamId, descriptors);
      this.frameSamples = track.kind() == Track.Kind.AUDIO ? frameSamples(track) : 0;
    }

    /** Only ID3 tags say how long they are, so that they can go on in another PES packet. */
    @Override
    int size(AccessUnit unit) {
      int size = unit.sizeBytes();
      boolean mayBeCut = track().kind() == Track.Kind.VIDEO || track().codec() == Codec.ID3;
      return size > maxPayload() && !mayBeCut ? 0 : size;
    }

    @Override
    void write(AccessUnit unit, PesWriter out) {
      out.put(unit.payload());
    }

    @Override
    int samples(AccessUnit unit) {
      return track().codec() == Codec.EAC3
          ? AudioFormat.samples(track(), unit.payload())
          : frameSamples;
    }

    @Override
    int headerStuffing() {
      return track().codec() == Codec.TELETEXT ? TELETEXT_HEADER - PesHeader.size(true, false) : 0;
    }
  }

  /** AAC in ADTS. */
  private static final class Adts extends TsCarriage {
    private final AdtsFraming framing;
    private final int frameSamples;
    private final ByteBuf head = Unpooled.buffer();

    Adts(Track track) {
      super(track, StreamType.ADTS, PesHeader.AUDIO, language(track));
      this.framing = AdtsFraming.of(AudioSpecificConfig.read(track.configuration()));
      this.frameSamples = frameSamples(track);
    }

    @Override
    int size(AccessUnit unit) {
      ByteBuf payload = unit.payload();
      return framing.fits(payload) ? framing.headSize(payload) + payload.readableBytes() : 0;
    }

    @Override
    void write(AccessUnit unit, PesWriter out) {
      head.clear();
      framing.writeHead(unit.payload(), head);
      out.put(head);
      out.put(unit.payload());
    }

    @Override
    int samples(AccessUnit unit) {
      return frameSamples;
    }
  }

  /** Opus with its control headers. */
  private static final class Opus extends TsCarriage {
    private final ByteBuf head = Unpooled.buffer();

    Opus(Track track, List<Descriptor> descriptors) {
      super(track, StreamType.PRIVATE_PES, PesHeader.PRIVATE_1, descriptors);
    }

    @Override
    int size(AccessUnit unit) {
      int size = unit.sizeBytes();
      return size > maxPayload() / 2 ? 0 : header(unit).size() + size;
    }

    @Override
    void write(AccessUnit unit, PesWriter out) {
      head.clear();
      header(unit).write(head);
      out.put(head);
      out.put(unit.payload());
    }

    private static OpusControlHeader header(AccessUnit unit) {
      return new OpusControlHeader(unit.sizeBytes(), 0, 0);
    }

    @Override
    int samples(AccessUnit unit) {
      return AudioFormat.samples(track(), unit.payload());
    }
  }
}
