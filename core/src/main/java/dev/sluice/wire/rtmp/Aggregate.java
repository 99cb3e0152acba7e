package dev.sluice.wire.rtmp;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Several messages in one (RTMP 1.0, section 7.1.6): a row of FLV tags, each followed by its size.
 *
 * @param body as it came
 */
public record Aggregate(ByteBuf body) implements RtmpMessage {
  private static final int TAG_HEADER_BYTES = 11;
  private static final int BACK_POINTER_BYTES = 4;

  @Override
  public int type() {
    return MessageType.AGGREGATE;
  }

  @Override
  public void write(ByteBuf out) {
    out.writeBytes(body.duplicate());
  }

  /**
   * Takes the messages out of an aggregate message one by one. Their time is the aggregate's plus
   * the distance from the first one.
   */
  public static final class Splitter {
    private final RawMessage aggregate;
    private final ByteBuf rest;
    private int offsetMs;
    private boolean first = true;

    /** Borrows {@code aggregate}. */
    public Splitter(RawMessage aggregate) {
      this.aggregate = aggregate;
      this.rest = aggregate.body().duplicate();
    }

    /**
     * The next message, null at the end.
     *
     * @return the body is a slice of the aggregate's, owned by the caller
     * @throws MalformedException when the aggregate ends inside a message
     */
    public @Nullable RawMessage next() {
      if (!rest.isReadable()) {
        return null;
      }
      Bodies.require("message in an aggregate", rest, TAG_HEADER_BYTES);
      int type = rest.readUnsignedByte() & 0x1F;
      int bodyBytes = rest.readUnsignedMedium();
      int timestampMs = rest.readUnsignedMedium() | rest.readUnsignedByte() << 24;
      rest.skipBytes(3); // message stream ID: the aggregate's counts
      if (type == MessageType.AGGREGATE) {
        throw new MalformedException("aggregate message inside an aggregate message");
      }
      Bodies.require("message in an aggregate", rest, bodyBytes);
      if (first) {
        first = false;
        offsetMs = aggregate.timestampMs() - timestampMs;
      }
      ByteBuf body = rest.readRetainedSlice(bodyBytes);
      // The last back pointer is missing from some encoders.
      rest.skipBytes(Math.min(BACK_POINTER_BYTES, rest.readableBytes()));
      return new RawMessage(
          aggregate.chunkStreamId(),
          aggregate.messageStreamId(),
          type,
          timestampMs + offsetMs,
          body);
    }
  }
}
