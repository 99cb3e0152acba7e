package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Outcome.Later;
import dev.sluice.access.Outcome.Sent;
import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Visit;
import dev.sluice.media.StreamName;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Who may publish and play, as the hub and the endpoints ask for it. Any thread. */
public final class AccessRules implements Admission {
  /** Questions that wait for something to be found out; beyond that they are refused. */
  static final int MAX_WAITING = 10_000;

  private volatile Rulebook rulebook;
  private volatile Token token;
  private final LongSupplier utcMs;
  private final AccessListener listener;
  private final SessionBook sessions;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Rules.
   *
   * @param token the secret of whoever may do everything
   * @param utcMs the clock: UTC in milliseconds
   * @param listener hears of every decision
   */
  public AccessRules(Rulebook rulebook, Token token, LongSupplier utcMs, AccessListener listener) {
    this(
        rulebook,
        token,
        utcMs,
        listener,
        new SessionBook(SessionPolicy.DEFAULT, "s", utcMs, listener, RevocationJournal.NONE));
  }

  /**
   * As {@link #AccessRules(Rulebook, Token, LongSupplier, AccessListener)}.
   *
   * @param sessions of nobody yet
   */
  public AccessRules(
      Rulebook rulebook,
      Token token,
      LongSupplier utcMs,
      AccessListener listener,
      SessionBook sessions) {
    this.sessions = sessions;
    this.rulebook = rulebook;
    this.token = token;
    this.utcMs = utcMs;
    this.listener = listener;
  }

  /** What holds where nothing is configured: the token publishes, and anybody plays. */
  public static AccessRules simple(Token token, boolean trustLoopback) {
    List<AccessRule> rules =
        List.of(
            AccessRule.general(
                "access.publish", Action.PUBLISH, List.of(new TokenProver(List.of(token)))),
            AccessRule.general("access.play", Action.PLAY, List.of(Prover.ANYBODY)));
    return new AccessRules(
        new Rulebook(rules, trustLoopback, (_, _) -> false), token, () -> 0, AccessListener.NONE);
  }

  /**
   * Whether connections from this host can be trusted: when that is wanted, and nothing stands
   * between that would make strangers look like it.
   *
   * @param wanted what is configured
   * @param behindProxy whether a trusted proxy or the PROXY protocol is configured
   * @param inContainer whether the process runs in a container
   */
  public static boolean trusts(boolean wanted, boolean behindProxy, boolean inContainer) {
    return wanted && !behindProxy && !inContainer;
  }

  @Override
  public void publish(
      StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    var question = new Question(Action.PUBLISH, name, client);
    ask(question, loop, (about, decision) -> pass(about, decision, answer));
  }

  @Override
  public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    var question = new Question(Action.PLAY, name, client);
    ask(question, loop, (about, decision) -> pass(about, decision, answer));
  }

  @Override
  public void admit(Visit visit, Consumer<@Nullable Reason> answer) {
    var action = visit.publishes() ? Action.PUBLISH : Action.PLAY;
    var question = new Question(action, visit.name(), visit.client());
    ask(
        question,
        visit.loop(),
        (about, decision) ->
            tell(about, decision.allowed() ? enter(visit, about, decision) : decision, answer));
  }

  private Decision enter(Visit visit, Question question, Decision decision) {
    if (question.isSent()) {
      visit.sentTo(question.stream());
    }
    return sessions.enter(visit, question, decision);
  }

  @Override
  public String elsewhere(StreamName name, Client client) {
    return rulebook.elsewhere(new Question(Action.PLAY, name, client), utcMs.getAsLong());
  }

  private void pass(Question question, Decision decision, Consumer<@Nullable Reason> answer) {
    Decision passed = decision;
    if (decision.allowed()) {
      passed =
          question.isSent()
              ? Decision.no(Reason.BACKEND_DENIED, decision.rule(), "it is sent to another stream")
              : sessions.pass(question, decision);
    }
    tell(question, passed, answer);
  }

  private void ask(Question question, Loop loop, BiConsumer<Question, Decision> answer) {
    switch (rulebook.decide(question, utcMs.getAsLong())) {
      case Decision decision -> answer.accept(question, decision);
      case Sent(Question other) -> ask(other, loop, answer);
      case Later later -> {
        if (waiting.incrementAndGet() > MAX_WAITING) {
          waiting.decrementAndGet();
          answer.accept(question, unknown(later, "too many wait for it"));
          return;
        }
        later
            .lookup()
            .start(() ->
                loop.execute(() -> {
                  waiting.decrementAndGet();
                  askAgain(question, loop, answer);
                }));
      }
    }
  }

  private void askAgain(Question question, Loop loop, BiConsumer<Question, Decision> answer) {
    switch (rulebook.decide(question, utcMs.getAsLong())) {
      case Decision decided -> answer.accept(question, decided);
      case Sent(Question other) -> ask(other, loop, answer);
      case Later later -> answer.accept(question, unknown(later, later.why()));
    }
  }

  private static Decision unknown(Later later, String why) {
    return Decision.no(Reason.ACCESS_UNKNOWN, later.rule(), why);
  }

  private void tell(Question question, Decision decision, Consumer<@Nullable Reason> answer) {
    listener.decided(question, decision);
    answer.accept(decision.refusal());
  }

  /** What would be decided now about somebody who came; nobody is told. */
  public Outcome explain(Question question) {
    return switch (rulebook.decide(question, utcMs.getAsLong())) {
      case Decision decision when decision.allowed() -> sessions.foresee(question, decision);
      case Sent(Question other) -> explain(other);
      case Outcome other -> other;
    };
  }

  /** All who are in. */
  public SessionBook sessions() {
    return sessions;
  }

  /** Judges anew who is to be; every {@link SessionBook#ROUND_MS}, not on a loop. */
  public void round() {
    sessions.round(question -> rulebook.decide(question, utcMs.getAsLong()));
  }

  /**
   * Other rules and another token hold from now on, also for those who are in, who are judged again
   * soon.
   */
  public void replace(Rulebook rules, Token secret) {
    token = secret;
    replace(rules);
  }

  /** As {@link #replace(Rulebook, Token)}, with the token that there is. */
  public void replace(Rulebook rules) {
    rulebook = rules;
    sessions.recheck();
  }

  /** The secret of whoever may do everything. */
  public Token token() {
    return token;
  }

  /** Whether {@code given} is that secret, as it is now. */
  public boolean isToken(String given) {
    return token.matches(given);
  }

  /** Whether {@code address} is this host's and is trusted. */
  public boolean trusted(String address) {
    return rulebook.trusts(address);
  }
}
