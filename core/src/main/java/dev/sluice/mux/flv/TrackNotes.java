package dev.sluice.mux.flv;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.flv.ChannelConfig;
import dev.sluice.wire.flv.VideoMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a source says of a track beside its decoder configuration: how colours are to be shown, and
 * which channel is where. It travels in the stream's metadata, as properties of {@code onMetaData}
 * for the default track (number 0) and of the entries of {@code videoTrackIdInfoMap} and {@code
 * audioTrackIdInfoMap} for the others, so that it needs no place of its own; muxers of Enhanced
 * RTMP make packets of it again.
 */
final class TrackNotes {
  static final String VIDEO_MAP = "videoTrackIdInfoMap";
  static final String AUDIO_MAP = "audioTrackIdInfoMap";

  /** Our own: a {@link ChannelConfig} in hexadecimal digits. */
  static final String CHANNELS = "channelConfig";

  /** Objects inside one another in colour information: two are defined. */
  private static final int MAX_DEPTH = 4;

  private final Map<Integer, AmfValue> colours = new TreeMap<>();
  private final Map<Integer, AmfValue> channels = new TreeMap<>();

  /**
   * Notes colour information; undefined, null and an empty object take it back.
   *
   * @param number of the video track
   * @return whether something has changed
   * @throws MalformedException when it is nested deeper than makes sense or holds what means
   *     something only where it stood
   */
  boolean colours(int number, VideoMetadata metadata) {
    AmfValue colour = metadata.entries().get(VideoMetadata.COLOR_INFO);
    return switch (colour) {
      case null -> false;
      case AmfValue.Named named when named.properties().size() > 0 -> {
        checkPlain(named, MAX_DEPTH);
        yield !named.equals(colours.put(number, named));
      }
      default -> colours.remove(number) != null;
    };
  }

  private static void checkPlain(AmfValue value, int depth) {
    switch (value) {
      case AmfValue.Named named when depth > 0 ->
          named.properties().asMap().values().forEach(each -> checkPlain(each, depth - 1));
      case AmfValue.Num _, AmfValue.Int _, AmfValue.Bool _, AmfValue.Str _ -> {}
      case AmfValue.Null _, AmfValue.Undefined _ -> {}
      default -> throw new MalformedException("colour information of no known form");
    }
  }

  /** Notes a channel configuration; returns whether something has changed. */
  boolean channels(int number, ChannelConfig config) {
    ByteBuf out = Unpooled.buffer();
    config.write(out);
    AmfValue text = AmfValue.of(Bytes.copyOf(out).toString());
    return !text.equals(channels.put(number, text));
  }

  /**
   * The message with what was noted in it.
   *
   * @param message {@code onMetaData} and its object, or empty
   */
  Bytes in(Bytes message) {
    if (colours.isEmpty() && channels.isEmpty()) {
      return message;
    }
    AmfProperties.Builder properties = properties(message).toBuilder();
    put(VideoMetadata.COLOR_INFO, colours, VIDEO_MAP, properties);
    put(CHANNELS, channels, AUDIO_MAP, properties);
    return message(properties);
  }

  private static void put(
      String name, Map<Integer, AmfValue> notes, String mapName, AmfProperties.Builder into) {
    AmfProperties present = into.build().object(mapName);
    AmfProperties.Builder map = (present == null ? AmfProperties.EMPTY : present).toBuilder();
    notes.forEach((number, note) -> {
      if (number == 0) {
        into.put(name, note);
      } else {
        AmfProperties entry = map.build().object(number.toString());
        map.put(
            number.toString(),
            (entry == null ? AmfProperties.EMPTY : entry).toBuilder().put(name, note).object());
      }
    });
    if (map.size() > 0) {
      into.put(mapName, map.object());
    }
  }

  /** The properties of an {@code onMetaData} message; none where it has none or is no AMF. */
  static AmfProperties properties(Bytes message) {
    try {
      List<AmfValue> values = Amf0.readAll(message.buffer());
      return values.size() > 1 && values.get(1) instanceof AmfValue.Named named
          ? named.properties()
          : AmfProperties.EMPTY;
    } catch (MalformedException | UnsupportedException _) {
      return AmfProperties.EMPTY;
    }
  }

  static Bytes message(AmfProperties.Builder properties) {
    ByteBuf out = Unpooled.buffer();
    Amf0.writeAll(out, AmfValue.of("onMetaData"), properties.ecmaArray());
    return Bytes.copyOf(out);
  }

  /** The properties that metadata have of one track. */
  static AmfProperties ofTrack(AmfProperties metadata, Track.Kind kind, int number) {
    if (number == 0) {
      return metadata;
    }
    AmfProperties map = metadata.object(kind == Track.Kind.VIDEO ? VIDEO_MAP : AUDIO_MAP);
    AmfProperties entry = map == null ? null : map.object(Integer.toString(number));
    return entry == null ? AmfProperties.EMPTY : entry;
  }

  /** Colour information as a packet's body, null where nothing is said. */
  static @Nullable VideoMetadata colour(AmfProperties ofTrack) {
    AmfValue colour = ofTrack.get(VideoMetadata.COLOR_INFO);
    return colour instanceof AmfValue.Named
        ? new VideoMetadata(AmfProperties.builder().put(VideoMetadata.COLOR_INFO, colour).build())
        : null;
  }

  /** The channel configuration, null where nothing is said or it makes no sense. */
  static @Nullable ChannelConfig channels(AmfProperties ofTrack) {
    String hex = ofTrack.string(CHANNELS);
    try {
      return hex == null ? null : ChannelConfig.of(Bytes.ofHex(hex));
    } catch (IllegalArgumentException | MalformedException _) {
      return null; // a source's own property of that name
    }
  }
}
