package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Closes HTTP/2 connections that send frames without end: each is cheap to send and has to be
 * looked at, and a ping or a setting has to be answered, in a TLS record of its own. Counts the
 * heads of frames (RFC 9113, section 4.1) on their way to the decoder.
 */
final class Http2FrameRate extends ChannelInboundHandlerAdapter {
  /** All frames of a connection: a viewer of many Mbit/s may open its windows for each frame. */
  static final int MAX_PER_SECOND = 5_000;

  /** Frames that neither ask for anything, nor carry a body, nor make room for one. */
  static final int MAX_CONTROL_PER_SECOND = 200;

  private static final int PREFACE_BYTES = 24;
  private static final int HEAD_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int WINDOW_UPDATE = 8;
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private long skip = PREFACE_BYTES;
  private int headBytes;
  private int length;
  private int type;
  private long sinceNs;
  private int frames;
  private int control;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    sinceNs = now(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      if (now(ctx) - sinceNs >= SECOND_NS) {
        sinceNs = now(ctx);
        frames = 0;
        control = 0;
      }
      count(bytes);
      if (frames > MAX_PER_SECOND || control > MAX_CONTROL_PER_SECOND) {
        bytes.release();
        ctx.close();
        return;
      }
    }
    ctx.fireChannelRead(message);
  }

  private void count(ByteBuf bytes) {
    int end = bytes.writerIndex();
    for (int at = bytes.readerIndex(); at < end; ) {
      if (skip > 0) {
        int skipped = (int) Math.min(skip, end - at);
        skip -= skipped;
        at += skipped;
      } else {
        head(bytes.getUnsignedByte(at++));
      }
    }
  }

  /** Takes the next byte of a frame's head: three of length, one of type, flags and stream. */
  private void head(int octet) {
    if (headBytes < 3) {
      length = length << 8 | octet;
    } else if (headBytes == 3) {
      type = octet;
    }
    headBytes++;
    if (headBytes == HEAD_BYTES) {
      skip = length;
      length = 0;
      headBytes = 0;
      frames++;
      if (type != DATA && type != HEADERS && type != WINDOW_UPDATE) {
        control++;
      }
    }
  }

  private static long now(ChannelHandlerContext ctx) {
    return ctx.executor().ticker().nanoTime();
  }
}
