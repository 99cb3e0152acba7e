package dev.sluice.access.backend;

import dev.sluice.access.Limits;
import dev.sluice.access.Proof;
import dev.sluice.access.Prover;
import dev.sluice.access.Question;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told.Login;
import java.net.URI;

/**
 * Whoever a back end lets in.
 *
 * @param uri where it is asked
 * @param allowWhenDown whether those are let in for whom it has no answer
 */
public record BackendProver(BackendForm form, URI uri, Backend backend, boolean allowWhenDown)
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
    if (form.isAskedOnce() && question.isOfProvedBy(name())) {
      return new Proof.Good(
          "the back end allowed it", Limits.NONE.provedBy(tokenId(question.client())));
    }
    String key =
        String.join(
            " ", question.action().label(), question.stream().toString(), form.key(question));
    BackendReply reply = backend.known(key);
    return switch (reply) {
      case null ->
          new Proof.Unknown(
              "what the back end says",
              then -> backend.ask(key, form.request(question, uri), then));
      case Allowed(String user, int maxSessions, long validMs) ->
          new Proof.Good(
              user.isEmpty() ? "the back end allows it" : "the back end allows it to " + user,
              new Limits(
                  user,
                  tokenId(question.client()),
                  Limits.NEVER,
                  maxSessions,
                  form.isAskedOnce() ? Limits.NEVER : nowMs + validMs + AFTER_MS));
      case Denied(String why, _) -> new Proof.Bad(Reason.BACKEND_DENIED, why);
      case Failed(String why) when allowWhenDown ->
          new Proof.Good("the back end does not answer: " + why, Limits.NONE);
      case Failed(String why) -> new Proof.Bad(Reason.ACCESS_UNKNOWN, why);
    };
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
