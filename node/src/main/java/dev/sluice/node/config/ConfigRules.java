package dev.sluice.node.config;

import dev.sluice.access.jwt.JwtKeys;
import dev.sluice.node.config.AccessRuleSettings.Action;
import dev.sluice.node.config.AccessRuleSettings.Need;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Rules between keys; what concerns a single key is said by its {@link Key}. */
final class ConfigRules {
  private final Report report;

  private ConfigRules(Report report) {
    this.report = report;
  }

  /** Takes in rules that do not hold. */
  @FunctionalInterface
  interface Report {
    /**
     * A rule does not hold.
     *
     * @param keys those that it is about, first the one to blame
     */
    void broken(List<String> keys, String found, String allowed);
  }

  /** Checks all rules. */
  static void check(Config config, Report report) {
    var rules = new ConfigRules(report);
    rules.tls("http.tls", config.http().tls());
    rules.tls("rtmp.tls", config.rtmp().tls());
    rules.pings(config.rtmp());
    rules.ports(config);
    rules.proxies(config);
    rules.retries(config.pull());
    rules.cluster(config.cluster());
    config.streams().entries().forEach(rules::sources);
    rules.access(config.access());
    rules.webhooks(config.events().webhooks());
  }

  private void access(AccessSettings access) {
    var users = new HashSet<UserName>();
    for (UserPassword user : access.users()) {
      if (!users.add(user.user())) {
        report.broken(List.of("access.users"), user.user() + " a second time", "each user once");
      }
    }
    Secret jwt = access.jwt().secret();
    if (jwt != null && jwt.value().length() < JwtKeys.MIN_SECRET_BYTES) {
      report.broken(
          List.of("access.jwt.secret"),
          "a secret of %d characters".formatted(jwt.value().length()),
          "at least " + JwtKeys.MIN_SECRET_BYTES + " characters");
    }
    needs("access.publish", access.publish(), Set.of(Action.PUBLISH), access);
    needs("access.play", access.play(), Set.of(Action.PLAY), access);
    for (int place = 0; place < access.rules().size(); place++) {
      AccessRuleSettings rule = access.rules().get(place);
      String path = "access.rules[" + place + "].";
      needs(path + "needs", rule.needs(), Set.copyOf(rule.actions()), access);
      for (UserName user : rule.users()) {
        if (!users.contains(user)) {
          report.broken(
              List.of(path + "users", "access.users"), "no user " + user, "one of access.users");
        }
      }
      if (!rule.users().isEmpty() && !rule.needs().contains(Need.USER)) {
        report.broken(
            List.of(path + "users", path + "needs"), "nothing that needs it", "user in needs");
      }
      if (!rule.tokens().isEmpty() && !rule.needs().contains(Need.TOKEN)) {
        report.broken(
            List.of(path + "tokens", path + "needs"), "nothing that needs it", "token in needs");
      }
    }
  }

  /** What is to be proved has to be provable. */
  private void needs(String key, List<Need> needs, Set<Action> actions, AccessSettings access) {
    for (Action action : actions) {
      WebAddress asked =
          switch (action) {
            case PUBLISH -> access.backend().publish();
            case PLAY -> access.backend().play();
          };
      if (needs.contains(Need.BACKEND) && asked == null) {
        String address = "access.backend." + action.name().toLowerCase(Locale.ROOT);
        report.broken(List.of(key, address), "backend without an address", address + " with it");
      }
    }
    if (needs.contains(Need.USER) && access.users().isEmpty()) {
      report.broken(List.of(key, "access.users"), "user without users", "access.users with it");
    }
    if (needs.contains(Need.SIGNED) && access.signed().secret() == null) {
      report.broken(
          List.of(key, "access.signed.secret"),
          "signed without a secret",
          "access.signed.secret with it");
    }
    if (needs.contains(Need.JWT) && !access.jwt().hasKeys()) {
      report.broken(
          List.of(key, "access.jwt.secret", "access.jwt.keys", "access.jwt.url"),
          "jwt without keys",
          "one of access.jwt.secret, access.jwt.keys, access.jwt.url with it");
    }
    if (needs.contains(Need.NOBODY) && needs.size() > 1) {
      report.broken(List.of(key), "nobody together with others", "nobody alone, or the others");
    }
  }

  private void webhooks(List<WebhookSettings> webhooks) {
    var before = new HashMap<WebAddress, Integer>();
    for (int place = 0; place < webhooks.size(); place++) {
      WebhookSettings webhook = webhooks.get(place);
      String path = "events.webhooks[" + place + "].";
      WebAddress url = webhook.url();
      if (url == null) {
        continue; // has been reported
      }
      if (webhook.secret() == null) {
        report.broken(
            List.of(path + "url", path + "secret"), "no secret for it", path + "secret with it");
      }
      Integer same = before.putIfAbsent(url, place);
      if (same != null) {
        report.broken(
            List.of(path + "url"), "the address of webhooks[" + same + "]", "each address once");
      }
    }
  }

  private void cluster(Config.Cluster cluster) {
    Secret key = cluster.key();
    if (key != null && key.value().length() < Config.Cluster.LEAST_KEY) {
      report.broken(
          List.of("cluster.key"),
          "a key of %d characters".formatted(key.value().length()),
          "at least " + Config.Cluster.LEAST_KEY + " characters");
    }
    if (cluster.source() != null && key == null) {
      report.broken(
          List.of("cluster.source", "cluster.key"), "no key for it", "cluster.key with it");
    }
  }

  private void retries(Config.Pull pull) {
    if (pull.retryMost().compareTo(pull.retryFirst()) < 0) {
      report.broken(
          List.of("pull.retryMost", "pull.retryFirst"),
          "less than pull.retryFirst",
          "at least pull.retryFirst");
    }
  }

  private void sources(StreamSelector name, StreamSettings stream) {
    boolean runsByItself =
        stream.backup() != null
            || stream.sources().stream()
                .map(SourceSettings::input)
                .anyMatch(input -> input != null && input.kind() != SourceInput.Kind.PUBLISH);
    if (!name.isName() && runsByItself && !stream.onDemand()) {
      String path = "streams." + name + ".";
      report.broken(
          List.of(path + "onDemand", path + "sources", path + "backup"),
          "what the server starts itself, for a pattern",
          "onDemand: true with it, so that streams end that nobody watches");
    }
    var keys = new HashMap<Secret, Integer>();
    for (int place = 0; place < stream.sources().size(); place++) {
      SourceSettings source = stream.sources().get(place);
      String path = "streams." + name + ".sources[" + place + "].";
      SourceInput input = source.input();
      if (input == null) {
        continue; // has been reported
      }
      boolean publish = input.kind() == SourceInput.Kind.PUBLISH;
      boolean file =
          input.kind() == SourceInput.Kind.FILE || input.kind() == SourceInput.Kind.PLAYLIST;
      if (source.key() != null && !publish) {
        report.broken(
            List.of(path + "key", path + "input"), "a key for " + input, "a key for publish only");
      }
      if (source.standby() == SourceSettings.Standby.COLD && publish) {
        report.broken(
            List.of(path + "standby", path + "input"), "cold for publish", "hot for publish");
      }
      if (!source.loop() && !file) {
        report.broken(
            List.of(path + "loop", path + "input"),
            "loop for " + input,
            "loop for file and playlist only");
      }
      Integer before = source.key() == null ? null : keys.putIfAbsent(source.key(), place);
      if (before != null) {
        report.broken(
            List.of(path + "key"), "the key of sources[" + before + "]", "a key of its own");
      }
    }
  }

  private void tls(String section, Config.Tls tls) {
    String port = section + ".port";
    String certificate = section + ".certificate";
    String key = section + ".key";
    if (!tls.addresses().isEmpty() && tls.certificate() == null) {
      var culprit = tls.listen().isEmpty() ? port : section + ".listen";
      report.broken(
          List.of(culprit, certificate), "no certificate for it", certificate + " with it");
    }
    if (tls.certificate() != null && tls.key() == null) {
      report.broken(List.of(certificate, key), "no key for it", key + " with it");
    }
    if (tls.key() != null && tls.certificate() == null) {
      report.broken(List.of(key, certificate), "no certificate for it", certificate + " with it");
    }
    if (tls.certificate() != null && tls.addresses().isEmpty()) {
      var keys = List.of(certificate, port, section + ".listen");
      report.broken(keys, "no listener for it", port + " or " + section + ".listen with it");
    }
  }

  /** The PROXY protocol is only taken from somebody who is trusted. */
  private void proxies(Config config) {
    if (!config.access().trustedProxies().isEmpty()) {
      return;
    }
    Map.of(
            "http", config.http().proxyProtocol(),
            "http.tls", config.http().tls().proxyProtocol(),
            "rtmp", config.rtmp().proxyProtocol(),
            "rtmp.tls", config.rtmp().tls().proxyProtocol())
        .forEach((section, wanted) -> {
          if (wanted) {
            report.broken(
                List.of(section + ".proxyProtocol", "access.trustedProxies"),
                "true without a proxy that is trusted",
                "access.trustedProxies with it");
          }
        });
  }

  private void pings(Config.Rtmp rtmp) {
    if (rtmp.pingTimeout().compareTo(rtmp.pingInterval()) <= 0) {
      report.broken(
          List.of("rtmp.pingTimeout", "rtmp.pingInterval"),
          "no more than rtmp.pingInterval",
          "more than rtmp.pingInterval");
    }
  }

  private void ports(Config config) {
    var taken = new HashMap<ListenAddress, String>();
    listener(taken, "http", config.http().addresses(), config.http().listen());
    listener(taken, "http.tls", config.http().tls().addresses(), config.http().tls().listen());
    FaceSettings.Srs srs = config.faces().srs();
    listener(taken, "faces.srs", srs.addresses(), srs.listen());
    if (config.rtmp().enabled()) {
      listener(taken, "rtmp", config.rtmp().addresses(), config.rtmp().listen());
      listener(taken, "rtmp.tls", config.rtmp().tls().addresses(), config.rtmp().tls().listen());
    }
  }

  /** Two listeners on one address; that of another spelling is left to the kernel to refuse. */
  private void listener(
      Map<ListenAddress, String> taken,
      String section,
      List<ListenAddress> addresses,
      List<ListenAddress> listed) {
    String key = section + (listed.isEmpty() ? ".port" : ".listen");
    for (ListenAddress address : addresses) {
      String before = address.port() == 0 ? null : taken.put(address, key);
      if (before != null) {
        var keys = new ArrayList<>(List.of(key));
        if (!before.equals(key)) {
          keys.add(before);
        }
        report.broken(keys, address + ", which " + before + " has", "an address of its own");
      }
    }
  }
}
