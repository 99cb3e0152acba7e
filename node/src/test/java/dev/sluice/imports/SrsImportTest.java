package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.StreamName;
import dev.sluice.node.config.Config;
import dev.sluice.testkit.Golden;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of SRS becomes what of ours. */
class SrsImportTest {
  private static Imported read(String text) {
    return SrsImport.read("srs.conf", text, Inclusion.NONE, Map.of());
  }

  private static Imported vhost(String text) {
    return read("vhost __defaultVhost__ {" + text + "}");
  }

  /** Keys and values of one section, without the names of those around it. */
  private static String keys(Imported imported, String section) {
    return Written.keys(imported.yaml()).entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(section))
        .map(entry -> entry.getKey().substring(section.length()) + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  private static String verdicts(Imported imported) {
    return imported.findings().stream()
        .map(finding -> finding.verdict().toString())
        .collect(Collectors.joining(" "));
  }

  @Test
  void allOfItAsAFileAndAReport() throws IOException {
    String text = SrsDirectivesTest.text("every.srs.conf");
    Imported imported = SrsImport.read("every.srs.conf", text, Inclusion.NONE, Map.of());
    Golden.check("imports/every.srs.yaml", imported.yaml());
    Golden.check("imports/every.srs.report", imported.report());
    assertThat(imported.report()).doesNotContain("secret-word", "hook-secret", "passphrase-for");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "listen 1935;                           | rtmp.port=1935          | TAKEN",
        "listen 1936;                           | rtmp.port=1936          | TAKEN",
        "listen 1935 127.0.0.1:1936 [::1]:1937; | rtmp.listen=:1935, 127.0.0.1:1936, [::1]:1937 |"
            + " TAKEN",
        "listen 1935 0.0.0.0:1935 [::]:1935;    | rtmp.port=1935          | TAKEN",
        "listen 127.0.0.1:1935 1935;            | rtmp.port=1935          | TAKEN",
        "listen 1935 nowhere:x;                 | rtmp.port=1935          | CHANGED",
        "listen 8080;                           | http.port=8081 rtmp.port=8080 | TAKEN",
        "max_connections 1000;                  | limits.connections=1000 | TAKEN",
        "max_connections 0;                     | limits.connections=1    | CHANGED",
        "max_connections many;                  |                         | UNSUPPORTED",
        "max_connections 1 2;                   |                         | UNSUPPORTED",
        "max_connections 1.5;                   |                         | UNSUPPORTED",
        "max_connections 99999999999999999999;  |                         | UNSUPPORTED",
        "chunk_size 127;                        | rtmp.chunkSize=128      | CHANGED",
        "chunk_size 65536;                      | rtmp.chunkSize=65536    | TAKEN",
        "chunk_size 65537;                      | rtmp.chunkSize=65536    | CHANGED",
        "srs_log_level verbose;                 | log.level=trace         | CHANGED",
        "srs_log_level trace;                   | log.level=info          | CHANGED",
        "srs_log_level_v2 warn;                 | log.level=warn          | TAKEN",
        "srs_log_level loud;                    |                         | UNSUPPORTED",
        "srs_log_file ./srs.log;                | log.file=./srs.log      | TAKEN",
        "srs_log_tank console; srs_log_file x;  |                         | TAKEN IDLE",
        "http_server { enabled on; listen 80; } | http.port=80            | TAKEN TAKEN",
        "http_server { listen 80; }             |                         | IDLE",
        "http_server { enabled off; listen 80; }|                         | CHANGED IDLE",
        "http_stream { enabled on; listen 80; } | http.port=80            | TAKEN TAKEN",
        "http_api { enabled on; }               | faces.srs.port=1985     | CHANGED",
        "http_api { enabled on; listen 1990; }  | faces.srs.port=1990     | CHANGED TAKEN",
        "http_api { enabled on; listen 8080; }  |                         | CHANGED TAKEN",
        "http_api { enabled on; listen a; }     |                         | CHANGED CHANGED",
        "http_api { enabled off; listen 1990; } |                         | IDLE IDLE",
        "exporter { enabled on; }               |                         | CHANGED",
        "heartbeat { enabled on; interval 0.5; }| events.heartbeat.interval=1s"
            + " events.heartbeat.url=http://127.0.0.1:8085/api/v1/servers | TAKEN CHANGED",
        "heartbeat { enabled on; url ftp://x; } |                         | UNSUPPORTED"
            + " UNSUPPORTED",
        "rtmps { enabled on; key a; cert b; }   | rtmp.tls.certificate=b rtmp.tls.key=a"
            + " rtmp.tls.port=1443 | TAKEN TAKEN TAKEN",
        "rtmps { enabled off; key a; cert b; }  |                         | IDLE IDLE IDLE",
      })
  void takesWhatHoldsForTheServer(String text, String keys, String verdicts) {
    Imported imported = read(text);
    assertThat(keys(imported, "")).isEqualTo(keys == null ? "" : keys);
    assertThat(verdicts(imported)).isEqualTo(verdicts);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "min_latency on;                        | latency=0               | CHANGED",
        "min_latency off;                       |                         | TAKEN",
        "play { mw_latency 100; }               | latency=100ms           | TAKEN",
        "play { mw_latency 1000; }              | latency=350ms           | CHANGED",
        "mw_latency 0;                          | latency=0               | TAKEN",
        "play { gop_cache off; }                | gopCache=false          | TAKEN",
        "gop_cache on;                          | gopCache=true           | TAKEN",
        "play { gop_cache maybe; }              |                         | UNSUPPORTED",
        "play { gop_cache on; gop_cache off; }  | gopCache=true           | TAKEN UNSUPPORTED",
        "play { queue_length 30; }              | backlogTime=30s         | CHANGED",
        "play { atc on; atc_auto on; }          | atc=true time=source    | CHANGED IDLE",
        "play { atc_auto on; }                  | time=auto               | CHANGED",
        "play { atc_auto off; }                 | time=arrival            | CHANGED",
        "play { time_jitter full; }             |                         | TAKEN",
        "play { time_jitter zero; }             |                         | UNSUPPORTED",
        "hls { enabled on; }                    | segments=true           | TAKEN",
        "hls { enabled off; }                   | segments=false          | TAKEN",
        "hls { enabled off; } dash { enabled on; } | segments=true        | CHANGED TAKEN",
        "hls { enabled on; hls_fragment 10; }   | segmentMax=21s segmentPeriod=10s segments=true |"
            + " TAKEN TAKEN",
        "hls { enabled on; hls_fragment 4; hls_td_ratio 1.5; hls_aof_ratio 2; } | segmentMax=8s"
            + " segmentPeriod=6s segments=true | TAKEN TAKEN TAKEN TAKEN",
        "hls { enabled on; hls_fragment 0.1; }  | segmentMax=500ms segmentPeriod=500ms"
            + " segments=true | TAKEN CHANGED",
        "hls { enabled on; hls_window 60; }     | playlistLength=1m segments=true | TAKEN TAKEN",
        "hls { hls_window 60; }                 |                         | IDLE",
        "hls { enabled on; hls_keys on; hls_fragments_per_key 5; hls_fragment 10; } |"
            + " encryptSegments=true keyPeriod=50s segmentMax=21s segmentPeriod=10s segments=true |"
            + " TAKEN CHANGED CHANGED TAKEN",
        "hls { enabled on; hls_m3u8_file [app]/[stream].m3u8; hls_cleanup off; } | segments=true |"
            + " TAKEN TAKEN CHANGED",
        "dash { enabled on; dash_fragment 3; dash_timeshift 90; } | playlistLength=90s"
            + " segmentPeriod=3s segments=true | TAKEN TAKEN TAKEN",
        "hls { enabled on; } dash { enabled on; dash_fragment 3; } | segments=true | TAKEN TAKEN"
            + " UNSUPPORTED",
      })
  void takesWhatHoldsForStreams(String text, String keys, String verdicts) {
    Imported imported = vhost(text);
    assertThat(keys(imported, "defaults.")).isEqualTo(keys == null ? "" : keys);
    assertThat(verdicts(imported)).isEqualTo(verdicts);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gop_cache on; | play=anybody publish=anybody",
        "security { enabled off; deny publish all; } | play=anybody publish=anybody",
        "security { enabled on; } | play=nobody publish=nobody trustLoopback=false",
        "security { enabled on; deny publish all; allow publish 10.0.0.1; } | play=anybody"
            + " publish=nobody trustLoopback=false rules[0].actions=publish"
            + " rules[0].addresses=10.0.0.1 rules[0].needs=nobody rules[0].streams=**",
        "security { enabled on; allow publish 10.0.0.0/8; deny publish 10.0.0.7; } | play=anybody"
            + " publish=anybody rules[0].actions=publish rules[0].addresses=10.0.0.0/8"
            + " rules[0].needs=anybody rules[0].notAddresses=10.0.0.7 rules[0].streams=**",
        "security { enabled on; allow play all; allow play 10.0.0.1; } | play=anybody"
            + " publish=anybody",
        "security { enabled on; allow publish some-host; } | play=token publish=token"
            + " trustLoopback=false",
        "security { enabled on; permit publish all; deny play 10.0.0.1; } | play=token"
            + " publish=token trustLoopback=false rules[0].actions=play rules[0].needs=token"
            + " rules[0].notAddresses=10.0.0.1 rules[0].streams=**",
        "refer example.com; | play=anybody publish=anybody rules[0].actions=publish, play"
            + " rules[0].needs=anybody rules[0].pages=example.com, *.example.com"
            + " rules[0].streams=**",
        "refer_play Example.com; | play=anybody publish=anybody rules[0].actions=play"
            + " rules[0].needs=anybody rules[0].pages=example.com, *.example.com"
            + " rules[0].streams=**",
        "refer { enabled on; all a.b; play c.d; } | play=token publish=anybody"
            + " rules[0].actions=publish rules[0].needs=anybody rules[0].pages=a.b, *.a.b"
            + " rules[0].streams=** rules[1].actions=play rules[1].needs=token rules[1].pages=a.b,"
            + " *.a.b rules[1].streams=**",
        "http_hooks { enabled on; on_publish http://h/a; } | backend.form=srs"
            + " backend.publish=http://h/a play=anybody publish=backend trustLoopback=false",
        "http_hooks { enabled on; on_play http://h/a; } | backend.form=srs backend.play=http://h/a"
            + " play=backend publish=anybody",
        "http_hooks { enabled on; on_publish http://h/a http://h/b; } | play=anybody publish=token"
            + " trustLoopback=false",
        "http_hooks { enabled on; on_publish nonsense; } | play=anybody publish=token"
            + " trustLoopback=false",
        "http_hooks { enabled off; on_publish http://h/a; } | play=anybody publish=anybody",
        "http_hooks { enabled on; on_connect nonsense; } | play=token publish=token"
            + " trustLoopback=false",
      })
  void takesWhoMayOrClosesTheDoor(String text, String keys) {
    var found = new java.util.TreeSet<>(java.util.List.of(split(keys(vhost(text), "access."))));
    found.removeIf(key -> key.endsWith(".actions=publish, play"));
    var expected = new java.util.TreeSet<>(java.util.List.of(split(keys)));
    expected.removeIf(key -> key.endsWith(".actions=publish, play"));
    assertThat(found).isEqualTo(expected);
  }

  private static String[] split(String keys) {
    return keys.split(" (?=[a-zA-Z0-9.\\[\\]]+=)", -1);
  }

  @Test
  void hooksThatTellAreListsOfAddresses() {
    Imported imported =
        vhost(
            """
            http_hooks { enabled on; on_connect http://h/a http://h/b; on_close http://h/c;
              on_unpublish http://h/d; on_stop http://h/e; on_dvr http://h/f; }
            """);
    assertThat(keys(imported, "events.srs."))
        .isEqualTo(
            "onClose=http://h/c onConnect=http://h/a, http://h/b onStop=http://h/e"
                + " onUnpublish=http://h/d");
    assertThat(imported.with(Verdict.UNSUPPORTED))
        .singleElement()
        .satisfies(finding -> assertThat(finding.path()).isEqualTo("vhost.http_hooks.on_dvr"));
  }

  @Test
  void theSettingsOfOneVhostHold() {
    Imported imported =
        read(
            """
            vhost one { gop_cache off; }
            vhost __defaultVhost__ { gop_cache on; }
            vhost two { enabled off; gop_cache off; }
            """);
    assertThat(keys(imported, "defaults.")).isEqualTo("gopCache=true");
    assertThat(keys(imported, "streams.")).isEqualTo("one!**.gopCache=false");
    assertThat(verdicts(imported)).isEqualTo("TAKEN TAKEN IDLE IDLE");
    assertThat(imported.findings().getFirst().counterpart()).isEqualTo("streams.NAME.gopCache");
    assertThat(keys(read("vhost one { gop_cache off; }"), "defaults.")).isEqualTo("gopCache=false");
    assertThat(keys(read("vhost one { gop_cache off; } vhost two { gop_cache on; }"), ""))
        .isEqualTo(
            "access.rules[0].needs=anybody access.rules[0].streams=one!**"
                + " access.rules[1].needs=anybody access.rules[1].streams=two!**"
                + " streams.one!**.gopCache=false streams.two!**.gopCache=true");
  }

  @Test
  void aVhostHasItsOwnSettingsAndNoneOfTheOneForAll() {
    Imported imported =
        read(
            """
            vhost __defaultVhost__ {
              chunk_size 4000;
              min_latency on;
              play { gop_cache off; queue_length 5; }
              hls { enabled on; hls_fragment 4; hls_window 40; }
            }
            vhost B.example {
              chunk_size 5000;
              play { queue_length 7; atc on; }
              hls { enabled on; hls_fragment 6; hls_td_ratio 1.5; }
            }
            vhost c.example { chunk_size 4000; dash { enabled on; dash_fragment 3; } }
            """);
    assertThat(keys(imported, "rtmp.")).isEqualTo("chunkSize=4000");
    assertThat(keys(imported, "defaults."))
        .isEqualTo(
            "backlogTime=5s gopCache=false latency=0 playlistLength=40s segmentMax=8400ms"
                + " segmentPeriod=4s segments=true");
    assertThat(keys(imported, "streams.b.example!**."))
        .isEqualTo(
            "atc=true backlogTime=7s gopCache=true latency=100ms playlistLength=30s"
                + " segmentMax=12600ms segmentPeriod=9s segments=true time=source");
    assertThat(keys(imported, "streams.c.example!**."))
        .isEqualTo(
            "backlogTime=10s gopCache=true latency=100ms playlistLength=30s segmentMax=10s"
                + " segmentPeriod=3s segments=true");
    assertThat(imported.with(Verdict.CHANGED))
        .filteredOn(finding -> finding.path().equals("vhost.chunk_size"))
        .extracting(Finding::reason)
        .containsExactly("it is the same for all vhosts: that of \"__defaultVhost__\"");
    assertThat(imported.with(Verdict.UNSUPPORTED)).isEmpty();
    Config config = Written.read(imported.yaml()).config();
    assertThat(config.hasVhost("b.example")).isTrue();
    assertThat(config.forStream(StreamName.parse("live/a")).gopCache()).isFalse();
    assertThat(config.forStream(StreamName.parse("c.example!live/a")).gopCache()).isTrue();
    assertThat(Written.read(read("vhost __defaultVhost__ {} vhost d.example {}").yaml()).config())
        .as("its streams are of their own although it says nothing")
        .matches(written -> written.hasVhost("d.example"));
  }

  @Test
  void aVhostHasItsOwnHooks() {
    Imported imported =
        read(
            """
            vhost __defaultVhost__ {
              http_hooks { enabled on; on_publish http://h/a; on_close http://h/c; }
            }
            vhost same { http_hooks { enabled on; on_publish http://h/a; on_close http://h/c; } }
            vhost other { http_hooks { enabled on; on_publish http://h/b; on_close http://h/d; } }
            vhost open {}
            vhost connect { http_hooks { enabled on; on_connect http://h/e; } }
            """);
    assertThat(keys(imported, "access."))
        .isEqualTo(
            "backend.form=srs backend.publish=http://h/a play=anybody publish=backend"
                + " rules[0].actions=publish rules[0].needs=token rules[0].streams=other!**"
                + " rules[1].actions=play rules[1].needs=anybody rules[1].streams=other!**"
                + " rules[2].needs=anybody rules[2].streams=open!**"
                + " rules[3].needs=token rules[3].streams=connect!**"
                + " trustLoopback=false");
    assertThat(keys(imported, "events.srs.")).isEqualTo("onClose=http://h/c");
    assertThat(imported.with(Verdict.UNSUPPORTED))
        .extracting(Finding::path)
        .containsExactly(
            "vhost.http_hooks.on_publish",
            "vhost.http_hooks.on_close",
            "vhost.http_hooks.on_connect");
    assertThat(imported.notes()).anyMatch(note -> note.contains("clients of all vhosts"));
  }

  @Test
  void anIngestGoesToTheVhostThatItsOutputNames() {
    Imported imported =
        read(
            """
            vhost __defaultVhost__ { %s }
            vhost b.example { %s %s }
            """
                .formatted(
                    ingest("rtmp://127.0.0.1/live?vhost=b.example/a"),
                    ingest("rtmp://127.0.0.1/live?vhost=[vhost]/b"),
                    ingest("rtmp://127.0.0.1/live/c")));
    assertThat(keys(imported, "streams."))
        .isEqualTo(
            "b.example!live/a.sources[0].input=file:a.flv"
                + " b.example!live/b.sources[0].input=file:a.flv"
                + " live/c.sources[0].input=file:a.flv");
  }

  private static String ingest(String output) {
    return """
    ingest x { enabled on; input { type file; url a.flv; }
      engine { enabled off; output %s; } }
    """
        .formatted(output);
  }

  @Test
  void aVhostThatCannotBeHadIsSaid() {
    Imported imported =
        read(
            "vhost __defaultVhost__ { gop_cache on; } vhost a/b { gop_cache off; } vhost c {"
                + " gop_cache off; } vhost C { gop_cache off; } vhost __defaultVhost__ {"
                + " gop_cache off; } vhost * { security { enabled on; } }");
    assertThat(verdicts(imported))
        .isEqualTo("TAKEN UNSUPPORTED TAKEN UNSUPPORTED UNSUPPORTED UNSUPPORTED");
    assertThat(keys(imported, "access.publish")).as("* guarded").isEqualTo("=token");
    Imported spelled =
        read("vhost __defaultVhost__ {} vhost c {} vhost C { refer { enabled on; play x.y; } }");
    assertThat(keys(spelled, "access."))
        .startsWith("play=anybody publish=anybody rules[0].needs=token rules[0].streams=c!**");
    var many = new StringBuilder("vhost __defaultVhost__ {}");
    for (int i = 0; i <= SrsImport.MAX_VHOSTS; i++) {
      many.append(" vhost v%d { security { enabled on; deny play 10.0.0.1; } }".formatted(i));
    }
    assertThat(read(many.toString()).with(Verdict.UNSUPPORTED)).hasSize(2);
    assertThat(Written.read(read(many.toString()).yaml()).config().hasVhost("v99")).isTrue();
  }

  @Test
  void whatAnotherVhostGuardsIsNotLeftOpen() {
    Imported imported =
        read("vhost __defaultVhost__ {} vhost members { security { enabled on; deny play all; } }");
    assertThat(keys(imported, "access."))
        .isEqualTo(
            "play=anybody publish=anybody rules[0].actions=publish rules[0].needs=anybody"
                + " rules[0].streams=members!** rules[1].actions=play rules[1].needs=nobody"
                + " rules[1].streams=members!**");
    Imported reversed =
        read("vhost __defaultVhost__ { security { enabled on; deny play all; } } vhost open {}");
    assertThat(keys(reversed, "access."))
        .endsWith("rules[0].needs=anybody rules[0].streams=open!**");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "file | ./a.flv | rtmp://127.0.0.1:[port]/live?vhost=[vhost]/a | live/a | file:./a.flv",
        "file | ./a.flv | rtmp://127.0.0.1/live/a?vhost=x | live/a | file:./a.flv",
        "stream | rtmp://192.0.2.1/live/b | rtmp://localhost:1935/live/a | live/a |"
            + " rtmp://192.0.2.1/live/b",
        "stream | rtsp://192.0.2.1/b | rtmp://127.0.0.1/live/a | |",
        "stream | publish | rtmp://127.0.0.1/live/a | |",
        "file | ./a.flv | rtmp://192.0.2.1/live/a | |",
        "file | ./a.flv | rtmp://127.0.0.1.example.com/live/a | |",
        "file | ./a.flv | rtmp://127.0.0.1/live/[stream] | |",
      })
  void anIngestWithoutEncodingIsASource(
      String type, String url, String output, String stream, String source) {
    Imported imported =
        vhost(
            """
            ingest x { enabled on; input { type %s; url %s; } ffmpeg ./ffmpeg;
              engine { enabled off; vcodec libx264; output %s; } }
            """
                .formatted(type, url, output));
    String section = "streams." + stream + ".sources[0].input";
    assertThat(keys(imported, "streams."))
        .contains(stream == null ? "" : section.substring("streams.".length()) + "=" + source);
    assertThat(imported.with(Verdict.CHANGED).isEmpty()).isEqualTo(stream == null);
  }

  @Test
  void anIngestThatEncodesIsNot() {
    Imported imported =
        vhost(
            """
            ingest x { enabled on; input { type file; url a.flv; }
              engine { enabled on; vcodec libx264; output rtmp://127.0.0.1/live/a; } }
            """);
    assertThat(keys(imported, "streams.")).isEmpty();
    assertThat(imported.with(Verdict.UNSUPPORTED))
        .allMatch(finding -> finding.reason().startsWith("planned with restreaming"))
        .hasSize(6);
  }

  @Test
  void variablesWinOverTheFile() {
    Imported imported =
        SrsImport.read(
            "srs.conf",
            "listen 1935; vhost a { hls { enabled on; hls_window 60; } }",
            Inclusion.NONE,
            Map.of(
                "SRS_LISTEN", "1940 1941",
                "SRS_VHOST_HLS_HLS_WINDOW", "20",
                "SRS_MAX_CONNECTIONS", "7",
                "SRS_HTTP_SERVER_ENABLED", "on",
                "SRS_HTTP_SERVER_LISTEN", "8090",
                "SRS_PID", "",
                "LISTEN", "9"));
    assertThat(keys(imported, "rtmp.")).isEqualTo("listen=:1940, :1941");
    assertThat(keys(imported, "http.")).isEqualTo("port=8090");
    assertThat(keys(imported, "limits.")).isEqualTo("connections=7");
    assertThat(keys(imported, "defaults.")).isEqualTo("playlistLength=20s segments=true");
    assertThat(imported.report()).contains("SRS_LISTEN: listen → rtmp.port, rtmp.listen");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mr { enabled on; latency 300; } | vhost.publish.mr vhost.publish.mr_latency",
        "publish_1stpkt_timeout 1; publish_normal_timeout 2; | vhost.publish.firstpkt_timeout"
            + " vhost.publish.normal_timeout",
        "forward a b; | vhost.forward.destination",
        "mode remote; origin a; token_traverse on; vhost b; | vhost.cluster.mode"
            + " vhost.cluster.origin vhost.cluster.token_traverse vhost.cluster.vhost",
        "http { enabled on; dir a; } | vhost.http_static.enabled vhost.http_static.dir",
        "nack { enabled on; no_copy on; } twcc { enabled on; } rtc { enabled on; aac transcode;"
            + " bframe keep; } | vhost.rtc.nack vhost.rtc.nack_no_copy vhost.rtc.twcc"
            + " vhost.rtc.enabled vhost.rtc.rtmp_to_rtc vhost.rtc.keep_bframe",
        "srt { tlpkdrop on; } | vhost.srt.tlpktdrop",
        "gop_cache on; play { atc off; } queue_length 5; | vhost.play.gop_cache vhost.play.atc"
            + " vhost.play.queue_length",
        "refer a; refer_publish a; | vhost.refer.all vhost.refer.publish",
      })
  void oldFormsAreReadAsThoseOfToday(String text, String paths) {
    assertThat(vhost(text).findings().stream().map(Finding::path).collect(Collectors.joining(" ")))
        .isEqualTo(paths);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "bandcheck.srs.com | enabled on; key 0123456789ab; | key=(hidden) vhost=bandcheck.srs.com |"
            + " TAKEN TAKEN",
        "check | enabled on; key 0123456789ab; interval 60; limit_kbps 4000; | interval=1m"
            + " key=(hidden) limit=4Mbit/s vhost=check | TAKEN TAKEN TAKEN TAKEN",
        "check | enabled on; key 0123456789ab; interval 0; | interval=1s key=(hidden) vhost=check |"
            + " TAKEN TAKEN CHANGED",
        "check | enabled on; key short; | | UNSUPPORTED UNSUPPORTED",
        "__defaultVhost__ | enabled on; key 0123456789ab; | | UNSUPPORTED UNSUPPORTED",
        "check | enabled off; key 0123456789ab; | | IDLE IDLE",
      })
  void takesABandwidthCheck(String vhost, String text, String keys, String verdicts) {
    Imported imported = read("vhost %s { bandcheck { %s } }".formatted(vhost, text));
    assertThat(keys(imported, "rtmp.bandCheck.")).isEqualTo(keys == null ? "" : keys);
    assertThat(verdicts(imported)).isEqualTo(verdicts);
  }
}
