package dev.sluice.wire.amf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

class AmfFuzzTest {
  /** The first byte chooses the format. */
  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    if (input.length == 0) {
      return;
    }
    boolean amf3 = (input[0] & 1) != 0;
    List<AmfValue> values;
    try {
      ByteBuf in = Unpooled.wrappedBuffer(input, 1, input.length - 1);
      values = amf3 ? Amf3.readAll(in) : Amf0.readAll(in);
      assertThat(in.isReadable()).isFalse();
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("AMF");
      return;
    }
    ByteBuf out = Unpooled.buffer();
    Amf0.writeAll(out, values.toArray(AmfValue[]::new));
    assertThat(out.readableBytes()).isLessThan(AmfLimits.MAX_TEXT_BYTES + 64 * (input.length + 1));
  }
}
