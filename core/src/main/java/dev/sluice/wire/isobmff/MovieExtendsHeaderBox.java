package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code mehd} (ISO/IEC 14496-12, section 8.8.2).
 *
 * @param fragmentDuration of the whole presentation, fragments included, in the movie's timescale
 */
public record MovieExtendsHeaderBox(long fragmentDuration) implements Box {
  public MovieExtendsHeaderBox {
    checkRange("fragmentDuration", fragmentDuration, 0, Long.MAX_VALUE);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static MovieExtendsHeaderBox read(ByteBuf in) {
    return new MovieExtendsHeaderBox(Body.full(in, BoxType.MEHD, 1).u32or64("fragment_duration"));
  }

  @Override
  public int type() {
    return BoxType.MEHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int version = fragmentDuration > 0xFFFF_FFFFL ? 1 : 0;
    Boxes.full(version, 0, out);
    Times.write(version, fragmentDuration, out);
  }
}
