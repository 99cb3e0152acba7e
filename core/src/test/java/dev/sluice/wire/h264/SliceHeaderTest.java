package dev.sluice.wire.h264;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h264.SliceHeader.Structure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceHeaderTest {
  private static final SliceHeader FRAME =
      new SliceHeader(true, false, 0, 3, 5, Structure.FRAME, 0, 40, -2);

  @ParameterizedTest(name = "order count type {0}, separate planes {1}")
  @CsvSource({"0, false", "0, true", "1, false", "1, true", "2, false"})
  void readsFrames(int orderCountType, boolean planes) {
    Sets sets = new Sets(planes, orderCountType, true, true, 3);
    BitsOut out = new BitsOut().ue(0).ue(5).ue(3);
    out.u(planes ? 2 : 0, 1).u(9, 5).flag(false);
    switch (orderCountType) {
      case 0 -> out.u(12, 40).se(-2);
      case 1 -> out.se(-7).se(9);
      default -> {}
    }
    Bytes nalUnit = out.nalUnit(0x61);
    SliceHeader header = read(nalUnit, sets);
    assertThat(header)
        .isEqualTo(
            switch (orderCountType) {
              case 0 -> FRAME;
              case 1 -> new SliceHeader(true, false, 0, 3, 5, Structure.FRAME, 0, 0, -7L << 32 ^ 9);
              default -> new SliceHeader(true, false, 0, 3, 5, Structure.FRAME, 0, 0, 0);
            });
    for (int length = 1; length < nalUnit.size() - 1; length++) {
      ByteBuf in = nalUnit.buffer();
      int cut = length;
      assertThatThrownBy(() -> SliceHeader.read(in, 0, cut, sets))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void readsFieldsAndIdrPictures() {
    Sets sets = new Sets(false, 0, true, true, 0);
    BitsOut field = new BitsOut().ue(0).ue(7).ue(0).u(9, 0).u(2, 3).ue(65_535).u(12, 1);
    assertThat(read(field.nalUnit(0x65), sets))
        .isEqualTo(new SliceHeader(true, true, 0, 0, 0, Structure.BOTTOM_FIELD, 65_535, 1, 0));
    BitsOut second = new BitsOut().ue(9).ue(0).ue(0).u(9, 0).u(2, 2).u(12, 2);
    assertThat(read(second.nalUnit(0x01), sets))
        .isEqualTo(new SliceHeader(false, false, 9, 0, 0, Structure.TOP_FIELD, 0, 2, 0));
  }

  @Test
  void parameterSetsHaveToBeKnown() {
    BitsOut out = new BitsOut().ue(0).ue(7).ue(4).u(30, 0);
    assertThatThrownBy(() -> read(out.nalUnit(0x65), new Sets(false, 0, true, true, 3)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("PPS 4 is not known");
  }

  @Test
  void eachFieldTellsPicturesApart() {
    assertThat(FRAME.isOfOtherPictureThan(FRAME)).isFalse();
    assertThat(new SliceHeader(true, false, 99, 3, 5, Structure.FRAME, 0, 40, -2))
        .satisfies(same -> assertThat(same.isOfOtherPictureThan(FRAME)).isFalse());
    for (SliceHeader other :
        new SliceHeader[] {
          new SliceHeader(false, false, 0, 3, 5, Structure.FRAME, 0, 40, -2),
          new SliceHeader(true, true, 0, 3, 5, Structure.FRAME, 0, 40, -2),
          new SliceHeader(true, false, 0, 4, 5, Structure.FRAME, 0, 40, -2),
          new SliceHeader(true, false, 0, 3, 6, Structure.FRAME, 0, 40, -2),
          new SliceHeader(true, false, 0, 3, 5, Structure.TOP_FIELD, 0, 40, -2),
          new SliceHeader(true, false, 0, 3, 5, Structure.FRAME, 1, 40, -2),
          new SliceHeader(true, false, 0, 3, 5, Structure.FRAME, 0, 41, -2),
          new SliceHeader(true, false, 0, 3, 5, Structure.FRAME, 0, 40, -3),
        }) {
      assertThat(other.isOfOtherPictureThan(FRAME)).as("%s", other).isTrue();
      assertThat(FRAME.isOfOtherPictureThan(other)).as("%s", other).isTrue();
      assertThat(other.isSecondFieldOf(FRAME)).isFalse();
    }
  }

  @ParameterizedTest(name = "{0} {1} {2} after {3} {4} {5}: {6}")
  @CsvSource({
    "true, false, BOTTOM_FIELD, true, false, TOP_FIELD, true",
    "true, false, TOP_FIELD, true, false, BOTTOM_FIELD, true",
    "true, false, BOTTOM_FIELD, true, true, TOP_FIELD, true", // P field behind an IDR field
    "true, true, BOTTOM_FIELD, true, true, TOP_FIELD, true",
    "true, true, BOTTOM_FIELD, true, false, TOP_FIELD, false",
    "false, false, BOTTOM_FIELD, false, false, TOP_FIELD, true",
    "false, false, BOTTOM_FIELD, true, false, TOP_FIELD, true", // seen, though not allowed
    "true, false, BOTTOM_FIELD, false, false, TOP_FIELD, false",
    "true, false, TOP_FIELD, true, false, TOP_FIELD, false",
    "true, false, FRAME, true, false, TOP_FIELD, false",
  })
  void knowsSecondFields(
      boolean reference,
      boolean idr,
      Structure structure,
      boolean referenceBefore,
      boolean idrBefore,
      Structure before,
      boolean second) {
    var first = new SliceHeader(referenceBefore, idrBefore, 0, 0, 5, before, 0, 0, 0);
    assertThat(new SliceHeader(reference, idr, 0, 0, 5, structure, 0, 1, 0).isSecondFieldOf(first))
        .isEqualTo(second);
    assertThat(new SliceHeader(reference, idr, 0, 0, 6, structure, 0, 1, 0).isSecondFieldOf(first))
        .isFalse();
  }

  /** The first byte chooses the parameter sets. */
  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    if (input.length < 2) {
      return;
    }
    int choice = input[0];
    Sets sets =
        new Sets(
            (choice & 1) != 0, (choice >> 1 & 3) % 3, (choice & 8) != 0, (choice & 16) != 0, 0);
    try {
      SliceHeader header =
          SliceHeader.read(Unpooled.wrappedBuffer(input), 1, input.length - 1, sets);
      assertThat(header.frameNum()).isBetween(0, 511);
      assertThat(header.orderLsb()).isBetween(0, 4_095);
      assertThat(header.isOfOtherPictureThan(header)).isFalse();
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  private static SliceHeader read(Bytes nalUnit, Sets sets) {
    return SliceHeader.read(nalUnit.buffer(), 0, nalUnit.size(), sets);
  }

  /** One SPS and one PPS: frame_num of 9 bits, order counts of 12. */
  private record Sets(
      boolean planes, int orderCountType, boolean interlaced, boolean fieldOrder, int ppsId)
      implements SliceHeader.ParameterSets {
    @Override
    public Sps spsOf(int id) {
      pps(id);
      BitsOut out = new BitsOut();
      out.u(24, 0xF40028).ue(0).ue(3).flag(planes).ue(0).ue(0).u(2, 0); // High 4:4:4
      out.ue(5).ue(orderCountType);
      switch (orderCountType) {
        case 0 -> out.ue(8);
        case 1 -> out.flag(false).se(1).se(1).ue(1).se(2);
        default -> {}
      }
      out.ue(1).flag(false).ue(10).ue(10).flag(!interlaced);
      if (interlaced) {
        out.flag(false);
      }
      out.flag(true).flag(false).flag(false);
      return Sps.read(out.nalUnit(0x67).buffer());
    }

    @Override
    public Pps pps(int id) {
      if (id != ppsId) {
        throw new MalformedException("PPS " + id + " is not known");
      }
      return new Pps(ppsId, 0, fieldOrder);
    }
  }
}
