package dev.sluice.mux.mp4;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes down all that a CMAF demuxer gives. */
final class CmafDump implements CmafDemuxer.Output {
  private final Consumer<Track> tracks;
  private final StringBuilder text = new StringBuilder();
  private @Nullable UnitDump units;
  final List<String> gaps = new ArrayList<>();
  final List<EventMessageBox> events = new ArrayList<>();
  final List<ProducerReferenceTimeBox> referenceTimes = new ArrayList<>();
  final List<UnitDump.Unit> all = new ArrayList<>();
  private final List<UnitDump> dumps = new ArrayList<>();

  CmafDump() {
    this(_ -> {});
  }

  CmafDump(Consumer<Track> tracks) {
    this.tracks = tracks;
  }

  @Override
  public void clock(SourceClock clock) {
    flush();
    units = new UnitDump(clock);
    dumps.add(units);
    units.line("clock " + clock.timescale().ticksPerSecond() + " Hz");
  }

  @Override
  public void track(Track track) {
    tracks.accept(track);
    current().track(track);
  }

  @Override
  public void unit(SourceUnit unit) {
    current().unit(unit);
    all.add(current().units.getLast());
  }

  @Override
  public void metadata(Bytes message) {
    current().metadata(message);
  }

  @Override
  public void referenceTime(int trackId, ProducerReferenceTimeBox box, long mediaTime) {
    referenceTimes.add(box);
    current().line("prft track %d at %d: %s".formatted(trackId, mediaTime, box));
  }

  @Override
  public void event(EventMessageBox box) {
    events.add(box);
    if (units != null) {
      units.line(box.toString());
    }
  }

  @Override
  public void gap(int trackId, long expected, long found) {
    gaps.add("%d: %d to %d".formatted(trackId, expected, found));
    current().line("gap of track %d from %d to %d".formatted(trackId, expected, found));
  }

  /** The lines so far. */
  String text() {
    flush();
    return text.toString();
  }

  boolean allReleased() {
    return dumps.stream().allMatch(UnitDump::allReleased);
  }

  private void flush() {
    if (units != null) {
      text.append(units.text());
      units = null;
    }
  }

  private UnitDump current() {
    if (units == null) {
      throw new AssertionError("no clock was given");
    }
    return units;
  }
}
