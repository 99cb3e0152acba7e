package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * {@code tfra}: where in a fragmented file decoding of a track can begin (ISO/IEC 14496-12, section
 * 8.8.10). The entries stay bytes.
 *
 * @param version 1: times and offsets have 64 bits, else 32
 * @param trackId 1 to 2³² − 1
 * @param numberSizes the bytes of traf_number, trun_number and sample_number less 1, two bits each
 * @param count of entries, at most 2²⁰
 * @param entries each with time, offset of its {@code moof}, and the three numbers
 */
public record TrackFragmentRandomAccessBox(
    int version, long trackId, int numberSizes, int count, Bytes entries) implements Box {

  public TrackFragmentRandomAccessBox {
    checkRange("version", version, 0, 1);
    checkRange("trackId", trackId, 0, 0xFFFF_FFFFL);
    checkRange("numberSizes", numberSizes, 0, 0x3F);
    checkRange("count", count, 0, BoxLimits.MAX_RANDOM_ACCESS_ENTRIES);
    int size = count * entrySize(version, numberSizes);
    checkRange("bytes of entries", entries.size(), size, size);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has more than 2²⁰ entries
   */
  public static TrackFragmentRandomAccessBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.TFRA, 1);
    long trackId = body.u32();
    int numberSizes = body.i32() & 0x3F;
    int entrySize = entrySize(body.version(), numberSizes);
    int count = body.count("entries", body.u32(), BoxLimits.MAX_RANDOM_ACCESS_ENTRIES, entrySize);
    return new TrackFragmentRandomAccessBox(
        body.version(), trackId, numberSizes, count, body.bytes(count * entrySize));
  }

  /** Presentation time of an entry's sample, in the track's timescale. */
  public long time(int index) {
    return field(index, 0);
  }

  /** Where in the file the {@code moof} of an entry begins. */
  public long moofOffset(int index) {
    return field(index, version == 0 ? 4 : 8);
  }

  @Override
  public int type() {
    return BoxType.TFRA;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(version, 0, out);
    out.writeInt((int) trackId).writeInt(numberSizes).writeInt(count);
    entries.writeTo(out);
  }

  private long field(int index, int offset) {
    int at = index * entrySize(version, numberSizes) + offset;
    ByteBuf buffer = entries.buffer();
    return version == 0 ? buffer.getUnsignedInt(at) : buffer.getLong(at) & Long.MAX_VALUE;
  }

  private static int entrySize(int version, int numberSizes) {
    return (version == 0 ? 8 : 16)
        + (numberSizes >> 4 & 3)
        + (numberSizes >> 2 & 3)
        + (numberSizes & 3)
        + 3;
  }
}
