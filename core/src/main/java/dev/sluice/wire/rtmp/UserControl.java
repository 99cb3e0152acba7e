package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * User control events (RTMP 1.0, section 7.1.7; 26, 27, 31 and 32 as librtmp knows them): two bytes
 * of event type and its data.
 */
public sealed interface UserControl extends RtmpMessage {
  int STREAM_BEGIN = 0;
  int STREAM_EOF = 1;
  int STREAM_DRY = 2;
  int SET_BUFFER_LENGTH = 3;
  int STREAM_IS_RECORDED = 4;
  int PING_REQUEST = 6;
  int PING_RESPONSE = 7;
  int SWF_VERIFY_REQUEST = 26;
  int SWF_VERIFY_RESPONSE = 27;
  int BUFFER_EMPTY = 31;
  int BUFFER_READY = 32;

  /** Event type, 0 to 65535. */
  int event();

  @Override
  default int type() {
    return MessageType.USER_CONTROL;
  }

  /** A message stream has become usable. */
  record StreamBegin(int messageStreamId) implements UserControl {
    @Override
    public int event() {
      return STREAM_BEGIN;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(STREAM_BEGIN).writeInt(messageStreamId);
    }
  }

  /** Playing has come to its end. */
  record StreamEof(int messageStreamId) implements UserControl {
    @Override
    public int event() {
      return STREAM_EOF;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(STREAM_EOF).writeInt(messageStreamId);
    }
  }

  /** There is no more data for the moment. */
  record StreamDry(int messageStreamId) implements UserControl {
    @Override
    public int event() {
      return STREAM_DRY;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(STREAM_DRY).writeInt(messageStreamId);
    }
  }

  /** How much the player buffers. */
  record SetBufferLength(int messageStreamId, int bufferMs) implements UserControl {
    @Override
    public int event() {
      return SET_BUFFER_LENGTH;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(SET_BUFFER_LENGTH).writeInt(messageStreamId).writeInt(bufferMs);
    }
  }

  /** What is played is a file. */
  record StreamIsRecorded(int messageStreamId) implements UserControl {
    @Override
    public int event() {
      return STREAM_IS_RECORDED;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(STREAM_IS_RECORDED).writeInt(messageStreamId);
    }
  }

  /** Asks for a {@link PingResponse} with the same time. */
  record PingRequest(int timestampMs) implements UserControl {
    @Override
    public int event() {
      return PING_REQUEST;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(PING_REQUEST).writeInt(timestampMs);
    }
  }

  /** Answers a {@link PingRequest}. */
  record PingResponse(int timestampMs) implements UserControl {
    @Override
    public int event() {
      return PING_RESPONSE;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(PING_RESPONSE).writeInt(timestampMs);
    }
  }

  /** The player's buffer has run empty, or a server paused by itself. */
  record BufferEmpty(int messageStreamId) implements UserControl {
    @Override
    public int event() {
      return BUFFER_EMPTY;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(BUFFER_EMPTY).writeInt(messageStreamId);
    }
  }

  /** The player's buffer is filled. */
  record BufferReady(int messageStreamId) implements UserControl {
    @Override
    public int event() {
      return BUFFER_READY;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeShort(BUFFER_READY).writeInt(messageStreamId);
    }
  }

  /** SWF verification and events that nobody has written down; their data is not kept. */
  record OtherEvent(int event) implements UserControl {
    @Override
    public void write(ByteBuf out) {
      out.writeShort(event);
    }
  }

  /** Reads the body. */
  static UserControl read(ByteBuf body) {
    Bodies.require("User Control", body, 2);
    int event = body.readUnsignedShort();
    int dataBytes =
        switch (event) {
          case SET_BUFFER_LENGTH -> 8;
          case STREAM_BEGIN,
              STREAM_EOF,
              STREAM_DRY,
              STREAM_IS_RECORDED,
              PING_REQUEST,
              PING_RESPONSE,
              BUFFER_EMPTY,
              BUFFER_READY ->
              4;
          default -> 0;
        };
    Bodies.require("User Control event", body, dataBytes);
    return switch (event) {
      case STREAM_BEGIN -> new StreamBegin(body.readInt());
      case STREAM_EOF -> new StreamEof(body.readInt());
      case STREAM_DRY -> new StreamDry(body.readInt());
      case SET_BUFFER_LENGTH -> new SetBufferLength(body.readInt(), body.readInt());
      case STREAM_IS_RECORDED -> new StreamIsRecorded(body.readInt());
      case PING_REQUEST -> new PingRequest(body.readInt());
      case PING_RESPONSE -> new PingResponse(body.readInt());
      case BUFFER_EMPTY -> new BufferEmpty(body.readInt());
      case BUFFER_READY -> new BufferReady(body.readInt());
      default -> new OtherEvent(event);
    };
  }
}
