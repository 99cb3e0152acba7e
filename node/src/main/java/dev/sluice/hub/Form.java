package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import io.netty.buffer.ByteBuf;

/**
 * A form in which a stream is handed out: the bytes that every viewer of one protocol and dialect
 * receives alike. Endpoints implement it; the hub keeps one {@link Feed} per stream and key.
 */
public interface Form {

  /** Names the form; two forms with equal keys produce equal bytes. */
  String key();

  /**
   * A muxer for one feed, used on the stream's loop only.
   *
   * @param zeroMs milliseconds of UTC that time stamps count from: the stream's incarnation, or 0
   *     for absolute time
   */
  Muxer muxer(long zeroMs);

  /**
   * Writes the bytes that each viewer gets once, before anything else; nothing by default. Viewer's
   * loop.
   */
  default void preamble(Configuration configuration, ByteBuf out) {}

  /** Turns access units into bytes, exactly as many as it says. */
  interface Muxer {

    /** Bytes that {@link #write} will add for {@code unit}; 0 when the form leaves it out. */
    int size(AccessUnit unit);

    /** Appends {@code unit}; its payload's indexes stay as they are. */
    void write(AccessUnit unit, ByteBuf out);

    /**
     * Appends metadata and decoder configuration, as they must come before a unit of time {@code
     * atMs} (milliseconds of UTC).
     */
    void headers(Configuration configuration, long atMs, ByteBuf out);

    /**
     * Appends the metadata of {@code configuration} by itself, for viewers that have all other
     * headers; nothing where the form has no place for it.
     */
    default void metadata(Configuration configuration, ByteBuf out) {}
  }
}
