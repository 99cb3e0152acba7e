package dev.sluice.mux.codec;

import dev.sluice.media.Track;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Turns the access units of one track, as a container carries them, into the inner form. */
public interface Normaliser {

  /** How a container tells the parts of an access unit apart. */
  enum Framing {
    /**
     * FLV, MP4, Matroska: lengths before NAL units, OBUs with sizes; the decoder configuration
     * comes apart from the units.
     */
    LENGTH_PREFIXED,
    /** MPEG-TS, elementary streams: start codes; the decoder configuration comes in the units. */
    START_CODES
  }

  /** Where units go; called within {@code unit}. */
  interface Output {
    /**
     * One access unit.
     *
     * @param track with the configuration that this unit needs; equal to the one before it unless
     *     the configuration has changed
     * @param randomAccess whether decoding can begin here
     * @param payload owned by the receiver
     */
    void unit(Track track, boolean randomAccess, ByteBuf payload);
  }

  /**
   * Takes a decoder configuration as the container carries it: the body of {@code avcC}, {@code
   * hvcC}, {@code av1C}, {@code dOps}, {@code dfLa} … or what the container has in its place.
   *
   * @param record borrowed
   * @throws dev.sluice.wire.MalformedException when it cannot be read
   * @throws dev.sluice.wire.UnsupportedException when it is of a kind that is not handled
   */
  void configuration(ByteBuf record);

  /**
   * Takes what the container holds for one access unit; gives one unit, or none when there is
   * nothing to decode in it, it is faulty, or no configuration has been seen. MPEG audio gives
   * several, in order, when the container holds several frames there.
   *
   * @param in borrowed, its indexes stay as they are; must not change afterwards
   * @param key whether the container calls it a key frame; true where it says nothing
   */
  void unit(ByteBuf in, boolean key, Output output);

  /**
   * As {@link #unit(ByteBuf, boolean, Output)}, for an access unit with start codes that somebody
   * has looked for already.
   *
   * @param units where its NAL units are; may be changed
   */
  default void unit(ByteBuf in, NalIndex units, Output output) {
    unit(in, true, output);
  }

  /**
   * Forgets what is kept of units that are not complete, and gives its memory back: bytes are
   * missing before the next unit, or there is none.
   */
  default void reset() {}

  /** The track with its present configuration; null until one is known. */
  @Nullable Track track();

  /** Units that were left out because they could not be read. */
  long malformed();
}
