package dev.sluice.endpoint.hls;

import dev.sluice.hub.Loop;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.Sessions;
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
 * Requests for playlists of one stream that are held until these have what was asked for. Who waits
 * for the same waits together, by loops: with each change it is found out once what the answer is,
 * and who waits costs no more than to be sent it. Segments' loop.
 */
final class BlockedReplies implements AutoCloseable {
  /** Answers that are sent before others have their turn on the loop. */
  private static final int AT_ONCE = 256;

  /** How often it is looked for who has waited too long: 500 ms. */
  private static final long SWEEP_NS = 500_000_000;

  private final SegmentStream stream;
  private final Map<Change, Group> groups = new HashMap<>();
  private boolean sweeping;

  /**
   * What is waited for, and how it is told of.
   *
   * @param track name of the track
   * @param number of the segment
   * @param part of it; −1 means all of it
   */
  record Change(String track, long number, long part, Playlists.Form form) {
    boolean isIn(TrackPlaylist.Position at) {
      return part < 0 ? at.hasSegment(number) : at.hasPart(number, part);
    }
  }

  /**
   * One request.
   *
   * @param untilNs when it is too late, on the loop's clock
   */
  record Blocked(long untilNs, QuickReply reply, Sessions.Session viewer) {}

  /**
   * Those who wait for the same.
   *
   * @param sinceNs when the first of them came
   */
  private record Group(long sinceNs, Map<Loop, List<Blocked>> loops) {
    Group(long sinceNs) {
      this(sinceNs, new HashMap<>());
    }

    void add(Blocked blocked) {
      loops.computeIfAbsent(blocked.reply.loop(), _ -> new ArrayList<>()).add(blocked);
    }

    void passAll() {
      loops.forEach((loop, all) -> loop.run(() -> all.forEach(each -> each.reply.pass())));
    }
  }

  BlockedReplies(SegmentStream stream) {
    this.stream = stream;
    stream.onChange(this::changed);
  }

  /** Holds a request. */
  void add(Change change, Blocked blocked) {
    groups.computeIfAbsent(change, _ -> new Group(stream.loop().nowNs())).add(blocked);
    if (!sweeping) {
      sweeping = true;
      sweepLater();
    }
  }

  private void changed() {
    for (var each = groups.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Change, Group> entry = each.next();
      Change change = entry.getKey();
      TrackWindow track = stream.window().track(change.track);
      TrackPlaylist.Position at =
          track == null ? null : TrackPlaylist.position(stream.window(), track);
      if (track != null && at != null && change.isIn(at)) {
        each.remove();
        answer(track, change.form, entry.getValue());
      }
    }
  }

  private void answer(TrackWindow track, Playlists.Form form, Group group) {
    Texts.Answer answer = Playlists.of(stream).answer(track, form);
    if (answer == null) {
      group.passAll();
      return;
    }
    group.loops.forEach((loop, all) -> {
      ByteBuf whole = answer.whole().retain();
      loop.run(() -> send(loop, all, 0, whole, answer.bodyBytes()));
    });
  }

  /** Sends to some and leaves the rest for the loop's next round. */
  private static void send(Loop loop, List<Blocked> all, int from, ByteBuf whole, int bodyBytes) {
    int to = Math.min(all.size(), from + AT_ONCE);
    List<Blocked> turn = all.subList(from, to);
    QuickReply.sendAll(turn.stream().map(Blocked::reply).toList(), whole);
    long nowNs = loop.nowNs();
    turn.forEach(blocked -> blocked.viewer.served(bodyBytes, nowNs));
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
    for (Group group : groups.values()) {
      if (nowNs - group.sinceNs >= SWEEP_NS) { // most are answered before that
        group.loops.values().forEach(all -> all.removeIf(each -> isOver(each, nowNs, late)));
        group.loops.values().removeIf(List::isEmpty);
      }
    }
    groups.values().removeIf(group -> group.loops.isEmpty());
    late.forEach(each -> each.reply.loop().run(each.reply::pass));
    sweeping = !groups.isEmpty();
    if (sweeping) {
      sweepLater();
    }
  }

  private static boolean isOver(Blocked blocked, long nowNs, List<Blocked> late) {
    boolean isLate = blocked.untilNs - nowNs <= 0;
    if (isLate) {
      late.add(blocked);
    }
    return isLate || blocked.reply.isGone();
  }

  /** How many wait. */
  int waiting() {
    return groups.values().stream()
        .flatMap(group -> group.loops.values().stream())
        .mapToInt(List::size)
        .sum();
  }

  /** The stream's segments are gone: the HTTP stack says so. */
  @Override
  public void close() {
    groups.values().forEach(Group::passAll);
    groups.clear();
  }

  static BlockedReplies of(SegmentStream stream) {
    return stream.beside(BlockedReplies.class, BlockedReplies::new);
  }
}
