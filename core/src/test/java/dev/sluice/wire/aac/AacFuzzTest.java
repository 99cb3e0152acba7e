package dev.sluice.wire.aac;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

class AacFuzzTest {
  @FuzzTest
  void anyElementIsReadOrRefused(byte[] input) {
    try {
      AudioMuxElement element = AudioMuxElement.read(input, null);
      if (element == null) {
        return;
      }
      assertThat(element.frames()).hasSize(element.config().subFrames());
      for (AudioMuxElement.Span span : element.frames()) {
        assertThat(AudioMuxElement.rawFrame(input, span)).hasSize(span.bytes());
      }
      assertThat(element.config().audio().sampleRate()).isPositive();
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageContaining(" ");
    }
  }

  @FuzzTest
  void anyAdtsFrameIsReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      AdtsHeader header = AdtsHeader.read(in);
      if (header == null || header.frameLength() > input.length) {
        return;
      }
      ByteBuf frame = Unpooled.wrappedBuffer(input, 0, header.frameLength());
      int size = 0;
      for (ByteBuf rawFrame : header.rawFrames(frame)) {
        size += rawFrame.readableBytes();
        if (header.channelConfiguration() == 0) {
          byte[] bytes = new byte[rawFrame.readableBytes()];
          rawFrame.readBytes(bytes);
          ProgramConfigElement.ofRawFrame(bytes);
        }
      }
      assertThat(size).isLessThanOrEqualTo(header.frameLength() - header.size());
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageContaining(" ");
    }
  }
}
