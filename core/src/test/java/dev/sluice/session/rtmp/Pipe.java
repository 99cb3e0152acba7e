package dev.sluice.session.rtmp;

import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.session.rtmp.ServerOutput.PlayRequested;
import dev.sluice.session.rtmp.ServerOutput.PublishRequested;
import dev.sluice.wire.amf.AmfProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * A client engine and a server engine with two byte pipes between them, which cut what passes into
 * pieces of given sizes. The server's owner accepts everything unless told otherwise.
 */
final class Pipe {
  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  final RtmpServerSession server;
  final RtmpClientSession client;

  /** Everything but bytes, as text, oldest first. */
  final List<String> serverSaw = new ArrayList<>();

  final List<String> clientSaw = new ArrayList<>();
  final List<ClientOutput> clientOutputs = new ArrayList<>();

  private final ByteBuf toServer = Unpooled.buffer();
  private final ByteBuf toClient = Unpooled.buffer();
  private final IntSupplier pieces;
  long nowNs = 1_000_000_000L;

  /** What the owner does with requests; null accepts. */
  Runnable onConnect = this::acceptConnect;

  Runnable onPublish = this::acceptPublish;
  Runnable onPlay = this::acceptPlay;

  Pipe(RtmpServerSettings serverSettings, RtmpTarget target, IntSupplier pieces) {
    this.pieces = pieces;
    server = new RtmpServerSession(serverSettings, new SplittableRandom(3), allocator, nowNs);
    client =
        new RtmpClientSession(
            RtmpClientSettings.DEFAULT, target, new SplittableRandom(4), allocator, nowNs);
  }

  /** Moves bytes until nobody has anything to say. */
  Pipe run() {
    do {
      drain();
      if (toServer.isReadable()) {
        server.receive(piece(toServer), nowNs);
      }
      drain();
      if (toClient.isReadable()) {
        client.receive(piece(toClient), nowNs);
      }
      drain();
    } while (toServer.isReadable() || toClient.isReadable());
    return this;
  }

  /** Bytes that the owner of the server writes past the engine. */
  void serverWrites(ByteBuf block) {
    toClient.writeBytes(block);
  }

  long end() {
    server.release();
    client.release();
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  private void acceptConnect() {
    server.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, nowNs);
  }

  private void acceptPublish() {
    server.acceptPublish(nowNs);
  }

  private void acceptPlay() {
    server.acceptPlay(nowNs);
  }

  private ByteBuf piece(ByteBuf from) {
    return from.readSlice(Math.min(pieces.getAsInt(), from.readableBytes()));
  }

  private void drain() {
    for (ServerOutput output; (output = server.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          toClient.writeBytes(bytes);
          bytes.release();
        }
        case MediaReceived media -> serverSaw.add(text(media));
        case ConnectRequested request -> {
          serverSaw.add("connect " + request.app() + " " + request.tcUrl());
          onConnect.run();
        }
        case PublishRequested request -> {
          serverSaw.add("publish " + request.url().path() + " " + request.url().parameters());
          onPublish.run();
        }
        case PlayRequested request -> {
          serverSaw.add("play " + request.url().path() + " " + request.url().parameters());
          onPlay.run();
        }
        default -> serverSaw.add(output.toString());
      }
    }
    for (ClientOutput output; (output = client.poll()) != null; ) {
      switch (output) {
        case Send(ByteBuf bytes) -> {
          toServer.writeBytes(bytes);
          bytes.release();
        }
        case MediaReceived media -> clientSaw.add(text(media));
        default -> {
          clientSaw.add(output.toString());
          clientOutputs.add(output);
        }
      }
    }
  }

  private static String text(MediaReceived media) {
    try {
      return "media %d @%s %s"
          .formatted(
              media.type(),
              Integer.toUnsignedString(media.timestampMs()),
              media.body().readableBytes() > 20
                  ? media.body().readableBytes() + " bytes " + ByteBufUtil.hashCode(media.body())
                  : ByteBufUtil.hexDump(media.body()));
    } finally {
      media.body().release();
    }
  }
}
