package dev.sluice.mux.flv;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.flv.FourCc;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Metadata of live streams. */
public final class FlvMetadata {
  /** What describes the file that is being sent, and lies about the stream that comes out. */
  private static final Set<String> OF_FILES =
      Set.of(
          "audiosize",
          "canSeekToEnd",
          "datasize",
          "duration",
          "filesize",
          "hasKeyframes",
          "keyframes",
          "lastkeyframelocation",
          "lastkeyframetimestamp",
          "lasttimestamp",
          "videosize");

  /** The encoder's time stamps are UTC (Adobe's "absolute time code"). */
  private static final String ATC = "bravo_atc";

  /** Whole numbers up to here are exact in AMF. */
  private static final double MAX_POSITION = 1L << 53;

  private static final String SERVER = "server";
  private static final String VIDEO_CODEC = "videocodecid";
  private static final String AUDIO_CODEC = "audiocodecid";

  /** What depends on the tracks that are sent, and is said anew. */
  private static final Set<String> OF_TRACKS =
      Set.of(VIDEO_CODEC, AUDIO_CODEC, TrackNotes.VIDEO_MAP, TrackNotes.AUDIO_MAP);

  private FlvMetadata() {}

  /**
   * An {@code onMetaData} message without what holds for files only (duration, sizes, the key frame
   * index), and with {@code server}. References are left out, what they refer to may be gone. What
   * would be larger than 262 144 bytes, as values of AMF3 can become, loses all but {@code server}.
   *
   * @param message as {@link dev.sluice.mux.SourceOutput#metadata} has it; empty gives a message
   *     with nothing but {@code server}
   * @param server our name and version
   */
  public static Bytes cleaned(Bytes message, String server) {
    AmfProperties.Builder properties = AmfProperties.builder();
    for (Map.Entry<String, AmfValue> entry : TrackNotes.properties(message).asMap().entrySet()) {
      if (!OF_FILES.contains(entry.getKey()) && !(entry.getValue() instanceof AmfValue.Reference)) {
        properties.put(entry.getKey(), entry.getValue());
      }
    }
    Bytes cleaned = TrackNotes.message(properties.put(SERVER, server));
    return cleaned.size() <= FlvDemuxer.MAX_METADATA_BYTES
        ? cleaned
        : TrackNotes.message(AmfProperties.builder().put(SERVER, server));
  }

  /**
   * The positions in a file that its metadata name as those of key frames ({@code
   * keyframes.filepositions}); none where they make no sense as such.
   */
  static long[] keyFrames(Bytes message) {
    AmfProperties index = TrackNotes.properties(message).object("keyframes");
    if (index == null
        || !(index.get("filepositions") instanceof AmfValue.StrictArray(List<AmfValue> items))) {
      return new long[0];
    }
    long[] positions = new long[items.size()];
    for (int i = 0; i < positions.length; i++) {
      if (!(items.get(i) instanceof AmfValue.Num(double value))
          || value != Math.rint(value)
          || value <= (i == 0 ? 0 : positions[i - 1])
          || value > MAX_POSITION) {
        return new long[0];
      }
      positions[i] = (long) value;
    }
    return positions;
  }

  /**
   * Whether metadata say that time stamps are UTC in milliseconds: {@code bravo_atc} is true, as a
   * boolean or as a string.
   */
  public static boolean saysUtc(Bytes message) {
    AmfProperties said = TrackNotes.properties(message);
    return said.bool(ATC, false) || "true".equalsIgnoreCase(said.string(ATC));
  }

  /** Whether metadata say that there is a picture: they name its codec, or its size. */
  public static boolean saysVideo(Bytes message) {
    AmfProperties said = TrackNotes.properties(message);
    String codec = said.string(VIDEO_CODEC);
    return said.number(VIDEO_CODEC, 0) > 0
        || (codec != null && !codec.isEmpty())
        || (said.number("width", 0) > 0 && said.number("height", 0) > 0);
  }

  /** Metadata that do not say so, for time stamps that are no UTC any more. */
  public static Bytes withoutUtc(Bytes message) {
    AmfProperties said = TrackNotes.properties(message);
    if (!said.asMap().containsKey(ATC)) {
      return message;
    }
    AmfProperties.Builder properties = AmfProperties.builder();
    said.asMap()
        .forEach((name, value) -> {
          if (!name.equals(ATC)) {
            properties.put(name, value);
          }
        });
    return TrackNotes.message(properties);
  }

  /**
   * The {@code onMetaData} message of what is sent: what the source says, with what depends on the
   * form put right. Codecs are named by FourCC where the form is the enhanced one, by their old
   * numbers else; sizes and rates are those of the decoder configurations, which know better; the
   * tracks beside the default ones stand in the maps of Enhanced RTMP v2.
   *
   * @param said properties of the source's own message
   */
  static Bytes of(AmfProperties said, FlvLayout layout) {
    AmfProperties.Builder ours = AmfProperties.builder();
    describe(Track.Kind.VIDEO, TrackNotes.VIDEO_MAP, said, layout, ours);
    describe(Track.Kind.AUDIO, TrackNotes.AUDIO_MAP, said, layout, ours);
    AmfProperties described = ours.build();
    AmfProperties.Builder properties = said.toBuilder();
    for (String name : OF_TRACKS) {
      if (described.get(name) == null) {
        properties.remove(name);
      }
    }
    described.asMap().forEach(properties::put);
    return TrackNotes.message(properties);
  }

  private static void describe(
      Track.Kind kind,
      String mapName,
      AmfProperties said,
      FlvLayout layout,
      AmfProperties.Builder ours) {
    AmfProperties.Builder map = AmfProperties.builder();
    for (FlvLayout.Entry entry : layout.entries()) {
      if (entry.track().kind() != kind) {
        continue;
      }
      if (entry.head().number() == 0) {
        describe(entry, said, ours);
      } else {
        int number = FlvTrackIds.number(kind, entry.track().id());
        AmfProperties own =
            number > 0 ? TrackNotes.ofTrack(said, kind, number) : AmfProperties.EMPTY;
        AmfProperties.Builder described = own.toBuilder();
        describe(entry, own, described);
        map.put(Integer.toString(entry.head().number()), described.object());
      }
    }
    if (map.size() > 0) {
      ours.put(mapName, map.object());
    }
  }

  /** Codecs that are carried as they are keep what the source says of them. */
  private static void describe(
      FlvLayout.Entry entry, AmfProperties said, AmfProperties.Builder into) {
    Track track = entry.track();
    FourCc fourCc = entry.head().fourCc();
    double number =
        fourCc != null ? Integer.toUnsignedLong(fourCc.value()) : FlvCodecs.legacyNumber(track);
    String codec = track.kind() == Track.Kind.VIDEO ? VIDEO_CODEC : AUDIO_CODEC;
    AmfValue saidCodec = said.get(codec);
    if (number != FlvCodecs.NONE) {
      into.put(codec, number);
    } else if (saidCodec != null) {
      into.put(codec, saidCodec);
    }
    if (track.kind() == Track.Kind.VIDEO) {
      VideoFormat format = VideoFormat.of(track);
      if (format != null) {
        into.put("width", format.width()).put("height", format.height());
      }
    } else {
      AudioFormat format = AudioFormat.of(track);
      if (format != null) {
        into.put("audiosamplerate", format.sampleRate())
            .put("audiochannels", format.channels())
            .put("stereo", format.channels() > 1);
      }
    }
    if (!track.language().isEmpty()) {
      into.put("language", track.language());
    }
  }
}
