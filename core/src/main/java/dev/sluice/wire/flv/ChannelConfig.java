package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Which channel of an audio track is where: the body of a packet of type {@link
 * AudioTagHeader#MULTICHANNEL_CONFIG} (Enhanced RTMP v2, {@code
 * AudioPacketType.MultichannelConfig}).
 *
 * @param order {@link #UNSPECIFIED}, {@link #NATIVE}, {@link #CUSTOM} or one that is not known, 0
 *     to 255
 * @param channels how many, 0 to 255
 * @param flags with {@link #NATIVE}: {@code AudioChannelMask}, 32 bits; else 0
 * @param mapping with {@link #CUSTOM}: an {@code AudioChannel} for each channel; else empty
 */
public record ChannelConfig(int order, int channels, long flags, Bytes mapping) {
  /** Order: not stated. */
  public static final int UNSPECIFIED = 0;

  /** Order: that of the bits of {@link #flags}. */
  public static final int NATIVE = 1;

  /** Order: as {@link #mapping} says. */
  public static final int CUSTOM = 2;

  public ChannelConfig {
    checkRange("order", order, 0, 255);
    checkRange("channels", channels, 0, 255);
    checkRange("flags", flags, 0, order == NATIVE ? 0xFFFF_FFFFL : 0);
    int mapped = order == CUSTOM ? channels : 0;
    checkRange("size of mapping", mapping.size(), mapped, mapped);
  }

  /** Reads one; returns null and consumes nothing when {@code in} ends too early. */
  public static @Nullable ChannelConfig read(ByteBuf in) {
    if (in.readableBytes() < 2) {
      return null;
    }
    int start = in.readerIndex();
    int order = in.getUnsignedByte(start);
    int channels = in.getUnsignedByte(start + 1);
    int more =
        switch (order) {
          case NATIVE -> 4;
          case CUSTOM -> channels;
          default -> 0;
        };
    if (in.readableBytes() < 2 + more) {
      return null;
    }
    in.skipBytes(2);
    return switch (order) {
      case NATIVE -> new ChannelConfig(order, channels, in.readUnsignedInt(), Bytes.EMPTY);
      case CUSTOM -> new ChannelConfig(order, channels, 0, Bytes.copyOf(in.readSlice(channels)));
      default -> new ChannelConfig(order, channels, 0, Bytes.EMPTY);
    };
  }

  /**
   * Reads one that fills {@code bytes}.
   *
   * @throws MalformedException when it ends too early
   */
  public static ChannelConfig of(Bytes bytes) {
    ChannelConfig config = read(bytes.buffer());
    if (config == null) {
      throw new MalformedException("channel configuration of " + bytes.size() + " bytes");
    }
    return config;
  }

  /** Appends 2, 6 or 2 + {@link #channels} bytes. */
  public void write(ByteBuf out) {
    out.writeByte(order).writeByte(channels);
    if (order == NATIVE) {
      out.writeInt((int) flags);
    }
    mapping.writeTo(out);
  }
}
