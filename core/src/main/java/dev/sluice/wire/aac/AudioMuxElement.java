package dev.sluice.wire.aac;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of a LATM multiplex that may carry its configuration, muxConfigPresent being 1
 * (section 1.7.3, table 1.41).
 *
 * @param config what holds for this element: its own, or the one before it
 * @param repeated whether it said useSameStreamMux
 * @param frames where its raw frames are, in order
 */
public record AudioMuxElement(StreamMuxConfig config, boolean repeated, List<Span> frames) {

  /**
   * A raw frame within an element.
   *
   * @param bit of its beginning, counted from the element's
   * @param bytes how long it is
   */
  public record Span(long bit, int bytes) {}

  public AudioMuxElement {
    frames = List.copyOf(frames);
  }

  /**
   * Reads one element.
   *
   * @param element the whole of it
   * @param current the configuration before it, null when there was none
   * @return null when it needs a configuration that was not seen
   * @throws MalformedException when it ends too early or has a reserved value
   * @throws dev.sluice.wire.UnsupportedException when its configuration is of a kind that is not
   *     handled
   */
  public static @Nullable AudioMuxElement read(byte[] element, @Nullable StreamMuxConfig current) {
    BitReader bits = new BitReader(element, "AudioMuxElement");
    boolean repeated = bits.flag(); // useSameStreamMux
    StreamMuxConfig config = repeated ? current : StreamMuxConfig.read(bits);
    if (config == null) {
      return null;
    }
    List<Span> frames = new ArrayList<>(config.subFrames());
    for (int i = 0; i < config.subFrames(); i++) {
      int length = config.frameLengthType() == 0 ? slotLength(bits) : config.frameBytes();
      frames.add(new Span(bits.position(), length));
      bits.skip(Math.multiplyExact(8, length)); // PayloadMux
    }
    if (config.otherDataBits() > bits.remaining()) {
      throw new MalformedException(
          "AudioMuxElement ends at bit %d, %d more are needed"
              .formatted(8L * element.length, config.otherDataBits() - bits.remaining()));
    }
    return new AudioMuxElement(config, repeated, frames);
  }

  /** A raw frame of {@code element}; the caller's own. */
  public static byte[] rawFrame(byte[] element, Span span) {
    BitReader bits = new BitReader(element, "AudioMuxElement");
    bits.skip(Math.toIntExact(span.bit()));
    return bits.octets(span.bytes());
  }

  /**
   * Makes an element without other data.
   *
   * @param repeat whether to say useSameStreamMux
   * @param frames as many as {@code config} says, with the length that it says
   * @throws IllegalArgumentException when they are not, or {@code config} has other data
   */
  public static Bytes write(StreamMuxConfig config, boolean repeat, List<Bytes> frames) {
    if (frames.size() != config.subFrames() || config.otherDataBits() > 0) {
      throw new IllegalArgumentException(frames.size() + " raw frames for " + config);
    }
    var out = new BitWriter().flag(repeat);
    if (!repeat) {
      config.write(out);
    }
    for (Bytes frame : frames) {
      if (config.frameLengthType() == 0) {
        int left = frame.size();
        for (; left >= 0xFF; left -= 0xFF) {
          out.bits(0xFF, 8);
        }
        out.bits(left, 8);
      } else if (frame.size() != config.frameBytes()) {
        throw new IllegalArgumentException(frame.size() + " bytes for " + config);
      }
      out.bytes(frame);
    }
    return out.toBytes();
  }

  /** PayloadLengthInfo, table 1.44: MuxSlotLengthBytes. */
  private static int slotLength(BitReader bits) {
    int length = 0;
    int octet;
    do {
      octet = bits.small(8);
      length += octet; // bounded by the element, of which each octet takes one
    } while (octet == 0xFF);
    return length;
  }
}
