package dev.sluice.hub;

import static dev.sluice.hub.HubFixture.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.media.StreamName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever comes is a visit until he has gone, whichever way that happens. */
class HubVisitsTest {
  private final HubFixture at = new HubFixture(policy -> policy);
  private final List<Visit> over = new ArrayList<>();

  @AfterEach
  void nothingIsLeftBehind() {
    at.hub.close();
    at.sim.runFor(5_000 * MS);
    assertThat(at.payloadsReleased()).isTrue();
    assertThat(at.memory.usedBytes()).isZero();
    assertThat(over).as("each goes once").containsExactlyInAnyOrderElementsOf(at.visits);
  }

  /** What access does with whom it lets in. */
  private void noteWhoGoes() {
    at.whenVisited = visit -> visit.whenOver(() -> over.add(visit));
  }

  @ParameterizedTest(name = "publisher on loop {0}")
  @ValueSource(ints = {0, 1})
  void aPublisherIsCountedAndEndedAndItsViewersStay(int loop) {
    noteWhoGoes();
    Watching viewer = at.watch(0);
    Publishing source = at.publish(loop, null).announce().key(0).frame(40).audio(40);
    Visit visit = at.visits.getLast();
    assertThat(visit.publishes()).isTrue();
    assertThat(visit.name()).isEqualTo(HubFixture.NAME);
    at.sim.runFor(7 * MS);
    assertThat(visit.figures()).isEqualTo(new Visit.Figures("publishing", 7 * MS, 25, 0, 0, 0));
    visit.end(Reason.KICKED);
    visit.end(Reason.KICKED);
    at.sim.runFor(0);
    assertThat(source.ended).isEqualTo(Reason.KICKED);
    assertThat(at.events).containsExactly("lost kicked");
    assertThat(over).containsExactly(visit);
    assertThat(visit.figures().state()).isEqualTo("ended");
    assertThat(viewer.sink.ended).isNull();
    at.publish(1, null).announce().key(80);
    assertThat(viewer.text()).contains("K");
  }

  @Test
  void aPublisherThatIsEndedBeforeItIsAtItsStreamDoesNotGetThere() {
    at.whenVisited =
        visit -> {
          visit.whenOver(() -> over.add(visit));
          visit.end(Reason.KICKED);
        };
    Publishing source = at.publish(1, null);
    assertThat(source.ended).isEqualTo(Reason.KICKED);
    assertThat(over).hasSize(1);
  }

  @Test
  void aPublisherThatLeavesIsOver() {
    noteWhoGoes();
    at.publish(1, null).announce().key(0).end();
    assertThat(over).hasSize(1);
  }

  @Test
  void aPublisherThatItsStreamTurnsAwayIsOver() {
    noteWhoGoes();
    at.publish(0, "one").announce().key(0);
    Publishing second = at.publish(1, "two");
    assertThat(second.ended).isEqualTo(Reason.STREAM_BUSY);
    assertThat(over).containsExactly(at.visits.getLast());
  }

  @Test
  void aPublisherWithoutAStreamIsOver() {
    noteWhoGoes();
    at.publish(StreamName.parse("live/b"), 0, null);
    at.publish(StreamName.parse("live/c"), 0, null);
    Publishing third = at.publish(StreamName.parse("live/d"), 1, null);
    assertThat(third.ended).isEqualTo(Reason.STREAM_LIMIT);
    assertThat(over).containsExactly(at.visits.getLast());
  }

  @Test
  void aViewerIsCountedAndEnded() {
    noteWhoGoes();
    at.publish(0, null).announce().key(0);
    Watching viewer = at.watch(1);
    Visit visit = at.visits.getLast();
    assertThat(visit.publishes()).isFalse();
    Visit.Figures figures = visit.figures();
    assertThat(figures.state()).isEqualTo("playing");
    assertThat(figures.bytesOut()).isEqualTo(viewer.text().length()).isPositive();
    assertThat(figures.bytesIn()).isZero();
    visit.end(Reason.REVOKED);
    at.sim.runFor(0);
    assertThat(viewer.sink.ended).isEqualTo(Reason.REVOKED);
    assertThat(over).containsExactly(visit);
  }

  @Test
  void aViewerThatLeavesWhileItAsksIsOverForWhoeverIsToldLater() {
    Watching viewer = at.watch(0, new TextForm("text"), Viewer::leave);
    Visit visit = at.visits.getLast();
    assertThat(viewer.viewer()).isEqualTo(visit);
    at.sim.on(visit.loop(), () -> visit.whenOver(() -> over.add(visit)));
    assertThat(over).containsExactly(visit);
  }
}
