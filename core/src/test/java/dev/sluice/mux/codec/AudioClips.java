package dev.sluice.mux.codec;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The clips of {@code src/test/resources/audio}. */
final class AudioClips {
  private static final int PACKET = 188;
  private static final int PRIVATE_STREAM_1 = 0xBD;

  private AudioClips() {}

  static ByteBuf open(String name) {
    try (var in = requireNonNull(AudioClips.class.getResourceAsStream("/audio/" + name))) {
      return Unpooled.wrappedBuffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The payloads of the PES packets of a clip in MPEG-TS that has nothing but one Opus stream. */
  static List<ByteBuf> pesPayloads(String name) {
    ByteBuf ts = open(name);
    List<ByteBuf> payloads = new ArrayList<>();
    while (ts.isReadable()) {
      ByteBuf packet = ts.readSlice(PACKET);
      boolean begins = (packet.getByte(1) & 0x40) != 0; // payload_unit_start_indicator
      boolean adapted = (packet.getByte(3) & 0x20) != 0;
      packet.skipBytes(adapted ? 5 + packet.getUnsignedByte(4) : 4);
      if (begins
          && packet.readableBytes() > 9
          && packet.getUnsignedMedium(packet.readerIndex()) == 1) {
        if (packet.getUnsignedByte(packet.readerIndex() + 3) != PRIVATE_STREAM_1) {
          throw new IllegalArgumentException("another stream");
        }
        packet.skipBytes(9 + packet.getUnsignedByte(packet.readerIndex() + 8));
        payloads.add(Unpooled.buffer());
      } else if (begins) {
        continue; // tables
      }
      if (!payloads.isEmpty()) {
        payloads.getLast().writeBytes(packet);
      }
    }
    return payloads;
  }
}
