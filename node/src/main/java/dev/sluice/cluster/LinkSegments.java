package dev.sluice.cluster;

import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.media.StreamName;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.FollowingPackager;
import dev.sluice.mux.packager.SegmentMark;
import dev.sluice.net.HttpCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gets segments from the source: one after the other, each track by itself, twice at most. On the
 * loop of the stream's segments.
 */
final class LinkSegments implements FollowingPackager.Elsewhere {
  /** How long a segment of one track may take: 10 s. */
  private static final long TIMEOUT_NS = 10_000_000_000L;

  /** Segments that may wait for their turn; beyond that, they are missed. */
  static final int MAX_WANTED = 256;

  private static final int TRIES = 2;

  private final LinkPeer peer;
  private final StreamName name;
  private final SegmentStream into;
  private final HubListener listener;
  private final Runnable behind;
  private final ArrayDeque<SegmentMark> wanted = new ArrayDeque<>();
  private @Nullable Getting getting;
  private boolean closed;

  /**
   * Gets segments of a stream; {@code behind} is told, on any loop, when there is no keeping up.
   */
  LinkSegments(
      LinkPeer peer, StreamName name, SegmentStream into, HubListener listener, Runnable behind) {
    this.peer = peer;
    this.name = name;
    this.into = into;
    this.listener = listener;
    this.behind = behind;
  }

  @Override
  public void fetch(SegmentMark segment) {
    if (closed) {
      return;
    }
    wanted.add(segment);
    if (wanted.size() > MAX_WANTED) {
      wanted.clear();
      behind.run();
      return;
    }
    next();
  }

  @Override
  public void differs(SegmentMark segment, Track track) {
    listener.segmentReplaced(
        name,
        "%s of segment %d is not the source's; taken from there"
            .formatted(track.label(), segment.cut().number()));
  }

  @Override
  public void tooFarBehind() {
    behind.run();
  }

  private void next() {
    if (getting == null && !closed && !wanted.isEmpty()) {
      var fresh = new Getting(wanted.removeFirst());
      getting = fresh;
      // not from within the packager, which asks in the middle of something
      into.loop().execute(fresh::track);
    }
  }

  /** The link is gone: what is under way is not wanted any more. */
  void close() {
    closed = true;
    wanted.clear();
    if (getting != null) {
      getting.close();
      getting = null;
    }
  }

  /** A segment that is on its way. */
  private final class Getting implements LinkPeer.Receiver {
    private final SegmentMark segment;
    private final ArrayDeque<SegmentMark.OfTrack> left = new ArrayDeque<>();
    private final Map<Integer, ByteBuf> bytes = new HashMap<>();
    private SegmentMark.@Nullable OfTrack current;
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private @Nullable HttpCall call;
    private Loop.@Nullable Timer timer;
    private int tries;

    Getting(SegmentMark segment) {
      this.segment = segment;
      begin();
    }

    private void begin() {
      tries++;
      left.clear();
      segment.tracks().stream().filter(track -> !track.parts().isEmpty()).forEach(left::add);
    }

    void track() {
      if (closed) {
        return;
      }
      SegmentMark.OfTrack of = left.poll();
      current = of;
      if (of == null) {
        complete();
        return;
      }
      // as the playlists of the source name it
      String kind = of.track().kind() == Track.Kind.VIDEO ? "v" : "a";
      String file = kind + of.track().id() + "-" + segment.cut().start90k() + ".m4s";
      body = Unpooled.buffer((int) Math.max(1, of.sizeBytes()));
      timer = into.loop().schedule(() -> failed("it took too long"), TIMEOUT_NS);
      call = peer.ask("/link/v1/segment/" + name + "/" + file, into.loop(), this);
    }

    @Override
    public void body(ByteBuf more) {
      SegmentMark.OfTrack of = current;
      if (of == null || body.readableBytes() + (long) more.readableBytes() > of.sizeBytes()) {
        failed("it has more bytes than it should have");
      } else {
        body.writeBytes(more);
      }
    }

    @Override
    public void over(@Nullable String why) {
      SegmentMark.OfTrack of = current;
      if (closed || of == null) {
        return;
      }
      if (why != null) {
        failed(why);
        return;
      }
      cancel();
      bytes.put(of.track().id(), body);
      track();
    }

    private void complete() {
      FollowingPackager following = into.following();
      done();
      if (following != null && !following.fetched(segment, bytes)) {
        again("its bytes are not those that were told");
      } else {
        next();
      }
    }

    private void failed(String why) {
      cancel();
      if (closed || getting != this) {
        return;
      }
      done();
      again(why);
    }

    private void again(String why) {
      if (tries < TRIES) {
        begin();
        getting = this;
        into.loop().execute(this::track);
        return;
      }
      listener.segmentReplaced(
          name, "segment %d cannot be had: %s".formatted(segment.cut().number(), why));
      FollowingPackager following = into.following();
      if (following != null) {
        following.missed(segment);
      }
      next();
    }

    private void done() {
      getting = null;
    }

    private void cancel() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      if (call != null) {
        call.cancel();
        call = null;
      }
    }

    void close() {
      current = null;
      cancel();
    }
  }
}
