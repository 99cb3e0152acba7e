package dev.sluice.access.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Action;
import dev.sluice.access.Crowd;
import dev.sluice.access.Limits;
import dev.sluice.access.Proof;
import dev.sluice.access.Question;
import dev.sluice.access.Question.Standing;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a back end's answers are worth, also for those who are in. */
class BackendProverTest {
  private static final long NOW_MS = 1_800_000_000_000L;
  private static final URI ADDRESS = URI.create("http://127.0.0.1:8085/auth");

  private final Map<String, BackendReply> known = new HashMap<>();
  private final List<BackendRequest> asked = new ArrayList<>();
  private final Backend backend =
      new Backend() {
        @Override
        public @Nullable BackendReply known(String key) {
          return known.get(key);
        }

        @Override
        public void ask(String key, BackendRequest request, Runnable then) {
          asked.add(request);
          known.put(key, new Allowed("alice", 2, 30_000));
          then.run();
        }
      };

  private static Crowd crowd(StreamName stream) {
    return new Crowd(1, 2);
  }

  private static Question question(@Nullable Standing standing) {
    return new Question(
        Action.PLAY,
        StreamName.parse("live/a"),
        new Client("R-1", "rtmp", "192.0.2.7", 4_000, "a-token", "VLC"),
        standing);
  }

  private Proof proved(BackendForm form, @Nullable Standing standing) {
    return proved(form, null, standing);
  }

  private Proof proved(BackendForm form, @Nullable URI update, @Nullable Standing standing) {
    var prover = new BackendProver(form, ADDRESS, update, backend, BackendProverTest::crowd, false);
    Proof proof = prover.check(question(standing), NOW_MS);
    if (proof instanceof Proof.Unknown unknown) {
      unknown.lookup().start(() -> {});
      return prover.check(question(standing), NOW_MS);
    }
    return proof;
  }

  private static Limits limits(Proof proof) {
    assertThat(proof).isInstanceOf(Proof.Good.class);
    return ((Proof.Good) proof).limits();
  }

  @Test
  void flussonicsAnswerHoldsForItsTimeAndIsAskedForAgain() {
    String tokenId = Limits.digest("a-token");
    assertThat(limits(proved(BackendForm.FLUSSONIC, null)))
        .isEqualTo(
            new Limits(
                "alice", tokenId, Limits.NEVER, 2, NOW_MS + 30_000 + BackendProver.AFTER_MS));
    known.clear(); // it has run out
    proved(BackendForm.FLUSSONIC, new Standing("backend", 3, 92_500));
    assertThat(asked).hasSize(2);
    assertThat(asked.getFirst().uri().getQuery())
        .contains("request_type=new_session&request_number=0&session_id=");
    assertThat(asked.getLast().uri().getQuery())
        .contains("request_type=update_session&request_number=3&session_id=")
        .contains("&duration=92&")
        .doesNotContain("bytes");
    known.clear();
    proved(BackendForm.FLUSSONIC, new Standing("backend", 4, 122_500, 6_789_000_000L));
    assertThat(asked.getLast().uri().getQuery()).contains("&duration=122&bytes=6789000000&");
  }

  @Test
  void somebodyWhomAnotherProofLetInIsANewSessionToIt() {
    proved(BackendForm.FLUSSONIC, new Standing("token", 3, 92_500));
    assertThat(asked.getFirst().uri().getQuery())
        .contains("request_type=new_session&request_number=0&")
        .doesNotContain("duration");
  }

  @ParameterizedTest
  @EnumSource(value = BackendForm.class, mode = Mode.EXCLUDE, names = "FLUSSONIC")
  void theOthersAreAskedOnceForAConnection(BackendForm form) {
    assertThat(limits(proved(form, null)).recheckMs()).isEqualTo(Limits.NEVER);
    known.clear();
    assertThat(limits(proved(form, new Standing("backend", 1, 60_000))))
        .as("it is known as before")
        .isEqualTo(Limits.NONE.provedBy(Limits.digest("a-token")));
    assertThat(asked).hasSize(1);
    proved(form, new Standing("token", 1, 60_000));
    assertThat(asked).as("it was not this that let him in").hasSize(2);
  }

  @Test
  void nginxIsToldOfWhoeverIsInEachTimeHeIsJudged() {
    URI update = URI.create("http://127.0.0.1:8085/update");
    proved(BackendForm.NGINX, update, null);
    proved(BackendForm.NGINX, update, new Standing("backend", 1, 30_250));
    proved(BackendForm.NGINX, update, new Standing("backend", 2, 60_500));
    assertThat(asked).extracting(BackendRequest::uri).containsExactly(ADDRESS, update, update);
    assertThat(asked.get(0).body()).endsWith("&call=play&name=a");
    assertThat(asked.get(1).body()).endsWith("&call=update_play&time=30&timestamp=30250&name=a");
    assertThat(asked.get(2).body()).endsWith("&call=update_play&time=60&timestamp=60500&name=a");
    known.replaceAll((_, _) -> new BackendReply.Denied("status 403", 1_000));
    assertThat(proved(BackendForm.NGINX, update, new Standing("backend", 2, 60_500)))
        .isEqualTo(new Proof.Bad(Reason.BACKEND_DENIED, "status 403"));
    known.replaceAll((_, _) -> new BackendReply.Failed("status 500"));
    assertThat(proved(BackendForm.NGINX, update, new Standing("backend", 2, 60_500)))
        .as("which lets him stay")
        .isEqualTo(new Proof.Bad(Reason.ACCESS_UNKNOWN, "status 500"));
    known.clear();
    proved(BackendForm.NGINX, update, new Standing("token", 3, 90_000));
    assertThat(asked.getLast().uri()).as("another proof let him in").isEqualTo(ADDRESS);
  }

  @ParameterizedTest
  @EnumSource(value = BackendForm.class, mode = Mode.EXCLUDE, names = "NGINX")
  void theOthersHaveNoWordsForIt(BackendForm form) {
    proved(form, URI.create("http://127.0.0.1:8085/update"), null);
    known.clear();
    proved(form, URI.create("http://127.0.0.1:8085/update"), new Standing("backend", 1, 30_250));
    assertThat(asked)
        .extracting(BackendRequest::uri)
        .allMatch(uri -> uri.getPath().equals("/auth"));
  }

  @Test
  void aViewerIsSentElsewhereAndAPublisherIsNot() {
    proved(BackendForm.FLUSSONIC, null);
    known.replaceAll((_, _) -> new BackendReply.Moved("https://b/a.flv", 1_000));
    assertThat(proved(BackendForm.FLUSSONIC, null))
        .isEqualTo(new Proof.Elsewhere("https://b/a.flv"));
    Question play = question(null);
    var publish = new Question(Action.PUBLISH, play.stream(), play.client());
    var prover =
        new BackendProver(
            BackendForm.FLUSSONIC, ADDRESS, null, backend, BackendProverTest::crowd, false);
    assertThat(prover.check(publish, NOW_MS)).isInstanceOf(Proof.Unknown.class);
    known.put(
        "publish live/a " + BackendForm.FLUSSONIC.key(publish),
        new BackendReply.Moved("https://b/a.flv", 1_000));
    assertThat(prover.check(publish, NOW_MS))
        .isEqualTo(new Proof.Bad(Reason.BACKEND_DENIED, "a publisher is sent elsewhere"));
  }

  @ParameterizedTest(name = "of {0} to {1}: {2}")
  @CsvSource({
    "live/a, b, live/b",
    "live/a, b/c, live/b/c",
    "a, b, b",
    "v.example!one/two/a, b, v.example!one/two/b",
    "live/a, a, live/a",
    "live/a, ., ",
    "live/a, ../b, ",
    "live/a, /b, ",
    "live/a, b/, ",
    "live/a, index, ",
    "a, sluice/v1, ",
    "a/b/c/d/e/f/g/h, i/j, ",
  })
  void nginxSendsToAnotherStreamOfTheApp(String from, String to, @Nullable String stream) {
    Client client = question(null).client();
    for (Action action : Action.values()) {
      var question = new Question(action, StreamName.parse(from), client);
      var prover = prover(BackendForm.NGINX);
      assertThat(prover.check(question, NOW_MS)).isInstanceOf(Proof.Unknown.class);
      String key = action.label() + " " + from + " " + BackendForm.NGINX.key(question);
      known.put(key, new BackendReply.Sent(to, 1_000));
      Proof proof = prover.check(question, NOW_MS);
      if (stream == null) {
        assertThat(proof)
            .isEqualTo(
                new Proof.Bad(
                    Reason.BACKEND_DENIED,
                    "it is sent to a stream whose name is not valid or reserved"));
      } else if (stream.equals(from)) {
        assertThat(proof).as("that is where it is").isInstanceOf(Proof.Good.class);
      } else {
        assertThat(proof).isEqualTo(new Proof.Sent(StreamName.parse(stream)));
        known.clear();
        Question there =
            new Question(action, StreamName.parse(stream), question.stream(), client, null);
        assertThat(prover.check(there, NOW_MS))
            .as("not asked again")
            .isInstanceOf(Proof.Good.class);
      }
    }
  }

  @Test
  void nginxIsToldOfWhoWasSentByTheNameThatHeAskedFor() {
    URI update = URI.create("http://127.0.0.1:8085/update");
    Question came = question(null);
    var in =
        new Question(
            Action.PLAY,
            StreamName.parse("live/b"),
            came.stream(),
            came.client(),
            new Standing("backend", 1, 30_000));
    var prover =
        new BackendProver(
            BackendForm.NGINX, ADDRESS, update, backend, BackendProverTest::crowd, false);
    assertThat(prover.check(in, NOW_MS)).isInstanceOf(Proof.Unknown.class);
    ((Proof.Unknown) prover.check(in, NOW_MS)).lookup().start(() -> {});
    assertThat(asked.getLast().body()).endsWith("&time=30&timestamp=30000&name=a");
    known.replaceAll((_, _) -> new BackendReply.Sent("b", 1_000));
    assertThat(prover.check(in, NOW_MS)).as("where he is").isInstanceOf(Proof.Good.class);
    known.replaceAll((_, _) -> new BackendReply.Sent("c", 1_000));
    assertThat(prover.check(in, NOW_MS)).isEqualTo(new Proof.Sent(StreamName.parse("live/c")));
  }

  @Test
  void nginxPushesNothingElsewhere() {
    Question play = question(null);
    var publish = new Question(Action.PUBLISH, play.stream(), play.client());
    known.put(
        "publish live/a " + BackendForm.NGINX.key(publish),
        new BackendReply.Moved("rtmp://192.0.2.9/live/a", 1_000));
    assertThat(prover(BackendForm.NGINX).check(publish, NOW_MS))
        .isEqualTo(
            new Proof.Bad(
                Reason.BACKEND_DENIED,
                "it is to be pushed to another server, which this one cannot do"));
  }

  private BackendProver prover(BackendForm form) {
    return new BackendProver(form, ADDRESS, null, backend, BackendProverTest::crowd, false);
  }

  @Test
  void aNoIsANo() {
    var prover =
        new BackendProver(
            BackendForm.FLUSSONIC, ADDRESS, null, backend, BackendProverTest::crowd, false);
    prover.check(question(null), NOW_MS);
    proved(BackendForm.FLUSSONIC, null);
    known.replaceAll((_, _) -> new BackendReply.Denied("status 403", 1_000));
    assertThat(prover.check(question(new Standing("backend", 1, 1)), NOW_MS))
        .isEqualTo(new Proof.Bad(Reason.BACKEND_DENIED, "status 403"));
  }
}
