package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.top.Happening.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known of a server that tells what happens. */
class RosterTest {
  private static final long HOUR_MS = 3_600_000;
  private static final String NAME = "live/one";

  private final Roster roster = new Roster();

  private static StreamFigures stream(String name, long seconds, long viewers) {
    return Models.stream(name, "live", seconds, 1_000, Map.of("flv", viewers));
  }

  private static Snapshot snapshot(long seconds, StreamFigures... streams) {
    return Models.snapshot(seconds, List.of(streams), null);
  }

  /** By the server's clock: what was told in that second has it. */
  private static long utcMs(long seconds) {
    return Models.STARTED_MS + 76 * HOUR_MS + seconds * 1_000;
  }

  private static Happening event(Kind kind, long seconds, String stream) {
    return new Happening(kind, utcMs(seconds), stream, "flv", "192.0.2.1");
  }

  private static Look look(long seconds, List<String> asked, StreamFigures... streams) {
    Snapshot all = snapshot(seconds, streams);
    return Look.of(all.atNs(), all.node(), asked, all.streams());
  }

  private TopModel model() {
    return roster.model("x");
  }

  private List<String> names() {
    return model().rows().stream().map(row -> row.stream().name()).toList();
  }

  @Test
  void aStreamThatBeginsIsThereAtOnceAndAskedFor() {
    roster.all(snapshot(10, stream(NAME, 10, 1)));
    assertThat(roster.isDue()).isFalse();
    assertThat(roster.happened(event(Kind.STREAM_BEGAN, 11, "live/new"))).isTrue();
    assertThat(names()).containsExactly(NAME, "live/new");
    assertThat(roster.wanted(List.of(NAME))).containsExactly("live/new", NAME);
    roster.some(look(12, List.of("live/new"), stream("live/new", 1, 0)));
    assertThat(model().rows().getLast().stream().codecs()).isEqualTo("h264/aac");
    assertThat(roster.isDue()).isFalse();
    assertThat(roster.wanted(List.of())).isEmpty();
    assertThat(roster.happened(event(Kind.STREAM_ENDED, 13, NAME))).isFalse();
    assertThat(names()).containsExactly("live/new");
  }

  @ParameterizedTest
  @CsvSource({"PLAY, 11, 4, 24", "STOP, 11, 2, 22", "PLAY, 10, 3, 23", "STOP, 9, 3, 23"})
  void viewersAreCountedUnlessItIsKnownAlready(Kind kind, long seconds, long viewers, long all) {
    roster.all(snapshot(10, stream(NAME, 10, 3), stream("live/two", 10, 20)));
    assertThat(roster.happened(event(kind, seconds, NAME))).isFalse();
    StreamFigures one = model().rows().getFirst().stream();
    assertThat(one.viewers()).isEqualTo(viewers);
    assertThat(one.viewersByProtocol()).containsEntry("flv", viewers);
    assertThat(model().viewers()).isEqualTo(all);
    assertThat(model().node().viewers()).containsEntry("flv", 210 + viewers - 3);
  }

  @Test
  void nobodyIsCountedBelowNone() {
    roster.all(snapshot(10, stream(NAME, 10, 0)));
    roster.happened(event(Kind.STOP, 11, NAME));
    roster.happened(new Happening(Kind.STOP, utcMs(11), NAME, "hls", ""));
    roster.happened(event(Kind.PLAY, 11, "live/nobody-knows"));
    assertThat(model().viewers()).isZero();
    assertThat(names()).containsExactly(NAME);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"PUBLISH", "UNPUBLISH", "CONFIGURED", "SOURCE_SWITCHED"})
  void whatChangesAStreamHasItAskedFor(Kind kind) {
    roster.all(snapshot(10, stream(NAME, 10, 0)));
    assertThat(roster.happened(event(kind, 10, NAME))).as("it is known").isFalse();
    assertThat(roster.happened(event(kind, 11, NAME))).isTrue();
    assertThat(roster.wanted(List.of())).containsExactly(NAME);
    assertThat(roster.happened(event(kind, 11, ""))).isFalse();
  }

  @Test
  void ratesAreThoseBetweenTheLastTwoTimesThatAStreamWasTold() {
    roster.all(snapshot(10, stream(NAME, 10, 0), stream("live/two", 10, 0)));
    assertThat(model().outBps()).isNaN();
    roster.some(look(11, List.of(NAME), stream(NAME, 11, 0)));
    assertThat(model().rows())
        .extracting(TopModel.Row::outBps)
        .containsExactly(8_000.0, Double.NaN);
    assertThat(model().cpuPercent()).isEqualTo(48);
    roster.some(look(14, List.of("live/two"), stream("live/two", 14, 0)));
    assertThat(model().rows()).extracting(TopModel.Row::fps).containsExactly(25.0, 25.0);
    assertThat(model().outBps()).isEqualTo(16_000);
  }

  @Test
  void whatWasAskedForAndIsNotThereIsGone() {
    roster.all(snapshot(10, stream(NAME, 10, 0), stream("live/two", 10, 0)));
    roster.some(look(11, List.of(NAME, "live/two"), stream(NAME, 11, 0)));
    assertThat(names()).containsExactly(NAME);
  }

  @Test
  void allIsAskedForWhereSomethingIsMissingOrTooMuchIsNew() {
    roster.all(snapshot(10));
    assertThat(roster.isWholeDue()).isFalse();
    assertThat(roster.happened(new Happening(Kind.GAP, 0, "", "", ""))).isTrue();
    assertThat(roster.isWholeDue()).isTrue();
    roster.all(snapshot(11));
    assertThat(roster.isWholeDue()).isFalse();
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Roster.MOST_NAMED; i++) {
      assertThat(roster.isWholeDue()).isFalse();
      many.add("live/" + i);
      roster.happened(event(Kind.STREAM_BEGAN, 12, "live/" + i));
    }
    assertThat(roster.isWholeDue()).isTrue();
    assertThat(roster.wanted(many)).hasSize(Roster.MOST_NAMED);
  }

  @Test
  void anAudienceIsAskedForAgainWhenItChanges() {
    TopModel watched = Models.watched();
    Snapshot.Audience audience = Objects.requireNonNull(watched.audience());
    roster.all(Models.snapshot(10, List.of(stream(NAME, 10, 3)), audience));
    assertThat(roster.isAudienceDue()).isFalse();
    roster.happened(event(Kind.PLAY, 11, "live/two"));
    assertThat(roster.isAudienceDue()).isFalse();
    ViewerFigures first = View.viewers(watched, NAME).getFirst();
    ViewerFigures second = View.viewers(watched, NAME).get(1);
    Look now = look(11, List.of());
    roster.some(now.with(List.of(first.id(), second.id()), List.of(second)));
    assertThat(View.viewers(model(), NAME)).hasSize(2).doesNotContain(first);
    roster.happened(event(Kind.STOP, 12, NAME));
    assertThat(roster.isAudienceDue()).isTrue();
    roster.some(now.with(audience));
    assertThat(roster.isAudienceDue()).isFalse();
    assertThat(View.viewers(model(), NAME)).hasSize(3);
  }
}
