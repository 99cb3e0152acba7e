package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One modifier of an enhanced packet (Enhanced RTMP v2, {@code AudioPacketType.ModEx} and {@code
 * VideoPacketType.ModEx}, which are alike). Types that are unknown are kept and mean nothing.
 *
 * @param type 0 to 15
 * @param data 1 to 65 536 bytes
 */
public record ModEx(int type, Bytes data) {
  /** Packet type, of audio as of video: a modifier comes before the true header. */
  public static final int PACKET_TYPE = 7;

  /** Type: what is to be added to the time stamp, in nanoseconds, 24 bits. */
  public static final int TIMESTAMP_OFFSET_NANO = 0;

  /** The largest offset; anything more is a millisecond, which the time stamp says. */
  public static final int MAX_OFFSET_NS = 999_999;

  /** Modifiers of one packet. */
  public static final int MAX_MODIFIERS = 8;

  static final int MAX_DATA_BYTES = 1 << 16;

  /** From here on the size takes three bytes: the one-byte size of 256 announces the long one. */
  private static final int LONG_SIZE = 256;

  private static final int OFFSET_BYTES = 3;

  public ModEx {
    checkRange("type", type, 0, 15);
    checkRange("size of data", data.size(), 1, MAX_DATA_BYTES);
  }

  /** The modifier that adds {@code offsetNs} nanoseconds, 0 to {@link #MAX_OFFSET_NS}. */
  public static ModEx timestampOffset(int offsetNs) {
    checkRange("offsetNs", offsetNs, 0, MAX_OFFSET_NS);
    return new ModEx(
        TIMESTAMP_OFFSET_NANO,
        Bytes.of((byte) (offsetNs >> 16), (byte) (offsetNs >> 8), (byte) offsetNs));
  }

  private int offsetNs() {
    if (type != TIMESTAMP_OFFSET_NANO || data.size() < OFFSET_BYTES) {
      return 0;
    }
    int offsetNs = data.at(0) << 16 | data.at(1) << 8 | data.at(2);
    return offsetNs <= MAX_OFFSET_NS ? offsetNs : 0;
  }

  /** Bytes of size, data and the type that follows them. */
  private int size() {
    return (data.size() < LONG_SIZE ? 1 : 3) + data.size() + 1;
  }

  /**
   * The modifiers of a packet, mostly none, and the packet type that stands behind them.
   *
   * @param packetType 0 to 15, not {@link #PACKET_TYPE}
   */
  public record Chain(List<ModEx> modifiers, int packetType) {
    private static final @Nullable Chain[] WITHOUT = new @Nullable Chain[16];

    static {
      for (int type = 0; type < WITHOUT.length; type++) {
        WITHOUT[type] = type == PACKET_TYPE ? null : new Chain(List.of(), type);
      }
    }

    public Chain {
      modifiers = List.copyOf(modifiers);
      checkRange("number of modifiers", modifiers.size(), 0, MAX_MODIFIERS);
      checkRange("packetType", packetType, 0, 15);
      if (packetType == PACKET_TYPE) {
        throw new IllegalArgumentException("packetType is that of ModEx");
      }
    }

    /** A packet type without modifiers; makes no object. */
    public static Chain of(int packetType) {
      Chain chain = WITHOUT[checkRange("packetType", packetType, 0, 15)];
      if (chain == null) {
        throw new IllegalArgumentException("packetType is that of ModEx");
      }
      return chain;
    }

    /** Nanoseconds to be added to the time stamp, 0 to {@link #MAX_OFFSET_NS}; 0 when not said. */
    public int offsetNs() {
      int offsetNs = 0;
      for (ModEx modifier : modifiers) {
        offsetNs = modifier.type == TIMESTAMP_OFFSET_NANO ? modifier.offsetNs() : offsetNs;
      }
      return offsetNs;
    }

    /** The packet type for the first byte of the packet. */
    int firstPacketType() {
      return modifiers.isEmpty() ? packetType : PACKET_TYPE;
    }

    /** Bytes after the first one of the packet. */
    int size() {
      int size = 0;
      for (ModEx modifier : modifiers) {
        size += modifier.size();
      }
      return size;
    }

    /**
     * Reads the modifiers that the packet type of the first byte announces.
     *
     * @return null when {@code in} ends too early; some of it may have been consumed then
     * @throws MalformedException when there are more than {@link #MAX_MODIFIERS}
     */
    static @Nullable Chain read(ByteBuf in, int firstPacketType) {
      if (firstPacketType != PACKET_TYPE) {
        return of(firstPacketType);
      }
      List<ModEx> modifiers = new ArrayList<>();
      int packetType = PACKET_TYPE;
      while (packetType == PACKET_TYPE) {
        if (modifiers.size() == MAX_MODIFIERS) {
          throw new MalformedException(
              "more than %d modifiers in an enhanced packet".formatted(MAX_MODIFIERS));
        }
        if (!in.isReadable()) {
          return null;
        }
        int size = in.readUnsignedByte() + 1; // modExDataSize
        if (size == LONG_SIZE) {
          if (in.readableBytes() < 2) {
            return null;
          }
          size = in.readUnsignedShort() + 1;
        }
        if (in.readableBytes() < size + 1) {
          return null;
        }
        Bytes data = Bytes.copyOf(in.readSlice(size));
        int types = in.readUnsignedByte(); // PacketModExType, PacketType
        modifiers.add(new ModEx(types >> 4, data));
        packetType = types & 15;
      }
      return new Chain(modifiers, packetType);
    }

    /** Appends what follows the first byte of the packet. */
    void write(ByteBuf out) {
      for (int i = 0; i < modifiers.size(); i++) {
        ModEx modifier = modifiers.get(i);
        int size = modifier.data.size();
        if (size < LONG_SIZE) {
          out.writeByte(size - 1);
        } else {
          out.writeByte(LONG_SIZE - 1).writeShort(size - 1);
        }
        modifier.data.writeTo(out);
        int next = i + 1 < modifiers.size() ? PACKET_TYPE : packetType;
        out.writeByte(modifier.type << 4 | next);
      }
    }
  }
}
