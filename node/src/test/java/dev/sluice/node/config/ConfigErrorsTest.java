package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form of fault, with place, key, what was found and what is allowed. */
class ConfigErrorsTest {
  private static final String YAML = "allowed: YAML: one \"key: value\" a line, spaces to indent";
  private static final String PORT = "allowed: a whole number from 0 to 65535";
  private static final String STREAM_NAMES =
      "allowed: [vhost!]element[/element…], 1 to 8 elements of A-Z a-z 0-9 . _ -, at most 200"
          + " bytes, not reserved; or a pattern, with * in elements, or ** as the last one";

  private static final String INPUTS =
      "publish, rtmp[s]://host[:port]/app/stream, file:PATH, playlist:PATH, or test:";
  private static final String SOURCES = "streams:\n  a:\n    sources:\n      - ";

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("http:\n  port: 80x", "2:9: http.port: found \"80x\"; " + PORT),
        fault("http:\n  port: 65536", "2:9: http.port: found \"65536\"; " + PORT),
        fault("http:\n  port: -1", "2:9: http.port: found \"-1\"; " + PORT),
        fault("http:\n  port: 0x10", "2:9: http.port: found \"0x10\"; " + PORT),
        fault("http:\n  port: +5", "2:9: http.port: found \"+5\"; " + PORT),
        fault("http:\n  port: ''", "2:9: http.port: found \"\"; " + PORT),
        fault("http:\n  port: [1]", "2:9: http.port: found a list; " + PORT),
        fault("http:\n  port:\n    a: 1", "3:5: http.port: found a section; " + PORT),
        fault(
            "defaults:\n  latency: 351ms",
            "2:12: defaults.latency: found \"351ms\"; allowed: a time from 0 to 350ms (units ms,"
                + " s, m, h, d)"),
        fault(
            "defaults:\n  gopCache: maybe",
            "2:13: defaults.gopCache: found \"maybe\"; allowed: true or false (or on, off, yes,"
                + " no)"),
        fault(
            "transport: kqueue",
            "1:12: transport: found \"kqueue\"; allowed: auto, epoll, io_uring, nio"),
        fault(
            "limits: {bitrate: 5MB}",
            "1:19: limits.bitrate: found \"5MB\"; allowed: a bit rate from 0 to 100Gbit/s (units"
                + " bit/s, kbit/s, Mbit/s, Gbit/s)"),
        fault(
            "rtmp: {maxMessage: 1kB}",
            "1:20: rtmp.maxMessage: found \"1kB\"; allowed: a size from 64kB to 16777215B (units B,"
                + " kB, MB, GB, KiB, MiB, GiB)"),
        fault(
            "memory:\n  media: 95%",
            "2:10: memory.media: found \"95%\"; allowed: 1% to 90%, or a size of at least 1MB"),
        fault(
            "access:\n  token: short",
            "2:10: access.token: found 5 characters; allowed: 8 to 256 of A-Z a-z 0-9 . _ ~ -"),
        fault(
            "data: \"a\\0b\"",
            "1:7: data: found \"a?b\"; allowed: a path, absolute or from the working folder"),
        fault(
            "rtmp:\n  listen:\n    - :1935\n    - ::1:1935",
            "4:7: rtmp.listen: found \"::1:1935\"; allowed: address:port, [IPv6]:port, or :port for"
                + " all addresses"),
        fault(
            "http:\n  cors: {a: b}",
            "2:9: http.cors: found a section; allowed: a list of at most 64 of: * or an origin in"
                + " lower case: https://host[:port]"),
        fault(
            "access:\n  trustedProxies: [" + "10.0.0.1, ".repeat(65) + "]",
            "2:19: access.trustedProxies: found 65 elements; allowed: a list of at most 64 of: an"
                + " IP address, or a block such as 10.0.0.0/8"),
        fault(
            "http:\n  prot: 80",
            "2:3: http.prot: found an unknown key; allowed: http.port (the nearest); here: port,"
                + " listen, proxyProtocol, tls, cors, bandwidthTest, managed"),
        fault(
            "rtmp:\n  tls: {proxyProtocol: on}",
            "2:24: rtmp.tls.proxyProtocol: found true without a proxy that is trusted; allowed:"
                + " access.trustedProxies with it"),
        fault(
            "memory:\n  latency: 80ms",
            "2:3: memory.latency: found an unknown key; allowed: defaults.latency (the nearest);"
                + " here: media"),
        fault(
            "memory:\n  Media: 10%",
            "2:3: memory.Media: found an unknown key; allowed: memory.media (the nearest); here:"
                + " media"),
        fault(
            "memory:\n  http.tls.port: 10",
            "2:3: memory.http.tls.port: found an unknown key; allowed: http, tls, port, each on a"
                + " line of its own, indented under the one before"),
        fault(
            "streams:\n  live/x:\n    gop_cache: off",
            "3:5: streams.live/x.gop_cache: found an unknown key; allowed:"
                + " streams.live/x.gopCache (the nearest); here: latency, gopCache,"
                + " gopCacheMaxBytes, gopCacheMaxTime, join, playBeforePublish, playWaitTimeout,"
                + " reconnectGrace, takeover, takeoverSilence, maxLead, backlogBytes, backlogTime,"
                + " disconnectTime, time, tracks, atc, listed, segments, segmentPeriod,"
                + " segmentMax, partLength, playlistLength,"
                + " encryptSegments, keyPeriod, sourceTimeout, videoTimeout, audioTimeout,"
                + " takeBackAfter, onDemandLinger, onDemand, sources, managed, backup"),
        fault(
            "defaults:\n  backup: a.flv",
            "2:3: defaults.backup: found a key that single streams have; allowed: it under"
                + " streams, in the section of a stream"),
        fault(
            SOURCES + "rtmp://a",
            "4:9: streams.a.sources[0].input: found \"rtmp://a\"; allowed: " + INPUTS),
        fault(
            SOURCES + "ftp://a/b?token=secret",
            "4:9: streams.a.sources[0].input: found 22 characters; allowed: " + INPUTS),
        fault(
            SOURCES + "'file:'",
            "4:9: streams.a.sources[0].input: found \"file:\"; allowed: " + INPUTS),
        fault(
            SOURCES + "{priority: 1}",
            "4:9: streams.a.sources[0].input: found nothing; allowed: input with each element"),
        fault(
            SOURCES + "{input: publish, keyy: x}",
            "4:26: streams.a.sources[0].keyy: found an unknown key; allowed:"
                + " streams.a.sources[0].key (the nearest); here: input, priority, standby, key,"
                + " loop"),
        fault(
            SOURCES + "{input: 'test:', key: abcdefgh}",
            "4:31: streams.a.sources[0].key: found a key for test:; allowed: a key for publish"
                + " only"),
        fault(
            SOURCES + "{input: publish, standby: cold}",
            "4:35: streams.a.sources[0].standby: found cold for publish; allowed: hot for"
                + " publish"),
        fault(
            SOURCES + "{input: publish, loop: no}",
            "4:32: streams.a.sources[0].loop: found loop for publish; allowed: loop for file and"
                + " playlist only"),
        fault(
            SOURCES + "{input: publish, key: abcdefgh}\n      - {input: publish, key: abcdefgh}",
            "5:31: streams.a.sources[1].key: found the key of sources[0]; allowed: a key of its"
                + " own"),
        fault(
            "streams:\n  a:\n    sources: publish",
            "3:14: streams.a.sources: found \"publish\"; allowed: a list of at most 15 of: a value"
                + " for input, or a section with input, priority, standby, key, loop"),
        fault(
            "streams:\n  a:\n    sources:" + "\n      - publish".repeat(16),
            "4:7: streams.a.sources: found 16 elements; allowed: a list of at most 15 of: a value"
                + " for input, or a section with input, priority, standby, key, loop"),
        fault(
            "pull: {retryMost: 500ms}",
            "1:19: pull.retryMost: found less than pull.retryFirst; allowed: at least"
                + " pull.retryFirst"),
        fault(
            "cluster: {source: \"http://a.example\"}",
            "1:19: cluster.source: found no key for it; allowed: cluster.key with it"),
        fault(
            "cluster: {key: aaaaaaaaaaaaaaaaaaaaa}",
            "1:16: cluster.key: found a key of 21 characters; allowed: at least 22 characters"),
        fault("memory:\n  ? [a]\n  : b", "2:5: memory: found a list as a key; allowed: a name"),
        fault(
            "http:\n  port: 1\n  port: 1",
            "3:3: http.port: found the key a second time (the first has its value in line 2);"
                + " allowed: each key once"),
        fault("memory: 5", "1:9: memory: found a single value; allowed: a section with media"),
        fault(
            "just a text",
            "1:1: found a single value; allowed: a section with data, eventLoops, transport,"
                + " listed, log, http, rtmp, advertise, access, events, faces, pull, cluster,"
                + " limits, memory, segmentFiles, defaults, streams"),
        fault(
            "streams: [a]", "1:10: streams: found a list; allowed: a section for each stream name"),
        fault(
            "streams:\n  a b:\n    latency: 0",
            "2:3: streams: found \"a b\" (stream name 'a b' has character U+0020, allowed are"
                + " [A-Za-z0-9._-]); "
                + STREAM_NAMES),
        fault(
            "streams:\n  live/x: {}\n  live/x: {}",
            "3:3: streams.live/x: found the key a second time (the first has its value in line 2);"
                + " allowed: each key once"),
        fault(
            "streams:\n  A!x: {}\n  a!x: {}",
            "3:3: streams: found a second spelling of a!x; allowed: each name once"),
        fault(
            "http: {\nport: 1",
            "2:8: found a fault: expected ',' or '}', but got <stream end> (while parsing a flow"
                + " mapping); "
                + YAML),
        fault(
            "http:\n\tport: 1",
            "2:1: found a fault: found character '\\t(TAB)' that cannot start any token. (Do not"
                + " use \\t(TAB) for indentation) (while scanning for the next token); "
                + YAML),
        fault("memory: &a {}\nlog: *a", "2:6: found an alias; allowed: the value itself"),
        fault("---\nlog:\n---\n", "3:1: found a second document; allowed: one document a file"),
        fault("[".repeat(51), "1:51: found more than 50 levels; allowed: fewer levels"),
        fault(
            "http: {tls: {port: 443}}",
            "1:20: http.tls.port: found no certificate for it; allowed: http.tls.certificate with"
                + " it"),
        fault(
            "rtmp: {tls: {listen: [':443'], key: k}}",
            "1:22: rtmp.tls.listen: found no certificate for it; allowed: rtmp.tls.certificate with"
                + " it",
            "1:37: rtmp.tls.key: found no certificate for it; allowed: rtmp.tls.certificate with"
                + " it"),
        fault(
            "http: {tls: {certificate: c}}",
            "1:27: http.tls.certificate: found no key for it; allowed: http.tls.key with it",
            "1:27: http.tls.certificate: found no listener for it; allowed: http.tls.port or"
                + " http.tls.listen with it"),
        fault(
            "rtmp: {pingInterval: 30s, pingTimeout: 30s}",
            "1:40: rtmp.pingTimeout: found no more than rtmp.pingInterval; allowed: more than"
                + " rtmp.pingInterval"),
        fault(
            "rtmp: {port: 8080}",
            "1:14: rtmp.port: found :8080, which http.port has; allowed: an address of its own"),
        fault(
            "faces: {srs: {port: 8080}}",
            "1:21: faces.srs.port: found :8080, which http.port has; allowed: an address of its"
                + " own"),
        fault(
            "http: {listen: [':81', ':81']}",
            "1:16: http.listen: found :81, which http.listen has; allowed: an address of its own"),
        // all at once, and no rule is reported about a key that is faulty by itself
        fault(
            "http:\n  prot: 1\n  port: x\nrtmp:\n  pingTimeout: 3s\n  pingInterval: x\n",
            "2:3: http.prot: found an unknown key; allowed: http.port (the nearest); here: port,"
                + " listen, proxyProtocol, tls, cors, bandwidthTest, managed",
            "3:9: http.port: found \"x\"; " + PORT,
            "6:17: rtmp.pingInterval: found \"x\"; allowed: a time from 1s to 10m (units ms, s, m,"
                + " h, d)"),
        // what stands in a faulty section may be what a rule asks for
        fault(
            "http: {tls: {port: 443, certificat: c, key: k}}",
            "1:25: http.tls.certificat: found an unknown key; allowed: http.tls.certificate (the"
                + " nearest); here: port, listen, proxyProtocol, certificate, key"),
        // in the order of the file
        fault(
            "transport: x\nlog: {level: x}\ndata: ''\nprot: 1",
            "1:12: transport: found \"x\"; allowed: auto, epoll, io_uring, nio",
            "2:14: log.level: found \"x\"; allowed: error, warn, info, debug, trace",
            "3:7: data: found \"\"; allowed: a path, absolute or from the working folder",
            "4:1: prot: found an unknown key; allowed: http.port (the nearest); here: data,"
                + " eventLoops, transport, listed, log, http, rtmp, advertise, access, events,"
                + " faces, pull, cluster, limits, memory, segmentFiles, defaults, streams"));
  }

  private static Arguments fault(String text, String... problems) {
    return Arguments.of(text, List.of(problems));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsToldWithItsPlace(String text, List<String> problems) {
    assertThat(problems(text, Map.of()))
        .containsExactlyElementsOf(problems.stream().map(line -> "s.yaml:" + line).toList());
  }

  @Test
  void aFaultOfTheEnvironmentNamesTheVariableAndTheKey() {
    assertThat(problems("", Map.of("SLUICE_HTTP_PORT", "x", "SLUICE_ACCESS_TOKEN", "ab cd ef gh")))
        .containsExactly(
            "environment variable SLUICE_HTTP_PORT: http.port: found \"x\"; " + PORT,
            "environment variable SLUICE_ACCESS_TOKEN: access.token: found 11 characters; allowed:"
                + " 8 to 256 of A-Z a-z 0-9 . _ ~ -");
  }

  @Test
  void aFaultyFileIsRefusedThoughTheEnvironmentWouldWin() {
    assertThat(problems("http: {port: x}", Map.of("SLUICE_HTTP_PORT", "1")))
        .containsExactly("s.yaml:1:14: http.port: found \"x\"; " + PORT);
  }

  @Test
  void noRuleIsReportedAboutAFileThatCannotBeRead() {
    assertThat(problems("[", Map.of("SLUICE_HTTP_TLS_PORT", "443", "SLUICE_RTMP_PORT", "x")))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("environment variable SLUICE_RTMP_PORT: ");
    assertThat(problems("http: secret-1", Map.of("SLUICE_HTTP_TLS_PORT", "443")))
        .singleElement()
        .asString()
        .startsWith("s.yaml:1:7: http: found a single value; ");
  }

  @Test
  void aRuleIsBlamedOnTheLayerThatBrokeIt() {
    assertThat(problems("", Map.of("SLUICE_RTMP_PORT", "8080")))
        .containsExactly(
            "environment variable SLUICE_RTMP_PORT: rtmp.port: found :8080, which http.port has;"
                + " allowed: an address of its own");
  }

  @Test
  void anUnknownVariableIsAWarningWithTheNearestOne() {
    Loaded loaded =
        ConfigParserTest.valid(
            "",
            Map.of(
                "SLUICE_HTTP_PROT", "1",
                "SLUICE_JAVA_HOME", "/jdk",
                "SLUICE_CONFIG", "x",
                "SLUICE_DATA", "/data",
                "HTTP_PORT", "1"));
    assertThat(loaded.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "environment variable SLUICE_HTTP_PROT: found an unknown variable; allowed:"
                + " SLUICE_HTTP_PORT (the nearest)");
  }

  @Test
  void aTextThatIsTooLongIsRefusedAndOneThatJustFitsIsNot() {
    String fits = "#" + "x".repeat(YamlText.MAX_LENGTH - 1);
    assertThat(problems(fits, Map.of())).isEmpty();
    assertThat(problems(fits + "x", Map.of()))
        .containsExactly("s.yaml: found 1048577 characters; allowed: at most 1048576");
  }

  @Test
  void aProblemIsOneShortLineWhateverWasFound() {
    String text = "transport: \"" + "a\\nb\\e[31m".repeat(50) + "\"";
    assertThat(problems(text, Map.of()))
        .singleElement()
        .asString()
        .doesNotContainPattern("\\p{Cntrl}")
        .hasSizeLessThan(160);
    assertThat(problems("\"a\\e[31m\\u202e" + "x".repeat(900) + "\": 1", Map.of()))
        .singleElement()
        .asString()
        .startsWith("s.yaml:1:1: a?[31m?xxx")
        .hasSizeLessThan(600);
  }

  @Test
  void aSecretIsNeitherInAProblemNorInTheEffectiveView() {
    String secret = "abcdefgh-12345678";
    assertThat(problems("access: {token: " + secret + "!}", Map.of()).toString())
        .doesNotContain("abcd");
    Loaded loaded = ConfigParserTest.valid("access: {token: " + secret + "}", Map.of());
    assertThat(loaded.config().access().token()).isEqualTo(new Secret(secret));
    assertThat(loaded.config().toString()).doesNotContain("abcd");
    assertThat(loaded.effective().settings().toString()).doesNotContain("abcd");
  }

  static List<String> problems(String text, Map<String, String> env) {
    return switch (ConfigParser.parse("s.yaml", text, env)) {
      case ConfigParser.Valid _ -> List.of();
      case ConfigParser.Invalid(List<Problem> problems) ->
          problems.stream().map(Problem::toString).toList();
    };
  }
}
