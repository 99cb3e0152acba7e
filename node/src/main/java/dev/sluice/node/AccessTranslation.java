package dev.sluice.node;

import dev.sluice.access.AccessRule;
import dev.sluice.access.Action;
import dev.sluice.access.Crowd;
import dev.sluice.access.LinkForm;
import dev.sluice.access.LinkProver;
import dev.sluice.access.LoginProver;
import dev.sluice.access.Prover;
import dev.sluice.access.Restrictions;
import dev.sluice.access.Token;
import dev.sluice.access.TokenProver;
import dev.sluice.access.backend.Backend;
import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendProver;
import dev.sluice.access.jwt.JwtProver;
import dev.sluice.access.jwt.JwtRules;
import dev.sluice.access.jwt.JwtSource;
import dev.sluice.media.StreamName;
import dev.sluice.media.StreamPattern;
import dev.sluice.node.config.AccessRuleSettings;
import dev.sluice.node.config.AccessRuleSettings.Need;
import dev.sluice.node.config.AccessRuleSettings.Protocol;
import dev.sluice.node.config.AccessSettings;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.UserName;
import dev.sluice.node.config.UserPassword;
import dev.sluice.node.config.WebAddress;
import dev.sluice.node.config.Word;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the rules of access of what is configured. */
final class AccessTranslation {
  private final AccessSettings settings;
  private final Token token;
  private final Prover jwt;
  private final @Nullable Backend backend;
  private final Function<StreamName, Crowd> crowd;

  /**
   * For settings that were checked.
   *
   * @param token of the server, which stands in the settings or was made
   * @param keys of JSON web tokens
   * @param backend what is asked where that is wanted; null when there is none
   * @param crowd tells how many watch
   */
  AccessTranslation(
      AccessSettings settings,
      Token token,
      JwtSource keys,
      @Nullable Backend backend,
      Function<StreamName, Crowd> crowd) {
    this.settings = settings;
    this.token = token;
    this.backend = backend;
    this.crowd = crowd;
    this.jwt = new JwtProver(keys, rules(settings.jwt()));
  }

  private static JwtRules rules(AccessSettings.Jwt jwt) {
    return new JwtRules(
        switch (jwt.claims()) {
          case SLUICE -> JwtRules.Dialect.SLUICE;
          case RED5 -> JwtRules.Dialect.RED5;
        },
        text(jwt.issuer()),
        text(jwt.audience()),
        jwt.lifetime().toMillis(),
        jwt.skew().toMillis());
  }

  private static @Nullable String text(@Nullable Word word) {
    return word == null ? null : word.value();
  }

  /** All rules: those that are configured, and behind them the general ones. */
  List<AccessRule> rules() {
    var rules = new ArrayList<AccessRule>();
    for (int place = 0; place < settings.rules().size(); place++) {
      AccessRuleSettings rule = settings.rules().get(place);
      StreamPattern streams = Objects.requireNonNull(rule.streams());
      String name = "access.rules[%d] (%s)".formatted(place, streams);
      for (Action action : actions(rule)) {
        rules.add(
            new AccessRule(
                name, streams, Set.of(action), restrictions(rule), provers(rule, action)));
      }
    }
    for (Action action : Action.values()) {
      List<Need> needs = general(action);
      List<Token> tokens = List.of(token);
      rules.add(
          AccessRule.general(
              "access." + action.label(),
              action,
              provers(action, needs, tokens, passwords(List.of()))));
    }
    return rules;
  }

  private static Set<Action> actions(AccessRuleSettings rule) {
    var actions = EnumSet.noneOf(Action.class);
    for (AccessRuleSettings.Action action : rule.actions()) {
      actions.add(
          switch (action) {
            case PUBLISH -> Action.PUBLISH;
            case PLAY -> Action.PLAY;
          });
    }
    return actions;
  }

  private List<Need> general(Action action) {
    return switch (action) {
      case PUBLISH -> settings.publish();
      case PLAY -> settings.play();
    };
  }

  private static Restrictions restrictions(AccessRuleSettings rule) {
    return new Restrictions(
        labels(rule.notProtocols()),
        labels(rule.protocols()),
        rule.notAddresses(),
        rule.addresses(),
        rule.pages());
  }

  private static Set<String> labels(List<Protocol> protocols) {
    return protocols.stream().map(Protocol::label).collect(Collectors.toSet());
  }

  private List<Prover> provers(AccessRuleSettings rule, Action action) {
    List<Token> tokens =
        rule.tokens().isEmpty()
            ? List.of(token)
            : rule.tokens().stream().map(AccessTranslation::token).toList();
    return provers(
        action,
        rule.needs().isEmpty() ? general(action) : rule.needs(),
        tokens,
        passwords(rule.users()));
  }

  private List<Prover> provers(
      Action action, List<Need> needs, List<Token> tokens, Map<String, Token> passwords) {
    var provers = new ArrayList<Prover>();
    for (Need need : needs) {
      switch (need) {
        case ANYBODY -> provers.add(Prover.ANYBODY);
        case NOBODY -> {} // nothing proves it
        case TOKEN -> provers.add(new TokenProver(tokens));
        case SIGNED -> provers.add(links());
        case USER -> provers.add(new LoginProver(passwords));
        case JWT -> provers.add(jwt);
        case BACKEND -> provers.add(backend(action));
      }
    }
    return provers;
  }

  private BackendProver backend(Action action) {
    AccessSettings.Backend asked = settings.backend();
    WebAddress address =
        switch (action) {
          case PUBLISH -> asked.publish();
          case PLAY -> asked.play();
        };
    return new BackendProver(
        form(asked),
        Objects.requireNonNull(address).uri(),
        asked.update() == null ? null : asked.update().uri(),
        Objects.requireNonNull(backend),
        crowd,
        asked.whenDown() == AccessSettings.WhenDown.ALLOW);
  }

  /** Whose words the back end speaks. */
  static BackendForm form(AccessSettings.Backend backend) {
    return switch (backend.form()) {
      case SRS -> BackendForm.SRS;
      case FLUSSONIC -> BackendForm.FLUSSONIC;
      case NGINX -> BackendForm.NGINX;
      case RED5 -> BackendForm.RED5;
    };
  }

  private LinkProver links() {
    Secret secret = Objects.requireNonNull(settings.signed().secret());
    var forms = EnumSet.noneOf(LinkForm.class);
    for (AccessSettings.Form form : settings.signed().forms()) {
      forms.add(
          switch (form) {
            case SLUICE -> LinkForm.SLUICE;
            case NGINX -> LinkForm.NGINX;
            case FLUSSONIC -> LinkForm.FLUSSONIC;
            case FLUSSONIC_ANY_ADDRESS -> LinkForm.FLUSSONIC_ANY_ADDRESS;
          });
    }
    return new LinkProver(token(secret), forms);
  }

  /** Those of some users; of all when none are named. */
  private Map<String, Token> passwords(List<UserName> of) {
    var passwords = new HashMap<String, Token>();
    for (UserPassword user : settings.users()) {
      if (of.isEmpty() || of.contains(user.user())) {
        passwords.put(user.user().value(), token(user.password()));
      }
    }
    return passwords;
  }

  private static Token token(Secret secret) {
    return new Token(secret.value());
  }
}
