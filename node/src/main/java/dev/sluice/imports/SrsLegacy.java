package dev.sluice.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings what older versions of SRS wrote into the form of today, as SRS does when it starts. */
final class SrsLegacy {
  /** What stood in a vhost itself: the block that has it today, and its name there. */
  private static final Map<String, List<String>> MOVED =
      Map.ofEntries(
          Map.entry("time_jitter", List.of("play", "time_jitter")),
          Map.entry("mix_correct", List.of("play", "mix_correct")),
          Map.entry("atc", List.of("play", "atc")),
          Map.entry("atc_auto", List.of("play", "atc_auto")),
          Map.entry("mw_latency", List.of("play", "mw_latency")),
          Map.entry("mw_msgs", List.of("play", "mw_msgs")),
          Map.entry("gop_cache", List.of("play", "gop_cache")),
          Map.entry("gop_cache_max_frames", List.of("play", "gop_cache_max_frames")),
          Map.entry("queue_length", List.of("play", "queue_length")),
          Map.entry("send_min_interval", List.of("play", "send_min_interval")),
          Map.entry("reduce_sequence_header", List.of("play", "reduce_sequence_header")),
          Map.entry("parse_sps", List.of("publish", "parse_sps")),
          Map.entry("try_annexb_first", List.of("publish", "try_annexb_first")),
          Map.entry("publish_1stpkt_timeout", List.of("publish", "firstpkt_timeout")),
          Map.entry("publish_normal_timeout", List.of("publish", "normal_timeout")),
          Map.entry("mode", List.of("cluster", "mode")),
          Map.entry("origin", List.of("cluster", "origin")),
          Map.entry("token_traverse", List.of("cluster", "token_traverse")),
          Map.entry("vhost", List.of("cluster", "vhost")),
          Map.entry("debug_srs_upnode", List.of("cluster", "debug_srs_upnode")),
          Map.entry("refer_play", List.of("refer", "play")),
          Map.entry("refer_publish", List.of("refer", "publish")));

  /** Statements that only make the form whole stand here; nobody has written them. */
  static final Place NOWHERE = new Place("", 0, 0);

  private SrsLegacy() {}

  /** All of {@code statements} in the form of today. */
  static List<Statement> modern(List<Statement> statements) {
    var list = new ArrayList<Statement>();
    for (Statement statement : statements) {
      switch (statement.name()) {
        case "http_stream" -> list.add(statement.named("http_server"));
        case "srt_server" -> list.add(renamed(statement, "tlpkdrop", "tlpktdrop"));
        case "vhost" -> list.add(statement.with(vhost(statement.block())));
        default -> list.add(statement);
      }
    }
    return list;
  }

  private static Statement renamed(Statement block, String old, String name) {
    return block.with(
        block.block().stream()
            .map(inner -> inner.name().equals(old) ? inner.named(name) : inner)
            .toList());
  }

  private static List<Statement> vhost(List<Statement> statements) {
    var list = new ArrayList<Statement>();
    for (Statement statement : statements) {
      List<String> moved = statement.hasBlock() ? null : MOVED.get(statement.name());
      if (moved != null) {
        add(list, moved.getFirst(), statement.named(moved.getLast()));
      } else if (statement.hasBlock()) {
        block(list, statement);
      } else if (statement.name().equals("refer")) {
        add(list, "refer", statement.named("all"));
      } else if (statement.name().equals("forward")) {
        add(list, "forward", statement.named("destination"));
      } else {
        list.add(statement);
      }
    }
    return list;
  }

  private static void block(List<Statement> list, Statement statement) {
    switch (statement.name()) {
      case "http" -> list.add(statement.named("http_static"));
      case "mr" ->
          inner(list, statement, "publish", Map.of("enabled", "mr", "latency", "mr_latency"));
      case "nack" ->
          inner(list, statement, "rtc", Map.of("enabled", "nack", "no_copy", "nack_no_copy"));
      case "twcc" -> inner(list, statement, "rtc", Map.of("enabled", "twcc"));
      case "rtc" ->
          join(list, renamed(renamed(statement, "aac", "rtmp_to_rtc"), "bframe", "keep_bframe"));
      case "srt" -> list.add(renamed(statement, "tlpkdrop", "tlpktdrop"));
      case "play", "publish", "cluster", "refer", "forward" -> join(list, statement);
      default -> list.add(statement);
    }
  }

  /** A block whose directives have become some of another one. */
  private static void inner(
      List<Statement> list, Statement block, String target, Map<String, String> names) {
    for (Statement inner : block.block()) {
      String name = names.get(inner.name());
      add(list, target, name == null ? inner : inner.named(name));
    }
  }

  /** A block of today, of which there may be some already, from old forms before it. */
  private static void join(List<Statement> list, Statement block) {
    int at = place(list, block.name());
    if (at < 0 || !list.get(at).place().equals(NOWHERE)) {
      list.add(block);
      return;
    }
    var both = new ArrayList<>(list.get(at).block());
    both.removeIf(statement -> statement.place().equals(NOWHERE));
    both.addAll(block.block());
    list.set(at, block.with(both));
  }

  private static void add(List<Statement> list, String target, Statement statement) {
    int at = place(list, target);
    if (at >= 0) {
      var block = new ArrayList<>(list.get(at).block());
      block.add(statement);
      list.set(at, list.get(at).with(block));
      return;
    }
    var block = new ArrayList<Statement>();
    if (target.equals("refer") || target.equals("forward")) {
      block.add(Statement.of("enabled", List.of("on"), NOWHERE)); // it was, without a word
    }
    block.add(statement);
    list.add(new Statement(target, List.of(), block, true, NOWHERE));
  }

  private static int place(List<Statement> list, String name) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).name().equals(name) && list.get(i).hasBlock()) {
        return i;
      }
    }
    return -1;
  }
}
