package dev.sluice.wire.aac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of an ADTS frame, fixed and variable (section 1.A.2.2). Private, copyright and home
 * bits are not kept.
 *
 * @param mpeg2 whether ID is 1, which says MPEG-2 AAC; what follows is the same
 * @param objectType 1 to 4: AAC Main, LC, SSR, LTP
 * @param samplingFrequencyIndex 0 to 12
 * @param channelConfiguration 0 to 7; 0 where a program config element names the channels
 * @param frameLength bytes of the whole frame, header included
 * @param bufferFullness 0x7FF for a variable bit rate
 * @param rawBlocks raw frames in this one, 1 to 4
 * @param crc whether checks follow the header and, when there are several raw frames, each of them
 */
public record AdtsHeader(
    boolean mpeg2,
    int objectType,
    int samplingFrequencyIndex,
    int channelConfiguration,
    int frameLength,
    int bufferFullness,
    int rawBlocks,
    boolean crc) {

  /** Bytes of the header without a check. */
  public static final int SIZE = 7;

  /** Most bytes of a frame, header included. */
  public static final int MAX_FRAME_LENGTH = 0x1FFF;

  /** adts_buffer_fullness of a variable bit rate. */
  public static final int VARIABLE_RATE = 0x7FF;

  private static final int CRC_SIZE = 2;
  private static final int MAX_RATE_INDEX = 12;

  public AdtsHeader {
    checkRange("objectType", objectType, 1, 4);
    checkRange("samplingFrequencyIndex", samplingFrequencyIndex, 0, MAX_RATE_INDEX);
    checkRange("channelConfiguration", channelConfiguration, 0, 7);
    checkRange("rawBlocks", rawBlocks, 1, 4);
    checkRange("frameLength", frameLength, size(crc, rawBlocks), MAX_FRAME_LENGTH);
    checkRange("bufferFullness", bufferFullness, 0, VARIABLE_RATE);
  }

  /**
   * Whether a header can begin with these two bytes: syncword and layer.
   *
   * @param first16 the two bytes as a number
   */
  public static boolean isSync(int first16) {
    return (first16 & 0xFFF6) == 0xFFF0;
  }

  /**
   * Reads {@link #SIZE} bytes; the checks behind them are not read. Returns null and consumes
   * nothing when {@code in} ends too early.
   *
   * @throws MalformedException when it is no header
   */
  public static @Nullable AdtsHeader read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    AdtsHeader header = read(in, in.readerIndex());
    in.skipBytes(SIZE);
    return header;
  }

  /**
   * Reads {@link #SIZE} bytes at {@code start}, which are there; the indexes stay as they are.
   *
   * @throws MalformedException when they are no header
   */
  public static AdtsHeader read(ByteBuf in, int start) {
    int fixed = in.getInt(start);
    require("syncword and layer", isSync(fixed >>> 16), fixed >>> 16);
    int rateIndex = fixed >> 10 & 15;
    require("sampling_frequency_index", rateIndex <= MAX_RATE_INDEX, rateIndex);
    boolean crc = (fixed >> 16 & 1) == 0; // protection_absent
    long variable = in.getUnsignedInt(start + 3);
    int rawBlocks = (int) (variable & 3) + 1; // number_of_raw_data_blocks_in_frame, lies below
    int frameLength = (int) (variable >> 13) & MAX_FRAME_LENGTH;
    int bufferFullness = (int) (variable >> 2) & VARIABLE_RATE;
    require("frame_length", frameLength >= size(crc, rawBlocks), frameLength);
    return new AdtsHeader(
        (fixed >> 19 & 1) == 1,
        (fixed >> 14 & 3) + 1, // profile
        rateIndex,
        fixed >> 6 & 7,
        frameLength,
        bufferFullness,
        rawBlocks,
        crc);
  }

  /** Appends {@link #SIZE} bytes. Checks, where {@code crc} says so, are the caller's. */
  public void write(ByteBuf out) {
    out.writeShort(0xFFF0 | (mpeg2 ? 8 : 0) | (crc ? 0 : 1));
    out.writeByte(objectType - 1 << 6 | samplingFrequencyIndex << 2 | channelConfiguration >> 2);
    out.writeInt(
        (channelConfiguration & 3) << 30 | frameLength << 13 | bufferFullness << 2 | rawBlocks - 1);
  }

  /** Bytes of the header and the checks behind it. */
  public int size() {
    return size(crc, rawBlocks);
  }

  /** Sample rate of the core in Hz. */
  public int sampleRate() {
    return AudioSpecificConfig.sampleRateOf(samplingFrequencyIndex);
  }

  /** Whether both belong to the same run of frames: a decoder needs no other configuration. */
  public boolean continues(AdtsHeader other) {
    return objectType == other.objectType
        && samplingFrequencyIndex == other.samplingFrequencyIndex
        && channelConfiguration == other.channelConfiguration;
  }

  /**
   * The raw frames of a frame.
   *
   * @param frame a whole one of {@link #frameLength} bytes, header included; borrowed
   * @return views that share the frame's reference
   * @throws MalformedException when the places of the raw frames contradict one another
   * @throws UnsupportedException when there are several without checks: only a decoder finds out
   *     where the second begins
   */
  public List<ByteBuf> rawFrames(ByteBuf frame) {
    return rawFrames(frame, frame.readerIndex());
  }

  /** As {@link #rawFrames(ByteBuf)}, of the frame that begins at {@code start}. */
  public List<ByteBuf> rawFrames(ByteBuf frame, int start) {
    int first = size();
    if (rawBlocks == 1) {
      return List.of(frame.slice(start + first, frameLength - first));
    }
    if (!crc) {
      throw new UnsupportedException(
          "ADTS frame of " + rawBlocks + " raw frames without checks, allowed is 1");
    }
    List<ByteBuf> frames = new ArrayList<>(rawBlocks);
    int at = first;
    for (int i = 1; i <= rawBlocks; i++) {
      int next =
          i == rawBlocks
              ? frameLength
              : first + frame.getUnsignedShort(start + SIZE + 2 * (i - 1)); // ..._position(i)
      if (next - CRC_SIZE < at || next > frameLength) {
        throw new MalformedException(
            "ADTS frame of %d bytes: raw frame %d begins at %d, the one before it at %d"
                .formatted(frameLength, i, next, at));
      }
      frames.add(frame.slice(start + at, next - CRC_SIZE - at));
      at = next;
    }
    return frames;
  }

  private static int size(boolean crc, int rawBlocks) {
    return crc ? SIZE + 2 * (rawBlocks - 1) + CRC_SIZE : SIZE;
  }

  private static void require(String what, boolean allowed, int value) {
    if (!allowed) {
      throw new MalformedException("ADTS header: %s is 0x%X".formatted(what, value));
    }
  }
}
