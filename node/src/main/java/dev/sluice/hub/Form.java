package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A form in which a stream is handed out: the bytes that every viewer of one protocol and dialect
 * receives alike. Endpoints implement it; the hub keeps one {@link Feed} per stream and key.
 */
public interface Form {

  /** Names the form; two forms with equal keys produce equal bytes. */
  String key();

  /**
   * Whether tracks of this kind are in it. A viewer of a form without video may begin with any
   * unit.
   */
  default boolean carries(Track.Kind kind) {
    return true;
  }

  /**
   * What keeps a stream from being had in this form; its viewers are refused or ended with {@link
   * Reason#CODEC}.
   *
   * @return for people, naming the codec, without a full stop: {@code the audio is mp3, .aac
   *     carries aac}; null when nothing does
   */
  default @Nullable String objection(Configuration configuration) {
    return null;
  }

  /**
   * What of the tracks that its viewers want is left out because the form has no place for it,
   * where there is no {@link #objection}: they get the rest, and the operator is told.
   *
   * @return for people, naming the codec, without a full stop; null when nothing is
   */
  default @Nullable String leavesOut(Configuration configuration) {
    return null;
  }

  /**
   * A muxer for one feed, used on the stream's loop only.
   *
   * @param zeroMs milliseconds of UTC that time stamps count from: the stream's incarnation, or 0
   *     for absolute time
   */
  Muxer muxer(long zeroMs);

  /**
   * Whether its viewers come from another stream (see {@link Cut}), so that headers have to be of
   * the time of the block that they come before: older ones would go back in time.
   */
  default boolean continues() {
    return false;
  }

  /**
   * Writes the bytes that each viewer gets once, before anything else; nothing by default. Viewer's
   * loop.
   */
  default void preamble(Configuration configuration, ByteBuf out) {}

  /** Turns access units into bytes, exactly as many as it says. */
  interface Muxer {

    /**
     * What follows needs {@code configuration}: comes before the first unit, and before the first
     * unit after each change. Nothing by default, where units say enough themselves.
     */
    default void configure(Configuration configuration) {}

    /** Bytes that {@link #write} will add for {@code unit}; 0 when the form leaves it out. */
    int size(AccessUnit unit);

    /** Appends {@code unit}; its payload's indexes stay as they are. */
    void write(AccessUnit unit, ByteBuf out);

    /**
     * Bytes that {@link #writeBlock} will add; those of the units one by one, unless the form puts
     * some of them together. With 0 there is no such block.
     *
     * @param block the units of a block, in order, none of which is left out
     */
    default int blockSize(List<AccessUnit> block) {
      int size = 0;
      for (int i = 0; i < block.size(); i++) {
        size += size(block.get(i));
      }
      return size;
    }

    /** Appends the units of a block, whose {@link #blockSize} was asked for just before. */
    default void writeBlock(List<AccessUnit> block, ByteBuf out) {
      for (int i = 0; i < block.size(); i++) {
        write(block.get(i), out);
      }
    }

    /**
     * Appends metadata and decoder configuration, as they must come before a unit of time {@code
     * atMs} (milliseconds of UTC).
     */
    void headers(Configuration configuration, long atMs, ByteBuf out);

    /**
     * Appends what the metadata of {@code configuration} say by itself, at {@code atMs}, for
     * viewers that have all other headers; nothing where the form has no place for it.
     */
    default void metadata(Configuration configuration, long atMs, ByteBuf out) {}
  }
}
