package dev.sluice.session.rtmp;

import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.ChunkLimits;
import dev.sluice.wire.rtmp.ChunkReader;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.Handshake;
import dev.sluice.wire.rtmp.RawMessage;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.SetChunkSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A client by hand in front of a server engine: says what it is told to and keeps what it hears.
 */
final class Peer {
  static final long SECOND_NS = 1_000_000_000L;

  /** Without leak detection, which would slow the tests down; {@link #end} asks what is left. */
  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

  final RtmpServerSession session;

  /** Outputs that are neither bytes nor messages, oldest first. */
  final List<ServerOutput> outputs = new ArrayList<>();

  /** Messages from the server as text, oldest first. */
  final List<String> heard = new ArrayList<>();

  private final ChunkReader reader =
      new ChunkReader(new ChunkLimits(16, 1 << 20, 1 << 20, 1 << 20), allocator);
  private int handshakeLeft = 1 + 2 * Handshake.BLOCK_BYTES;
  private int chunkSize = ChunkWriter.INITIAL_CHUNK_SIZE;
  long nowNs;

  Peer(RtmpServerSettings settings, long nowNs) {
    this.nowNs = nowNs;
    this.session = new RtmpServerSession(settings, new SplittableRandom(1), allocator, nowNs);
  }

  Peer() {
    this(RtmpServerSettings.DEFAULT, 5 * SECOND_NS);
  }

  /** A peer that has been through handshake and connect. */
  static Peer connected(RtmpServerSettings settings) {
    Peer peer = new Peer(settings, 5 * SECOND_NS);
    peer.handshake();
    peer.connect();
    peer.session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, peer.nowNs);
    peer.drain();
    peer.outputs.clear();
    peer.heard.clear();
    return peer;
  }

  static Peer connected() {
    return connected(RtmpServerSettings.DEFAULT);
  }

  Peer handshake() {
    receive(Unpooled.wrappedBuffer(Handshake.clientHello(0, new SplittableRandom(2))));
    receive(Unpooled.wrappedBuffer(new byte[Handshake.BLOCK_BYTES]));
    return this;
  }

  Peer connect() {
    return command(
        "connect",
        1,
        AmfProperties.builder()
            .put("app", "live")
            .put("flashVer", "FMLE/3.0 (compatible; Test)")
            .put("tcUrl", "rtmp://localhost/live")
            .object());
  }

  Peer play(String stream) {
    command("createStream", 2, AmfValue.NULL);
    return command("play", 3, AmfValue.NULL, AmfValue.of(stream));
  }

  Peer publish(String stream) {
    command("createStream", 2, AmfValue.NULL);
    return command("publish", 3, AmfValue.NULL, AmfValue.of(stream), AmfValue.of("live"));
  }

  Peer command(String name, double transactionId, AmfValue object, AmfValue... arguments) {
    return send(3, 0, new Command(name, transactionId, object, List.of(arguments)));
  }

  Peer chunkSize(int size) {
    send(2, 0, new SetChunkSize(size));
    chunkSize = size;
    return this;
  }

  Peer send(int chunkStreamId, int timestampMs, RtmpMessage message) {
    ByteBuf body = Unpooled.buffer();
    message.write(body);
    return send(chunkStreamId, timestampMs, message.type(), body);
  }

  Peer send(int chunkStreamId, int timestampMs, int type, ByteBuf body) {
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.write(out, chunkStreamId, timestampMs, type, 1, chunkSize, body);
    return receive(out);
  }

  Peer media(int type, int timestampMs, String hex) {
    return send(6, timestampMs, type, Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
  }

  Peer receive(ByteBuf bytes) {
    session.receive(bytes, nowNs);
    return drain();
  }

  /** Lets time pass, with a tick at each deadline. */
  Peer pass(long ns) {
    long endNs = nowNs + ns;
    while (session.nextDeadlineNs() - endNs <= 0) {
      long dueNs = session.nextDeadlineNs();
      nowNs = dueNs - nowNs > 0 ? dueNs : nowNs;
      session.tick(nowNs);
      drain();
    }
    nowNs = endNs;
    return this;
  }

  Peer drain() {
    for (ServerOutput output; (output = session.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> hear(bytes);
        case MediaReceived(int type, int timestampMs, ByteBuf body) -> {
          heard.add("media %d @%d %s".formatted(type, timestampMs, ByteBufUtil.hexDump(body)));
          body.release();
        }
        default -> outputs.add(output);
      }
    }
    return this;
  }

  /** What has been heard since the last call. */
  List<String> heard() {
    List<String> result = List.copyOf(heard);
    heard.clear();
    return result;
  }

  /** The only output since the last call, if it is of that kind. */
  <T extends ServerOutput> T output(Class<T> kind) {
    if (outputs.size() != 1) {
      throw new AssertionError("expected one " + kind.getSimpleName() + ", got " + outputs);
    }
    return kind.cast(outputs.removeFirst());
  }

  /** Ends the connection and tells how much direct memory is left over. */
  long end() {
    session.release();
    reader.release();
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  private void hear(ByteBuf bytes) {
    int handshake = Math.min(handshakeLeft, bytes.readableBytes());
    bytes.skipBytes(handshake);
    handshakeLeft -= handshake;
    for (RawMessage raw; (raw = reader.read(bytes)) != null; ) {
      heard.add(
          raw.chunkStreamId()
              + "/"
              + raw.messageStreamId()
              + " "
              + MessageText.of(RtmpMessage.read(raw)));
      raw.body().release();
    }
    bytes.release();
  }
}
