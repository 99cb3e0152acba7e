package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AccessListener;
import dev.sluice.access.Action;
import dev.sluice.access.Limits;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Question;
import dev.sluice.hub.Client;
import dev.sluice.hub.Configuration;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.media.Codec;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the hub says, as events; the next listener hears the same. */
class HubEventsTest {
  private static final StreamName NAME = StreamName.parse("live/a");
  private static final Client CLIENT =
      new Client("R-1", "rtmp", "192.0.2.7", 4_000, "secret", "OBS");
  private static final SourceSpec SOURCE = new SourceSpec("0", "publish", "secret-key");
  private static final Configuration TRACKS =
      new Configuration(
          3,
          List.of(new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY)),
          Bytes.EMPTY);
  private static final Viewer.Report VIEWER =
      new Viewer.Report(NAME, CLIENT, "flv", "playing", 2_500_000_000L, 1_000, 0, 10, 2);

  private final List<String> passedOn = new ArrayList<>();
  private final List<Event> heard = new ArrayList<>();
  private final Events events = new Events(() -> 0, Runnable::run);
  private final HubEvents hub =
      new HubEvents(events, recorder(), reason -> reason == Reason.TOKEN_WRONG);

  private HubListener recorder() {
    events.listen((event, _) -> heard.add(event));
    return (HubListener)
        Proxy.newProxyInstance(
            HubListener.class.getClassLoader(),
            new Class<?>[] {HubListener.class},
            (_, method, _) -> {
              passedOn.add(method.getName());
              return null;
            });
  }

  private static Arguments says(String method, Consumer<HubListener> call, String... expected) {
    return Arguments.of(method, call, List.of(expected));
  }

  static Stream<Arguments> all() {
    var fault = new IllegalStateException("secret");
    return Stream.of(
        says("streamOpened", hub -> hub.streamOpened(NAME), "stream-began live/a {}"),
        says(
            "streamClosed",
            hub -> hub.streamClosed(NAME, Reason.KICKED),
            "kicked live/a {what=stream}",
            "stream-ended live/a {reason=kicked}"),
        says(
            "notKept",
            hub -> hub.notKept(NAME, Reason.STREAM_LIMIT),
            "stream-not-kept live/a {reason=stream-limit}"),
        says(
            "sourceAccepted",
            hub -> hub.sourceAccepted(NAME, CLIENT, true),
            "publish live/a R-1 {again=true, own=true}"),
        says(
            "sourceRefused",
            hub -> hub.sourceRefused(NAME, CLIENT, Reason.STREAM_BUSY),
            "refused live/a R-1 {action=publish, reason=stream-busy}"),
        says("sourceRefused", hub -> hub.sourceRefused(NAME, CLIENT, Reason.TOKEN_WRONG)),
        says(
            "sourceLost",
            hub -> hub.sourceLost(NAME, CLIENT, Reason.KICKED, 2_000_000),
            "kicked live/a R-1 {what=source}",
            "unpublish live/a R-1 {own=true, reason=kicked, waitsMs=2}"),
        says(
            "sourceSwitched",
            hub -> hub.sourceSwitched(NAME, SOURCE, Cause.LOST),
            "source-switched live/a {cause=lost, source=publish, to=0}"),
        says(
            "sourceJudged",
            hub -> hub.sourceJudged(NAME, SOURCE, Level.GOOD, Level.SILENT),
            "source-judged live/a {after=silent, before=good, id=0, source=publish}"),
        says(
            "configured",
            hub -> hub.configured(NAME, TRACKS),
            "configured live/a {revision=3, tracks=h264}"),
        says(
            "repaired",
            hub -> hub.repaired(NAME, "a gap of 3 s"),
            "timeline-repaired live/a {what=a gap of 3 s}"),
        says(
            "segmentReplaced",
            hub -> hub.segmentReplaced(NAME, "two"),
            "segment-replaced live/a {what=two}"),
        says(
            "segmentWhole",
            hub -> hub.segmentWhole(NAME, 1, "live/a/7.ts", 2_000_000),
            "segment live/a {ms=2, number=1, path=live/a/7.ts}"),
        says(
            "tracksDiffer",
            hub -> hub.tracksDiffer(NAME, "no sound"),
            "tracks-differ live/a {what=no sound}"),
        says(
            "leftOut",
            hub -> hub.leftOut(NAME, "flv", "a track"),
            "left-out live/a {form=flv, what=a track}"),
        says(
            "viewerJoined",
            hub -> hub.viewerJoined(NAME, CLIENT, "flv"),
            "play live/a R-1 {form=flv}"),
        says(
            "viewerRefused",
            hub -> hub.viewerRefused(NAME, CLIENT, Reason.VIEWER_LIMIT),
            "refused live/a R-1 {action=play, reason=viewer-limit}"),
        says("viewerRefused", hub -> hub.viewerRefused(NAME, CLIENT, Reason.TOKEN_WRONG)),
        says(
            "viewerLeft",
            hub -> hub.viewerLeft(NAME, VIEWER, Reason.PEER_LEFT),
            "stop live/a R-1 {blocksDropped=2, bytes=1000, ms=2500, reason=peer-left}"),
        says(
            "viewerLeft",
            hub -> hub.viewerLeft(NAME, VIEWER, Reason.KICKED),
            "kicked live/a R-1 {what=viewer}",
            "stop live/a R-1 {blocksDropped=2, bytes=1000, ms=2500, reason=kicked}"),
        says(
            "failed", hub -> hub.failed(NAME, fault), "failed live/a {what=IllegalStateException}"),
        says("connected", hub -> hub.connected(CLIENT, "live"), "connect R-1 {place=live}"),
        says(
            "disconnected",
            hub -> hub.disconnected(CLIENT, "live", 7, 8),
            "disconnect R-1 {bytesIn=7, bytesOut=8, place=live}"),
        says(
            "connectionRefused",
            hub -> hub.connectionRefused("rtmp", "192.0.2.7", 1, Reason.CONNECTION_LIMIT),
            "connection-refused  {reason=connection-limit}"),
        says(
            "connectionClosed",
            hub -> hub.connectionClosed(CLIENT, Reason.SILENT, "said nothing"),
            "connection-closed R-1 {reason=silent, why=said nothing}"),
        says(
            "connectionFailed",
            hub -> hub.connectionFailed(CLIENT, fault),
            "failed R-1 {what=IllegalStateException}"));
  }

  private static String text(Event event) {
    var parts = new ArrayList<String>(List.of(event.kind().label()));
    if (event.stream() != null) {
      parts.add(event.stream().toString());
    }
    if (event.party() != null) {
      parts.add(event.party().id());
    }
    parts.add(event.figures().toString());
    return String.join(" ", parts);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("all")
  void isToldAndPassedOn(String method, Consumer<HubListener> call, List<String> expected) {
    call.accept(hub);
    assertThat(heard).extracting(HubEventsTest::text).containsExactlyElementsOf(expected);
    assertThat(passedOn).containsExactly(method);
    assertThat(heard.toString()).doesNotContain("secret");
  }

  @Test
  void theTableHasEveryMethodAndEveryKind() {
    Set<String> methods =
        all().map(arguments -> (String) arguments.get()[0]).collect(Collectors.toSet());
    assertThat(methods)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(HubListener.class.getMethods()).map(Method::getName).toList());
    Set<String> kinds = new TreeSet<>();
    for (Arguments arguments : all().toList()) {
      if (arguments.get()[2] instanceof List<?> texts) {
        texts.forEach(text -> kinds.add(String.valueOf(text).replaceAll(" .*", "")));
      }
    }
    kinds.add(EventKind.EVENTS_LOST.label());
    kinds.add(EventKind.WITHDRAWN.label());
    kinds.add(EventKind.CONFIGURATION_TAKEN.label());
    kinds.add(EventKind.CONFIGURATION_REFUSED.label());
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(EventKind.values()).map(EventKind::label).toList());
  }

  @Test
  void accessSaysWhomItRefusesAndWhomItKnows() {
    List<String> after = new ArrayList<>();
    AccessListener access =
        hub.access(
            new AccessListener() {
              @Override
              public void decided(Question question, Decision decision) {
                after.add(decision.why());
              }

              @Override
              public void withdrawn(Question question, Decision decision) {
                after.add("withdrawn: " + decision.why());
              }
            });
    var question = new Question(Action.PLAY, NAME, CLIENT);
    access.decided(
        question, new Decision(Reason.TOKEN_WRONG, "access.play", "not it", Limits.NONE, ""));
    assertThat(heard)
        .extracting(HubEventsTest::text)
        .containsExactly(
            "refused live/a R-1 {action=play, reason=token-wrong, rule=access.play, why=not it}");
    heard.clear();
    access.decided(
        question, new Decision(null, "access.play", "a link", Limits.of("alice"), "link"));
    assertThat(heard).isEmpty();
    hub.viewerJoined(NAME, CLIENT, "flv");
    hub.viewerLeft(NAME, VIEWER, Reason.MOVED);
    hub.viewerJoined(StreamName.parse("live/b"), CLIENT, "flv");
    hub.viewerLeft(NAME, VIEWER, Reason.PEER_LEFT);
    hub.viewerJoined(NAME, CLIENT, "flv");
    assertThat(heard)
        .extracting(event -> Objects.requireNonNull(event.party()).user())
        .as("known until it leaves; to watch another stream is not to leave")
        .containsExactly("alice", "alice", "alice", "alice", "");
    access.decided(
        new Question(Action.PUBLISH, NAME, CLIENT),
        new Decision(null, "access.publish", "the token", Limits.NONE, "token"));
    heard.clear();
    hub.sourceAccepted(NAME, CLIENT, false);
    hub.sourceLost(NAME, CLIENT, Reason.PEER_LEFT, 0);
    hub.sourceAccepted(NAME, CLIENT, false);
    assertThat(heard)
        .as("who was asked about is no job of ours")
        .extracting(event -> event.figures().get(HubEvents.OWN))
        .containsExactly(false, false, true);
    heard.clear();
    access.withdrawn(
        question, new Decision(Reason.REVOKED, "access.play", "taken back", Limits.NONE, ""));
    assertThat(heard)
        .extracting(HubEventsTest::text)
        .containsExactly(
            "withdrawn live/a R-1 {action=play, reason=revoked, rule=access.play,"
                + " why=taken back}");
    assertThat(after).containsExactly("not it", "a link", "the token", "withdrawn: taken back");
  }
}
