package dev.sluice.mux.packager;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a stream's packaging cannot be told from its frames: numbers, and what was learnt once.
 * It outlives the process and travels with the stream.
 *
 * <p>Each line is handed to {@code sink} before anything that depends on it is handed to anybody.
 */
public final class Ledger {
  private @Nullable Consumer<LedgerRecord> sink;
  private LedgerRecord.@Nullable Begin begin;
  private @Nullable Cut last;
  private boolean open;
  private long end90k;
  private int targetSeconds;
  private final SortedMap<Integer, LedgerRecord.PartTarget> parts = new TreeMap<>();
  private final SortedMap<Integer, Bytes> configured = new TreeMap<>();
  private LedgerRecord.@Nullable Period period;

  /** An empty one, whose lines go nowhere yet. */
  public Ledger() {}

  /**
   * Reads one as it stands on disk. A last line that was torn is left out.
   *
   * @param in borrowed; what is read is consumed
   * @throws MalformedException when it is damaged
   * @throws UnsupportedException when a later version wrote it
   */
  public static Ledger read(ByteBuf in) {
    Ledger ledger = new Ledger();
    for (LedgerRecord line; (line = LedgerRecord.read(in)) != null; ) {
      ledger.apply(line);
    }
    return ledger;
  }

  /** New lines go to {@code to} from now on. */
  public void onAppend(Consumer<LedgerRecord> to) {
    sink = to;
  }

  /** The fewest lines that say what this one says. */
  public List<LedgerRecord> snapshot() {
    List<LedgerRecord> lines = new ArrayList<>();
    if (begin != null) {
      lines.add(begin);
    }
    if (targetSeconds > 0) {
      lines.add(new LedgerRecord.Target(targetSeconds));
    }
    lines.addAll(parts.values());
    configured.forEach((id, digest) -> lines.add(new LedgerRecord.Configured(id, digest)));
    if (period != null) {
      lines.add(period);
    }
    if (last != null) {
      lines.add(new LedgerRecord.Begun(last));
      if (!open) {
        lines.add(new LedgerRecord.Ended(end90k));
      }
    }
    return lines;
  }

  /** Takes over a line that another node has written. */
  public void apply(LedgerRecord line) {
    switch (line) {
      case LedgerRecord.Begin first -> begin = first;
      case LedgerRecord.Target target -> targetSeconds = target.seconds();
      case LedgerRecord.PartTarget part -> parts.put(part.trackId(), part);
      case LedgerRecord.Configured track -> configured.put(track.trackId(), track.digest());
      case LedgerRecord.Period began -> period = began;
      case LedgerRecord.Begun begun -> {
        checkFollows(begun.cut());
        last = begun.cut();
        open = true;
      }
      case LedgerRecord.Ended ended -> {
        open = false;
        end90k = ended.end90k();
      }
    }
  }

  private void checkFollows(Cut cut) {
    Cut before = last;
    if (before == null) {
      return;
    }
    // a segment that was open when a process died is told again, as a hole
    boolean again = cut.number() == before.number() && cut.start90k() == before.start90k();
    if (!again && (cut.number() <= before.number() || cut.start90k() <= before.start90k())) {
      throw new MalformedException(
          "a ledger in which segment %d at %d follows segment %d at %d"
              .formatted(cut.number(), cut.start90k(), before.number(), before.start90k()));
    }
  }

  /** Takes over what another node has learnt, or somebody here, unless it is known. */
  void learn(LedgerRecord line) {
    boolean known =
        switch (line) {
          case LedgerRecord.Begin first -> first.equals(begin);
          case LedgerRecord.Target target -> target.seconds() == targetSeconds;
          case LedgerRecord.PartTarget part -> part.equals(parts.get(part.trackId()));
          case LedgerRecord.Configured track ->
              track.digest().equals(configured.getOrDefault(track.trackId(), Bytes.EMPTY));
          case LedgerRecord.Period began -> began.equals(period);
          case LedgerRecord.Begun _, LedgerRecord.Ended _ -> false;
        };
    if (!known) {
      append(line);
    }
  }

  /** Forgets all segments: what comes is of another history. */
  void forget() {
    last = null;
    open = false;
  }

  void append(LedgerRecord line) {
    apply(line);
    if (sink != null) {
      sink.accept(line);
    }
  }

  /** Writes the first line, if there is none. */
  public void begin(long incarnationMs) {
    if (begin == null) {
      append(new LedgerRecord.Begin(LedgerRecord.VERSION, incarnationMs));
    }
  }

  /** Notes what a description says of a period from now on, unless it is known. */
  public void period(LedgerRecord.Period began) {
    learn(began);
  }

  /** What was said of the period that began last; null when nothing was. */
  public LedgerRecord.@Nullable Period period() {
    return period;
  }

  /** The last cut; null when there was none. */
  public @Nullable Cut last() {
    return last;
  }

  /** Whether the last segment has not ended yet. */
  boolean open() {
    return open;
  }

  /** Where the last segment has ended, 90 kHz; only when it is not {@link #open}. */
  long end90k() {
    return end90k;
  }

  /** The target duration; 0 when it has not been learnt yet. */
  public int targetSeconds() {
    return targetSeconds;
  }

  /** The parts of a track; null when it has not been learnt yet. */
  public LedgerRecord.@Nullable PartTarget part(int trackId) {
    return parts.get(trackId);
  }

  /**
   * Notes what the tracks are from the next cut on.
   *
   * @return whether the decoder of a track that was there before has to be set up anew
   */
  boolean configure(TrackSet tracks) {
    boolean differs = false;
    for (Track track : tracks.tracks()) {
      if (track.kind() == Track.Kind.DATA) {
        continue;
      }
      Bytes digest = digest(track);
      Bytes before = configured.get(track.id());
      if (before == null || !digest.equals(before)) {
        differs |= before != null;
        append(new LedgerRecord.Configured(track.id(), digest));
      }
    }
    return differs;
  }

  private static Bytes digest(Track track) {
    ByteBuf all = Unpooled.buffer();
    all.writeByte(track.kind().ordinal());
    all.writeBytes(track.codec().label().getBytes(StandardCharsets.US_ASCII));
    all.writeInt(track.timescale().ticksPerSecond());
    track.configuration().writeTo(all);
    return Bytes.copyOf(all).sha256(LedgerRecord.DIGEST_SIZE);
  }
}
