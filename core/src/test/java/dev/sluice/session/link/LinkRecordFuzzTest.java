package dev.sluice.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

class LinkRecordFuzzTest {
  /** Any bytes are records, are waited for, or are refused; and nothing is left behind. */
  @FuzzTest
  void anyBytesAreRecordsOrAreRefused(byte[] input) {
    var allocator = new UnpooledByteBufAllocator(false, true);
    var reader = new LinkReader(allocator);
    var intake = new LinkIntake(input.length % 2 == 0, 0);
    try {
      for (int at = 0; at < input.length; at += 7) {
        reader.add(Unpooled.wrappedBuffer(input, at, Math.min(7, input.length - at)));
        for (LinkRecord record; (record = reader.next()) != null; ) {
          intake.take(record, at);
          var again = Unpooled.buffer();
          record.write(again);
          LinkRecord same = LinkRecord.read(again, allocator);
          if (record instanceof LinkRecord.Unit unit && same instanceof LinkRecord.Unit other) {
            assertThat(other.payload()).isEqualTo(unit.payload());
            unit.payload().release();
            other.payload().release();
          } else {
            assertThat(same).isEqualTo(record);
          }
        }
      }
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageContaining("record");
    } finally {
      reader.release();
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }
}
