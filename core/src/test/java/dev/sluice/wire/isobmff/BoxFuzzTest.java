package dev.sluice.wire.isobmff;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

class BoxFuzzTest {
  /** A whole box, whose type chooses the reader. */
  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      BoxHeader header = BoxHeader.read(in);
      if (header == null) {
        return;
      }
      for (BoxCase known : BoxCase.ALL) {
        if (known.box().type() == header.type()) {
          readWriteRead(known.reader(), in.slice());
        }
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("box '");
    }
  }

  private static void readWriteRead(BoxCase.Reader reader, ByteBuf body) {
    Box box = reader.read(body);
    if (box == null) {
      return;
    }
    ByteBuf out = Unpooled.buffer();
    box.write(out);
    BoxHeader header = BoxHeader.read(out);
    assertThat(header).isNotNull();
    assertThat(header.type()).isEqualTo(box.type());
    assertThat(reader.read(out)).isEqualTo(box);
  }
}
