package dev.sluice.mux.flv;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;

/**
 * Reads the tags of an FLV file that lies in memory, one at a time, so that the caller can pace
 * them; {@link #rewind} plays it again without a break in time:
 *
 * <ol>
 *   <li>{@link #nextTimestampMs} says when the next tag is due, counted from the file's first tag;
 *   <li>{@link #next} gives it to the demuxer;
 *   <li>when {@link #hasNext} is false, {@link #rewind}.
 * </ol>
 */
public final class FlvFile {
  private static final long DEFAULT_FRAME_MS = 40;

  private final ByteBuf content;
  private final FlvDemuxer demuxer;
  private final int firstTag;
  private final long firstMs;
  private final long durationMs;
  private int position;
  private long playedMs;

  /**
   * Looks through the file once.
   *
   * @param content borrowed; it must stay alive and unchanged while this is used
   * @throws MalformedException when this is no FLV, has no whole tag, or as {@link FlvDemuxer#tag}
   * @throws dev.sluice.wire.UnsupportedException when a tag is encrypted
   */
  public FlvFile(ByteBuf content, FlvDemuxer demuxer) {
    this.content = content;
    this.demuxer = demuxer;
    ByteBuf in = content.slice();
    if (FlvHeader.read(in) == null) {
      throw new MalformedException("FLV file of " + content.readableBytes() + " bytes");
    }
    this.firstTag = content.readerIndex() + in.readerIndex() + FlvTagHeader.TRAILER_SIZE;
    this.position = firstTag;
    if (!hasNext()) {
      throw new MalformedException("FLV file without a tag");
    }
    this.firstMs = header().timestampMs();
    this.durationMs = measure();
    this.position = firstTag;
  }

  /** Whether there is another whole tag. */
  public boolean hasNext() {
    if (content.writerIndex() - position < FlvTagHeader.SIZE) {
      return false;
    }
    return header().bodySize() <= content.writerIndex() - position - FlvTagHeader.SIZE;
  }

  /**
   * When the next tag is due: milliseconds since the first tag, over all rounds.
   *
   * @throws IllegalStateException when there is none
   */
  public long nextTimestampMs() {
    requireNext();
    return playedMs + Math.max(0, header().timestampMs() - firstMs);
  }

  /**
   * Gives the next tag to the demuxer, with {@link #nextTimestampMs} as its time stamp.
   *
   * @throws IllegalStateException when there is none
   * @throws MalformedException as {@link FlvDemuxer#tag}
   */
  public void next() {
    long timestampMs = nextTimestampMs() & 0xFFFF_FFFFL;
    FlvTagHeader header = header();
    ByteBuf body = content.slice(position + FlvTagHeader.SIZE, header.bodySize());
    skip(header);
    demuxer.tag(header.type(), timestampMs, body);
  }

  /** Starts again at the first tag, whose time is the end of this round. */
  public void rewind() {
    position = firstTag;
    playedMs += durationMs;
  }

  /** How long one round lasts: the longer of audio and video. */
  public long durationMs() {
    return durationMs;
  }

  private void requireNext() {
    if (!hasNext()) {
      throw new IllegalStateException("the file has ended");
    }
  }

  private FlvTagHeader header() {
    ByteBuf in = content.slice(position, FlvTagHeader.SIZE);
    FlvTagHeader header = FlvTagHeader.read(in);
    if (header == null) {
      throw new IllegalStateException("the file has ended");
    }
    return header;
  }

  private void skip(FlvTagHeader header) {
    position += FlvTagHeader.SIZE + header.bodySize() + FlvTagHeader.TRAILER_SIZE;
  }

  /** Reads all tags with a demuxer of its own, so that headers do not count as frames. */
  private long measure() {
    Length length = new Length();
    FlvDemuxer measuring = new FlvDemuxer(length);
    for (; hasNext(); skip(header())) {
      FlvTagHeader header = header();
      measuring.tag(
          header.type(),
          header.timestampMs(),
          content.slice(position + FlvTagHeader.SIZE, header.bodySize()));
    }
    return length.ms();
  }

  /** How long the longer of audio and video lasts, each from its own first frame. */
  private static final class Length implements SourceOutput {
    private static final int TRACKS = FlvDemuxer.DATA_ID; // data lasts no time

    private final long[] firstMs = {-1, -1};
    private final long[] lastMs = new long[TRACKS];
    private final long[] frameMs = new long[TRACKS];

    @Override
    public void track(Track track) {}

    @Override
    public void metadata(Bytes message) {}

    @Override
    public void unit(SourceUnit unit) {
      unit.payload().release();
      int id = unit.track().id();
      if (id >= TRACKS) {
        return;
      }
      if (firstMs[id] < 0) {
        firstMs[id] = unit.dts();
      } else if (unit.dts() > lastMs[id]) {
        frameMs[id] = unit.dts() - lastMs[id];
      }
      lastMs[id] = unit.dts();
    }

    long ms() {
      long longestMs = 0;
      for (int id = 0; id < TRACKS; id++) {
        if (firstMs[id] >= 0) {
          longestMs = Math.max(longestMs, lastMs[id] + frameMs[id] - firstMs[id]);
        }
      }
      return longestMs > 0 ? longestMs : DEFAULT_FRAME_MS;
    }
  }
}
