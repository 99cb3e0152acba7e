package dev.sluice.wire.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

class ProxyFuzzTest {
  /** Whole headers are also what their truncations wait for, and what is written again. */
  @FuzzTest
  void anyBytesAreAHeaderOrWaitOrAreRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    ProxyHeader header;
    try {
      header = ProxyHeader.read(in);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("PROXY protocol: ");
      return;
    }
    if (header == null) {
      assertThat(in.readableBytes()).isEqualTo(input.length).isLessThan(ProxyHeader.MAX_BYTES);
      return;
    }
    int size = input.length - in.readableBytes();
    assertThat(size).isBetween(15, ProxyHeader.MAX_BYTES);
    for (int length = size - 1; length >= Math.max(0, size - 64); length--) {
      assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(input, 0, length))).isNull();
    }
    ByteBuf text = Unpooled.buffer();
    header.writeText(text);
    assertThat(text.readableBytes()).isLessThanOrEqualTo(ProxyHeader.MAX_TEXT_BYTES);
    assertThat(ProxyHeader.read(text)).isEqualTo(header);
    ByteBuf binary = Unpooled.buffer();
    header.writeBinary(binary, Bytes.EMPTY, header.source() != null);
    assertThat(ProxyHeader.read(binary)).isEqualTo(header);
  }

  @FuzzTest
  void anyTextIsAListOrIsRefused(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    List<Forwarded> elements;
    try {
      elements = Forwarded.parse(text);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("Forwarded: ");
      return;
    }
    assertThat(elements).hasSizeLessThanOrEqualTo(Forwarded.MAX_ELEMENTS);
    for (Forwarded element : elements) {
      Endpoint from = element.from() == null ? null : Endpoint.parse(element.from());
      if (from != null) {
        assertThat(Endpoint.parse(from.toString())).isEqualTo(from);
      }
    }
  }

  @FuzzTest
  void anyTextIsANodeOrIsNone(byte[] input) {
    Endpoint node = Endpoint.parse(new String(input, StandardCharsets.UTF_8));
    if (node != null) {
      assertThat(Endpoint.parse(node.toString())).isEqualTo(node);
    }
  }
}
