package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Golden;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of nginx-rtmp becomes what of ours. */
class NginxImportTest {
  private static Imported read(String text) {
    return NginxImport.read("nginx.conf", text, Inclusion.NONE);
  }

  private static Imported application(String text) {
    return read("rtmp { server { listen 1935; application live { live on; " + text + " } } }");
  }

  /** Keys and values below {@code section}, but for what rules have by themselves. */
  private static String keys(Imported imported, String section) {
    return Written.keys(imported.yaml()).entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(section))
        .map(entry -> entry.getKey().substring(section.length()) + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  private static String verdict(Imported imported, String path) {
    return imported.findings().stream()
        .filter(finding -> finding.path().equals(path))
        .map(finding -> finding.verdict().toString())
        .collect(Collectors.joining(" "));
  }

  @Test
  void allOfItAsAFileAndAReport() throws IOException {
    String text = SrsDirectivesTest.text("every.nginx.conf");
    Imported imported = NginxImport.read("nginx.conf", text, Inclusion.NONE);
    Golden.check("imports/every.nginx.yaml", imported.yaml());
    Golden.check("imports/every.nginx.report", imported.report());
    assertThat(imported.report()).doesNotContain("hook-secret");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "listen | server { listen 1935; } | rtmp.port=1935 | TAKEN",
        "listen | server { listen *:1936; } | rtmp.port=1936 | TAKEN",
        "listen | server { listen 127.0.0.1:1936 so_keepalive=on; } | rtmp.listen=127.0.0.1:1936 |"
            + " CHANGED",
        "listen | server { listen unix:/tmp/a; } | | UNSUPPORTED",
        "listen | server { listen 1935 proxy_protocol; } | | UNSUPPORTED",
        "listen | server { listen 1935; } server { listen 1936; } | rtmp.listen=:1935, :1936 |"
            + " TAKEN TAKEN",
        "timeout | timeout 40s; server {} | defaults.disconnectTime=40s | CHANGED",
        "timeout | server { timeout 500ms; } | defaults.disconnectTime=1s | CHANGED",
        "ping | ping 20s; server {} | rtmp.pingInterval=20s rtmp.pingTimeout=50s | TAKEN",
        "ping_timeout | ping 20s; ping_timeout 5s; server {} | rtmp.pingInterval=20s"
            + " rtmp.pingTimeout=25s | CHANGED",
        "ping_timeout | ping_timeout 5s; server {} | rtmp.pingInterval=1m rtmp.pingTimeout=65s |"
            + " CHANGED",
        "ping | ping 0; server {} | | UNSUPPORTED",
        "ping | ping 1d; server {} | rtmp.pingInterval=10m rtmp.pingTimeout=1h | CHANGED",
        "chunk_size | chunk_size 8192; server {} | rtmp.chunkSize=8192 | TAKEN",
        "chunk_size | chunk_size 8192; server { chunk_size 4096; } | rtmp.chunkSize=4096 | IDLE"
            + " TAKEN",
        "chunk_size | server { chunk_size 8192; } server { chunk_size 4096; } | rtmp.chunkSize=8192"
            + " | TAKEN UNSUPPORTED",
        "max_message | max_message 1M; server {} | rtmp.maxMessage=1MiB | TAKEN",
        "max_message | max_message 1k; server {} | rtmp.maxMessage=64kB | CHANGED",
        "max_message | max_message 1G; server {} | rtmp.maxMessage=16777215B | CHANGED",
        "max_connections | max_connections 5; server {} | limits.connections=5 | CHANGED",
        "netcall_timeout | netcall_timeout 3s; server {} | access.backend.timeLimit=3s"
            + " events.nginx.timeLimit=3s | TAKEN",
      })
  void takesWhatHoldsForTheServer(String path, String text, String keys, String verdict) {
    Imported imported = read("rtmp { " + text + " }");
    var found = new TreeSet<>(List.of(keys(imported, "").split(" (?=[a-zA-Z.]+=)", -1)));
    found.removeAll(List.of("access.play=nobody", "access.publish=nobody"));
    assertThat(String.join(" ", found)).isEqualTo(keys == null ? "" : keys);
    assertThat(verdict(imported, path)).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hls | hls on; | segments=true | TAKEN",
        "hls | hls off; | segments=false | TAKEN",
        "hls | hls off; dash on; | segments=true | CHANGED",
        "hls_fragment | hls on; hls_fragment 4s; | segmentPeriod=4s segments=true | TAKEN",
        "hls_fragment | hls on; hls_fragment 4; | segmentPeriod=4s segments=true | TAKEN",
        "hls_fragment | hls on; hls_fragment 2m; | segmentPeriod=1m segments=true | CHANGED",
        "hls_fragment | hls on; hls_fragment long; | segments=true | UNSUPPORTED",
        "hls_fragment | hls_fragment 4s; | | IDLE",
        "hls_max_fragment | hls on; hls_max_fragment 12s; | segmentMax=12s segments=true | CHANGED",
        "hls_keys | hls on; hls_keys on; | encryptSegments=true segments=true | CHANGED",
        "hls_playlist_length | hls on; hls_playlist_length 1m; | playlistLength=1m segments=true |"
            + " TAKEN",
        "dash_fragment | dash on; dash_fragment 3s; | segmentPeriod=3s segments=true | TAKEN",
        "dash_fragment | hls on; dash on; dash_fragment 3s; | segments=true | UNSUPPORTED",
        "idle_streams | idle_streams off; | playBeforePublish=refuse reconnectGrace=0 | TAKEN",
        "idle_streams | idle_streams on; | playBeforePublish=wait playWaitTimeout=0 | TAKEN",
        "wait_key | wait_key on; | | TAKEN",
        "wait_key | wait_key off; | | CHANGED",
        "record | record all; | | UNSUPPORTED",
      })
  void takesWhatHoldsForStreams(String path, String text, String keys, String verdict) {
    Imported imported = application(text);
    assertThat(keys(imported, "streams.live/**.")).isEqualTo(keys == null ? "" : keys);
    assertThat(verdict(imported, path)).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        " | needs=anybody",
        "deny publish all; | actions=publish needs=nobody / actions=play needs=anybody",
        "allow publish 10.0.0.1; deny publish all; | actions=publish addresses=10.0.0.1"
            + " needs=anybody / actions=play needs=anybody",
        "deny 10.0.0.1; | needs=anybody notAddresses=10.0.0.1",
        "deny 10.0.0.1; allow 10.0.0.0/8; deny all; | addresses=10.0.0.0/8 needs=anybody"
            + " notAddresses=10.0.0.1",
        "allow 10.0.0.1; deny 10.0.0.0/8; | needs=token",
        "allow 10.0.0.0/8; deny 10.0.0.1; | needs=token",
        "allow 10.0.0.1; deny 11.0.0.0/8; | needs=anybody notAddresses=11.0.0.0/8",
        "allow all; deny all; | needs=anybody",
        "deny fd00::/8; allow 10.0.0.0/8; deny all; | addresses=10.0.0.0/8 needs=anybody"
            + " notAddresses=fd00:0:0:0:0:0:0:0/8",
        "allow record all; | needs=token",
        "deny some-host; | needs=token",
        "on_connect http://h/a; | needs=anybody",
        "on_connect nonsense; | needs=token",
        "on_connect http://h/a; notify_method get; | needs=token",
        "on_publish http://h/a; | actions=publish needs=backend / actions=play needs=anybody",
        "on_publish http://h/a; notify_method get; | actions=publish needs=token / actions=play"
            + " needs=anybody",
        "on_publish nonsense; | actions=publish needs=token / actions=play needs=anybody",
        "on_publish http://h/a; on_publish http://h/b; | actions=publish needs=token / actions=play"
            + " needs=anybody",
        "on_play http://h/a; on_publish http://h/b; deny play 10.0.0.1; | actions=publish"
            + " needs=backend / actions=play needs=backend notAddresses=10.0.0.1",
      })
  void takesWhoMayOrClosesTheDoor(String text, String rules) {
    Imported imported = application(text == null ? "" : text);
    String found = "";
    for (int place = 0; place < 2; place++) {
      String rule = keys(imported, "access.rules[" + place + "].");
      if (!rule.isEmpty()) {
        assertThat(rule).contains("streams=live/**");
        found +=
            (place == 0 ? "" : " / ")
                + rule.replace(" streams=live/**", "").replace("actions=publish, play ", "");
      }
    }
    assertThat(found).isEqualTo(rules);
    assertThat(keys(imported, "access.p")).contains("lay=nobody", "ublish=nobody");
    boolean guarded = !found.contains("needs=anybody") || found.startsWith("actions=publish needs");
    assertThat(keys(imported, "access.trust"))
        .isEqualTo(guarded && !rules.startsWith("needs=anybody") ? "Loopback=false" : "");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "on_update http://h/u; | | UNSUPPORTED",
        "on_play http://h/a; on_update http://h/u; | 30s update=http://h/u | CHANGED",
        "on_publish http://h/a; on_update http://h/u; notify_update_timeout 2m; |"
            + " 2m update=http://h/u | CHANGED",
        "on_play http://h/a; on_update http://h/u; notify_update_timeout long; |"
            + " update=http://h/u | CHANGED",
        "on_play http://h/a; on_update nonsense; | | UNSUPPORTED",
        "on_play http://h/a; on_update http://h/u; notify_method get; | | UNSUPPORTED",
      })
  void whoLetSomebodyInIsToldOfHimWhileHeIsThere(String text, String keys, String verdict) {
    Imported imported = application(text);
    String found =
        keys(imported, "access.recheck").replace("=", "") + " " + keys(imported, "access.backend.");
    assertThat(found.replaceAll("(form|play|publish)=\\S+ ?", "").strip())
        .isEqualTo(keys == null ? "" : keys);
    assertThat(verdict(imported, "on_update")).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "rtmp_stat all; | stat=true | CHANGED",
        "rtmp_stat clients; | stat=true | CHANGED",
        "rtmp_stat none; | | UNSUPPORTED",
        "rtmp_control drop; | control=true | CHANGED",
        "rtmp_control record; | | UNSUPPORTED",
      })
  void pagesOfTheWebServerAreSwitchedOn(String text, String keys, String verdict) {
    Imported imported =
        read("http { server { location /a { " + text + " } } } rtmp { server { } }");
    assertThat(keys(imported, "faces.nginx.")).isEqualTo(keys == null ? "" : keys);
    assertThat(verdict(imported, text.substring(0, text.indexOf(' ')))).isEqualTo(verdict);
  }

  @Test
  void rulesFurtherOutComeBehindThoseWithin() {
    Imported imported =
        read(
            """
            rtmp { deny all; server { allow 10.0.0.0/8;
              application live { live on; deny 192.0.2.1; } } }
            """);
    assertThat(keys(imported, "access.rules[0]."))
        .contains("addresses=10.0.0.0/8", "notAddresses=192.0.2.1", "needs=anybody");
  }

  @Test
  void applicationsInheritAndHaveRulesOfTheirOwn() {
    Imported imported =
        read(
            """
            rtmp { on_publish http://h/a; hls on; server { hls_fragment 3s; live on;
              application one { } application two { on_publish http://h/b; hls_fragment 5s; }
              application three { live off; } application one/more { } } }
            """);
    assertThat(keys(imported, "streams."))
        .isEqualTo(
            "one/**.segmentPeriod=3s one/**.segments=true one/more/**.segmentPeriod=3s"
                + " one/more/**.segments=true two/**.segmentPeriod=5s two/**.segments=true");
    assertThat(keys(imported, "access.backend.")).isEqualTo("form=nginx publish=http://h/a");
    assertThat(keys(imported, "access.rules[2].")).contains("streams=two/**", "needs=token");
    assertThat(keys(imported, "access.rules[0].")).contains("streams=one/**", "needs=backend");
    assertThat(verdict(imported, "on_publish")).isEqualTo("CHANGED UNSUPPORTED");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "pull rtmp://192.0.2.7/live/one name=one static; | onDemand=false"
            + " sources[0].input=rtmp://192.0.2.7/live/one | CHANGED",
        "pull 192.0.2.7:1936/live/one name=one; | onDemand=true"
            + " sources[0].input=rtmp://192.0.2.7:1936/live/one | CHANGED",
        "pull rtmp://192.0.2.7/live/one; | | UNSUPPORTED",
        "pull rtmp://192.0.2.7/live name=one; | | UNSUPPORTED",
        "pull rtmp://192.0.2.7/live/one name=one pageUrl=http://a; | | UNSUPPORTED",
        "pull; | | UNSUPPORTED",
      })
  void aPullOfOneStreamIsItsSource(String text, String keys, String verdict) {
    Imported imported = application(text);
    String found = keys(imported, "streams.live/one.");
    assertThat(found.replaceAll(" sources\\[0]\\.(loop|standby|key|priority)=\\S+", ""))
        .isEqualTo(keys == null ? "" : keys);
    assertThat(verdict(imported, "pull")).isEqualTo(verdict);
  }

  @Test
  void whoIsToldOfOneApplicationOnlyIsNotToldOfOthers() {
    String two = "application one { live on; %s } application two { live on; %s }";
    String done = "on_publish_done http://h/a;";
    Imported same = read("rtmp { server { " + two.formatted(done, done) + " } }");
    assertThat(keys(same, "events.nginx.")).isEqualTo("onPublishDone=http://h/a");
    Imported one = read("rtmp { server { " + two.formatted(done, "") + " } }");
    assertThat(keys(one, "events.nginx.")).isEmpty();
    assertThat(verdict(one, "on_publish_done")).isEqualTo("UNSUPPORTED");
  }

  @Test
  void whoIsAskedAboutConnectionsOfOneServerOnlyClosesItsDoors() {
    String two =
        "server { %s application one { live on; } } server { application two { live on; } }";
    Imported one = read("rtmp { " + two.formatted("on_connect http://h/a;") + " }");
    assertThat(keys(one, "events.nginx.")).isEmpty();
    assertThat(keys(one, "access.rules[0].")).contains("streams=one/**", "needs=token");
    assertThat(keys(one, "access.rules[1].")).contains("streams=two/**", "needs=anybody");
    assertThat(verdict(one, "on_connect")).isEqualTo("UNSUPPORTED");
    Imported both = read("rtmp { on_connect http://h/a; " + two.formatted("") + " }");
    assertThat(keys(both, "events.nginx.")).isEqualTo("onConnect=http://h/a");
    assertThat(verdict(both, "on_connect")).isEqualTo("CHANGED");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"a b", "api", "'a*b'", "''", "h!live", "a//b"})
  void anApplicationWhoseStreamsHaveNoNameHereIsNotTaken(String name) {
    Imported imported =
        read("rtmp { server { application \"%s\" { live on; hls on; } } }".formatted(name));
    assertThat(keys(imported, "streams.")).isEmpty();
    assertThat(keys(imported, "access.rules")).isEmpty();
    assertThat(imported.with(Verdict.UNSUPPORTED)).hasSize(2);
  }

  @Test
  void whatIsOfTheWebServerIsLeftToIt() {
    Imported imported = read("events {} http { server { listen 80; } } user www;");
    assertThat(imported.with(Verdict.OUTSIDE).stream().map(Finding::path))
        .containsExactly("events", "http", "user");
    assertThat(imported.notes())
        .containsExactly("there is no rtmp block, so there is nothing to take");
    assertThat(keys(imported, "")).isEmpty();
  }
}
