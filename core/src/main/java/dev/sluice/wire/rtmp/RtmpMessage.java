package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * A message with its meaning. Records that hold a {@link ByteBuf} borrow it from the {@link
 * RawMessage} they were read from.
 */
public sealed interface RtmpMessage
    permits RtmpMessage.Control,
        RtmpMessage.Audio,
        RtmpMessage.Video,
        RtmpMessage.Data,
        RtmpMessage.Other,
        UserControl,
        Command,
        Aggregate {
  /** See {@link MessageType}. */
  int type();

  /** Appends the body, without any header. */
  void write(ByteBuf out);

  /** The messages that both ends of a chunk stream understand; always on chunk stream 2. */
  sealed interface Control extends RtmpMessage
      permits SetChunkSize, Abort, Acknowledgement, WindowAcknowledgementSize, SetPeerBandwidth {}

  /** Audio data: an FLV tag body. */
  record Audio(ByteBuf body) implements RtmpMessage {
    @Override
    public int type() {
      return MessageType.AUDIO;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeBytes(body.duplicate());
    }
  }

  /** Video data: an FLV tag body. */
  record Video(ByteBuf body) implements RtmpMessage {
    @Override
    public int type() {
      return MessageType.VIDEO;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeBytes(body.duplicate());
    }
  }

  /**
   * Metadata and other data: a handler's name and its arguments.
   *
   * @param body AMF0; a message of AMF3 has lost the byte 0 it begins with
   */
  record Data(ByteBuf body) implements RtmpMessage {
    @Override
    public int type() {
      return MessageType.DATA_AMF0;
    }

    @Override
    public void write(ByteBuf out) {
      out.writeBytes(body.duplicate());
    }
  }

  /**
   * Shared objects, and every type that the specification does not know. Recognised, not read.
   *
   * @param type as it came
   * @param body as it came
   */
  record Other(int type, ByteBuf body) implements RtmpMessage {
    @Override
    public void write(ByteBuf out) {
      out.writeBytes(body.duplicate());
    }
  }

  /**
   * Reads the body of a message, whose indexes stay as they are.
   *
   * @throws dev.sluice.wire.MalformedException when the body is too short or makes no sense
   */
  static RtmpMessage read(RawMessage raw) {
    ByteBuf body = raw.body().duplicate();
    return switch (raw.type()) {
      case MessageType.SET_CHUNK_SIZE -> SetChunkSize.read(body);
      case MessageType.ABORT -> Abort.read(body);
      case MessageType.ACKNOWLEDGEMENT -> Acknowledgement.read(body);
      case MessageType.USER_CONTROL -> UserControl.read(body);
      case MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE -> WindowAcknowledgementSize.read(body);
      case MessageType.SET_PEER_BANDWIDTH -> SetPeerBandwidth.read(body);
      case MessageType.AUDIO -> new Audio(body);
      case MessageType.VIDEO -> new Video(body);
      case MessageType.DATA_AMF0 -> new Data(body);
      case MessageType.DATA_AMF3 -> new Data(withoutAmf3Marker(body));
      case MessageType.COMMAND_AMF0 -> Command.read(body);
      case MessageType.COMMAND_AMF3 -> Command.read(withoutAmf3Marker(body));
      case MessageType.AGGREGATE -> new Aggregate(body);
      default -> new Other(raw.type(), body);
    };
  }

  /** Whether messages of this type are read as {@link Control}. */
  static boolean isControl(int type) {
    return switch (type) {
      case MessageType.SET_CHUNK_SIZE,
          MessageType.ABORT,
          MessageType.ACKNOWLEDGEMENT,
          MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE,
          MessageType.SET_PEER_BANDWIDTH ->
          true;
      default -> false;
    };
  }

  /**
   * Skips the byte 0 that messages of AMF3 begin with before they go on in AMF0, where it is there.
   */
  static ByteBuf withoutAmf3Marker(ByteBuf body) {
    if (body.isReadable() && body.getByte(body.readerIndex()) == 0) {
      body.skipBytes(1);
    }
    return body;
  }
}
