package dev.sluice.access.backend;

import dev.sluice.access.Action;
import dev.sluice.access.Crowd;
import dev.sluice.access.Limits;
import dev.sluice.access.Proof;
import dev.sluice.access.Prover;
import dev.sluice.access.Question;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.access.backend.BackendReply.Moved;
import dev.sluice.access.backend.BackendReply.Sent;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told.Login;
import dev.sluice.media.StreamName;
import dev.sluice.wire.MalformedException;
import java.net.URI;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whoever a back end lets in.
 *
 * @param uri where it is asked
 * @param update where it is asked whether somebody may go on, by a form that has such a question;
 *     null for nowhere: who is in stays
 * @param crowd tells how many watch
 * @param allowWhenDown whether those are let in for whom it has no answer
 */
public record BackendProver(
    BackendForm form,
    URI uri,
    @Nullable URI update,
    Backend backend,
    Function<StreamName, Crowd> crowd,
    boolean allowWhenDown)
    implements Prover {

  /** Its name. */
  static final String NAME = "backend";

  /** So long after an answer has run out somebody is judged again: by then it has for all. */
  static final long AFTER_MS = 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Reason missing() {
    return Reason.BACKEND_DENIED;
  }

  @Override
  public Proof check(Question question, long nowMs) {
    if (isTooLong(question.client())) {
      return new Proof.Bad(Reason.BACKEND_DENIED, "a token or login that is too long to be asked");
    }
    if (question.isSent() && question.standing() == null) {
      return new Proof.Good(
          "the back end sent it here from " + question.asked(),
          Limits.NONE.provedBy(tokenId(question.client())));
    }
    boolean isIn = question.isOfProvedBy(name());
    URI again = form.hasUpdates() ? update : null;
    if (isIn && form.isAskedOnce() && again == null) {
      return new Proof.Good(
          "the back end allowed it", Limits.NONE.provedBy(tokenId(question.client())));
    }
    URI where = isIn && again != null ? again : uri;
    String key =
        String.join(
            " ", question.action().label(), question.asked().toString(), form.key(question));
    BackendReply reply = backend.known(key);
    return switch (reply) {
      case null ->
          new Proof.Unknown(
              "what the back end says",
              then -> {
                Crowd there = crowd.apply(question.stream());
                backend.ask(key, form.request(question, there, where), then);
              });
      case Allowed allowed -> allowed(question, allowed, nowMs);
      case Denied(String why, _) -> new Proof.Bad(Reason.BACKEND_DENIED, why);
      case Moved(String location, _) when question.action() == Action.PLAY ->
          new Proof.Elsewhere(location);
      case Moved _ -> new Proof.Bad(Reason.BACKEND_DENIED, form.noMove());
      case Sent sent -> sent(question, sent, nowMs);
      case Failed(String why) when allowWhenDown ->
          new Proof.Good("the back end does not answer: " + why, Limits.NONE);
      case Failed(String why) -> new Proof.Bad(Reason.ACCESS_UNKNOWN, why);
    };
  }

  private Proof allowed(Question question, Allowed allowed, long nowMs) {
    String user = allowed.user();
    return new Proof.Good(
        user.isEmpty() ? "the back end allows it" : "the back end allows it to " + user,
        new Limits(
            user,
            tokenId(question.client()),
            Limits.NEVER,
            allowed.maxSessions(),
            form.isAskedOnce() ? Limits.NEVER : nowMs + allowed.validMs() + AFTER_MS));
  }

  /** A name stands for the last element of the one that was asked for. */
  private Proof sent(Question question, Sent sent, long nowMs) {
    StreamName asked = question.asked();
    String app = asked.path().substring(0, asked.path().lastIndexOf('/') + 1);
    StreamName to;
    try {
      to = new StreamName(asked.vhost(), app + sent.name()).requirePublishable();
    } catch (MalformedException invalid) {
      return new Proof.Bad(
          Reason.BACKEND_DENIED, "it is sent to a stream whose name is not valid or reserved");
    }
    return to.equals(question.stream())
        ? allowed(question, new Allowed("", 0, sent.validMs()), nowMs)
        : new Proof.Sent(to);
  }

  private static String tokenId(Client client) {
    String token = client.token();
    return token == null || token.isEmpty() ? "" : Limits.digest(token);
  }

  private static boolean isTooLong(Client client) {
    String token = client.token();
    Login login = client.told().login();
    int chars =
        (token == null ? 0 : token.length())
            + (login == null ? 0 : login.user().length() + login.password().length())
            + client.told().page().length();
    return chars > BackendForm.MAX_GIVEN;
  }
}
