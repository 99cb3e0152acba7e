package dev.sluice.mux.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32C;

/** Whatever stands in a file, it is a head, too short, or refused in words. */
class StoredHeadFuzzTest {

  @FuzzTest
  void anyBytesAreAHeadOrRefused(byte @NotNull [] bytes) {
    ByteBuf in = Unpooled.copiedBuffer(bytes);
    if (bytes.length >= StoredHead.SIZE) { // else hardly any would get past the checksum
      in.setInt(0, 0x534C5347);
      var crc = new CRC32C();
      crc.update(in.array(), 0, StoredHead.SIZE - 4);
      in.setInt(StoredHead.SIZE - 4, (int) crc.getValue());
    }
    ByteBuf before = in.copy(0, Math.min(bytes.length, StoredHead.SIZE));
    try {
      StoredHead head = StoredHead.read(in);
      if (head == null) {
        assertThat(bytes.length).isLessThan(StoredHead.SIZE);
        return;
      }
      ByteBuf again = Unpooled.buffer();
      head.write(again);
      before.setLong(76, 0); // what later versions may use is left out
      assertThat(again.slice(0, 84)).isEqualTo(before.slice(0, 84));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
