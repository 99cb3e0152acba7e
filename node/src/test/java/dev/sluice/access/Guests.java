package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told;
import dev.sluice.hub.Visit;
import dev.sluice.media.StreamName;
import org.jspecify.annotations.Nullable;

/** Visits of the tests: they go when they are told to, or only when the test says so. */
final class Guests {
  static final long BYTES_IN = 12_345;
  static final long BYTES_OUT = 6_789_000_000L;

  private Guests() {}

  static Client client(String protocol, String address, @Nullable String token) {
    return new Client("T-1", protocol, address, 4_000, token, "a player", Told.NOTHING);
  }

  static Decision yes(Limits limits) {
    return new Decision(null, "a rule", "the test", limits, "a proof");
  }

  static Decision no(Reason reason) {
    return Decision.no(reason, "a rule", "the test");
  }

  /** One visit. */
  static final class Guest implements Visit {
    private final Action action;
    private final Client client;
    private final Loop loop;
    private StreamName name = StreamName.parse("live/a");
    private Runnable whenOver = () -> {};
    boolean over;
    boolean stays;
    @Nullable Reason ended;

    Guest(Action action, Client client, Loop loop) {
      this.action = action;
      this.client = client;
      this.loop = loop;
    }

    @Override
    public boolean publishes() {
      return action == Action.PUBLISH;
    }

    @Override
    public StreamName name() {
      return name;
    }

    @Override
    public void sentTo(StreamName other) {
      name = other;
    }

    @Override
    public Client client() {
      return client;
    }

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public void whenOver(Runnable task) {
      if (over) {
        task.run();
      } else {
        whenOver = task;
      }
    }

    @Override
    public void end(Reason reason) {
      if (ended == null) {
        ended = reason;
      }
      if (!stays) {
        leave();
      }
    }

    void leave() {
      if (!over) {
        over = true;
        whenOver.run();
      }
    }

    @Override
    public Figures figures() {
      return new Figures(over ? "ended" : "playing", 0, BYTES_IN, BYTES_OUT, 0, 0);
    }
  }
}
