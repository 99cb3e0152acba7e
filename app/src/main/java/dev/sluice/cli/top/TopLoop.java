package dev.sluice.cli.top;

import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.cli.top.View.Effect;
import dev.sluice.cli.top.View.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows a server on a terminal until the user has seen enough. One thread has view and model;
 * keys, sizes, answers and what happens in the server come to it by a queue, so that a server that
 * is slow holds up no key.
 *
 * <p>While it hears what happens, it asks for what is to be seen, and for all of it now and then;
 * else for all of it each time.
 */
final class TopLoop {
  /** So often all is asked for while it is listened to: what is not to be seen is not older. */
  static final long WHOLE_NS = 10_000_000_000L;

  /** After something has happened, it is asked for not sooner than so long after the last time. */
  static final long SOON_NS = 200_000_000;

  /** The screen is drawn so often while one thing happens after the other. */
  private static final long DRAW_NS = 100_000_000;

  /** Things that have happened and were not looked at; beyond that the server has to wait. */
  private static final int MOST_HEARD = 10_000;

  private final Tty tty;
  private final Server server;
  private final long periodNs;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Semaphore heard = new Semaphore(MOST_HEARD);
  private final Roster roster = new Roster();

  private View view = View.START;
  private @Nullable TopModel model; // null when there is another one to be made
  private boolean listening;
  private long wholeNs;
  private long askedNs;
  private long drawnNs;
  private boolean asking;
  private String trouble = "";
  private long nextNs;

  /** What happens. */
  private sealed interface Event {
    record Pressed(Key key) implements Event {}

    record Resized() implements Event {}

    record Told(Snapshot snapshot) implements Event {}

    record Looked(Look look) implements Event {}

    record Failed(String what) implements Event {}

    record Listening(boolean on) implements Event {}

    record Happened(Happening what) implements Event {}

    record Done(String what) implements Event {}
  }

  private TopLoop(Tty tty, Server server, Duration period, Snapshot first) {
    this.tty = tty;
    this.server = server;
    this.periodNs = period.toNanos();
    roster.all(first);
  }

  /**
   * Follows until a key says that it is enough. Blocks.
   *
   * @param period from one look to the next
   * @throws ToolFailure when the server does not even answer once; later failures are shown
   */
  static void run(Tty tty, Server server, Duration period)
      throws ToolFailure, InterruptedException {
    new TopLoop(tty, server, period, server.snapshot(null)).follow();
  }

  private void follow() throws InterruptedException {
    tty.onResize(() -> events.add(new Event.Resized()));
    Thread keys = Thread.ofPlatform().daemon().name("top-keys").start(this::readKeys);
    try (var ear = new Ear(server, on -> events.add(new Event.Listening(on)), this::hear)) {
      nextNs = System.nanoTime() + periodNs;
      draw();
      while (true) {
        Event event = events.poll(Math.max(0, nextNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (event != null && isLast(event)) {
          return;
        }
        long nowNs = System.nanoTime();
        if (event != null && (events.isEmpty() || nowNs - drawnNs >= DRAW_NS)) {
          draw(); // what a burst of keys leads to is drawn once
        }
        if (nextNs - nowNs <= 0) {
          nextNs = nowNs + periodNs;
          ear.check(nowNs);
          ask();
        }
      }
    } finally {
      keys.interrupt();
    }
  }

  private void readKeys() {
    try {
      Key key;
      do {
        key = tty.key();
        events.add(new Event.Pressed(key));
      } while (key.name() != Key.Name.STOP);
    } catch (IOException gone) {
      events.add(new Event.Pressed(Key.of(Key.Name.STOP)));
    }
  }

  private void hear(Happening what) {
    try {
      heard.acquire();
      events.add(new Event.Happened(what));
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes {@code event}; true when it is the last one. */
  private boolean isLast(Event event) {
    switch (event) {
      case Event.Pressed(Key key) -> {
        return isLast(key);
      }
      case Event.Resized _ -> {}
      case Event.Told(Snapshot snapshot) -> {
        roster.all(snapshot);
        taken();
      }
      case Event.Looked(Look look) -> {
        roster.some(look);
        taken();
      }
      case Event.Listening(boolean on) -> {
        listening = on;
        wholeNs = System.nanoTime() - WHOLE_NS; // what happened meanwhile may not have been heard
        nextNs = on ? System.nanoTime() : nextNs;
      }
      case Event.Happened(Happening what) -> {
        heard.release();
        if (roster.happened(what)) {
          askSoon();
        }
        model = null;
      }
      case Event.Failed(String what) -> {
        asking = false;
        trouble = what;
        view = view.saying(what);
      }
      case Event.Done(String what) -> view = view.saying(what);
    }
    return false;
  }

  /** What is known; made when it is looked at, since much may happen before that. */
  private TopModel model() {
    TopModel known = model;
    if (known == null) {
      known = roster.model(server.name());
      model = known;
    }
    return known;
  }

  /** An answer was taken over. */
  private void taken() {
    asking = false;
    model = null;
    if (!trouble.isEmpty() && view.message().equals(trouble)) {
      view = view.saying(""); // it is over
    }
    trouble = "";
    String wanted = view.audience();
    if (wanted != null && !isKnown(wanted)) {
      ask(); // the user has asked for it meanwhile
    } else if (listening && roster.isDue()) {
      askSoon();
    }
  }

  private boolean isKnown(String audience) {
    Snapshot.Audience known = model().audience();
    return known != null && known.stream().equals(audience);
  }

  private void askSoon() {
    long soonNs = askedNs + SOON_NS;
    if (soonNs - nextNs < 0) {
      nextNs = soonNs;
    }
  }

  private boolean isLast(Key key) {
    String audience = view.audience();
    View.Step step = view.press(key, model(), TopScreen.page(tty.size().rows()));
    view = step.view();
    if (!Objects.equals(audience, view.audience())) {
      ask(); // whose viewers are wanted has changed: not only with the next round
    }
    switch (step.effect()) {
      case Effect.None _, Effect.Redraw _ -> {}
      case Effect.Kick(String id) -> kick(id);
      case Effect.Quit _ -> {
        return true;
      }
    }
    return false;
  }

  /** Asks how the server is, unless that is being asked already. */
  private void ask() {
    if (asking) {
      return;
    }
    asking = true;
    askedNs = System.nanoTime();
    String audience = view.audience();
    if (!listening || roster.isWholeDue() || askedNs - wholeNs >= WHOLE_NS) {
      wholeNs = askedNs;
      ask(() -> new Event.Told(server.snapshot(audience)));
      return;
    }
    boolean isNews = audience != null && (!isKnown(audience) || roster.isAudienceDue());
    List<String> streams = roster.wanted(seenStreams());
    List<String> viewers = audience == null || isNews ? List.of() : seenViewers(audience);
    ask(() -> new Event.Looked(server.look(streams, isNews ? audience : null, viewers)));
  }

  /** A question, which blocks. */
  @FunctionalInterface
  private interface Question {
    Event answer() throws ToolFailure;
  }

  private void ask(Question question) {
    Thread.ofVirtual()
        .name("top-ask")
        .start(() -> {
          try {
            events.add(question.answer());
          } catch (ToolFailure failure) {
            events.add(new Event.Failed(failure.what()));
          }
        });
  }

  private List<String> seenStreams() {
    if (!(view.mode() instanceof Mode.Streams || view.mode() instanceof Mode.Typing)) {
      return List.of();
    }
    List<TopModel.Row> rows = view.rows(model());
    return TopScreen.seen(rows, view.marked(rows), tty.size().rows()).stream()
        .map(row -> row.stream().name())
        .toList();
  }

  private List<String> seenViewers(String stream) {
    List<ViewerFigures> viewers = View.viewers(model(), stream);
    String selected = view.mode() instanceof Mode.Viewers(_, String id) ? id : null;
    return TopScreen.seen(viewers, View.marked(viewers, selected), tty.size().rows()).stream()
        .map(ViewerFigures::id)
        .limit(Roster.MOST_NAMED)
        .toList();
  }

  private void kick(String id) {
    Thread.ofVirtual()
        .name("top-kick")
        .start(() -> {
          try {
            events.add(new Event.Done(server.kick(id)));
          } catch (ToolFailure failure) {
            events.add(new Event.Done(failure.what()));
          }
        });
  }

  private void draw() {
    drawnNs = System.nanoTime();
    Tty.Size size = tty.size();
    tty.show(TopScreen.screen(model(), view, size.columns(), size.rows()));
  }
}
