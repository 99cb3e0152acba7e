package dev.sluice.mux.packager;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.CmafMuxer;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes CMAF of the segments of a {@link Cutter}: a {@link CmafLane} for each track. */
final class CmafPackager implements Cutter.Output {
  private final PackagerSettings settings;
  private final Ledger ledger;
  private final ByteBufAllocator allocator;
  private final PackagerOutput output;
  private final Map<Integer, CmafLane> lanes = new HashMap<>();
  private List<Track> carried = List.of();
  private TrackSet tracks = TrackSet.NONE;
  private List<String> schemes = List.of();

  CmafPackager(
      PackagerSettings settings, Ledger ledger, ByteBufAllocator allocator, PackagerOutput output) {
    this.settings = settings;
    this.ledger = ledger;
    this.allocator = allocator;
    this.output = output;
  }

  /** What keeps a track from being carried, for people; null when it is carried. */
  static @Nullable String objection(Track track) {
    try {
      CmafMuxer.init(track);
      return null;
    } catch (UnsupportedException unsupported) {
      return unsupported.getMessage();
    }
  }

  @Override
  public void begun(Cut cut, TrackSet of) {
    // a gap is of the tracks before it, or, where this is the beginning, of those behind it
    if ((!cut.gap() || carried.isEmpty()) && !of.equals(tracks)) {
      tracks = of;
      follow();
    }
    for (Track track : carried) {
      requireNonNull(lanes.get(track.id())).begun(cut);
    }
    output.begun(cut, carried);
  }

  /** Brings the lanes into line with the tracks; a track that was there before keeps its own. */
  private void follow() {
    List<Track> now = new ArrayList<>();
    for (Track track : tracks.tracks()) {
      if (track.kind() == Track.Kind.DATA || objection(track) != null) {
        continue;
      }
      now.add(track);
      CmafLane lane = lanes.get(track.id());
      if (lane == null) {
        lane = new CmafLane(settings, ledger, allocator, output);
        lanes.put(track.id(), lane);
      }
      if (lane.become(track)) {
        output.init(track, CmafMuxer.init(track));
      }
    }
    carried = List.copyOf(now);
    List<String> carriedSchemes =
        tracks.tracks().stream()
            .map(track -> EventMessages.scheme(track.codec()))
            .filter(Objects::nonNull)
            .sorted()
            .distinct()
            .toList();
    if (!carriedSchemes.equals(schemes)) {
      schemes = carriedSchemes;
      output.messages(schemes);
    }
  }

  @Override
  public void unit(Cut cut, AccessUnit unit) {
    if (unit.track().kind() == Track.Kind.DATA) {
      data(unit);
      return;
    }
    CmafLane lane = lanes.get(unit.track().id());
    if (lane != null) {
      lane.add(cut, unit);
    }
  }

  /** Data stand in front of the next chunk of the first track: there is one place for them. */
  private void data(AccessUnit unit) {
    if (carried.isEmpty()) {
      return;
    }
    Track first = carried.stream().min(TrackSet.LEADING).orElseThrow();
    CmafLane lane = requireNonNull(lanes.get(first.id()));
    if (unit.track().codec() == Codec.ID3) {
      lane.add(EventMessages.id3(unit, first.timescale()));
    } else if (unit.track().codec() == Codec.SCTE35) {
      SpliceMessage message = SpliceMessage.of(unit);
      if (message != null) {
        lane.add(EventMessages.splice(message, first.timescale()));
        output.splice(message);
      }
    }
  }

  @Override
  public void ended(Cut cut, long end90k) {
    lanes.values().forEach(lane -> lane.end(cut, end90k));
    lanes.entrySet().removeIf(each -> each.getValue().idle() && !isCarried(each.getKey()));
    output.ended(cut, end90k);
  }

  private boolean isCarried(int id) {
    return carried.stream().anyMatch(track -> track.id() == id);
  }

  /** Gives up what is not finished, and begins anew with the next cut. */
  void abandon() {
    close();
    tracks = TrackSet.NONE;
    carried = List.of();
  }

  /** Gives up what is not finished. */
  void close() {
    lanes.values().forEach(CmafLane::close);
    lanes.clear();
  }
}
