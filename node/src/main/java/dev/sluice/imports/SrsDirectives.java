package dev.sluice.imports;

import static dev.sluice.imports.Directive.always;
import static dev.sluice.imports.Directive.byHand;
import static dev.sluice.imports.Directive.changed;
import static dev.sluice.imports.Directive.none;
import static dev.sluice.imports.Directive.taken;

import dev.sluice.imports.Rule.Count;
import dev.sluice.imports.Rule.OnOff;
import dev.sluice.imports.Rule.Only;
import dev.sluice.imports.Rule.Time;
import dev.sluice.imports.Rule.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every directive of SRS 1.0 to 7.0, by its path in the form of today: what older versions wrote
 * otherwise is brought into that form first, by {@link SrsLegacy}.
 */
final class SrsDirectives {
  private static final String RECORDING = "planned with the archive: nothing is recorded yet";
  private static final String RENDITIONS =
      "planned with restreaming: no ffmpeg is run for renditions yet";
  private static final String PUSHING = "planned with restreaming: nothing is pushed yet";
  private static final String WEBRTC = "planned with WebRTC";
  private static final String SRT = "planned with SRT";
  private static final String RTSP = "planned with WebRTC and RTSP";
  private static final String TODAY = "no counterpart: ";
  private static final String IN_MEMORY =
      "no counterpart: segments are kept in memory (segmentFiles when they are old), at addresses"
          + " that are always the same: /{stream}.m3u8, /{stream}/index.m3u8, /{stream}/index.mpd";
  private static final String PROGRAMS =
      "no counterpart: no programs are started; events.webhooks tells yours what happens";
  private static final String EDGE =
      "no counterpart: an edge has its streams from another Sluice (cluster.source), or a single"
          + " stream from any server (streams.NAME.sources)";
  private static final String BY_TOKEN = TODAY + "who asks has to have access.token";
  private static final String BY_HTTPS = TODAY + "over TLS it is at the port of http.tls";
  private static final String PROCESS =
      "no counterpart: the server runs in the foreground; what started it looks after it";
  private static final String PARSED = "no counterpart: it is read from the stream itself";

  private SrsDirectives() {}

  /** The table. */
  static final Table TABLE = new Table(all());

  private static List<Directive> all() {
    var list = new ArrayList<Directive>();
    list.addAll(process());
    list.addAll(http());
    list.addAll(vhost());
    list.addAll(play());
    list.addAll(access());
    list.addAll(segments());
    list.addAll(recordings());
    list.addAll(programs());
    list.addAll(otherProtocols());
    return list;
  }

  private static List<Directive> process() {
    var list = new ArrayList<Directive>();
    list.addAll(
        List.of(
            byHand("listen", "rtmp.port, rtmp.listen", ""),
            byHand("rtmp.listen", "rtmp.port, rtmp.listen", ""),
            taken("max_connections", new Count("limits.connections", 1, 10_000_000)),
            taken("chunk_size", new Count("rtmp.chunkSize", 128, 65_536)),
            byHand("srs_log_tank", "log.file", ""),
            byHand("srs_log_file", "log.file", ""),
            byHand("srs_log_level", "log.level", "the words mean other amounts here"),
            byHand("srs_log_level_v2", "log.level", ""),
            none("server_id", TODAY + "a server has no name of its own that lasts"),
            none("pid", TODAY + "the data folder is locked, so that no second server has it"),
            none("work_dir", TODAY + "start the server in the folder that paths are to begin at"),
            none("daemon", PROCESS),
            none("asprocess", PROCESS),
            none("in_docker", TODAY + "a container is noticed"),
            none("disable_daemon_for_docker", PROCESS),
            new Directive(
                "utc_time",
                Verdict.TAKEN,
                "",
                "the log says the time in UTC",
                new Only(true, "the log says the time in UTC")),
            none("pithy_print_ms", TODAY + "figures are at /metrics, and in the API"),
            none("ff_log_dir", RENDITIONS),
            none("ff_log_level", RENDITIONS),
            none("empty_ip_ok", TODAY + "who has no address any more is gone"),
            new Directive(
                "inotify_auto_reload",
                Verdict.TAKEN,
                "",
                "a file that changes is always read again",
                new Only(true, "a file that changes is always read again")),
            new Directive(
                "auto_reload_for_docker",
                Verdict.TAKEN,
                "",
                "a file that changes is always read again",
                new Only(true, "a file that changes is always read again")),
            none("grace_start_wait", TODAY + "there is no graceful phase to wait in"),
            none("grace_final_wait", TODAY + "there is no graceful phase to wait in"),
            none("force_grace_quit", TODAY + "there is no graceful phase to wait in"),
            none("tcmalloc_release_rate", TODAY + "memory is the JVM's; see memory.media"),
            none("query_latest_version", TODAY + "nobody is asked for new versions"),
            none("first_wait_for_qlv", TODAY + "nobody is asked for new versions"),
            none("threads.interval", TODAY + "eventLoops says how many threads serve"),
            none("stats.enabled", TODAY + "figures are at /metrics"),
            none("stats.network", TODAY + "figures of the machine are not told"),
            none("stats.disk", TODAY + "figures of the machine are not told"),
            byHand("heartbeat.enabled", "events.heartbeat.url", ""),
            byHand("heartbeat.url", "events.heartbeat.url", ""),
            taken(
                "heartbeat.interval", Time.seconds("events.heartbeat.interval", 1_000, 3_600_000)),
            byHand("heartbeat.device_id", "events.heartbeat.deviceId", ""),
            none("heartbeat.summaries", TODAY + "the heartbeat has no figures"),
            none("heartbeat.ports", TODAY + "the heartbeat has no ports"),
            changed(
                "exporter.enabled",
                new Only(true, "figures are always there"),
                "figures are at /metrics of the HTTP port, always, under names of ours"),
            none("exporter.listen", TODAY + "figures are at /metrics of the HTTP port"),
            none("exporter.label", TODAY + "labels are for whoever collects the figures"),
            none("exporter.tag", TODAY + "labels are for whoever collects the figures")));
    String load = TODAY + "a viewer that cannot be kept up with skips by itself (backlogTime)";
    for (String key :
        List.of(
            "enabled",
            "high_threshold",
            "high_pulse",
            "critical_threshold",
            "critical_pulse",
            "dying_threshold",
            "dying_pulse")) {
      list.add(none("circuit_breaker." + key, load));
    }
    String vendor = TODAY + "a service of one vendor; the log can be JSON (log.format)";
    list.add(none("tencentcloud_cls.*", vendor));
    list.add(none("tencentcloud_apm.*", vendor));
    return list;
  }

  private static List<Directive> http() {
    String web = TODAY + "only the pages of ours are served, no files";
    return List.of(
        byHand(
            "http_api.enabled",
            "faces.srs",
            "it is at /api/v1 of the HTTP port, too; who asks has to have access.token"),
        byHand("http_api.listen", "faces.srs.port, faces.srs.listen", ""),
        none("http_api.crossdomain", TODAY + "http.cors holds for streams and API alike"),
        none("http_api.raw_api.enabled", TODAY + "a reload is POST /sluice/v1/config/reload"),
        none("http_api.raw_api.allow_reload", TODAY + "who has the token may"),
        none("http_api.raw_api.allow_query", TODAY + "who has the token may"),
        none("http_api.raw_api.allow_update", TODAY + "who has the token may"),
        none("http_api.auth.enabled", BY_TOKEN),
        none("http_api.auth.type", BY_TOKEN),
        none("http_api.auth.username", BY_TOKEN),
        none("http_api.auth.password", BY_TOKEN),
        none("http_api.auth.token", BY_TOKEN),
        none("http_api.auth.rtc_bearer_enabled", BY_TOKEN),
        none("http_api.https.enabled", BY_HTTPS),
        none("http_api.https.listen", BY_HTTPS),
        none("http_api.https.key", BY_HTTPS),
        none("http_api.https.cert", BY_HTTPS),
        new Directive(
            "http_server.enabled",
            Verdict.TAKEN,
            "",
            "HTTP is always served",
            new Only(true, "HTTP is always served")),
        byHand("http_server.listen", "http.port, http.listen", ""),
        none("http_server.dir", web),
        byHand("http_server.crossdomain", "http.cors", ""),
        byHand("http_server.https.enabled", "http.tls.port", ""),
        byHand("http_server.https.listen", "http.tls.port", ""),
        byHand("http_server.https.key", "http.tls.key", ""),
        byHand("http_server.https.cert", "http.tls.certificate", ""),
        none("vhost.http_static.enabled", web),
        none("vhost.http_static.mount", web),
        none("vhost.http_static.dir", web),
        changed(
            "vhost.http_remux.enabled",
            new Only(true, "they are always there"),
            "/{stream}.flv, .ts, .aac and .mp3 are always there"),
        byHand("vhost.http_remux.mount", "", "the address is always /{stream}.flv"),
        none("vhost.http_remux.fast_cache", TODAY + "join says where a viewer begins"),
        none("vhost.http_remux.drop_if_not_match", PARSED),
        none("vhost.http_remux.has_audio", PARSED),
        none("vhost.http_remux.has_video", PARSED),
        none("vhost.http_remux.guess_has_av", PARSED),
        none("vhost.http_remux.hstrs", "SRS itself ignores it"));
  }

  private static List<Directive> vhost() {
    return List.of(
        byHand("vhost.enabled", "", "it is the one that was taken"),
        byHand("vhost.min_latency", "defaults.latency", "with every picture, not every frame"),
        new Directive(
            "vhost.tcp_nodelay",
            Verdict.TAKEN,
            "",
            "it is always on",
            new Only(true, "it is always on")),
        taken("vhost.chunk_size", new Count("rtmp.chunkSize", 128, 65_536)),
        none("vhost.in_ack_size", TODAY + "clients are asked to acknowledge 2500000 bytes"),
        none("vhost.out_ack_size", TODAY + "2500000 bytes are announced"),
        byHand("vhost.cluster.mode", "", ""),
        none("vhost.cluster.origin", EDGE),
        none("vhost.cluster.protocol", EDGE),
        none("vhost.cluster.follow_client", EDGE),
        none("vhost.cluster.token_traverse", EDGE),
        none("vhost.cluster.vhost", EDGE),
        none("vhost.cluster.debug_srs_upnode", EDGE),
        none("vhost.cluster.origin_cluster", EDGE),
        none("vhost.cluster.coworkers", EDGE),
        none("vhost.forward.enabled", PUSHING),
        none("vhost.forward.destination", PUSHING),
        none("vhost.forward.backend", PUSHING),
        byHand("vhost.bandcheck.enabled", "rtmp.bandCheck.key, rtmp.bandCheck.vhost", ""),
        byHand("vhost.bandcheck.key", "rtmp.bandCheck.key", ""),
        byHand("vhost.bandcheck.interval", "rtmp.bandCheck.interval", ""),
        byHand("vhost.bandcheck.limit_kbps", "rtmp.bandCheck.limit", ""));
  }

  private static List<Directive> play() {
    return List.of(
        taken("vhost.play.gop_cache", new OnOff("defaults.gopCache")),
        none(
            "vhost.play.gop_cache_max_frames",
            TODAY + "gopCacheMaxBytes and gopCacheMaxTime bound the cache"),
        changed(
            "vhost.play.queue_length",
            Time.seconds("defaults.backlogTime", 500, 300_000),
            "a viewer that is too late goes on at the next key frame"),
        byHand("vhost.play.time_jitter", "", ""),
        none("vhost.play.mix_correct", TODAY + "all tracks of a stream are on one timeline"),
        byHand(
            "vhost.play.atc",
            "defaults.atc, defaults.time",
            "time stamps are those of the source where they are UTC, within 60 s of arrival"),
        byHand(
            "vhost.play.atc_auto",
            "defaults.time",
            "bravo_atc says whose clock holds; time stamps stay relative without atc"),
        taken("vhost.play.mw_latency", Time.millis("defaults.latency", 0, 350)),
        none("vhost.play.mw_msgs", TODAY + "latency says how long frames are gathered"),
        none("vhost.play.send_min_interval", TODAY + "latency says how long frames are gathered"),
        new Directive(
            "vhost.play.reduce_sequence_header",
            Verdict.TAKEN,
            "",
            "headers are sent again only when they have changed",
            new Only(true, "headers are sent again only when they have changed")),
        none("vhost.publish.mr", TODAY + "what has come is read at once"),
        none("vhost.publish.mr_latency", TODAY + "what has come is read at once"),
        none(
            "vhost.publish.firstpkt_timeout",
            TODAY + "who says nothing for rtmp.pingTimeout is disconnected"),
        none(
            "vhost.publish.normal_timeout",
            TODAY
                + "who says nothing for rtmp.pingTimeout is disconnected, players too; takeover"
                + " lets an encoder back in before that"),
        always("vhost.publish.parse_sps", "configurations are always read"),
        none("vhost.publish.try_annexb_first", TODAY + "FLV has no start codes"),
        none("vhost.publish.kickoff_for_idle", TODAY + "a publisher may be without viewers"));
  }

  private static List<Directive> access() {
    String list = "planned: nobody is told of files of HLS yet";
    return List.of(
        byHand("vhost.refer.enabled", "access.rules", ""),
        byHand("vhost.refer.all", "access.rules[].pages", ""),
        byHand("vhost.refer.publish", "access.rules[].pages", ""),
        byHand("vhost.refer.play", "access.rules[].pages", ""),
        byHand("vhost.security.enabled", "access.rules", ""),
        byHand("vhost.security.allow", "access.rules[].addresses", ""),
        byHand("vhost.security.deny", "access.rules[].notAddresses", ""),
        byHand("vhost.http_hooks.enabled", "access.backend, events.srs", ""),
        byHand("vhost.http_hooks.on_connect", "events.srs.onConnect", ""),
        byHand("vhost.http_hooks.on_close", "events.srs.onClose", ""),
        byHand("vhost.http_hooks.on_publish", "access.backend.publish", ""),
        byHand("vhost.http_hooks.on_unpublish", "events.srs.onUnpublish", ""),
        byHand("vhost.http_hooks.on_play", "access.backend.play", ""),
        byHand("vhost.http_hooks.on_stop", "events.srs.onStop", ""),
        none("vhost.http_hooks.on_dvr", RECORDING),
        none("vhost.http_hooks.on_hls", list),
        none("vhost.http_hooks.on_hls_notify", list));
  }

  private static List<Directive> segments() {
    var list = new ArrayList<Directive>();
    list.addAll(
        List.of(
            byHand("vhost.hls.enabled", "defaults.segments", ""),
            byHand("vhost.hls.hls_fragment", "defaults.segmentPeriod", ""),
            byHand("vhost.hls.hls_td_ratio", "defaults.segmentPeriod", ""),
            byHand("vhost.hls.hls_aof_ratio", "defaults.segmentMax", ""),
            taken(
                "vhost.hls.hls_window", Time.seconds("defaults.playlistLength", 2_000, 86_400_000)),
            none(
                "vhost.hls.hls_on_error",
                TODAY + "what fails in HLS ends HLS of that stream, never its publisher"),
            byHand("vhost.hls.hls_m3u8_file", "", IN_MEMORY),
            none("vhost.hls.hls_ts_floor", TODAY + "segments are named by the UTC of their start"),
            none("vhost.hls.hls_entry_prefix", TODAY + "playlists name segments relative to them"),
            none("vhost.hls.hls_acodec", PARSED),
            none("vhost.hls.hls_vcodec", PARSED),
            new Directive(
                "vhost.hls.hls_cleanup",
                Verdict.TAKEN,
                "",
                "segments that no playlist lists go",
                new Only(true, "segments that no playlist lists always go")),
            none(
                "vhost.hls.hls_dispose",
                TODAY + "segments of a stream that has ended go by age and segmentFiles.maxSize"),
            new Directive(
                "vhost.hls.hls_wait_keyframe",
                Verdict.TAKEN,
                "",
                "a key frame begins a segment",
                new Only(true, "a key frame begins a segment, in any case")),
            none("vhost.hls.hls_nb_notify", "planned: nobody is told of files of HLS yet"),
            new Directive(
                "vhost.hls.hls_dts_directly",
                Verdict.TAKEN,
                "",
                "the source's times are kept",
                new Only(true, "the source's times are kept, in any case")),
            new Directive(
                "vhost.hls.hls_ctx",
                Verdict.CHANGED,
                "",
                "sessions are a path, /s/{id}/, not a parameter, so that caches can take it away",
                new Only(true, "there always are sessions")),
            new Directive(
                "vhost.hls.hls_ts_ctx",
                Verdict.CHANGED,
                "",
                "sessions are a path, /s/{id}/, which segments have, too",
                new Only(true, "segments have the session's path")),
            changed(
                "vhost.hls.hls_keys",
                new OnOff("defaults.encryptSegments"),
                "of the transport streams of /{stream}.m3u8; those of /{stream}/index.m3u8 are"
                    + " open"),
            byHand("vhost.hls.hls_fragments_per_key", "defaults.keyPeriod", ""),
            none("vhost.hls.hls_key_url", IN_MEMORY),
            changed(
                "vhost.hls.hls_use_fmp4",
                new Only(true, "both forms are always there"),
                "both are always there: fMP4 at /{stream}/index.m3u8, MPEG-TS at /{stream}.m3u8"),
            new Directive(
                "vhost.hls.hls_recover",
                Verdict.TAKEN,
                "",
                "numbers always go on after a restart",
                new Only(true, "numbers always go on after a restart")),
            none("vhost.hls.hls_storage", "SRS itself ignores it"),
            none("vhost.hls.hls_mount", "SRS itself ignores it"),
            byHand("vhost.dash.enabled", "defaults.segments", ""),
            byHand("vhost.dash.dash_fragment", "defaults.segmentPeriod", ""),
            none("vhost.dash.dash_update_period", TODAY + "players are told by the segments"),
            byHand("vhost.dash.dash_timeshift", "defaults.playlistLength", ""),
            none("vhost.dash.dash_window_size", TODAY + "playlistLength says it in time"),
            new Directive(
                "vhost.dash.dash_cleanup",
                Verdict.TAKEN,
                "",
                "segments that no playlist lists go",
                new Only(true, "segments that no playlist lists always go")),
            none(
                "vhost.dash.dash_dispose",
                TODAY + "segments of a stream that has ended go by age and segmentFiles.maxSize"),
            none("vhost.hds.*", "removed from SRS itself: Flash is gone; HLS and DASH are there")));
    for (String key :
        List.of(
            "hls.hls_path",
            "hls.hls_ts_file",
            "hls.hls_key_file",
            "hls.hls_key_file_path",
            "hls.hls_fmp4_file",
            "hls.hls_init_file",
            "dash.dash_path",
            "dash.dash_mpd_file")) {
      list.add(none("vhost." + key, IN_MEMORY));
    }
    return list;
  }

  private static List<Directive> recordings() {
    var list = new ArrayList<Directive>();
    for (String key :
        List.of(
            "enabled",
            "dvr_apply",
            "dvr_plan",
            "dvr_path",
            "dvr_duration",
            "dvr_wait_keyframe",
            "time_jitter")) {
      list.add(none("vhost.dvr." + key, RECORDING));
    }
    return list;
  }

  private static List<Directive> programs() {
    var list = new ArrayList<Directive>();
    list.add(none("vhost.exec.enabled", PROGRAMS));
    list.add(none("vhost.exec.publish", PROGRAMS));
    list.add(none("vhost.transcode.enabled", RENDITIONS));
    list.add(none("vhost.transcode.ffmpeg", RENDITIONS));
    for (String block : List.of("vhost.transcode", "vhost.ingest")) {
      for (String key :
          List.of(
              "enabled",
              "perfile.*",
              "iformat",
              "vfilter.*",
              "vcodec",
              "vbitrate",
              "vfps",
              "vwidth",
              "vheight",
              "vthreads",
              "vprofile",
              "vpreset",
              "vparams.*",
              "acodec",
              "abitrate",
              "asample_rate",
              "achannels",
              "aparams.*",
              "oformat",
              "output")) {
        boolean ingest = block.endsWith("ingest");
        String path = block + ".engine." + key;
        list.add(
            ingest && key.equals("output")
                ? byHand(path, "streams.NAME", "the stream that it goes to")
                : none(path, RENDITIONS));
      }
    }
    list.add(byHand("vhost.ingest.enabled", "streams.NAME.sources", ""));
    list.add(byHand("vhost.ingest.input.type", "streams.NAME.sources", ""));
    list.add(byHand("vhost.ingest.input.url", "streams.NAME.sources", ""));
    list.add(none("vhost.ingest.ffmpeg", TODAY + "what it does is done without ffmpeg"));
    return list;
  }

  private static List<Directive> otherProtocols() {
    var list = new ArrayList<Directive>();
    for (String key :
        List.of(
            "enabled",
            "listen",
            "tcp.enabled",
            "tcp.listen",
            "protocol",
            "candidate",
            "use_auto_detect_network_ip",
            "ip_family",
            "api_as_candidates",
            "resolve_api_domain",
            "keep_api_domain",
            "ecdsa",
            "encrypt",
            "reuseport",
            "merge_nalus",
            "black_hole.enabled",
            "black_hole.addr")) {
      list.add(none("rtc_server." + key, WEBRTC));
    }
    for (String key :
        List.of(
            "enabled",
            "nack",
            "nack_no_copy",
            "twcc",
            "stun_timeout",
            "stun_strict_check",
            "dtls_role",
            "dtls_version",
            "drop_for_pt",
            "rtmp_to_rtc",
            "keep_bframe",
            "keep_avc_nalu_sei",
            "opus_bitrate",
            "rtc_to_rtmp",
            "pli_for_rtmp",
            "aac_bitrate")) {
      list.add(none("vhost.rtc." + key, WEBRTC));
    }
    for (String key :
        List.of(
            "enabled",
            "listen",
            "maxbw",
            "mss",
            "connect_timeout",
            "peer_idle_timeout",
            "default_app",
            "default_mode",
            "default_streamid",
            "peerlatency",
            "recvlatency",
            "latency",
            "tsbpdmode",
            "tlpktdrop",
            "sendbuf",
            "recvbuf",
            "payloadsize",
            "passphrase",
            "pbkeylen")) {
      list.add(none("srt_server." + key, SRT));
    }
    list.add(none("vhost.srt.enabled", SRT));
    list.add(none("vhost.srt.srt_to_rtmp", SRT));
    list.add(none("rtsp_server.enabled", RTSP));
    list.add(none("rtsp_server.listen", RTSP));
    list.add(none("vhost.rtsp.enabled", RTSP));
    list.add(none("vhost.rtsp.rtmp_to_rtsp", RTSP));
    list.add(byHand("rtmps.enabled", "rtmp.tls.port", ""));
    list.add(byHand("rtmps.listen", "rtmp.tls.port", ""));
    list.add(byHand("rtmps.key", "rtmp.tls.key", ""));
    list.add(byHand("rtmps.cert", "rtmp.tls.certificate", ""));
    String caster =
        "planned with SRT (MPEG-TS over UDP); no counterpart for GB28181 and FLV by POST";
    for (String key :
        List.of(
            "enabled",
            "caster",
            "output",
            "listen",
            "sip.enabled",
            "sip.listen",
            "sip.timeout",
            "sip.reinvite",
            "sip.candidate")) {
      list.add(none("stream_caster." + key, caster));
    }
    return list;
  }

  /** Levels of the log: SRS calls {@code trace} what others call {@code info}. */
  static final Words OLD_LEVELS =
      new Words(
          "log.level",
          Map.of(
              "verbose", "trace", "info", "debug", "trace", "info", "warn", "warn", "error",
              "error"));

  /** Levels of the log as SRS 5 has them. */
  static final Words NEW_LEVELS =
      new Words(
          "log.level",
          Map.of(
              "trace", "trace", "debug", "debug", "info", "info", "warn", "warn", "error",
              "error"));
}
