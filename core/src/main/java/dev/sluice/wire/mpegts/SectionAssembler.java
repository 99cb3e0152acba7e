package dev.sluice.wire.mpegts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Gathers the sections of one PID out of packet payloads (section 2.4.4). Keeps one section at
 * most.
 */
public final class SectionAssembler {
  private static final int STUFFING = 0xFF; // as table_id

  /** Where whole sections go. */
  public interface Output {
    /**
     * One section, nothing of it checked but its length.
     *
     * @param section borrowed, valid during the call
     */
    void section(ByteBuf section);
  }

  private final int maxBytes;
  private byte[] gathered = new byte[Section.PREFIX_SIZE];
  private int size;
  private int needed;
  private boolean within;
  private long oversized;
  private long incomplete;

  /** Gathers sections of up to {@code maxBytes}; longer ones are left out and counted. */
  public SectionAssembler(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Takes a packet's payload.
   *
   * @param unitStart whether a section begins in it, so that its first byte says where
   * @param in borrowed, its indexes stay as they are
   */
  public void packet(boolean unitStart, ByteBuf in, int at, int length, Output output) {
    int next = at;
    int end = at + length;
    if (unitStart) {
      if (length == 0) {
        reset();
        return;
      }
      int begin = at + 1 + in.getUnsignedByte(at); // pointer_field
      next++;
      if (begin > end) {
        incomplete++;
        reset();
        return;
      }
      if (within) {
        gather(in, next, begin, output); // its end, then stuffing
      }
      if (within) { // what was gathered is not whole, and another begins
        incomplete++;
      }
      reset();
      within = true;
      next = begin;
    }
    while (within && next < end) {
      next = gather(in, next, end, output);
    }
  }

  /** Forgets an unfinished section: a packet is missing. */
  public void reset() {
    within = false;
    size = 0;
    needed = Section.PREFIX_SIZE;
  }

  /** Whether a section has begun and is not whole. */
  public boolean unfinished() {
    return within && size > 0;
  }

  /** Sections that were longer than is taken. */
  public long oversized() {
    return oversized;
  }

  /** Sections that another one cut short, or whose beginning lies outside of its packet. */
  public long incomplete() {
    return incomplete;
  }

  /** Takes bytes up to the end of a section, and gives it out; returns where it stopped. */
  private int gather(ByteBuf in, int from, int end, Output output) {
    int next = from;
    while (next < end) {
      if (size == 0 && in.getUnsignedByte(next) == STUFFING) {
        within = false;
        return end;
      }
      int taken = Math.min(end - next, needed - size);
      in.getBytes(next, gathered, size, taken);
      size += taken;
      next += taken;
      if (size < needed) {
        return next;
      }
      if (size == Section.PREFIX_SIZE) {
        needed += (gathered[1] & 0x0F) << 8 | gathered[2] & 0xFF;
        if (needed > maxBytes) {
          oversized++;
          reset();
          return end;
        }
        if (needed > size) {
          if (gathered.length < needed) {
            gathered = Arrays.copyOf(gathered, needed);
          }
          continue;
        }
      }
      ByteBuf section = Unpooled.wrappedBuffer(gathered, 0, size);
      size = 0;
      needed = Section.PREFIX_SIZE;
      output.section(section);
      return next;
    }
    return next;
  }
}
