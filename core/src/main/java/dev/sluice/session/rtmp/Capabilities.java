package dev.sluice.session.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a connection says that it can do beyond RTMP 1.0, in {@code connect} or in the
 * answer to it (Enhanced RTMP v2, "Enhancing NetConnection connect Command"). Whoever says nothing
 * is a peer of the old kind.
 *
 * <p>Codecs are named by FourCC, as text; {@link #ANY} stands for all of them.
 *
 * @param fourCcs {@code fourCcList} (as of v1): codecs, of audio and video, that are understood
 * @param video {@code videoFourCcInfoMap}: bits {@link #DECODES}, {@link #ENCODES} and {@link
 *     #FORWARDS} for each codec
 * @param audio {@code audioFourCcInfoMap}, likewise
 * @param bits {@code capsEx}: {@link #RECONNECTS} and so on, 0 when not said
 */
public record Capabilities(
    List<String> fourCcs, Map<String, Integer> video, Map<String, Integer> audio, int bits) {
  /** Bit of a codec: it is decoded. */
  public static final int DECODES = 1;

  /** Bit of a codec: it is encoded. */
  public static final int ENCODES = 2;

  /** Bit of a codec: it is handed on. */
  public static final int FORWARDS = 4;

  /** Bit of {@code capsEx}: a request to connect anew is understood. */
  public static final int RECONNECTS = 1;

  /** Bit of {@code capsEx}: packets of several tracks are understood. */
  public static final int MULTITRACK = 2;

  /** Bit of {@code capsEx}: modifiers are understood. */
  public static final int MOD_EX = 4;

  /** Bit of {@code capsEx}: the modifier that adds nanoseconds is understood. */
  public static final int NANOSECONDS = 8;

  /** All codecs. */
  public static final String ANY = "*";

  /** Nothing is said. */
  public static final Capabilities NONE = new Capabilities(List.of(), Map.of(), Map.of(), 0);

  /** Codecs of one list or map; there are about a dozen, what is more is not looked at. */
  static final int MAX_CODECS = 64;

  private static final String LIST = "fourCcList";
  private static final String VIDEO = "videoFourCcInfoMap";
  private static final String AUDIO = "audioFourCcInfoMap";
  private static final String BITS = "capsEx";

  public Capabilities {
    checkRange("number of codecs", fourCcs.size(), 0, MAX_CODECS);
    checkRange("number of video codecs", video.size(), 0, MAX_CODECS);
    checkRange("number of audio codecs", audio.size(), 0, MAX_CODECS);
    fourCcs = List.copyOf(fourCcs);
    video = Collections.unmodifiableMap(new LinkedHashMap<>(video)); // in the order sent
    audio = Collections.unmodifiableMap(new LinkedHashMap<>(audio));
  }

  /** Whether anything is said at all. */
  public boolean isEmpty() {
    return !saysCodecs() && bits == 0;
  }

  /** Whether codecs are named, and be it that none is understood. */
  public boolean saysCodecs() {
    return !fourCcs.isEmpty() || !video.isEmpty() || !audio.isEmpty();
  }

  /** Whether all of {@code wanted}, bits of {@code capsEx}, are there. */
  public boolean has(int wanted) {
    return (bits & wanted) == wanted;
  }

  /** Whether video of this codec can be sent there. */
  public boolean takesVideo(String fourCc) {
    return takes(video, fourCc);
  }

  /** Whether audio of this codec can be sent there. */
  public boolean takesAudio(String fourCc) {
    return takes(audio, fourCc);
  }

  /** The maps say more than the list, but not of codecs that only the list has. */
  private boolean takes(Map<String, Integer> kind, String fourCc) {
    int said = kind.getOrDefault(fourCc, 0) | kind.getOrDefault(ANY, 0);
    return (said & (DECODES | FORWARDS)) != 0
        || !kind.containsKey(fourCc) && (fourCcs.contains(fourCc) || fourCcs.contains(ANY));
  }

  /** Reads what {@code properties} say; what is of another type or no FourCC says nothing. */
  static Capabilities of(AmfProperties properties) {
    List<String> fourCcs = new ArrayList<>();
    if (properties.get(LIST) instanceof AmfValue.StrictArray(var items)) {
      for (AmfValue item : items) {
        if (item instanceof AmfValue.Str(String name)
            && isCodec(name)
            && fourCcs.size() < MAX_CODECS) {
          fourCcs.add(name);
        }
      }
    }
    Capabilities read =
        new Capabilities(
            fourCcs,
            codecs(properties.object(VIDEO)),
            codecs(properties.object(AUDIO)),
            (int) properties.number(BITS, 0));
    return read.isEmpty() ? NONE : read; // a viewer costs no more than it must
  }

  private static Map<String, Integer> codecs(@Nullable AmfProperties of) {
    Map<String, Integer> codecs = new LinkedHashMap<>();
    if (of != null) {
      for (String name : of.asMap().keySet()) {
        if (isCodec(name) && codecs.size() < MAX_CODECS) {
          codecs.put(name, (int) of.number(name, 0));
        }
      }
    }
    return codecs;
  }

  private static boolean isCodec(String name) {
    return name.length() == 4 || name.equals(ANY);
  }

  /** Adds what is said to the object of {@code connect} or of the answer. */
  void addTo(AmfProperties.Builder object) {
    if (!fourCcs.isEmpty()) {
      object.put(
          LIST, new AmfValue.StrictArray(fourCcs.stream().<AmfValue>map(AmfValue::of).toList()));
    }
    add(VIDEO, video, object);
    add(AUDIO, audio, object);
    if (bits != 0) {
      object.put(BITS, bits);
    }
  }

  private static void add(String name, Map<String, Integer> codecs, AmfProperties.Builder object) {
    if (!codecs.isEmpty()) {
      AmfProperties.Builder map = AmfProperties.builder();
      codecs.forEach((fourCc, said) -> map.put(fourCc, said));
      object.put(name, map.object());
    }
  }
}
