package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;

/** What is taken for a simple request is exactly one to the HTTP stack's decoder, too. */
class SimpleRequestFuzzTest {

  @FuzzTest
  void theStackReadsTheSame(byte @NotNull [] bytes) {
    var requests = new SimpleRequests(true);
    SimpleRequest request = requests.read(Unpooled.wrappedBuffer(bytes), null);
    if (request == null) {
      return;
    }
    ByteBuf written = request.written(UnpooledByteBufAllocator.DEFAULT);
    assertThat(written).isEqualTo(Unpooled.wrappedBuffer(bytes));
    written.release();
    var channel = new EmbeddedChannel(new HttpRequestDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    HttpRequest head = channel.readInbound();
    assertThat(head.decoderResult().isSuccess()).isTrue();
    assertThat(head.method().name()).isEqualTo("GET");
    assertThat(head.uri()).isEqualTo(request.target());
    assertThat((Object) channel.readInbound()).isEqualTo(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat((Object) channel.readInbound()).isNull();
    channel.finishAndReleaseAll();
  }
}
