package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import dev.sluice.wire.scte35.SegmentationDescriptor;
import dev.sluice.wire.scte35.SpliceCommand;
import dev.sluice.wire.scte35.SpliceInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which splices a stream's messages tell of. */
class SplicesTest {
  private static final long UNKNOWN = SpliceCommand.UNKNOWN;
  private static final long S = 90_000;

  /** Any section: it is only carried. */
  private static final SpliceInfoSection SECTION =
      new SpliceInfoSection(Bytes.ofHex("FC3011000000000000FFFFF000000000761DD3B6"));

  private final Splices splices = new Splices();

  private void tell(long atS, long timeS, SpliceCommand command, SegmentationDescriptor... of) {
    var info = new SpliceInfo(false, command, List.of(of));
    splices.add(new SpliceMessage(atS * S, timeS * S, SECTION.movedBy(atS), info));
  }

  private static SpliceCommand insert(long event, boolean out, long durationS) {
    long duration = durationS < 0 ? UNKNOWN : durationS * S;
    return new SpliceCommand.Insert(event, false, out, 0, duration, false, 0);
  }

  private static SegmentationDescriptor segment(long event, int type, long durationS) {
    long duration = durationS < 0 ? UNKNOWN : durationS * S;
    return new SegmentationDescriptor(event, false, duration, 0, Bytes.EMPTY, type, 1, 1);
  }

  private List<String> all() {
    return splices.all().stream()
        .map(splice ->
            "%s %s from %d, planned %s, to %s"
                .formatted(
                    splice.id(),
                    splice.out() ? "out" : "command",
                    splice.start90k() / S,
                    splice.planned90k() == UNKNOWN ? "?" : splice.planned90k() / S,
                    splice.ended() ? splice.end90k() / S : "?"))
        .toList();
  }

  @Test
  void outAndInAreOne() {
    tell(10, 14, insert(7, true, 30));
    tell(12, 14, insert(7, true, 30)); // told again, so that nobody misses it
    assertThat(all()).containsExactly("insert-00000007-1260000 out from 14, planned 30, to ?");
    tell(40, 44, insert(8, false, -1)); // the end of something else
    tell(41, 43, insert(7, false, -1));
    tell(42, 44, insert(7, false, -1)); // an end stays what it was
    assertThat(all()).containsExactly("insert-00000007-1260000 out from 14, planned 30, to 43");
    tell(50, 50, insert(7, true, -1)); // the number is used again
    assertThat(all())
        .hasSize(2)
        .last()
        .isEqualTo("insert-00000007-4500000 out from 50, planned ?, to ?");
  }

  @Test
  void segmentsOfSeveralTypesAreSeveralSplices() {
    var signal = new SpliceCommand.TimeSignal(0);
    tell(10, 14, signal, segment(1, 0x22, 60), segment(1, 0x30, 30), segment(1, 0x10, -1));
    tell(44, 44, signal, segment(1, 0x31, -1));
    assertThat(all())
        .containsExactly(
            "segment-00000001-22-1260000 out from 14, planned 60, to ?",
            "segment-00000001-30-1260000 out from 14, planned 30, to 44");
    tell(60, 60, signal, segment(2, 0x10, -1)); // a programme begins: no break
    assertThat(all()).hasSize(3).last().asString().startsWith("command-").contains("from 60");
  }

  @Test
  void whatIsCancelledIsForgottenUnlessItHasBegun() {
    var cancel = new SpliceCommand.Insert(7, true, false, UNKNOWN, UNKNOWN, false, 0);
    tell(10, 14, insert(7, true, 30));
    tell(13, 13, cancel);
    assertThat(all()).isEmpty();
    tell(10, 14, insert(7, true, 30));
    tell(15, 15, cancel);
    assertThat(all()).hasSize(1);
    var of = new SegmentationDescriptor(1, true, UNKNOWN, 0, Bytes.EMPTY, 0, 0, 0);
    tell(20, 24, new SpliceCommand.TimeSignal(0), segment(1, 0x34, 30));
    tell(21, 21, new SpliceCommand.TimeSignal(UNKNOWN), of);
    assertThat(all()).hasSize(1);
  }

  @Test
  void anotherTimeReplacesWhatHasNotBegun() {
    tell(10, 14, insert(7, true, 30));
    tell(11, 15, insert(7, true, 30));
    assertThat(all()).containsExactly("insert-00000007-1350000 out from 15, planned 30, to ?");
  }

  @Test
  void anythingElseIsACommandAndSignsOfLifeAreNothing() {
    tell(10, 10, new SpliceCommand.Null());
    tell(11, 11, new SpliceCommand.Other(0xFF));
    tell(11, 11, new SpliceCommand.Other(0xFF));
    tell(12, 12, new SpliceCommand.Other(0xFF));
    assertThat(all()).hasSize(2).allMatch(text -> text.contains(" command from "));
  }

  @Test
  void whatIsOverIsForgotten() {
    tell(10, 14, insert(7, true, 30));
    tell(10, 14, insert(8, true, -1));
    tell(11, 14, new SpliceCommand.Other(0xFF));
    splices.dropBefore(15 * S);
    assertThat(all()).hasSize(2);
    splices.dropBefore(45 * S);
    assertThat(all()).hasSize(1);
    splices.dropBefore(14 * S + Splice.LONGEST_90K + 1);
    assertThat(all()).isEmpty();
  }

  @Test
  void thereIsALimit() {
    for (int i = 0; i < Splices.MAX; i++) {
      tell(10, 14, insert(i, true, 30));
    }
    assertThat(all()).hasSize(Splices.MAX).first().asString().startsWith("insert-00000000");
    tell(10, 14, insert(Splices.MAX, true, 30));
    assertThat(all()).hasSize(Splices.MAX).first().asString().startsWith("insert-00000001");
  }
}
