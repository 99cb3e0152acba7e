package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What a file or a segment conforms to (ISO/IEC 14496-12, sections 4.3 and 8.16.2).
 *
 * @param type {@link BoxType#FTYP} or {@link BoxType#STYP}
 * @param majorBrand what it is best read as
 * @param minorVersion of the major brand
 * @param compatibleBrands what else it may be read as
 */
public record FileTypeBox(
    int type, int majorBrand, long minorVersion, List<Integer> compatibleBrands) implements Box {

  public FileTypeBox {
    checkRange("minorVersion", minorVersion, 0, 0xFFFF_FFFFL);
    checkRange("number of brands", compatibleBrands.size(), 0, BoxLimits.MAX_BRANDS);
    compatibleBrands = List.copyOf(compatibleBrands);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has more than 256 brands
   */
  public static FileTypeBox read(int type, ByteBuf in) {
    Body body = new Body(in, type);
    int major = body.i32();
    long minor = body.u32();
    int count = body.count("brands", body.readableBytes() / 4, BoxLimits.MAX_BRANDS, 4);
    List<Integer> brands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      brands.add(body.i32());
    }
    return new FileTypeBox(type, major, minor, brands);
  }

  /** Whether it says that it may be read as {@code brand}. */
  public boolean has(int brand) {
    return majorBrand == brand || compatibleBrands.contains(brand);
  }

  @Override
  public void writeBody(ByteBuf out) {
    out.writeInt(majorBrand).writeInt((int) minorVersion);
    compatibleBrands.forEach(out::writeInt);
  }
}
