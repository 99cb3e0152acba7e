package dev.sluice.imports;

import static dev.sluice.imports.Directive.always;
import static dev.sluice.imports.Directive.byHand;
import static dev.sluice.imports.Directive.changed;
import static dev.sluice.imports.Directive.none;
import static dev.sluice.imports.Directive.taken;

import dev.sluice.imports.Rule.Count;
import dev.sluice.imports.Rule.OnOff;
import dev.sluice.imports.Rule.Only;
import dev.sluice.imports.Rule.Size;
import dev.sluice.imports.Rule.Time;
import dev.sluice.imports.Rule.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every directive of nginx-rtmp-module (arut's and sergey's), by its name: it means the same in
 * whichever block it stands. Keys {@code streams.…} are those of an application's streams.
 */
final class NginxDirectives {
  private static final String RECORDING = "planned with the archive: nothing is recorded yet";
  private static final String RESTREAMING = "planned with restreaming: no programs are started yet";
  private static final String PROGRAMS =
      "no counterpart: no programs are started; events.webhooks tells yours what happens";
  private static final String TODAY = "no counterpart: ";
  private static final String BACKLOG =
      "no counterpart: backlogBytes and backlogTime bound what waits for a viewer";
  private static final String IN_MEMORY =
      "no counterpart: segments are kept in memory (segmentFiles when they are old), at addresses"
          + " that are always the same: /{stream}.m3u8, /{stream}/index.m3u8, /{stream}/index.mpd";
  private static final String PULLS =
      "no counterpart: pull.retryFirst and pull.retryMost hold for all";
  private static final String ONE_PROCESS =
      "no counterpart: one process serves with all processors";

  private static final Words STAT =
      new Words(
          "faces.nginx.stat",
          Map.of("all", "true", "global", "true", "live", "true", "clients", "true"));
  private static final Words CONTROL =
      new Words("faces.nginx.control", Map.of("all", "true", "drop", "true"));

  private NginxDirectives() {}

  /** The table. */
  static final Table TABLE = new Table(all());

  private static List<Directive> all() {
    var list = new ArrayList<Directive>();
    list.addAll(connections());
    list.addAll(live());
    list.addAll(programs());
    list.addAll(callbacks());
    list.addAll(segments());
    list.addAll(recordings());
    return list;
  }

  private static List<Directive> connections() {
    return List.of(
        byHand("listen", "rtmp.port, rtmp.listen", ""),
        changed(
            "timeout",
            Time.nginx("defaults.disconnectTime", 1_000, 3_600_000),
            "a viewer that takes nothing for so long is disconnected; it skips before that"),
        byHand("ping", "rtmp.pingInterval, rtmp.pingTimeout", ""),
        byHand("ping_timeout", "rtmp.pingTimeout", "the sum of ping and ping_timeout"),
        none("max_streams", TODAY + "a connection has one stream"),
        none("ack_window", TODAY + "2500000 bytes are announced"),
        taken("chunk_size", new Count("rtmp.chunkSize", 128, 65_536)),
        taken("max_message", new Size("rtmp.maxMessage", 64_000, 16_777_215)),
        none("out_queue", BACKLOG),
        none("out_cork", TODAY + "latency says how long frames are gathered"),
        none("busy", TODAY + "who says nothing for rtmp.pingTimeout is disconnected"),
        none("buflen", TODAY + "players decide by themselves how much they buffer"),
        always("play_time_fix", "time stamps are always repaired"),
        always("publish_time_fix", "time stamps are always repaired"),
        none("so_keepalive", TODAY + "pings find out who is gone"),
        byHand("allow", "access.rules[].addresses", "for all protocols, not for RTMP only"),
        byHand("deny", "access.rules[].notAddresses", "for all protocols, not for RTMP only"),
        changed(
            "max_connections",
            new Count("limits.connections", 1, 10_000_000),
            "all connections count, those of HTTP, too"));
  }

  private static List<Directive> live() {
    return List.of(
        byHand("live", "access.rules", ""),
        none("meta", TODAY + "metadata are made anew, from what the stream is"),
        none("interleave", TODAY + "sound and picture have a chunk stream each"),
        new Directive(
            "wait_key",
            Verdict.TAKEN,
            "",
            "viewers begin with a key frame",
            new Only(true, "viewers begin with a key frame, in any case")),
        none("wait_video", TODAY + "viewers begin with a key frame"),
        new Directive(
            "publish_notify",
            Verdict.CHANGED,
            "",
            "players are told that the publisher has gone",
            new Only(true, "players are told that the publisher has gone, in any case")),
        none(
            "drop_idle_publisher",
            TODAY
                + "who says nothing for rtmp.pingTimeout is disconnected; takeover lets an encoder"
                + " back in before that"),
        none("sync", TODAY + "all tracks of a stream are on one timeline"),
        none("play_restart", TODAY + "viewers stay, and the stream goes on"),
        byHand("idle_streams", "streams.NAME.playBeforePublish, streams.NAME.reconnectGrace", ""),
        none("stream_buckets", TODAY + "nothing has to be sized"),
        none("buffer", TODAY + "latency says how long frames are gathered"),
        byHand("pull", "streams.NAME.sources", "nobody else may publish that stream"),
        none("push", "planned with restreaming: nothing is pushed yet"),
        none("push_reconnect", "planned with restreaming: nothing is pushed yet"),
        none("pull_reconnect", PULLS),
        none("session_relay", TODAY + "what is fetched ends onDemandLinger after its last viewer"),
        none("relay_buffer", TODAY + "what is fetched is sent on as it comes"));
  }

  private static List<Directive> programs() {
    var list = new ArrayList<Directive>();
    for (String name : List.of("exec", "exec_push", "exec_pull", "exec_static")) {
      list.add(none(name, RESTREAMING));
    }
    for (String name :
        List.of(
            "exec_publish",
            "exec_publish_done",
            "exec_play",
            "exec_play_done",
            "exec_record_done",
            "exec_record_started")) {
      list.add(none(name, PROGRAMS));
    }
    for (String name : List.of("exec_options", "exec_kill_signal", "respawn", "respawn_timeout")) {
      list.add(none(name, RESTREAMING));
    }
    return list;
  }

  private static final String STAYS = "who is in stays while there is no answer";

  private static List<Directive> callbacks() {
    return List.of(
        byHand("on_connect", "events.nginx.onConnect", ""),
        byHand("on_disconnect", "events.nginx.onDisconnect", ""),
        byHand("on_play", "access.backend.play", ""),
        byHand("on_publish", "access.backend.publish", ""),
        byHand("on_play_done", "events.nginx.onPlayDone", ""),
        byHand("on_publish_done", "events.nginx.onPublishDone", ""),
        byHand("on_done", "events.nginx.onDone", ""),
        byHand(
            "on_update",
            "access.backend.update",
            "it is told of those whom on_play and on_publish let in"),
        none("on_record_started", RECORDING),
        none("on_record_done", RECORDING),
        none("on_playlist", "planned: nobody is told of files of HLS yet"),
        byHand("notify_method", "access.backend.form", ""),
        byHand("notify_update_timeout", "access.recheck", "all that is proved is seen to so often"),
        new Directive("notify_update_strict", Verdict.TAKEN, "", STAYS, new Only(false, STAYS)),
        none("notify_relay_redirect", TODAY + "redirects of back ends are a no"),
        none("notify_send_redirect", TODAY + "redirects of back ends are a no"),
        byHand("netcall_timeout", "access.backend.timeLimit, events.nginx.timeLimit", ""),
        none("netcall_buffer", TODAY + "an answer may have 16 kB"),
        none("rtmp_auto_push", ONE_PROCESS),
        none("rtmp_auto_push_reconnect", ONE_PROCESS),
        none("rtmp_socket_dir", ONE_PROCESS),
        none(
            "access_log", TODAY + "the log has a line for each connection and stream (log.format)"),
        none(
            "log_format", TODAY + "the log has a line for each connection and stream (log.format)"),
        changed("rtmp_stat", STAT, "it is at /stat, for those who have access.token"),
        none("rtmp_stat_stylesheet", TODAY + "the XML comes without a style sheet"),
        changed(
            "rtmp_control",
            CONTROL,
            "it is at /control, for those who have access.token; it drops, no more"));
  }

  private static List<Directive> segments() {
    var list = new ArrayList<Directive>();
    list.addAll(
        List.of(
            byHand("hls", "streams.NAME.segments", ""),
            taken("hls_fragment", Time.nginx("streams.segmentPeriod", 500, 60_000)),
            changed(
                "hls_max_fragment",
                Time.nginx("streams.segmentMax", 500, 60_000),
                "no discontinuity is marked there"),
            taken("hls_playlist_length", Time.nginx("streams.playlistLength", 2_000, 86_400_000)),
            none("hls_sync", TODAY + "all tracks of a stream are on one timeline"),
            new Directive(
                "hls_continuous",
                Verdict.TAKEN,
                "",
                "numbers always go on",
                new Only(true, "numbers always go on")),
            new Directive(
                "hls_cleanup",
                Verdict.TAKEN,
                "",
                "segments that no playlist lists go",
                new Only(true, "segments that no playlist lists always go")),
            none("hls_fragment_slicing", TODAY + "segments are cut by the clock, at key frames"),
            none("hls_variant", "planned with restreaming: playlists of several renditions"),
            none("hls_type", TODAY + "playlists are those of a live stream"),
            changed(
                "hls_keys",
                new OnOff("streams.encryptSegments"),
                "of the transport streams of /{stream}.m3u8; those of /{stream}/index.m3u8 are"
                    + " open"),
            none("hls_fragments_per_key", TODAY + "keyPeriod says by time how long a key is used"),
            none("hls_muxdelay", TODAY + "nothing is delayed to be interleaved"),
            none("hls_max_audio_delay", TODAY + "nothing is delayed to be interleaved"),
            none("hls_audio_buffer_size", TODAY + "nothing is delayed to be interleaved"),
            none(
                "hls_allow_client_cache", TODAY + "segments say by HTTP how long they may be kept"),
            changed(
                "hls_datetime",
                new Rule.None(),
                "playlists of /{stream}/index.m3u8 always have the time"),
            byHand("dash", "streams.NAME.segments", ""),
            byHand("dash_fragment", "streams.NAME.segmentPeriod", ""),
            byHand("dash_playlist_length", "streams.NAME.playlistLength", ""),
            new Directive(
                "dash_cleanup",
                Verdict.TAKEN,
                "",
                "segments that no playlist lists go",
                new Only(true, "segments that no playlist lists always go")),
            none("dash_clock_compensation", TODAY + "the MPD always says where the time is told"),
            none("dash_clock_helper_uri", TODAY + "the MPD always says where the time is told")));
    for (String name :
        List.of(
            "hls_path",
            "hls_nested",
            "hls_base_url",
            "hls_fragment_naming",
            "hls_fragment_naming_granularity",
            "hls_key_path",
            "hls_key_url",
            "dash_path",
            "dash_nested")) {
      list.add(none(name, IN_MEMORY));
    }
    return list;
  }

  private static List<Directive> recordings() {
    var list = new ArrayList<Directive>();
    for (String name :
        List.of(
            "record",
            "record_path",
            "record_suffix",
            "record_unique",
            "record_append",
            "record_lock",
            "record_max_size",
            "record_max_frames",
            "record_interval",
            "record_interval_size",
            "record_notify")) {
      list.add(none(name, RECORDING));
    }
    for (String name : List.of("play", "play_temp_path", "play_local_path")) {
      list.add(none(name, "planned with the archive: files are not played on demand yet"));
    }
    return list;
  }
}
