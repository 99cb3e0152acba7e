package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code elst}: which parts of a track are shown when (ISO/IEC 14496-12, section 8.6.6).
 *
 * @param edits one behind the other on the presentation's time, at most 4 096
 */
public record EditListBox(List<Edit> edits) implements Box {
  /** Media time of an edit that shows nothing. */
  public static final long EMPTY = -1;

  /**
   * One stretch.
   *
   * @param segmentDuration in the movie's timescale; 0: all that is left (fragmented files)
   * @param mediaTime composition time at which it begins, in the track's timescale; {@link #EMPTY}
   *     for a stretch of nothing
   * @param mediaRate 16.16: 65 536 plays, 0 holds one picture
   */
  public record Edit(long segmentDuration, long mediaTime, int mediaRate) {
    /** Plays at its own speed. */
    public static final int NORMAL_RATE = 0x1_0000;

    public Edit {
      checkRange("segmentDuration", segmentDuration, 0, Long.MAX_VALUE);
      checkRange("mediaTime", mediaTime, EMPTY, Long.MAX_VALUE);
    }
  }

  public EditListBox {
    checkRange("number of edits", edits.size(), 0, BoxLimits.MAX_EDITS);
    edits = List.copyOf(edits);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early, has more than 4 096 edits,
   *     or one that begins before −1
   */
  public static EditListBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.ELST, 1);
    int size = body.version() == 0 ? 12 : 20;
    int count = body.count("edits", body.u32(), BoxLimits.MAX_EDITS, size);
    List<Edit> edits = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long duration = body.u32or64("segment_duration");
      long mediaTime = body.version() == 0 ? body.i32() : body.i64();
      if (mediaTime < EMPTY) {
        throw body.fault("media_time", Long.toString(mediaTime), "-1 and more");
      }
      edits.add(new Edit(duration, mediaTime, body.i32()));
    }
    return new EditListBox(edits);
  }

  @Override
  public int type() {
    return BoxType.ELST;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int version = edits.stream().allMatch(EditListBox::fits) ? 0 : 1;
    Boxes.full(version, 0, out);
    out.writeInt(edits.size());
    for (Edit edit : edits) {
      Times.write(version, edit.segmentDuration, out);
      Times.write(version, edit.mediaTime, out);
      out.writeInt(edit.mediaRate);
    }
  }

  private static boolean fits(Edit edit) {
    return edit.segmentDuration <= 0xFFFF_FFFFL && edit.mediaTime <= Integer.MAX_VALUE;
  }
}
