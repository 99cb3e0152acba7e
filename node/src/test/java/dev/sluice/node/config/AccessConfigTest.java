package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AddressBlock;
import dev.sluice.access.PageHost;
import dev.sluice.media.StreamPattern;
import dev.sluice.node.config.AccessRuleSettings.Action;
import dev.sluice.node.config.AccessRuleSettings.Need;
import dev.sluice.node.config.AccessRuleSettings.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The keys of {@code access.rules} and what they need. */
class AccessConfigTest {

  @Test
  void rulesAreReadInTheirOrder() {
    Loaded loaded =
        ConfigParserTest.valid(
            """
            access:
              users: "alice:her-password, bob:his-password"
              signed: {secret: the-signing-secret, forms: [sluice, flussonicAnyAddress]}
              rules:
                - streams: a.example!live/*
                  actions: play
                  needs: [signed, user]
                  users: [alice]
                  protocols: [hls, ws-flv]
                  notProtocols: rtmp
                  addresses: [10.0.0.0/8]
                  notAddresses: [10.0.0.1]
                  pages: [none, "*.example.com"]
                - streams: "**"
                  needs: token
                  tokens: [a-first-token, a-second-token]
                - live/open
            """,
            Map.of());
    AccessSettings access = loaded.config().access();
    assertThat(access.users())
        .extracting(UserPassword::user)
        .extracting(UserName::value)
        .containsExactly("alice", "bob");
    assertThat(access.signed().forms())
        .containsExactly(AccessSettings.Form.SLUICE, AccessSettings.Form.FLUSSONIC_ANY_ADDRESS);
    AccessRuleSettings first = access.rules().getFirst();
    assertThat(first.streams()).isEqualTo(StreamPattern.parse("a.example!live/*"));
    assertThat(first.actions()).containsExactly(Action.PLAY);
    assertThat(first.needs()).containsExactly(Need.SIGNED, Need.USER);
    assertThat(first.users()).containsExactly(new UserName("alice"));
    assertThat(first.protocols()).containsExactly(Protocol.HLS, Protocol.WS_FLV);
    assertThat(first.notProtocols()).containsExactly(Protocol.RTMP);
    assertThat(first.addresses()).containsExactly(AddressBlock.parse("10.0.0.0/8"));
    assertThat(first.notAddresses()).containsExactly(AddressBlock.parse("10.0.0.1"));
    assertThat(first.pages()).containsExactly(PageHost.NONE, PageHost.parse("*.example.com"));
    AccessRuleSettings second = access.rules().get(1);
    assertThat(second.actions()).containsExactly(Action.PUBLISH, Action.PLAY);
    assertThat(second.tokens())
        .containsExactly(new Secret("a-first-token"), new Secret("a-second-token"));
    assertThat(access.rules().get(2).streams()).isEqualTo(StreamPattern.parse("live/open"));
    assertThat(access.rules().get(2).needs()).isEmpty();
    String shown =
        loaded.effective().settings().stream().map(Setting::toString).collect(Collectors.joining());
    assertThat(shown)
        .contains("access.rules[1].tokens", "(hidden), (hidden)", "alice:(hidden)")
        .doesNotContain("her-password", "a-second-token", "the-signing-secret");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {play: user}                              | access.play | user without users
          {play: signed}                            | access.play | signed without a secret
          {play: backend, backend: {publish: "http://a"}} | access.play | backend without an address
          {backend: {play: "http://a"}, rules: [{streams: a, needs: backend}]} | access.rules[0].needs | backend without an address
          {play: jwt}                               | access.play | jwt without keys
          {jwt: {secret: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}} | access.jwt.secret | a secret of 31 characters
          {jwt: {url: "ftp://a/b"}}                 | access.jwt.url | ftp://a/b
          {jwt: {url: "http://a:b@c/"}}             | access.jwt.url | 13 characters
          {publish: [nobody, token]}                | access.publish | nobody together with others
          {users: [a:abcdefgh, a:12345678]}         | access.users | a a second time
          {rules: [{streams: a, needs: user}]}      | access.rules[0].needs | user without users
          {rules: [{streams: a, needs: signed}]}    | access.rules[0].needs | signed without a secret
          {rules: [{streams: a, tokens: abcdefgh}]} | access.rules[0].tokens | nothing that needs it
          {users: a:abcdefgh, rules: [{streams: a, users: a}]} | access.rules[0].users | nothing that needs it
          {users: a:abcdefgh, rules: [{streams: a, needs: user, users: b}]} | access.rules[0].users | no user b
          {rules: [{needs: token}]}                 | access.rules[0].streams | nothing
          {rules: [{streams: a/**/b}]}              | access.rules[0].streams | a/**/b
          {rules: [{streams: a, pages: [A.b]}]}     | access.rules[0].pages | A.b
          {rules: [{streams: a, protocols: [srt]}]} | access.rules[0].protocols | srt
          {rules: {streams: a}}                     | access.rules | a section
          """)
  void faultsAreTold(String access, String key, String found) {
    var outcome = ConfigParser.parse("sluice.yaml", "access: " + access, Map.of());
    assertThat(outcome).isInstanceOf(ConfigParser.Invalid.class);
    List<Problem> problems = ((ConfigParser.Invalid) outcome).problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().key()).isEqualTo(key);
    assertThat(problems.getFirst().found()).contains(found);
  }

  @ParameterizedTest
  @CsvSource({"SLUICE_ACCESS_USERS, a:secret!", "SLUICE_ACCESS_USERS, 'a:abcdefgh,b:secret'"})
  void aFaultySecretIsNotShown(String variable, String value) {
    var outcome = ConfigParser.parse("sluice.yaml", "", Map.of(variable, value));
    assertThat(outcome).isInstanceOf(ConfigParser.Invalid.class);
    assertThat(outcome.toString()).doesNotContain("secret").contains("characters");
  }

  @Test
  void aFaultyTokenInARuleIsNotShown() {
    for (String tokens : new String[] {"[secret!]", "secret!", "'abcdefgh,secret'"}) {
      var outcome =
          ConfigParser.parse(
              "sluice.yaml",
              "access: {rules: [{streams: a, needs: token, tokens: " + tokens + "}]}",
              Map.of());
      assertThat(outcome).isInstanceOf(ConfigParser.Invalid.class);
      assertThat(outcome.toString()).as(tokens).doesNotContain("secret");
    }
  }

  @Test
  void notMoreThanSoManyRules() {
    String rule = "- live/a\n".indent(4);
    String most = "access:\n  rules:\n" + rule.repeat(256);
    assertThat(ConfigParserTest.valid(most, Map.of()).config().access().rules()).hasSize(256);
    assertThat(ConfigParser.parse("sluice.yaml", most + rule, Map.of()))
        .isInstanceOf(ConfigParser.Invalid.class);
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void aProtocolIsWrittenAsItsLabel(Protocol protocol) {
    Loaded loaded =
        ConfigParserTest.valid(
            "access: {rules: [{streams: a, protocols: " + protocol.label() + "}]}", Map.of());
    assertThat(loaded.config().access().rules().getFirst().protocols()).containsExactly(protocol);
    assertThat(Arrays.asList("rtmp", "rtmps", "flv", "ws-flv", "ts", "aac", "mp3", "hls", "dash"))
        .contains(Objects.requireNonNull(protocol.label()));
  }
}
