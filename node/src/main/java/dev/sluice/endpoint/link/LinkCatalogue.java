package dev.sluice.endpoint.link;

import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.net.ProgressiveResponse;
import dev.sluice.session.link.LinkIntake;
import dev.sluice.session.link.LinkRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One catalogue connection: the streams that there are, and every second what has changed. Streams
 * that are open only because somebody waits for them are none. On the connection's loop.
 */
final class LinkCatalogue {
  /** How often it is looked for changes: 1 s. */
  private static final long LOOK_NS = 1_000_000_000;

  /** Unsent bytes with which a peer is given up that takes nothing. */
  private static final long MAX_BACKLOG = 4 << 20;

  private final Hub hub;
  private final ProgressiveResponse to;
  private final Loop loop;
  private final LongSupplier utcMs;
  private final Map<String, LinkRecord.Listed> told = new HashMap<>();
  private Map<String, LinkRecord.Listed> seen = new HashMap<>();
  private int asked;
  private boolean first = true;
  private boolean over;
  private long beatNs;
  private Loop.@Nullable Timer timer;

  LinkCatalogue(Hub hub, ProgressiveResponse to, Loop loop, LongSupplier utcMs) {
    this.hub = hub;
    this.to = to;
    this.loop = loop;
    this.utcMs = utcMs;
  }

  void start() {
    to.onLeft(this::end);
    to.begin();
    ByteBuf out = Unpooled.buffer();
    new LinkRecord.Greeting(LinkRecord.VERSION, 0, LedgerRecord.VERSION, utcMs.getAsLong())
        .write(out);
    to.write(out);
    to.flush();
    beatNs = loop.nowNs();
    look();
  }

  private void end() {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void look() {
    if (over) {
      return;
    }
    if (to.backlogBytes() > MAX_BACKLOG) {
      end();
      to.ended(Reason.TOO_SLOW);
      return;
    }
    var streams = hub.streams();
    seen = new HashMap<>();
    asked = streams.size();
    for (LiveStream stream : streams) {
      stream
          .loop()
          .run(() -> {
            LiveStream.Report report = stream.report();
            loop.run(() -> answered(report));
          });
    }
    if (asked == 0) {
      tell();
    }
  }

  private void answered(LiveStream.Report report) {
    boolean live = report.state() == LiveStream.State.LIVE;
    if (live || report.state() == LiveStream.State.AWAY) {
      String name = report.name().toString();
      seen.put(name, new LinkRecord.Listed(name, live, report.viewerCount()));
    }
    if (--asked == 0) {
      tell();
    }
  }

  private void tell() {
    if (over) {
      return;
    }
    ByteBuf out = Unpooled.buffer();
    for (LinkRecord.Listed now : seen.values()) {
      if (!now.equals(told.put(now.name(), now))) {
        now.write(out);
      }
    }
    told.keySet()
        .removeIf(name -> {
          boolean gone = !seen.containsKey(name);
          if (gone) {
            new LinkRecord.Gone(name).write(out);
          }
          return gone;
        });
    if (first) {
      first = false;
      new LinkRecord.UpToDate().write(out);
    }
    if (loop.nowNs() - beatNs >= LinkIntake.BEAT_NS) {
      beatNs = loop.nowNs();
      new LinkRecord.Beat(utcMs.getAsLong()).write(out);
    }
    if (out.isReadable()) {
      to.write(out);
      to.flush();
    } else {
      out.release();
    }
    timer = loop.schedule(this::look, LOOK_NS);
  }
}
