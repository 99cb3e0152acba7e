package dev.sluice.mux.mp4;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/** Writes down units, one line each, with times in ticks of their tracks, and releases them. */
class UnitDump implements SourceOutput {
  /** What a unit was. */
  record Unit(int id, long dts, long pts, boolean randomAccess, int size, long crc) {}

  private final SourceClock clock;
  private final StringBuilder text = new StringBuilder();
  final List<Track> tracks = new ArrayList<>();
  final List<Unit> units = new ArrayList<>();
  private final List<ByteBuf> payloads = new ArrayList<>();

  UnitDump(SourceClock clock) {
    this.clock = clock;
  }

  @Override
  public void track(Track track) {
    tracks.add(track);
    text.append(
        "track %d %s %s %d Hz%s configuration %s%n"
            .formatted(
                track.id(),
                track.kind().name().toLowerCase(Locale.ROOT),
                track.label(),
                track.timescale().ticksPerSecond(),
                track.language().isEmpty() ? "" : " " + track.language(),
                track.configuration()));
  }

  @Override
  public void unit(SourceUnit source) {
    ByteBuf payload = source.payload();
    CRC32 crc = new CRC32();
    crc.update(payload.nioBuffer());
    Track track = source.track();
    Unit unit =
        new Unit(
            track.id(),
            clock.timescale().convert(source.dts(), track.timescale()),
            clock.timescale().convert(source.dts() + source.compositionOffset(), track.timescale()),
            source.randomAccess(),
            payload.readableBytes(),
            crc.getValue());
    units.add(unit);
    line(
        "%d dts %d pts %d%s %d B crc %08X"
            .formatted(
                unit.id, unit.dts, unit.pts, unit.randomAccess ? " ra" : "", unit.size, unit.crc));
    payload.release();
    payloads.add(payload);
  }

  void line(String line) {
    text.append(line).append('\n');
  }

  @Override
  public void metadata(Bytes message) {
    throw new AssertionError("MP4 has no metadata of FLV");
  }

  /** The lines so far. */
  String text() {
    return text.toString();
  }

  /** Whether nobody holds a payload any more. */
  boolean allReleased() {
    return payloads.stream().allMatch(payload -> payload.refCnt() == 0);
  }
}
