package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends memory that many connections share straight to one of their sockets, past the channel's
 * queue. A viewer who keeps up has an empty queue and a socket with room: nothing then needs to be
 * counted, queued and taken out again, which costs as much as a quarter of the send itself.
 *
 * <p>What the kernel does not take goes the ordinary way, and so does everything as long as
 * something is queued: bytes never overtake each other. On the channel's loop.
 */
public final class DirectSend {
  private final Channel.Unsafe channel; // and not the channel: it is a cache miss on the way there
  private final Socket socket;

  private DirectSend(Channel.Unsafe channel, Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** For {@code channel}; null where bytes are changed on their way (TLS), or without epoll. */
  public static @Nullable DirectSend of(Channel channel) {
    boolean plain = channel.pipeline().get(SslHandler.class) == null;
    return plain
            && channel instanceof EpollSocketChannel epoll
            && epoll.fd() instanceof Socket socket
        ? new DirectSend(channel.unsafe(), socket)
        : null;
  }

  /** Whether nothing is queued, so that {@link #sendNext} may be called. */
  boolean isClear() {
    ChannelOutboundBuffer queued = channel.outboundBuffer();
    return queued != null && queued.totalPendingWriteBytes() == 0 && socket.isOpen();
  }

  /**
   * Sends as much of {@code bytes} as the socket takes at once.
   *
   * @param bytes borrowed, indexes stay as they are
   * @return how many; 0 when something else is queued, when the socket takes nothing or has failed:
   *     the ordinary way finds out
   */
  public int send(ByteBuf bytes) {
    return isClear() ? sendNext(bytes) : 0;
  }

  /** As {@link #send}, for who has just found that nothing is queued. */
  int sendNext(ByteBuf bytes) {
    if (!bytes.hasMemoryAddress()) {
      return 0;
    }
    try {
      int sent =
          socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
      return Math.max(0, sent);
    } catch (IOException failed) {
      return 0;
    }
  }
}
