package dev.sluice.node;

import dev.sluice.access.AccessListener;
import dev.sluice.access.Action;
import dev.sluice.access.Limits;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Question;
import dev.sluice.access.backend.Backend;
import dev.sluice.access.backend.BackendReply;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.event.Hook;
import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Visit;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SRS's {@code on_connect}: receivers are asked one after the other about an RTMP connection, once
 * it is known what it wants, and before access is; the first that does not say yes ends it.
 */
final class ConnectHook implements Admission {
  private static final Set<String> PROTOCOLS = Set.of("rtmp", "rtmps");
  private static final String RULE = "events.srs.onConnect";

  private final Admission next;
  private final List<URI> receivers;
  private final Backend backend;
  private final AccessListener listener;
  private final AtomicLong asked = new AtomicLong();

  /**
   * Asks {@code receivers} before {@code next}.
   *
   * @param backend carries questions
   * @param listener hears of every refusal
   */
  ConnectHook(Admission next, List<URI> receivers, Backend backend, AccessListener listener) {
    this.next = next;
    this.receivers = List.copyOf(receivers);
    this.backend = backend;
    this.listener = listener;
  }

  @Override
  public void publish(
      StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    var question = new Question(Action.PUBLISH, name, client);
    ask(question, loop, answer, () -> next.publish(name, client, loop, answer));
  }

  @Override
  public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    var question = new Question(Action.PLAY, name, client);
    ask(question, loop, answer, () -> next.play(name, client, loop, answer));
  }

  @Override
  public void admit(Visit visit, Consumer<@Nullable Reason> answer) {
    Action action = visit.publishes() ? Action.PUBLISH : Action.PLAY;
    var question = new Question(action, visit.name(), visit.client());
    ask(question, visit.loop(), answer, () -> next.admit(visit, answer));
  }

  private void ask(
      Question question, Loop loop, Consumer<@Nullable Reason> answer, Runnable allowed) {
    if (PROTOCOLS.contains(question.client().protocol())) {
      ask(question, "connect " + asked.incrementAndGet(), 0, loop, answer, allowed);
    } else {
      allowed.run();
    }
  }

  /** Asks the receivers from {@code place} on. On the loop. */
  private void ask(
      Question question,
      String number,
      int place,
      Loop loop,
      Consumer<@Nullable Reason> answer,
      Runnable allowed) {
    if (place == receivers.size()) {
      allowed.run();
      return;
    }
    String key = number + " " + place;
    backend.ask(
        key,
        Hook.SRS_CONNECT.request(question.stream(), question.client(), receivers.get(place)),
        () ->
            loop.execute(() -> {
              BackendReply reply = backend.known(key);
              switch (reply) {
                case Allowed _ -> ask(question, number, place + 1, loop, answer, allowed);
                case Denied(String why, _) -> refuse(question, Reason.BACKEND_DENIED, why, answer);
                case Failed(String why) -> refuse(question, Reason.ACCESS_UNKNOWN, why, answer);
                case null ->
                    refuse(question, Reason.ACCESS_UNKNOWN, "its answer came too late", answer);
              }
            }));
  }

  private void refuse(
      Question question, Reason reason, String why, Consumer<@Nullable Reason> answer) {
    listener.decided(question, new Decision(reason, RULE, why, Limits.NONE, ""));
    answer.accept(reason);
  }
}
