package dev.sluice.cluster;

import dev.sluice.hub.Client;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.hub.SourceJobs;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.FollowingPackager;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.net.HttpCall;
import dev.sluice.session.link.LinkIntake;
import dev.sluice.session.link.LinkReader;
import dev.sluice.session.link.LinkRecord;
import dev.sluice.session.link.LinkTrack;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one stream over the link, again and again: one connection a call, and what was fetched
 * before is not fetched twice. On the stream's loop.
 */
public final class LinkPuller {
  /** How often it is looked whether the source is still there: 1 s. */
  private static final long TICK_NS = 1_000_000_000;

  private final LinkPeer peer;
  private final StreamName name;
  private final SegmentStreams segments;
  private final HubListener listener;
  private final Supplier<String> ids;

  /** By track: the last decoding time that has come, in its ticks. */
  private final Map<Integer, Long> lastDts = new HashMap<>();

  /**
   * Fetches {@code name} from {@code peer}.
   *
   * @param ids gives each connection its ID; any thread
   */
  public LinkPuller(
      LinkPeer peer,
      StreamName name,
      SegmentStreams segments,
      HubListener listener,
      Supplier<String> ids) {
    this.peer = peer;
    this.name = name;
    this.segments = segments;
    this.listener = listener;
    this.ids = ids;
  }

  /**
   * Fetches until something ends it.
   *
   * @param ended is told once why it has ended, never before this returns
   * @return stops it, then nothing more is told
   */
  public Runnable fetch(Loop loop, SourceJobs.Port port, Consumer<String> ended) {
    var connection = new Connection(loop, port, ended);
    connection.start();
    return connection::stop;
  }

  /** One connection. */
  private final class Connection implements LinkPeer.Receiver, SourceHandler {
    private final Loop loop;
    private final SourceJobs.Port port;
    private final Consumer<String> ended;
    private final LinkReader reader = new LinkReader(ByteBufAllocator.DEFAULT);
    private final LinkIntake intake;
    private final Map<Integer, Track> tracks = new HashMap<>();
    private @Nullable HttpCall call;
    private Loop.@Nullable Timer timer;
    private @Nullable Publication publication;
    private @Nullable SegmentStream into;
    private @Nullable LinkSegments elsewhere;
    private boolean over;

    Connection(Loop loop, SourceJobs.Port port, Consumer<String> ended) {
      this.loop = loop;
      this.port = port;
      this.ended = ended;
      this.intake = new LinkIntake(true, loop.nowNs());
    }

    void start() {
      loop.execute(() -> {
        if (!over) {
          port.note("connecting");
          call = peer.ask("/link/v1/media/" + name, loop, this);
        }
      });
    }

    // ---- from the source

    @Override
    public void begun() {
      port.note("waiting for the stream");
      timer = loop.schedule(this::tick, TICK_NS);
      var client =
          new Client(
              ids.get(), Client.OF_NODE, peer.target().host(), peer.target().port(), null, "");
      port.publish(client, SourceClock.exact(Timescale.VIDEO), this);
    }

    private void tick() {
      String why = intake.tick(loop.nowNs());
      if (over) {
        return;
      }
      if (why == null) {
        timer = loop.schedule(this::tick, TICK_NS);
      } else {
        fail(why);
      }
    }

    @Override
    public void body(ByteBuf bytes) {
      if (over) {
        return;
      }
      try {
        reader.add(bytes);
        for (LinkRecord record; !over && (record = reader.next()) != null; ) {
          take(record);
        }
      } catch (MalformedException | UnsupportedException wrong) {
        fail("the source sent " + wrong.getMessage());
      }
      if (over) {
        reader.release();
      }
    }

    @Override
    public void pause() {
      Publication to = publication;
      if (to != null) {
        to.flush();
      }
    }

    @Override
    public void over(@Nullable String why) {
      fail(why == null ? "the source closed the connection" : why);
    }

    private void take(LinkRecord record) {
      switch (intake.take(record, loop.nowNs())) {
        case LinkIntake.Over(String why) -> {
          release(record);
          fail(why);
        }
        case LinkIntake.Behind _ -> {
          pause(); // what came before the hole is in front of it
          tell(FollowingPackager::interrupted);
          carryOut(record);
        }
        case LinkIntake.Good _ -> carryOut(record);
      }
    }

    private static void release(LinkRecord record) {
      if (record instanceof LinkRecord.Unit unit) {
        unit.payload().release();
      }
    }

    private void carryOut(LinkRecord record) {
      switch (record) {
        case LinkRecord.Tracks(Bytes metadata, var all) -> {
          for (LinkTrack each : all) {
            announce(LinkMedia.track(each));
          }
          if (publication != null && metadata.size() > 0) {
            publication.metadata(metadata);
          }
        }
        case LinkRecord.Unit unit -> offer(unit);
        case LinkRecord.Cutting cutting -> follow(cutting);
        case LinkRecord.Line(Bytes line) -> {
          var read = LinkMedia.line(line);
          inOrder(following -> following.line(read));
        }
        case LinkRecord.Segment segment -> {
          var mark = LinkMedia.mark(segment);
          inOrder(following -> following.whole(mark));
        }
        case LinkRecord.After(int track, long dts) ->
            inOrder(following -> following.after(track, dts));
        case LinkRecord.Settled(long dts90k) -> inOrder(following -> following.settled(dts90k));
        case LinkRecord.UpToDate _ -> port.note("fetching");
        case LinkRecord.Greeting _,
            LinkRecord.Beat _,
            LinkRecord.End _,
            LinkRecord.Listed _,
            LinkRecord.Gone _,
            LinkRecord.Unknown _ -> {}
      }
    }

    private void announce(Track track) {
      Publication to = publication;
      if (to != null && !track.equals(tracks.put(track.id(), track))) {
        to.clock(track.id(), SourceClock.exact(track.timescale()));
        to.announce(track);
      }
    }

    private void offer(LinkRecord.Unit unit) {
      Track track = tracks.get(unit.track());
      Publication to = publication;
      long offset = unit.pts() - unit.dts();
      Long before = lastDts.get(unit.track());
      boolean known = before != null && unit.dts() <= before;
      if (track == null || to == null || known) {
        unit.payload().release();
      } else if (Math.abs(offset) > Integer.MAX_VALUE) {
        unit.payload().release();
        throw new MalformedException("a unit that is shown %d ticks later".formatted(offset));
      } else {
        lastDts.put(unit.track(), unit.dts());
        to.offer(
            new SourceUnit(track, unit.dts(), (int) offset, unit.randomAccess(), unit.payload()));
      }
    }

    // ---- segments

    private void follow(LinkRecord.Cutting cutting) {
      SegmentStream there = cutting.segments() ? segments.followed(name, loop) : null;
      if (there == null) {
        return; // it is not cut here, or not there
      }
      PackagerSettings settings = LinkMedia.settings(cutting);
      var from =
          new LinkSegments(
              peer, name, there, listener, () -> loop.run(() -> fail("too far behind")));
      into = there;
      elsewhere = from;
      there
          .loop()
          .run(() -> {
            there.elsewhere(from);
            there.change(following -> following.begin(settings));
          });
    }

    /** What is told comes behind the units that came before it. */
    private void inOrder(Consumer<FollowingPackager> what) {
      pause();
      tell(what);
    }

    private void tell(Consumer<FollowingPackager> what) {
      SegmentStream there = into;
      if (there != null) {
        there.loop().run(() -> there.change(what));
      }
    }

    // ---- the end

    private void fail(String why) {
      if (over) {
        return;
      }
      Publication to = publication;
      close();
      if (to != null) {
        to.end(Reason.PEER_LEFT);
      }
      loop.execute(() -> ended.accept(why));
    }

    private void close() {
      over = true;
      publication = null;
      if (timer != null) {
        timer.cancel();
      }
      if (call != null) {
        call.cancel();
      }
      SegmentStream there = into;
      LinkSegments from = elsewhere;
      if (there != null && from != null) {
        there
            .loop()
            .run(() -> {
              from.close();
              there.change(FollowingPackager::interrupted);
            });
      }
    }

    private void stop() {
      if (!over) {
        close();
      }
    }

    // ---- from the hub

    @Override
    public void accepted(Publication taken) {
      if (over) {
        taken.end(Reason.PEER_LEFT);
      } else {
        publication = taken;
      }
    }

    @Override
    public void ended(Reason reason) {
      publication = null;
      fail(reason.text());
    }

    @Override
    public void reading(boolean wanted) {
      if (call != null) {
        call.reading(wanted);
      }
    }
  }
}
