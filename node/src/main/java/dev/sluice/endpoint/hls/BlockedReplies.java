package dev.sluice.endpoint.hls;

import dev.sluice.hub.Loop;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.QuickReply;
import dev.sluice.net.segments.Texts;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests for playlists of one stream that are held until these have what was asked for. With each
 * change it is found out once for each track how far it is, and once what the answer is; who waits
 * costs a comparison and a send. Segments' loop.
 */
final class BlockedReplies implements AutoCloseable {
  /** Answers that are sent before others have their turn on the loop. */
  private static final int AT_ONCE = 256;

  /** How often it is looked for who has waited too long: 500 ms. */
  private static final long SWEEP_NS = 500_000_000;

  private final SegmentStream stream;
  private final Map<String, List<Blocked>> tracks = new HashMap<>();
  private boolean sweeping;

  /** A viewer that is told what it was served. */
  interface Counted {
    void served(long bytes);
  }

  /**
   * One request.
   *
   * @param number of the segment that is waited for
   * @param part of it; −1 means all of it
   * @param untilNs when it is too late, on the loop's clock
   */
  record Blocked(
      long number, long part, Playlists.Form form, long untilNs, QuickReply reply, Counted viewer) {
    boolean isIn(TrackPlaylist.Position at) {
      return part < 0 ? at.hasSegment(number) : at.hasPart(number, part);
    }
  }

  BlockedReplies(SegmentStream stream) {
    this.stream = stream;
    stream.onChange(this::changed);
  }

  /** Holds a request for the playlist of a track. */
  void add(String track, Blocked blocked) {
    tracks.computeIfAbsent(track, _ -> new ArrayList<>()).add(blocked);
    if (!sweeping) {
      sweeping = true;
      sweepLater();
    }
  }

  private void changed() {
    for (Map.Entry<String, List<Blocked>> each : tracks.entrySet()) {
      if (!each.getValue().isEmpty()) {
        answer(each.getKey(), each.getValue());
      }
    }
  }

  private void answer(String name, List<Blocked> all) {
    TrackWindow track = stream.window().track(name);
    TrackPlaylist.Position at =
        track == null ? null : TrackPlaylist.position(stream.window(), track);
    if (track == null || at == null) {
      return;
    }
    List<Blocked> ready = new ArrayList<>();
    all.removeIf(blocked -> {
      boolean isReady = blocked.isIn(at);
      if (isReady) {
        ready.add(blocked);
      }
      return isReady;
    });
    Map<Playlists.Form, List<Blocked>> byForm = new HashMap<>();
    ready.forEach(each -> byForm.computeIfAbsent(each.form, _ -> new ArrayList<>()).add(each));
    byForm.forEach((form, same) -> {
      Texts.Answer answer = Playlists.of(stream).answer(track, form);
      if (answer == null) {
        passAll(same);
      } else {
        byLoop(same, answer);
      }
    });
  }

  private void byLoop(List<Blocked> all, Texts.Answer answer) {
    Map<Loop, List<Blocked>> loops = new HashMap<>();
    all.forEach(each -> loops.computeIfAbsent(each.reply.loop(), _ -> new ArrayList<>()).add(each));
    loops.forEach((loop, same) -> {
      ByteBuf whole = answer.whole().retain();
      loop.run(() -> send(loop, same, 0, whole, answer.bodyBytes()));
    });
  }

  /** Sends to some and leaves the rest for the loop's next round. */
  private static void send(Loop loop, List<Blocked> all, int from, ByteBuf whole, int bodyBytes) {
    int to = Math.min(all.size(), from + AT_ONCE);
    for (int i = from; i < to; i++) {
      Blocked blocked = all.get(i);
      blocked.reply.send(whole);
      blocked.viewer.served(bodyBytes);
    }
    if (to < all.size()) {
      loop.execute(() -> send(loop, all, to, whole, bodyBytes));
    } else {
      whole.release();
    }
  }

  private void sweepLater() {
    stream.loop().schedule(this::sweep, SWEEP_NS);
  }

  /** Who has waited too long is told so by the HTTP stack; who has gone is forgotten. */
  private void sweep() {
    long nowNs = stream.loop().nowNs();
    List<Blocked> late = new ArrayList<>();
    for (List<Blocked> all : tracks.values()) {
      all.removeIf(blocked -> {
        boolean isLate = blocked.untilNs - nowNs <= 0;
        if (isLate) {
          late.add(blocked);
        }
        return isLate || blocked.reply.isGone();
      });
    }
    tracks.values().removeIf(List::isEmpty);
    passAll(late);
    sweeping = !tracks.isEmpty();
    if (sweeping) {
      sweepLater();
    }
  }

  private static void passAll(List<Blocked> all) {
    all.forEach(each -> each.reply.loop().run(each.reply::pass));
  }

  /** How many wait. */
  int waiting() {
    return tracks.values().stream().mapToInt(List::size).sum();
  }

  /** The stream's segments are gone: the HTTP stack says so. */
  @Override
  public void close() {
    tracks.values().forEach(BlockedReplies::passAll);
    tracks.clear();
  }

  static BlockedReplies of(SegmentStream stream) {
    return stream.beside(BlockedReplies.class, BlockedReplies::new);
  }
}
