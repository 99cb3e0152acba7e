package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.SourceHandler;
import dev.sluice.hub.SourceJobs;
import dev.sluice.media.SourceClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PullJobTest {
  private static final long MS = 1_000_000;
  private static final Client CLIENT = new Client("P-1", "test", "192.0.2.1", 1935, null, "");

  private final SimLoops sim = new SimLoops(1);
  private final Loop loop = sim.loop(0);
  private final List<String> told = new ArrayList<>();
  private int fetches;
  private int stops;
  private @Nullable Consumer<String> end;
  private SourceJobs.@Nullable Port inner;

  private final SourceJobs.Port port =
      new SourceJobs.Port() {
        @Override
        public void publish(Client client, SourceClock clock, SourceHandler handler) {
          told.add("published");
        }

        @Override
        public void note(String what) {
          told.add(what);
        }
      };

  private PullJob start() {
    Fetcher fetcher =
        (_, to, ended) -> {
          fetches++;
          inner = to;
          end = ended;
          return () -> stops++;
        };
    PullJob job =
        PullJob.start(
            fetcher, new Backoff(1_000 * MS, 8_000 * MS), new SplittableRandom(1), loop, port);
    assertThat(fetches).as("not before it has returned").isZero();
    sim.runFor(0);
    return job;
  }

  private void ends(String why) {
    Consumer<String> told = end;
    end = null;
    if (told == null) {
      throw new IllegalStateException("nothing is fetched");
    }
    sim.on(loop, () -> told.accept(why));
  }

  private void publishes() {
    SourceJobs.Port to = inner;
    if (to == null) {
      throw new IllegalStateException("nothing is fetched");
    }
    SourceHandler nobody =
        new SourceHandler() {
          @Override
          public void accepted(Publication publication) {}

          @Override
          public void ended(Reason reason) {}

          @Override
          public void reading(boolean wanted) {}
        };
    sim.on(loop, () -> to.publish(CLIENT, SourceClock.RTMP, nobody));
  }

  @Test
  void triesAgainLaterAndLater() {
    start();
    long most = 1_000;
    for (int tries = 1; tries <= 6; tries++) {
      assertThat(fetches).isEqualTo(tries);
      ends("refused");
      assertThat(told.getLast()).startsWith("refused; next try in ").endsWith(" ms");
      sim.runFor(most / 2 * MS - 1);
      assertThat(fetches).as("too soon").isEqualTo(tries);
      sim.runFor((most - most / 2) * MS + 1);
      most = Math.min(8_000, 2 * most);
    }
    assertThat(fetches).isEqualTo(7);
  }

  @Test
  void whoHasDeliveredForAWhileBeginsWithTheFirstWaitAgain() {
    start();
    for (int i = 0; i < 5; i++) {
      ends("refused");
      sim.runFor(8_000 * MS);
    }
    publishes();
    sim.runFor(PullJob.PROVEN_NS - 1);
    ends("left too soon");
    sim.runFor(3_999 * MS);
    assertThat(fetches).isEqualTo(6);
    sim.runFor(4_001 * MS);
    publishes();
    sim.runFor(PullJob.PROVEN_NS);
    ends("left");
    sim.runFor(1_000 * MS);
    assertThat(fetches).isEqualTo(8);
  }

  @Test
  void isStoppedWhileItFetchesAndWhileItWaits() {
    PullJob first = start();
    sim.on(loop, first::stop);
    assertThat(stops).isEqualTo(1);
    publishes();
    assertThat(told).as("what comes from a stopped one").isEmpty();
    PullJob second = startAgain();
    ends("refused");
    sim.on(loop, second::stop);
    sim.runFor(60_000 * MS);
    assertThat(fetches).isEqualTo(2);
    assertThat(stops).isEqualTo(1);
  }

  private PullJob startAgain() {
    int before = fetches;
    fetches = 0;
    PullJob job = start();
    fetches += before;
    return job;
  }
}
