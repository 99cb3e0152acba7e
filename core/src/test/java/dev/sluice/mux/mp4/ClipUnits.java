package dev.sluice.mux.mp4;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** The units of a clip's track on a UTC time line; on the heap, without need of release. */
final class ClipUnits {
  /** Where the clip's time 0 lies, seconds since 1970. */
  static final long START_S = 1_700_000_000;

  private ClipUnits() {}

  /** The units of the first track of that kind. */
  static List<AccessUnit> of(String clip, Track.Kind kind) {
    Mp4File file = Mp4File.open(Mp4Clips.open(clip), ByteBufAllocator.DEFAULT);
    int id =
        file.tracks().stream().filter(track -> track.kind() == kind).findFirst().orElseThrow().id();
    List<AccessUnit> units = new ArrayList<>();
    var output =
        new SourceOutput() {
          @Override
          public void track(Track track) {}

          @Override
          public void metadata(Bytes message) {}

          @Override
          public void unit(SourceUnit unit) {
            if (unit.track().id() == id) {
              Timescale clock = file.clock().timescale();
              Timescale own = unit.track().timescale();
              long start = START_S * own.ticksPerSecond();
              units.add(
                  new AccessUnit(
                      unit.track(),
                      start + clock.convert(unit.dts(), own),
                      start + clock.convert(unit.dts() + unit.compositionOffset(), own),
                      unit.randomAccess(),
                      Unpooled.copiedBuffer(unit.payload())));
            }
            unit.payload().release();
          }
        };
    while (file.next(output)) {}
    return units;
  }

  /** Where the last unit ends, when it lasts as long as the one before it. */
  static long end(List<AccessUnit> units) {
    AccessUnit last = units.getLast();
    long duration = units.size() < 2 ? 1 : last.dts() - units.get(units.size() - 2).dts();
    return last.dts() + duration;
  }
}
