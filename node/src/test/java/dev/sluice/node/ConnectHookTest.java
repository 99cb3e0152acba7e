package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.backend.Backend;
import dev.sluice.access.backend.BackendReply;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.access.backend.BackendRequest;
import dev.sluice.event.Hook;
import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is asked before access is, and what becomes of each answer. */
class ConnectHookTest {
  private static final StreamName NAME = StreamName.parse("live/a");
  private static final URI FIRST = URI.create("http://a/1");
  private static final URI SECOND = URI.create("http://a/2");
  private static final BackendReply YES = new Allowed("", 0, 2_000);

  private final SimLoops loops = new SimLoops(1);
  private final List<String> said = new ArrayList<>();
  private final Map<String, BackendReply> replies = new HashMap<>();
  private final Queue<Runnable> waiting = new ArrayBlockingQueue<>(9);
  private final Queue<BackendReply> next = new ArrayBlockingQueue<>(9);

  private final Backend backend =
      new Backend() {
        @Override
        public @Nullable BackendReply known(String key) {
          return replies.get(key);
        }

        @Override
        public void ask(String key, BackendRequest request, Runnable then) {
          said.add("asks " + request.uri());
          waiting.add(() -> {
            BackendReply reply = next.poll();
            if (reply != null) {
              replies.put(key, reply);
            }
            then.run();
          });
        }
      };

  private final Admission access =
      new Admission() {
        @Override
        public void publish(
            StreamName name, Client client, Loop on, Consumer<@Nullable Reason> answer) {
          said.add("access");
          answer.accept(null);
        }

        @Override
        public void play(
            StreamName name, Client client, Loop on, Consumer<@Nullable Reason> answer) {
          said.add("access");
          answer.accept(Reason.NOBODY);
        }
      };

  private final ConnectHook hook =
      new ConnectHook(
          access,
          new ConnectHook.Asked(
              "events.srs.onConnect", Hook.SRS_CONNECT, List.of(FIRST, SECOND), backend),
          (question, decision) ->
              said.add(question.action().label() + " " + decision.rule() + ": " + decision.why()));

  private void publish(String protocol, BackendReply... answers) {
    next.addAll(List.of(answers));
    var client = new Client("R-1", protocol, "10.0.0.1", 4_000, null, "");
    Loop here = loops.loop(0);
    loops.on(here, () -> hook.publish(NAME, client, here, reason -> said.add("answer " + reason)));
    for (Runnable answered; (answered = waiting.poll()) != null; ) {
      loops.on(here, answered);
    }
  }

  @Test
  void allAreAskedInOrderAndThenAccess() {
    publish("rtmp", YES, YES);
    assertThat(said).containsExactly("asks " + FIRST, "asks " + SECOND, "access", "answer null");
    said.clear();
    publish("rtmps", YES, YES);
    assertThat(said).as("each connection by itself").hasSize(4);
  }

  @Test
  void theFirstNoIsOne() {
    publish("rtmp", new Denied("status 401", 0), YES);
    assertThat(said)
        .containsExactly(
            "asks " + FIRST, "publish events.srs.onConnect: status 401", "answer BACKEND_DENIED");
  }

  @Test
  void whoDoesNotAnswerSaysNeitherYesNorNo() {
    publish("rtmp", YES, new Failed("too slow"));
    assertThat(said)
        .endsWith("publish events.srs.onConnect: too slow", "answer ACCESS_UNKNOWN")
        .hasSize(4);
    said.clear();
    publish("rtmp");
    assertThat(said)
        .endsWith(
            "publish events.srs.onConnect: its answer came too late", "answer ACCESS_UNKNOWN");
  }

  @Test
  void otherProtocolsHaveNoConnect() {
    publish("flv");
    assertThat(said).containsExactly("access", "answer null");
  }

  @Test
  void playersAreAskedAboutAsWell() {
    next.addAll(List.of(YES, YES));
    var client = new Client("R-1", "rtmp", "10.0.0.1", 4_000, null, "");
    Loop here = loops.loop(0);
    loops.on(here, () -> hook.play(NAME, client, here, reason -> said.add("answer " + reason)));
    for (Runnable answered; (answered = waiting.poll()) != null; ) {
      loops.on(here, answered);
    }
    assertThat(said).endsWith("access", "answer NOBODY").hasSize(4);
  }
}
