package dev.sluice.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tracks of a stream while one source follows another: which of a source's tracks goes on as
 * which of the stream's.
 *
 * <p>A source numbers its tracks as it likes. Its video is the stream's video: a track of a source
 * goes on as a track of the stream that has the same kind (data: the same codec), that no other
 * track of this source goes on as, and that is the best of these: same language and id; same
 * language; same id; a language unknown on either side; the lowest id. Its codec and configuration
 * may be others.
 *
 * <table>
 *   <caption>What happens</caption>
 *   <tr><td>{@code FIXED}</td><td>a track that the source lacks</td><td>stays, as a gap</td></tr>
 *   <tr><td>{@code FIXED}</td><td>a track too many, in the first {@link #OPEN_NS}</td>
 *       <td>taken in</td></tr>
 *   <tr><td>{@code FIXED}</td><td>a track too many, later</td><td>cut</td></tr>
 *   <tr><td>{@code FOLLOW}</td><td>a track that the source lacks</td><td>goes</td></tr>
 *   <tr><td>{@code FOLLOW}</td><td>a track too many</td><td>taken in</td></tr>
 * </table>
 *
 * <p>AMF data messages are no track of a stream: they always pass.
 */
public final class TrackEpoch {
  /** From a stream's beginning so long a source may still bring new tracks to it: 5 s. */
  public static final long OPEN_NS = 5_000_000_000L;

  /** Tracks of a stream; what a source brings beyond it is cut. */
  public static final int MAX_TRACKS = 64;

  /** Whether a source may change the tracks of a stream. */
  public enum Rule {
    /** They stay as the stream began. */
    FIXED,
    /** They are the current source's. */
    FOLLOW
  }

  /**
   * What a source changed or would have changed.
   *
   * @param what happened
   * @param track of the stream, or, when it was cut, of the source
   */
  public record Change(What what, Track track) {
    /** Kinds of change. */
    public enum What {
      /** The source does not have it: a gap. */
      LACKED,
      /** The source does not have it: the stream has it no longer. */
      GONE,
      /** The source has it, the stream does not: it goes nowhere. */
      CUT
    }

    /** A sentence. */
    @Override
    public String toString() {
      String name =
          "%s track %d (%s%s)"
              .formatted(
                  track.kind().name().toLowerCase(java.util.Locale.ROOT),
                  track.id(),
                  track.label(),
                  track.language().isEmpty() ? "" : ", " + track.language());
      return switch (what) {
        case LACKED -> "the source has no " + name + "; it stays as a gap";
        case GONE -> "the source has no " + name + "; the stream has it no longer";
        case CUT ->
            "the source's " + name + " is not the stream's; cut (tracks: follow lets it in)";
      };
    }
  }

  private final Rule rule;
  private final List<Track> tracks = new ArrayList<>();
  private boolean begun;
  private long beganNs;

  // of the current source, by its id: the stream's id, or CUT
  private static final int CUT = -1;
  private final Map<Integer, Integer> idOf = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();

  /** A stream that has no tracks yet. */
  public TrackEpoch(Rule rule) {
    this.rule = rule;
  }

  /**
   * A source begins.
   *
   * @param announced the tracks that it has said it has
   * @param nowNs monotonic
   */
  public void begin(List<Track> announced, long nowNs) {
    changes.clear();
    idOf.clear();
    if (!begun) {
      begun = true;
      beganNs = nowNs;
    }
    announced.stream()
        .sorted(Comparator.comparingInt(Track::id))
        .forEach(track -> place(track, nowNs));
    Set<Integer> lacking = lacking();
    for (Track lacked : tracks().stream().filter(known -> lacking.contains(known.id())).toList()) {
      if (rule == Rule.FOLLOW) {
        tracks.remove(lacked);
        changes.add(new Change(Change.What.GONE, lacked));
      } else {
        changes.add(new Change(Change.What.LACKED, lacked));
      }
    }
  }

  /**
   * Which track of the stream a unit of the source's track {@code from} belongs to.
   *
   * @return with the stream's id and {@code from}'s configuration; null when it is cut
   */
  public @Nullable Track admit(Track from, long nowNs) {
    changes.clear();
    if (from.codec() == Codec.AMF_DATA) {
      return from;
    }
    Integer id = idOf.get(from.id());
    if (id == null) {
      return place(from, nowNs);
    }
    return id == CUT ? null : update(from, id);
  }

  /** The tracks of the stream, in the order in which they came. */
  public List<Track> tracks() {
    return List.copyOf(tracks);
  }

  /** Ids of the stream's tracks that the current source does not have. */
  public Set<Integer> lacking() {
    Set<Integer> ids = new HashSet<>();
    for (Track track : tracks) {
      if (!idOf.containsValue(track.id())) {
        ids.add(track.id());
      }
    }
    return ids;
  }

  /** What the last {@link #begin} or {@link #admit} met; valid until the next. */
  public List<Change> changes() {
    return changes;
  }

  private @Nullable Track place(Track from, long nowNs) {
    if (from.codec() == Codec.AMF_DATA) {
      return from;
    }
    Track known = best(from);
    if (known != null) {
      idOf.put(from.id(), known.id());
      return update(from, known.id());
    }
    boolean open = rule == Rule.FOLLOW || nowNs - beganNs < OPEN_NS;
    if (!open || tracks.size() >= MAX_TRACKS) {
      idOf.put(from.id(), CUT);
      changes.add(new Change(Change.What.CUT, from));
      return null;
    }
    Track fresh = withId(from, freeId(from.id()));
    idOf.put(from.id(), fresh.id());
    tracks.add(fresh);
    return fresh;
  }

  private @Nullable Track best(Track from) {
    return tracks.stream()
        .filter(known -> known.kind() == from.kind() && !idOf.containsValue(known.id()))
        .filter(known -> from.kind() != Track.Kind.DATA || known.codec() == from.codec())
        .max(
            Comparator.<Track>comparingInt(known -> likeness(known, from))
                .thenComparing(Comparator.comparingInt(Track::id).reversed()))
        .orElse(null);
  }

  private static int likeness(Track known, Track from) {
    boolean sameId = known.id() == from.id();
    if (known.language().equals(from.language())) {
      return sameId ? 4 : 3;
    }
    boolean unknown = known.language().isEmpty() || from.language().isEmpty();
    return sameId ? 2 : unknown ? 1 : 0;
  }

  private Track update(Track from, int id) {
    for (int i = 0; i < tracks.size(); i++) {
      Track known = tracks.get(i);
      if (known.id() == id) {
        if (known.equals(from)) {
          return known;
        }
        Track updated = withId(from, id);
        if (!updated.equals(known)) {
          tracks.set(i, updated);
        }
        return updated;
      }
    }
    throw new IllegalStateException("no track " + id);
  }

  private int freeId(int wanted) {
    int id = wanted;
    while (has(id)) {
      id = (id + 1) % 256; // there are at most MAX_TRACKS
    }
    return id;
  }

  private boolean has(int id) {
    for (Track track : tracks) {
      if (track.id() == id) {
        return true;
      }
    }
    return false;
  }

  private static Track withId(Track track, int id) {
    return track.id() == id
        ? track
        : new Track(
            id,
            track.kind(),
            track.codec(),
            track.label(),
            track.timescale(),
            track.configuration(),
            track.language());
  }
}
