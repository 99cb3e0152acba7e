package dev.sluice.endpoint.link;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.ViewerSink;
import dev.sluice.hub.segments.SegmentFollower;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentMark;
import dev.sluice.net.ProgressiveResponse;
import dev.sluice.session.link.LinkIntake;
import dev.sluice.session.link.LinkRecord;
import dev.sluice.session.link.LinkSegment;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One media connection: units come from the hub in blocks, and between these what the stream's
 * segments tell. On the connection's loop.
 */
final class LinkSink implements ViewerSink {
  private final ProgressiveResponse to;
  private final StreamName name;
  private final SegmentStreams segments;
  private final Loop loop;
  private final LongSupplier utcMs;
  private boolean open;
  private boolean ended;
  private boolean joined;
  private @Nullable Following following;
  private Loop.@Nullable Timer beat;
  private Runnable leaveHub = () -> {};

  LinkSink(
      ProgressiveResponse to,
      StreamName name,
      SegmentStreams segments,
      Loop loop,
      LongSupplier utcMs) {
    this.to = to;
    this.name = name;
    this.segments = segments;
    this.loop = loop;
    this.utcMs = utcMs;
  }

  /** Says how the viewer leaves the hub, when its connection has gone or the segments have. */
  void onLeft(Runnable leave) {
    leaveHub = leave;
    to.onLeft(() -> {
      close();
      leave.run();
    });
  }

  private void close() {
    ended = true;
    if (beat != null) {
      beat.cancel();
    }
    Following from = following;
    if (from != null) {
      from.leave();
    }
  }

  @Override
  public void admitted(boolean live) {
    open = true;
    to.begin();
    send(new LinkRecord.Greeting(LinkRecord.VERSION, 0, LedgerRecord.VERSION, utcMs.getAsLong()));
    beat = loop.schedule(this::beat, LinkIntake.BEAT_NS);
    SegmentStream there = segments.stream(name);
    if (there != null) {
      join(there);
    }
  }

  private void beat() {
    if (!ended) {
      send(new LinkRecord.Beat(utcMs.getAsLong()));
      beat = loop.schedule(this::beat, LinkIntake.BEAT_NS);
    }
  }

  /** The first unit comes: if the stream is cut, its segments are there by now. */
  @Override
  public void begin() {
    if (joined) {
      return;
    }
    SegmentStream there = segments.stream(name);
    if (there == null) {
      joined = true;
      notCut();
    } else {
      join(there);
    }
  }

  private void notCut() {
    send(new LinkRecord.Cutting(false, 0, 0, 0));
    send(new LinkRecord.UpToDate());
  }

  private void join(SegmentStream there) {
    joined = true;
    var fresh = new Following(there);
    following = fresh;
    there.loop().run(fresh::join);
  }

  /** Carries what the segments tell from their loop to this one's. */
  private final class Following implements SegmentFollower {
    private final SegmentStream of;
    private ByteBuf gathered = Unpooled.buffer();
    private boolean scheduled;

    Following(SegmentStream of) {
      this.of = of;
    }

    void join() {
      if (!of.join(this)) {
        loop.execute(LinkSink.this::notCut);
      }
    }

    void leave() {
      of.loop().run(() -> of.leave(this));
    }

    private void tell(LinkRecord record) {
      record.write(gathered);
      if (!scheduled) {
        scheduled = true;
        of.loop().execute(this::hand);
      }
    }

    private void hand() {
      scheduled = false;
      ByteBuf all = gathered;
      gathered = Unpooled.buffer();
      loop.run(() -> send(all));
    }

    @Override
    public void cutting(PackagerSettings settings) {
      tell(
          new LinkRecord.Cutting(
              true,
              (int) settings.period90k(),
              (int) settings.segmentMax90k(),
              (int) settings.part90k()));
    }

    @Override
    public void line(LedgerRecord line) {
      tell(new LinkRecord.Line(bytes(line)));
    }

    @Override
    public void whole(SegmentMark segment) {
      tell(
          new LinkRecord.Segment(
              bytes(new LedgerRecord.Begun(segment.cut())),
              segment.end90k(),
              segment.tracks().stream().map(LinkSink::segment).toList()));
    }

    @Override
    public void upToDate() {
      tell(new LinkRecord.UpToDate());
    }

    @Override
    public void after(int track, long dts) {
      tell(new LinkRecord.After(track, dts));
    }

    @Override
    public void settled(long dts90k) {
      tell(new LinkRecord.Settled(dts90k));
    }

    @Override
    public void gone() {
      loop.execute(() -> {
        ended(Reason.STREAM_ENDED);
        leaveHub.run();
      });
    }
  }

  private static Bytes bytes(LedgerRecord line) {
    ByteBuf out = Unpooled.buffer();
    line.write(out);
    return Bytes.copyOf(out);
  }

  private static LinkSegment segment(SegmentMark.OfTrack of) {
    List<LinkSegment.LinkPart> parts =
        of.parts().stream()
            .map(part ->
                new LinkSegment.LinkPart(
                    part.sizeBytes(),
                    part.startDts(),
                    part.duration(),
                    part.units(),
                    part.independent()))
            .toList();
    return new LinkSegment(
        LinkForm.of(of.track(), false), of.startPts(), of.duration(), of.sha256(), parts);
  }

  private void send(LinkRecord record) {
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    send(out);
  }

  private void send(ByteBuf bytes) {
    if (ended || !bytes.isReadable()) {
      bytes.release();
      return;
    }
    to.write(bytes);
    to.flush();
  }

  @Override
  public void unsentLimit(long bytes) {
    to.unsentLimit(bytes);
  }

  @Override
  public void write(ByteBuf bytes) {
    to.write(bytes);
  }

  @Override
  public void flush() {
    to.flush();
  }

  @Override
  public void share(ByteBuf bytes) {
    to.share(bytes);
  }

  @Override
  public long backlogBytes() {
    return to.backlogBytes();
  }

  @Override
  public void ended(Reason reason) {
    ended(reason, "");
  }

  @Override
  public void ended(Reason reason, String detail) {
    if (ended) {
      return;
    }
    if (open) {
      send(new LinkRecord.End(reason.label()));
    }
    close();
    to.ended(reason, detail);
  }
}
