package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.mpegts.TsMuxer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a transport stream of each segment of a {@link Cutter}, all tracks in it, each standing
 * alone: with tables and clock of its own. Written, and encrypted where that is wanted, when the
 * segment has ended.
 */
final class TsPackager implements Cutter.Output {
  private final ByteBufAllocator allocator;
  private final PackagerOutput output;
  private @Nullable SegmentKeys keys;

  /** A segment whose units are being gathered, one reference each. */
  private record Gathered(List<Track> tracks, List<AccessUnit> units) {}

  private final Map<Cut, Gathered> open = new HashMap<>();

  TsPackager(ByteBufAllocator allocator, PackagerOutput output) {
    this.allocator = allocator;
    this.output = output;
  }

  /** From the next segment on, bytes are encrypted. */
  void encrypt(SegmentKeys with) {
    keys = with;
  }

  @Override
  public void begun(Cut cut, TrackSet tracks) {
    if (!cut.gap()) {
      open.put(cut, new Gathered(tracks.tracks(), new ArrayList<>()));
    }
  }

  @Override
  public void unit(Cut cut, AccessUnit unit) {
    Gathered gathered = open.get(cut);
    if (gathered != null) {
      unit.payload().retain();
      gathered.units.add(unit);
    }
  }

  @Override
  public void ended(Cut cut, long end90k) {
    Gathered gathered = open.remove(cut);
    if (gathered == null) {
      return;
    }
    TsMuxer muxer = TsMuxer.ofSegment();
    muxer.configure(gathered.tracks);
    int size = muxer.size(gathered.units);
    ByteBuf bytes = allocator.directBuffer(size, size);
    muxer.write(gathered.units, bytes);
    release(gathered);
    output.transportStream(cut, end90k, keys == null ? bytes : encrypted(keys, cut, bytes));
  }

  /** The plain bytes are released. */
  private ByteBuf encrypted(SegmentKeys with, Cut cut, ByteBuf plain) {
    try {
      return with.encrypt(cut, plain, allocator);
    } finally {
      plain.release();
    }
  }

  private static void release(Gathered gathered) {
    gathered.units.forEach(unit -> unit.payload().release());
    gathered.units.clear();
  }

  /** Gives up what is not finished. */
  void close() {
    open.values().forEach(TsPackager::release);
    open.clear();
  }
}
