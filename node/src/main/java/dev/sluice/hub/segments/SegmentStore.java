package dev.sluice.hub.segments;

import dev.sluice.media.StreamName;
import dev.sluice.mux.store.StoredHead;
import dev.sluice.mux.store.TrackIndex;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where segments are kept that are too many for memory. Any thread; nothing blocks. */
public interface SegmentStore {
  /** Keeps nothing, so that all must have room in memory. */
  SegmentStore NONE =
      new SegmentStore() {
        @Override
        public boolean keeps() {
          return false;
        }

        @Override
        public Recovered recovered(StreamName name) {
          return Recovered.NOTHING;
        }

        @Override
        public void watch(StreamName name, Removal removal) {}

        @Override
        public void append(
            StreamName name, StoredHead head, Bytes init, ByteBuf media, Outcome outcome) {
          media.release();
          outcome.lost();
        }

        @Override
        public void read(
            StreamName name, int file, int position, int size, Consumer<@Nullable ByteBuf> then) {
          then.accept(null);
        }

        @Override
        public void dropBefore(StreamName name, int file) {}

        @Override
        public void forget(StreamName name) {}
      };

  /** What became of a segment; on any thread. */
  interface Outcome {
    /** It is there from now on, its media at {@code position} of a file. */
    void stored(int file, int position);

    /** There was no room, or the disk was too slow, or failed. It never will be there. */
    void lost();
  }

  /** Is told that what is in a file, and in all before it, had to go; on any thread. */
  @FunctionalInterface
  interface Removal {
    void removed(int file);
  }

  /**
   * What was there of a stream when this was opened.
   *
   * @param indexes of its tracks
   * @param inits CMAF headers by their digest in hexadecimal digits
   */
  record Recovered(List<TrackIndex> indexes, Map<String, Bytes> inits) {
    /** Nothing was. */
    public static final Recovered NOTHING = new Recovered(List.of(), Map.of());
  }

  /** Whether anything is kept at all. */
  boolean keeps();

  /** What was there of a stream when this was opened; the caller owns it, nobody gets it again. */
  Recovered recovered(StreamName name);

  /** Who is told of what goes for want of room; the last one counts. */
  void watch(StreamName name, Removal removal);

  /**
   * Stores a segment behind all before it.
   *
   * @param head its checksum is found out here
   * @param init the CMAF header that it needs
   * @param media owned by this
   */
  void append(StreamName name, StoredHead head, Bytes init, ByteBuf media, Outcome outcome);

  /**
   * Reads a segment on a thread of the disk's.
   *
   * @param then is given the media, owned by it, on any thread; null when they are not there, are
   *     damaged, or too many others read
   */
  void read(StreamName name, int file, int position, int size, Consumer<@Nullable ByteBuf> then);

  /** Nobody wants anything any more of files in front of {@code file}. */
  void dropBefore(StreamName name, int file);

  /** Nobody wants anything of a stream any more. */
  void forget(StreamName name);
}
