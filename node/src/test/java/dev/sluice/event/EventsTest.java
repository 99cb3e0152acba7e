package dev.sluice.event;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.event.EventReader.Page;
import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Numbers, bounds and readers; what is to be run is run by the test. */
class EventsTest {
  private static final StreamName NAME = StreamName.parse("live/a");
  private static final Client CLIENT = new Client("R-1", "rtmp", "192.0.2.7", 1, "secret", "");
  private static final long START = 1_800_000_000_000L;

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Event> heard = new ArrayList<>();
  private long nowMs = START;
  private final Events events = new Events(() -> nowMs, tasks::add);

  private void tell(EventKind kind) {
    events.tell(kind, NAME, CLIENT, "", Map.of());
  }

  private void tell(int count) {
    for (int i = 0; i < count; i++) {
      tell(EventKind.PLAY);
    }
  }

  private void run() {
    for (Runnable task; (task = tasks.poll()) != null; ) {
      task.run();
    }
  }

  @Test
  void numbersAreWithoutGapAndOneTaskRunsAtATime() {
    events.listen((event, client) -> {
      heard.add(event);
      assertThat(client).isSameAs(CLIENT);
    });
    tell(3);
    assertThat(tasks).as("one task for all").hasSize(1);
    assertThat(events.queued()).isEqualTo(3);
    nowMs += 5;
    run();
    tell(1);
    run();
    assertThat(heard).extracting(event -> event.id().number()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(heard).extracting(Event::utcMs).containsExactly(START, START, START, START + 5);
    assertThat(heard).extracting(event -> event.id().incarnation()).containsOnly(START);
    assertThat(events.told(EventKind.PLAY)).isEqualTo(4);
    assertThat(events.queued()).isZero();
  }

  @Test
  void whatHasNoRoomIsCountedAndTold() {
    events.listen((event, _) -> heard.add(event));
    tell(Events.MAX_QUEUED + 2);
    assertThat(events.lost()).isEqualTo(2);
    run();
    assertThat(heard).hasSize(Events.MAX_QUEUED + 1);
    Event last = heard.getLast();
    assertThat(last.kind()).isEqualTo(EventKind.EVENTS_LOST);
    assertThat(last.figures()).isEqualTo(Map.of("where", "queue", "count", 2L));
    assertThat(events.lost()).isEqualTo(2);
    tell(1);
    run();
    assertThat(heard.getLast().kind()).as("once").isEqualTo(EventKind.PLAY);
  }

  @Test
  void strangersCannotPushOthersOut() {
    events.listen((event, _) -> heard.add(event));
    for (int i = 0; i < Events.MAX_REFUSALS + 7; i++) {
      tell(i % 2 == 0 ? EventKind.REFUSED : EventKind.CONNECTION_REFUSED);
    }
    tell(EventKind.PLAY);
    run();
    assertThat(heard).hasSize(Events.MAX_REFUSALS + 1);
    assertThat(events.lost()).isEqualTo(7);
    nowMs += 1_000;
    tell(EventKind.REFUSED);
    run();
    Event told = heard.get(Events.MAX_REFUSALS + 1);
    assertThat(told.kind()).isEqualTo(EventKind.EVENTS_LOST);
    assertThat(told.figures()).isEqualTo(Map.of("where", "refusals", "count", 7L));
    assertThat(heard.getLast().kind()).isEqualTo(EventKind.REFUSED);
    for (int i = 0; i < 200_000; i++) { // more than the counter of a second holds
      tell(EventKind.REFUSED);
    }
    run();
    assertThat(events.told(EventKind.REFUSED)).isEqualTo(Events.MAX_REFUSALS / 2 + 100);
  }

  @Test
  void oneWhoFailsDoesNotStopTheOthers() {
    events.listen((_, _) -> {
      throw new IllegalStateException("a fault of a test");
    });
    events.listen((event, _) -> heard.add(event));
    tell(2);
    run();
    assertThat(heard).hasSize(2);
  }

  private static List<Long> numbers(Page page) {
    return page.events().stream().map(event -> event.id().number()).toList();
  }

  @Test
  void readersGoTheirOwnPace() {
    tell(3);
    run();
    EventReader reader = events.reader(EventFilter.ALL);
    assertThat(reader.next(10).isEmpty()).as("from now on").isTrue();
    var woken = new AtomicInteger();
    Runnable wake = woken::incrementAndGet;
    events.wake(wake);
    tell(5);
    run();
    assertThat(woken.get()).isEqualTo(1);
    assertThat(numbers(reader.next(2))).containsExactly(4L, 5L);
    assertThat(numbers(reader.next(9))).containsExactly(6L, 7L, 8L);
    assertThat(reader.next(9).isEmpty()).isTrue();
    events.forget(wake);
    tell(1);
    run();
    assertThat(woken.get()).isEqualTo(1);
  }

  @Test
  void itsJsonIsMadeOnceForAllWhoRead() {
    tell(2);
    run();
    Event first = requireNonNull(events.at(1));
    Event second = requireNonNull(events.at(2));
    String json = events.json(first);
    assertThat(json).isEqualTo(first.json());
    assertThat(events.json(first)).isSameAs(json);
    assertThat(events.json(second)).isEqualTo(second.json()).isNotEqualTo(json);
    tell(Events.MAX_KEPT);
    run();
    Event later = requireNonNull(events.at(1 + Events.MAX_KEPT)); // in the first one's place
    assertThat(events.json(later)).isEqualTo(later.json());
    assertThat(events.json(first)).as("of whoever still has it").isEqualTo(json);
  }

  @Test
  void whoComesBackGoesOnBehindTheLastOne() {
    tell(5);
    run();
    EventReader reader = events.reader(EventFilter.ALL, new EventId(START, 3));
    Page page = reader.next(10);
    assertThat(page.missed()).isZero();
    assertThat(numbers(page)).containsExactly(4L, 5L);
    assertThat(events.reader(EventFilter.ALL, new EventId(START, 5)).next(9).isEmpty()).isTrue();
  }

  @Test
  void ofAnotherIncarnationNobodyKnowsWhatWasMissed() {
    tell(2);
    run();
    for (var id : List.of(new EventId(START - 1, 1), new EventId(START, 3))) {
      Page page = events.reader(EventFilter.ALL, id).next(10);
      assertThat(page.missed()).isEqualTo(EventReader.UNKNOWN);
      assertThat(numbers(page)).containsExactly(1L, 2L);
    }
  }

  @Test
  void whatIsNotKeptIsMissedWithItsNumber() {
    tell(3);
    run();
    EventReader reader = events.reader(EventFilter.ALL, new EventId(START, 1));
    EventReader oldest = events.reader(EventFilter.ALL, new EventId(START, 2));
    tell(Events.MAX_KEPT - 1);
    run();
    assertThat(oldest.next(1).missed()).as("the oldest that is kept").isZero();
    Page page = reader.next(2);
    assertThat(page.missed()).isEqualTo(1);
    assertThat(numbers(page)).containsExactly(3L, 4L);
    tell(Events.MAX_KEPT);
    run();
    Page later = reader.next(2);
    assertThat(later.missed()).isEqualTo(Events.MAX_KEPT - 2);
    assertThat(numbers(later)).containsExactly(Events.MAX_KEPT + 3L, Events.MAX_KEPT + 4L);
  }

  @Test
  void manyThreadsTellAndNothingIsLostOrTwice() throws InterruptedException {
    var threads = Executors.newFixedThreadPool(4);
    try {
      var shared = new Events(() -> START, threads);
      var all = new CountDownLatch(4_000);
      shared.listen((event, _) -> {
        heard.add(event); // one thread at a time
        all.countDown();
      });
      for (int i = 0; i < 4; i++) {
        threads.execute(() -> {
          for (int j = 0; j < 1_000; j++) {
            shared.tell(EventKind.PLAY, NAME, CLIENT, "", Map.of());
          }
        });
      }
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < heard.size(); i++) {
        assertThat(heard.get(i).id().number()).isEqualTo(i + 1L);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void usersAreForgottenWhenTheyLeaveOrManyOthersHaveCome() {
    var users = new Users();
    users.put("a", "alice");
    users.put("b", "bob");
    assertThat(users.of("a")).isEqualTo("alice");
    assertThat(users.remove("a")).isEqualTo("alice");
    assertThat(users.of("a")).isEmpty();
    for (int i = 0; i < Users.MAX_YOUNG; i++) {
      users.put("c" + i, "x");
    }
    assertThat(users.of("b")).as("of the generation before").isEqualTo("bob");
    assertThat(users.remove("b")).isEqualTo("bob");
    assertThat(users.of("b")).isEmpty();
    for (int i = 0; i < Users.MAX_YOUNG; i++) {
      users.put("d" + i, "x");
    }
    assertThat(users.of("c0")).isEmpty();
    assertThat(users.remove("nobody")).isEmpty();
  }
}
