package dev.sluice.cli.top;

import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.cli.top.View.Effect;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows a server on a terminal until the user has seen enough. One thread has view and model;
 * keys, sizes and answers come to it by a queue, so that a server that is slow holds up no key.
 */
final class TopLoop {
  private final Tty tty;
  private final Server server;
  private final long periodNs;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private View view = View.START;
  private @Nullable Snapshot last;
  private TopModel model;
  private boolean asking;
  private String trouble = "";
  private long nextNs;

  /** What happens. */
  private sealed interface Event {
    record Pressed(Key key) implements Event {}

    record Resized() implements Event {}

    record Told(Snapshot snapshot) implements Event {}

    record Failed(String what) implements Event {}

    record Done(String what) implements Event {}
  }

  private TopLoop(Tty tty, Server server, Duration period, Snapshot first) {
    this.tty = tty;
    this.server = server;
    this.periodNs = period.toNanos();
    this.last = first;
    this.model = TopModel.of(server.name(), null, first);
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
    try {
      nextNs = System.nanoTime() + periodNs;
      draw();
      while (true) {
        Event event = events.poll(Math.max(0, nextNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (event != null && isLast(event)) {
          return;
        }
        if (event != null && events.isEmpty()) {
          draw(); // what a burst of keys leads to is drawn once
        }
        if (nextNs - System.nanoTime() <= 0) {
          nextNs = System.nanoTime() + periodNs;
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

  /** Takes {@code event}; true when it is the last one. */
  private boolean isLast(Event event) {
    switch (event) {
      case Event.Pressed(Key key) -> {
        return isLast(key);
      }
      case Event.Resized _ -> {}
      case Event.Told(Snapshot snapshot) -> {
        asking = false;
        take(snapshot);
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

  private void take(Snapshot snapshot) {
    model = TopModel.of(server.name(), last, snapshot);
    last = snapshot;
    if (!trouble.isEmpty() && view.message().equals(trouble)) {
      view = view.saying(""); // it is over
    }
    trouble = "";
    String wanted = view.audience();
    Snapshot.Audience told = snapshot.audience();
    if (wanted != null && (told == null || !told.stream().equals(wanted))) {
      ask(); // the user has asked for it meanwhile
    }
  }

  private boolean isLast(Key key) {
    String audience = view.audience();
    View.Step step = view.press(key, model, TopScreen.page(tty.size().rows()));
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
    String audience = view.audience();
    Thread.ofVirtual()
        .name("top-ask")
        .start(() -> {
          try {
            events.add(new Event.Told(server.snapshot(audience)));
          } catch (ToolFailure failure) {
            events.add(new Event.Failed(failure.what()));
          }
        });
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
    Tty.Size size = tty.size();
    tty.show(TopScreen.screen(model, view, size.columns(), size.rows()));
  }
}
