package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.hub.StreamPolicy;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.StreamName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigParserTest {

  @Test
  void nothingAtAllGivesTheDefaults() {
    Config config = Config.defaultConfig();
    assertThat(config.http().addresses()).containsExactly(new ListenAddress("", 8080));
    assertThat(config.rtmp().addresses()).containsExactly(new ListenAddress("", 1935));
    assertThat(config.rtmp().tls().addresses()).isEmpty();
    assertThat(config.rtmp().chunkSize()).isEqualTo(60_000);
    assertThat(config.access().token()).isNull();
    assertThat(config.access().trustLoopback()).isTrue();
    assertThat(config.memory().media()).isEqualTo(new MemoryShare.Percent(40));
    assertThat(config.defaults().latency()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.defaults().takeover()).isEqualTo(StreamSettings.Takeover.SAME_TOKEN);
    assertThat(config.streams()).isEqualTo(StreamTable.EMPTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''     |
          '   '  |
          # only a comment | x
          ---    |
          'http:' |
          'http: ~' |
          '{}'   |
          """)
  void aTextThatSaysNothingGivesTheDefaults(String text) {
    assertThat(valid(text, Map.of()).config()).isEqualTo(Config.defaultConfig());
  }

  @Test
  void aStreamInheritsWhatItDoesNotSay() {
    Loaded loaded =
        valid(
            """
            defaults:
              latency: 50ms
              join: live
            streams:
              live/one:
                latency: 0
              live/two:
            """,
            Map.of("SLUICE_DEFAULTS_GOP_CACHE", "off"));
    Config config = loaded.config();
    StreamSettings one = config.forStream(StreamName.parse("live/one"));
    assertThat(one.latency()).isZero();
    assertThat(one.join()).isEqualTo(StreamSettings.Join.LIVE);
    assertThat(one.gopCache()).isFalse();
    assertThat(config.forStream(StreamName.parse("live/two"))).isEqualTo(config.defaults());
    assertThat(config.forStream(StreamName.parse("live/three"))).isEqualTo(config.defaults());
    EffectiveConfig effective = loaded.effective();
    assertThat(effective.setting("streams.live/one.latency"))
        .isEqualTo(
            new Setting(
                "streams.live/one.latency", "0", new Layer.File("sluice.yaml", 6, 14), When.LIVE));
    assertThat(effective.setting("streams.live/one.join"))
        .isEqualTo(
            new Setting(
                "streams.live/one.join", "live", new Layer.File("sluice.yaml", 3, 9), When.LIVE));
    assertThat(effective.setting("streams.live/two.gopCache"))
        .isEqualTo(
            new Setting(
                "streams.live/two.gopCache",
                "false",
                new Layer.Environment("SLUICE_DEFAULTS_GOP_CACHE"),
                When.NEXT));
    assertThat(effective.setting("streams.live/two.atc"))
        .isEqualTo(new Setting("streams.live/two.atc", "false", new Layer.Default(), When.NEXT));
  }

  @Test
  void theHubIsToldInItsOwnUnits() {
    StreamPolicy policy =
        valid("{defaults: {latency: 250ms}, limits: {bitrate: 5Mbps}}", Map.of())
            .config()
            .policy(StreamName.parse("live/x"));
    assertThat(policy.latencyNs()).isEqualTo(250_000_000);
    assertThat(policy.maxBitrateBps()).isEqualTo(5_000_000);
    assertThat(policy.gopCacheMaxBytes()).isEqualTo(32_000_000);
    assertThat(policy.sources().rules().takeover()).isEqualTo(SwitchRules.Takeover.SAME_TOKEN);
    assertThat(policy.join()).isEqualTo(StreamPolicy.Join.GOP);
    assertThat(policy.stalledMaxNs()).isEqualTo(30_000_000_000L);
  }

  @Test
  void theEnvironmentWinsOverTheFileAndEachValueNamesItsLayer() {
    Loaded loaded =
        valid(
            "http:\n  port: 81\nrtmp:\n  port: 82\n",
            Map.of("SLUICE_HTTP_PORT", "83", "SLUICE_RTMP_PORT", ""));
    assertThat(loaded.config().http().port()).isEqualTo(83);
    assertThat(loaded.config().rtmp().port()).isEqualTo(82);
    assertThat(loaded.effective().setting("http.port"))
        .isEqualTo(
            new Setting(
                "http.port", "83", new Layer.Environment("SLUICE_HTTP_PORT"), When.RESTART));
    assertThat(loaded.effective().setting("rtmp.port"))
        .isEqualTo(
            new Setting("rtmp.port", "82", new Layer.File("sluice.yaml", 4, 9), When.RESTART));
    assertThat(loaded.effective().setting("eventLoops"))
        .isEqualTo(new Setting("eventLoops", "0", new Layer.Default(), When.RESTART));
  }

  static Loaded valid(String text, Map<String, String> env) {
    return switch (ConfigParser.parse("sluice.yaml", text, env)) {
      case ConfigParser.Valid(Loaded loaded) -> loaded;
      case ConfigParser.Invalid(List<Problem> problems) -> throw new AssertionError(problems);
    };
  }

  @Test
  void aStreamHasItsSourcesInTheirOrder() {
    String text =
        """
        defaults:
          sourceTimeout: 5s
        streams:
          live/a:
            sources:
              - input: publish
                key: the-first-key
              - rtmp://192.0.2.1/live/a?token=secret-token
              - {input: "file:loop.flv", standby: cold, priority: 9, loop: false}
            backup: pause.flv
            onDemand: true
        """;
    Loaded loaded = valid(text, Map.of());
    StreamName name = StreamName.parse("live/a");
    SourcePlan plan = loaded.config().policy(name).sources();
    assertThat(plan.sources())
        .extracting(SourceSpec::id, SourceSpec::label)
        .containsExactly(
            tuple("0", "publish"),
            tuple("1", "rtmp://192.0.2.1/live/a?(hidden)"),
            tuple("2", "file:loop.flv"),
            tuple("backup", "file:pause.flv"));
    assertThat(plan.rules().seats())
        .containsExactly(
            Seat.publish(0),
            Seat.pull(1, Seat.Standby.HOT),
            Seat.pull(9, Seat.Standby.COLD),
            Seat.backup());
    assertThat(plan.rules().onDemand()).isTrue();
    assertThat(plan.rules().sourceTimeoutNs()).isEqualTo(5_000_000_000L);
    assertThat(plan.seatsFor("the-first-key")).containsExactly(0);
    assertThat(plan.seatsFor("another")).isEmpty();
    assertThat(loaded.config().forStream(name).sources().get(2).loop()).isFalse();
    assertThat(loaded.effective().settings().toString())
        .contains("rtmp://192.0.2.1/live/a?(hidden)")
        .doesNotContain("secret-token", "the-first-key");
    assertThat(loaded.config().policy(StreamName.parse("live/b")).sources().rules().seats())
        .containsExactly(Seat.publish(0));
  }
}
