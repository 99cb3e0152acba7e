package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.MediaOrder.Entry;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes segments and parts of a stream; see the package for what they are.
 *
 * <ol>
 *   <li>{@link #configure} before the first unit, and again whenever tracks change;
 *   <li>{@link #add} each unit;
 *   <li>{@link #pause} when the source is gone, after which units may come again;
 *   <li>{@link #close}.
 * </ol>
 *
 * <p>One thread at a time.
 */
public final class Packager implements AutoCloseable {
  private final MediaOrder order = new MediaOrder();
  private final Cutter cutter;
  private final CmafPackager cmaf;
  private final TsPackager ts;
  private final PackagerOutput output;
  private boolean transportStream;
  private long settled90k;

  /**
   * A packager that goes on where the ledger ends.
   *
   * @param ledger of this stream; lines are appended to it
   * @param allocator of the bytes that are handed on
   */
  public Packager(
      PackagerSettings settings, Ledger ledger, ByteBufAllocator allocator, PackagerOutput output) {
    this.output = output;
    this.cmaf = new CmafPackager(settings, ledger, allocator, output);
    this.ts = new TsPackager(allocator, output);
    this.cutter = new Cutter(settings, ledger, new Both());
  }

  /** Hands what is cut to whoever makes something of it. */
  private final class Both implements Cutter.Output {
    @Override
    public void begun(Cut cut, TrackSet tracks) {
      cmaf.begun(cut, tracks);
      if (transportStream) {
        ts.begun(cut, tracks);
      }
    }

    @Override
    public void expected(Cut cut, long end90k) {
      output.expected(cut, end90k);
    }

    @Override
    public void unit(Cut cut, AccessUnit unit) {
      cmaf.unit(cut, unit);
      ts.unit(cut, unit);
    }

    @Override
    public void ended(Cut cut, long end90k) {
      cmaf.ended(cut, end90k);
      ts.ended(cut, end90k);
    }
  }

  /** What keeps a track from being packaged as CMAF, for people; null when nothing does. */
  public static @Nullable String objection(Track track) {
    return CmafPackager.objection(track);
  }

  /** Whether there is a place for a track in segments, data in front of the media of others. */
  public static boolean carries(Track track) {
    return switch (track.codec()) {
      case ID3, SCTE35 -> true;
      default -> CmafPackager.objection(track) == null;
    };
  }

  /** Whether segments are made as transport streams, too, from the next one on. */
  public void transportStream(boolean wanted) {
    transportStream = wanted;
  }

  /**
   * Whether others cut the same units without a word between them: then nothing is made that they
   * may have cut elsewhere. Before the first unit. It costs a GOP or two after a start.
   */
  public void inUnison(boolean with) {
    cutter.inUnison(with);
  }

  /** Transport streams are encrypted, from the next segment on. */
  public void encrypt(SegmentKeys keys) {
    ts.encrypt(keys);
  }

  /**
   * The units that come from now on are of these tracks.
   *
   * @param tracks in their order
   */
  public void configure(List<Track> tracks) {
    order.configure(new TrackSet(tracks));
  }

  /** The next unit; borrowed. Units of one track come in order of DTS. */
  public void add(AccessUnit unit) {
    order.add(unit);
    for (Entry entry; (entry = order.next()) != null; ) {
      take(entry);
    }
  }

  private void take(Entry entry) {
    try {
      cutter.take(entry);
      if (cutter.decided()) {
        settled90k = Math.max(settled90k, entry.dts90k());
      }
    } finally {
      entry.unit().payload().release();
    }
  }

  /** Nothing comes for some time, or ever: what is open is finished, as far as it goes. */
  public void pause() {
    for (Entry entry; (entry = order.rest()) != null; ) {
      take(entry);
    }
    cutter.end();
  }

  /** Decoding time up to which it is decided what is cut, 90 kHz; 0 before the first unit. */
  public long settled90k() {
    return settled90k;
  }

  /** Units that belong to no segment: before the first random access point, or too late. */
  public long leftOut() {
    return cutter.leftOut();
  }

  /** Gives up what is not finished; {@link #pause} first, where it is to be kept. */
  @Override
  public void close() {
    for (Entry entry; (entry = order.rest()) != null; ) {
      entry.unit().payload().release();
    }
    cutter.close();
    cmaf.close();
    ts.close();
  }
}
