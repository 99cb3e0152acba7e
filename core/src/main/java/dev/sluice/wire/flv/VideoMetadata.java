package dev.sluice.wire.flv;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The body of a video packet of type {@link VideoTagHeader#METADATA}: names with values in AMF0
 * (Enhanced RTMP v2, "Metadata Frame"). The only name that is defined is {@link #COLOR_INFO}.
 *
 * @param entries in the order sent
 */
public record VideoMetadata(AmfProperties entries) {
  /**
   * Name: how colours are to be shown, an object with {@code colorConfig}, {@code hdrCll} and
   * {@code hdrMdcv}; undefined, or an empty object, takes it back.
   */
  public static final String COLOR_INFO = "colorInfo";

  /** Bytes of a body; colour information has about 400. */
  public static final int MAX_BYTES = 8_192;

  /**
   * Reads a whole body and consumes it.
   *
   * @throws MalformedException when it is longer than {@link #MAX_BYTES}, ends inside a value or
   *     after a name, or has something else where a name should be
   * @throws dev.sluice.wire.UnsupportedException for the reserved types of AMF0
   */
  public static VideoMetadata read(ByteBuf in) {
    if (in.readableBytes() > MAX_BYTES) {
      throw new MalformedException(
          "video metadata of %d bytes, allowed are %d".formatted(in.readableBytes(), MAX_BYTES));
    }
    List<AmfValue> values = Amf0.readAll(in);
    AmfProperties.Builder entries = AmfProperties.builder();
    for (int i = 0; i < values.size(); i += 2) {
      if (i + 1 == values.size() || !(values.get(i) instanceof AmfValue.Str(String name))) {
        throw new MalformedException("video metadata whose value %d has no name".formatted(i));
      }
      entries.put(name, values.get(i + 1));
    }
    return new VideoMetadata(entries.build());
  }

  /** Appends the body. */
  public void write(ByteBuf out) {
    entries.asMap().forEach((name, value) -> Amf0.writeAll(out, AmfValue.of(name), value));
  }
}
