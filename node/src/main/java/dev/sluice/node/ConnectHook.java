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
import dev.sluice.access.backend.BackendReply.Moved;
import dev.sluice.access.backend.BackendReply.Sent;
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
 * {@code on_connect} of SRS and nginx-rtmp: receivers are asked one after the other about an RTMP
 * connection, once it is known what it wants, and before access is; the first that does not say yes
 * ends it.
 */
final class ConnectHook implements Admission {
  private static final Set<String> PROTOCOLS = Set.of("rtmp", "rtmps");

  private final Admission next;
  private final Asked asked;
  private final AccessListener listener;
  private final AtomicLong questions = new AtomicLong();

  /**
   * Who is asked.
   *
   * @param rule names the key of the configuration that has them
   * @param hook what they are asked by
   * @param backend carries questions
   */
  record Asked(String rule, Hook hook, List<URI> receivers, Backend backend) {
    Asked {
      receivers = List.copyOf(receivers);
    }
  }

  /**
   * Asks {@code asked} before {@code next}.
   *
   * @param listener hears of every refusal
   */
  ConnectHook(Admission next, Asked asked, AccessListener listener) {
    this.next = next;
    this.asked = asked;
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

  @Override
  public String elsewhere(StreamName name, Client client) {
    return next.elsewhere(name, client);
  }

  private void ask(
      Question question, Loop loop, Consumer<@Nullable Reason> answer, Runnable allowed) {
    if (PROTOCOLS.contains(question.client().protocol())) {
      ask(question, "connect " + questions.incrementAndGet(), 0, loop, answer, allowed);
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
    if (place == asked.receivers.size()) {
      allowed.run();
      return;
    }
    String key = number + " " + place;
    URI receiver = asked.receivers.get(place);
    asked.backend.ask(
        key,
        asked.hook.request(question.stream(), question.client(), receiver),
        () ->
            loop.execute(() -> {
              BackendReply reply = asked.backend.known(key);
              switch (reply) {
                case Allowed _ -> ask(question, number, place + 1, loop, answer, allowed);
                case Denied(String why, _) -> refuse(question, Reason.BACKEND_DENIED, why, answer);
                case Moved _, Sent _ ->
                    refuse(question, Reason.BACKEND_DENIED, "elsewhere", answer);
                case Failed(String why) -> refuse(question, Reason.ACCESS_UNKNOWN, why, answer);
                case null ->
                    refuse(question, Reason.ACCESS_UNKNOWN, "its answer came too late", answer);
              }
            }));
  }

  private void refuse(
      Question question, Reason reason, String why, Consumer<@Nullable Reason> answer) {
    listener.decided(question, new Decision(reason, asked.rule, why, Limits.NONE, ""));
    answer.accept(reason);
  }
}
