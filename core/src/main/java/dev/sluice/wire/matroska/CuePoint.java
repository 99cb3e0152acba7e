package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a file something can be found (RFC 9559, section 5.1.5.1).
 *
 * @param timeTicks absolute time stamp of the block
 * @param track number of the block's track
 * @param clusterPosition of its cluster, bytes from the beginning of the segment's body
 */
public record CuePoint(long timeTicks, int track, long clusterPosition) {
  /** Points of one file: one a second for 55 hours. */
  public static final int MAX_POINTS = 200_000;

  /**
   * Reads the body of Cues, all of {@code body}.
   *
   * @throws MalformedException when it cannot be read or holds too many points
   */
  public static List<CuePoint> readAll(ByteBuf body) {
    List<CuePoint> points = new ArrayList<>();
    ElementBody.children(
        "Cues",
        body,
        (in, id) -> {
          if (id == ElementId.CUE_POINT) {
            read(in, points);
          }
        });
    return points;
  }

  private static void read(ByteBuf body, List<CuePoint> points) {
    var time =
        new Object() {
          long ticks;
        };
    ElementBody.children(
        "CuePoint",
        body,
        (in, id) -> {
          switch (id) {
            case ElementId.CUE_TIME -> time.ticks = ElementBody.unsigned("CueTime", in);
            case ElementId.CUE_TRACK_POSITIONS -> points.add(position(time.ticks, in));
            default -> {}
          }
          if (points.size() > MAX_POINTS) {
            throw new MalformedException("Matroska Cues with more than " + MAX_POINTS + " points");
          }
        });
  }

  private static CuePoint position(long timeTicks, ByteBuf body) {
    var reading =
        new Object() {
          int track;
          long cluster;
        };
    ElementBody.children(
        "CueTrackPositions",
        body,
        (in, id) -> {
          switch (id) {
            case ElementId.CUE_TRACK ->
                reading.track = ElementBody.unsigned("CueTrack", in, TrackEntry.MAX_NUMBER);
            case ElementId.CUE_CLUSTER_POSITION ->
                reading.cluster = ElementBody.unsigned("CueClusterPosition", in);
            default -> {}
          }
        });
    return new CuePoint(timeTicks, reading.track, reading.cluster);
  }
}
