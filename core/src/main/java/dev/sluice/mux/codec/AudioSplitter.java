package dev.sluice.mux.codec;

import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;

/** Finds the frames of one audio track in a byte stream. Frames may straddle calls. */
public interface AudioSplitter {

  /** Where frames go; called within {@link #feed}. */
  interface Output {
    /**
     * One frame in the inner form.
     *
     * @param track with the configuration that this frame needs
     * @param startedBefore whether its first byte came in an earlier call: a time stamp of this
     *     call belongs to the first frame that began in it
     * @param samples duration in the track's timescale
     * @param payload owned by the receiver
     */
    void frame(Track track, boolean startedBefore, int samples, ByteBuf payload);
  }

  /**
   * Takes more bytes. What is no frame is passed over and counted.
   *
   * @param in borrowed, its indexes stay as they are; must not change afterwards
   */
  void feed(ByteBuf in, Output output);

  /** Forgets an unfinished frame: bytes are missing between the last call and the next. */
  void reset();

  /** Bytes that were passed over because they belong to no frame. */
  long skippedBytes();
}
