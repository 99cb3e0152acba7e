package dev.sluice.node.api;

import dev.sluice.access.AccessRules;
import dev.sluice.event.Event;
import dev.sluice.event.EventFilter;
import dev.sluice.event.EventId;
import dev.sluice.event.EventReader;
import dev.sluice.event.EventReader.Page;
import dev.sluice.event.Events;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.ProgressiveResponse;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /sluice/v1/events[?kind=…][&stream=…]}: what happens, as it happens, as server-sent
 * events, for who has the token. With {@code Last-Event-ID}, or {@code lastEventId} in the query,
 * it goes on behind that event, as far as what followed is kept; where it is not, an event {@code
 * gap} tells so. A reader that does not keep up is cut off, and may come back the same way.
 */
public final class EventRoutes implements HttpRoutes {
  private static final String PATH = "/sluice/v1/events";
  private static final String TYPE = "text/event-stream; charset=utf-8";

  /** Readers at a time. */
  static final int MAX_READERS = 100;

  /** A comment comes after so long without an event, so that nobody between takes it for dead. */
  static final long KEEP_ALIVE_NS = 15_000_000_000L;

  /** A reader that takes nothing for so long, although there is something, is cut off. */
  static final long STALLED_NS = 30_000_000_000L;

  /** So much is handed to a reader's connection ahead of what the kernel has taken. */
  static final long MAX_AHEAD_BYTES = 64 << 10;

  /** After so long it is looked how much a reader has taken. */
  private static final long TICK_NS = 250_000_000;

  /** How long a client waits before it comes back, in milliseconds. */
  private static final int RETRY_MS = 2_000;

  private static final int BATCH = 64;

  private final Events events;
  private final HttpGuard guard;
  private final Set<Reading> readings = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Routes for {@code events}. */
  public EventRoutes(Events events, AccessRules access) {
    this.events = events;
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.get(PATH).handler(guard).handler(context -> open(context, loop));
  }

  private void open(RoutingContext context, Loop loop) {
    HttpServerRequest request = context.request();
    EventReader reader;
    try {
      reader = reader(request);
    } catch (MalformedException malformed) {
      HttpAnswers.refuse(request, Reason.MALFORMED, String.valueOf(malformed.getMessage()));
      return;
    }
    if (closed || readings.size() >= MAX_READERS) {
      HttpAnswers.refuse(
          request,
          closed ? Reason.SHUTTING_DOWN : Reason.CONNECTION_LIMIT,
          closed ? "" : MAX_READERS + " readers of events are here");
      return;
    }
    request.response().putHeader("X-Accel-Buffering", "no"); // proxies hand on what comes, as nginx
    new Reading(reader, ProgressiveResponse.open(request, loop, TYPE), loop).begin();
  }

  private EventReader reader(HttpServerRequest request) {
    EventFilter filter =
        EventFilter.parse(request.params().getAll("kind"), request.params().getAll("stream"));
    String after = request.getHeader("Last-Event-ID");
    if (after == null) {
      after = request.getParam("lastEventId");
    }
    if (after == null || after.isEmpty()) {
      return events.reader(filter);
    }
    EventId id = EventId.parse(after);
    if (id == null) {
      throw new MalformedException("the last event's id is none of ours");
    }
    return events.reader(filter, id);
  }

  /** Readers at the moment. */
  public int readers() {
    return readings.size();
  }

  /** Ends all readings; whoever comes is refused from now on. Any thread. */
  public void close() {
    closed = true;
    readings.forEach(reading -> reading.loop.run(() -> reading.end(Reason.SHUTTING_DOWN)));
  }

  /** One reader. On its loop. */
  private final class Reading {
    private final EventReader reader;
    private final ProgressiveResponse response;
    private final Loop loop;
    private final Runnable wake = this::wake;
    private final AtomicBoolean woken = new AtomicBoolean();

    private Loop.@Nullable Timer timer;
    private boolean over;
    private boolean begun;
    private long saidNs;
    private long takenNs;
    private long backlogBytes;

    Reading(EventReader reader, ProgressiveResponse response, Loop loop) {
      this.reader = reader;
      this.response = response;
      this.loop = loop;
    }

    void begin() {
      readings.add(this);
      saidNs = loop.nowNs();
      takenNs = saidNs;
      response.begin();
      say("retry: " + RETRY_MS + "\n\n");
      events.wake(wake);
      response.onLeft(this::forget);
      if (closed) {
        end(Reason.SHUTTING_DOWN); // in between
      } else {
        pump();
        begun = true;
        tick();
      }
    }

    /** There is something new. Any thread. */
    private void wake() {
      if (woken.compareAndSet(false, true)) {
        loop.execute(this::pump);
      }
    }

    private void tick() {
      if (over) {
        return;
      }
      pump();
      long nowNs = loop.nowNs();
      long backlog = response.backlogBytes();
      if (backlog == 0 || backlog < backlogBytes) {
        takenNs = nowNs;
      }
      backlogBytes = backlog;
      if (nowNs - takenNs >= STALLED_NS) {
        end(Reason.TOO_SLOW);
      } else if (!over) {
        if (nowNs - saidNs >= KEEP_ALIVE_NS) {
          say(":\n\n");
        }
        timer = loop.schedule(this::tick, TICK_NS);
      }
    }

    private void pump() {
      woken.set(false);
      while (!over && response.backlogBytes() < MAX_AHEAD_BYTES) {
        Page page = reader.next(BATCH);
        if (page.isEmpty()) {
          return;
        }
        if (page.missed() != 0 && begun) {
          end(Reason.TOO_SLOW); // what it has not taken is not kept any more
          return;
        }
        say(text(page));
      }
    }

    private void say(String text) {
      saidNs = loop.nowNs();
      ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(text.length());
      bytes.writeCharSequence(text, StandardCharsets.UTF_8);
      response.write(bytes);
      response.flush();
    }

    private void end(Reason reason) {
      if (!over) {
        forget();
        response.ended(reason);
      }
    }

    private void forget() {
      over = true;
      readings.remove(this);
      events.forget(wake);
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /** Events as they stand on the wire. */
  private String text(Page page) {
    var text = new StringBuilder();
    if (page.missed() != 0) {
      text.append("event: gap\ndata: {\"kind\":\"gap\",\"missed\":")
          .append(page.missed() == EventReader.UNKNOWN ? "null" : Long.toString(page.missed()))
          .append("}\n\n");
    }
    for (Event event : page.events()) {
      text.append("id: ").append(event.id()).append('\n');
      text.append("event: ").append(event.kind().label()).append('\n');
      text.append("data: ").append(events.json(event)).append("\n\n"); // JSON has no line feed
    }
    return text.toString();
  }
}
