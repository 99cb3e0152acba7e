package dev.sluice.mux.flv;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

  private static final String SERVER = "server";

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
    List<AmfValue> values = Amf0.readAll(message.buffer());
    if (values.size() > 1 && values.get(1) instanceof AmfValue.Named named) {
      for (Map.Entry<String, AmfValue> entry : named.properties().asMap().entrySet()) {
        if (!OF_FILES.contains(entry.getKey())
            && !(entry.getValue() instanceof AmfValue.Reference)) {
          properties.put(entry.getKey(), entry.getValue());
        }
      }
    }
    Bytes cleaned = message(properties.put(SERVER, server));
    return cleaned.size() <= FlvDemuxer.MAX_METADATA_BYTES
        ? cleaned
        : message(AmfProperties.builder().put(SERVER, server));
  }

  /**
   * Whether metadata say that time stamps are UTC in milliseconds: {@code bravo_atc} is true, as a
   * boolean or as a string.
   */
  public static boolean saysUtc(Bytes message) {
    AmfProperties said = properties(message);
    return said.bool(ATC, false) || "true".equalsIgnoreCase(said.string(ATC));
  }

  /** Metadata that do not say so, for time stamps that are no UTC any more. */
  public static Bytes withoutUtc(Bytes message) {
    AmfProperties said = properties(message);
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
    return message(properties);
  }

  /** What cannot be read says nothing. */
  private static AmfProperties properties(Bytes message) {
    try {
      List<AmfValue> values = Amf0.readAll(message.buffer());
      return values.size() > 1 && values.get(1) instanceof AmfValue.Named named
          ? named.properties()
          : AmfProperties.EMPTY;
    } catch (MalformedException | UnsupportedException _) {
      return AmfProperties.EMPTY;
    }
  }

  private static Bytes message(AmfProperties.Builder properties) {
    ByteBuf out = Unpooled.buffer();
    Amf0.writeAll(out, AmfValue.of("onMetaData"), properties.ecmaArray());
    return Bytes.copyOf(out);
  }
}
