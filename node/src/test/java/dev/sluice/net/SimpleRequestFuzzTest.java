package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.sluice.net.QuickLane.SimpleRequest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;

/** What is taken for a simple request is exactly one to the HTTP stack's decoder, too. */
class SimpleRequestFuzzTest {

  @FuzzTest
  void theStackReadsTheSame(byte @NotNull [] bytes) {
    SimpleRequest request = SimpleRequest.read(Unpooled.wrappedBuffer(bytes), null, true);
    if (request == null) {
      return;
    }
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
