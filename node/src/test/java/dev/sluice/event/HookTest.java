package dev.sluice.event;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.backend.BackendRequest;
import dev.sluice.access.backend.SrsIds;
import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What receivers of hooks are told, byte by byte. */
class HookTest {
  private static final URI RECEIVER = URI.create("http://127.0.0.1:8085/api?key=v");
  private static final StreamName CAM = StreamName.parse("live/cam1");
  private static final Client CLIENT = client("rtmp", "token", "x&y", "u", "7", "addr", "::1");

  private static Client client(String protocol, String... parameters) {
    var given = new LinkedHashMap<String, String>();
    for (int i = 0; i < parameters.length; i += 2) {
      given.put(parameters[i], parameters[i + 1]);
    }
    return new Client(
        "R-1a",
        protocol,
        "192.0.2.7",
        4_000,
        given.get("token"),
        "FMLE/3.0",
        Told.of("https://a.example/x", given));
  }

  private static Event event(
      EventKind kind, @Nullable StreamName stream, Map<String, Object> figures) {
    return new Event(new EventId(1, 1), 0, kind, stream, Party.of(CLIENT, ""), figures);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "SRS_CLOSE|disconnect|{\"server_id\":\"sluice\",\"service_id\":\"SERVICE\","
            + "\"action\":\"on_close\",\"client_id\":\"R-1a\",\"ip\":\"192.0.2.7\","
            + "\"vhost\":\"__defaultVhost__\",\"app\":\"live\","
            + "\"send_bytes\":8,\"recv_bytes\":7}",
        "SRS_UNPUBLISH|unpublish|{\"server_id\":\"sluice\",\"service_id\":\"SERVICE\","
            + "\"action\":\"on_unpublish\",\"client_id\":\"R-1a\",\"ip\":\"192.0.2.7\","
            + "\"vhost\":\"__defaultVhost__\",\"app\":\"live\","
            + "\"tcUrl\":\"rtmp://__defaultVhost__/live\",\"stream\":\"cam1\","
            + "\"param\":\"?token=x%26y&u=7&addr=%3A%3A1\",\"stream_url\":\"/live/cam1\","
            + "\"stream_id\":\"STREAM\"}",
        "SRS_STOP|stop|{\"server_id\":\"sluice\",\"service_id\":\"SERVICE\","
            + "\"action\":\"on_stop\",\"client_id\":\"R-1a\",\"ip\":\"192.0.2.7\","
            + "\"vhost\":\"__defaultVhost__\",\"app\":\"live\","
            + "\"tcUrl\":\"rtmp://__defaultVhost__/live\",\"stream\":\"cam1\","
            + "\"param\":\"?token=x%26y&u=7&addr=%3A%3A1\",\"stream_url\":\"/live/cam1\","
            + "\"stream_id\":\"STREAM\"}",
        "SRS_HLS|segment|{\"server_id\":\"sluice\",\"service_id\":\"SERVICE\","
            + "\"action\":\"on_hls\",\"client_id\":\"R-1a\",\"ip\":\"192.0.2.7\","
            + "\"vhost\":\"__defaultVhost__\",\"app\":\"live\","
            + "\"tcUrl\":\"rtmp://__defaultVhost__/live\",\"stream\":\"cam1\","
            + "\"param\":\"?token=x%26y&u=7&addr=%3A%3A1\",\"stream_url\":\"/live/cam1\","
            + "\"stream_id\":\"STREAM\","
            + "\"duration\":2.04,\"cwd\":\"\",\"file\":\"live/cam1/77.ts\","
            + "\"url\":\"live/cam1/77.ts\",\"m3u8\":\"live/cam1.m3u8\","
            + "\"m3u8_url\":\"live/cam1.m3u8\",\"seq_no\":41}",
        "NGINX_DISCONNECT|disconnect|token=x%26y&u=7&app=live&flashver=FMLE%2F3.0&swfurl="
            + "&tcurl=rtmp%3A%2F%2F__defaultVhost__%2Flive&pageurl=https%3A%2F%2Fa.example%2Fx"
            + "&addr=192.0.2.7&clientid=R-1a&call=disconnect&bytes_in=7&bytes_out=8",
        "NGINX_PUBLISH_DONE|unpublish|token=x%26y&u=7&app=live&flashver=FMLE%2F3.0&swfurl="
            + "&tcurl=rtmp%3A%2F%2F__defaultVhost__%2Flive&pageurl=https%3A%2F%2Fa.example%2Fx"
            + "&addr=192.0.2.7&clientid=R-1a&call=publish_done&name=cam1",
        "NGINX_PLAY_DONE|stop|token=x%26y&u=7&app=live&flashver=FMLE%2F3.0&swfurl="
            + "&tcurl=rtmp%3A%2F%2F__defaultVhost__%2Flive&pageurl=https%3A%2F%2Fa.example%2Fx"
            + "&addr=192.0.2.7&clientid=R-1a&call=play_done&name=cam1&bytes_out=9",
        "NGINX_DONE|stop|token=x%26y&u=7&app=live&flashver=FMLE%2F3.0&swfurl="
            + "&tcurl=rtmp%3A%2F%2F__defaultVhost__%2Flive&pageurl=https%3A%2F%2Fa.example%2Fx"
            + "&addr=192.0.2.7&clientid=R-1a&call=done&name=cam1&bytes_out=9",
        "NGINX_DONE|unpublish|token=x%26y&u=7&app=live&flashver=FMLE%2F3.0&swfurl="
            + "&tcurl=rtmp%3A%2F%2F__defaultVhost__%2Flive&pageurl=https%3A%2F%2Fa.example%2Fx"
            + "&addr=192.0.2.7&clientid=R-1a&call=done&name=cam1",
      })
  void tells(Hook hook, String kind, String body) {
    String type = body.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded";
    assertThat(hook.request(requireNonNull(events().get(kind)), CLIENT, RECEIVER))
        .isEqualTo(new BackendRequest("POST", RECEIVER, type, withIds(body)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "live, __defaultVhost__, live",
    "a/b, __defaultVhost__, a/b",
    "a.example!live, a.example, live",
    "a.example!a/b, a.example, a/b",
    "!live, __defaultVhost__, live",
  })
  void connectionsAreAtAVhost(String place, String vhost, String app) {
    Map<String, Object> figures = Map.of("place", place, "bytesIn", 7L, "bytesOut", 8L);
    Event gone = event(EventKind.DISCONNECT, null, figures);
    assertThat(requireNonNull(Hook.SRS_CLOSE.request(gone, CLIENT, RECEIVER)).body())
        .contains("\"vhost\":\"%s\",\"app\":\"%s\",".formatted(vhost, app));
    assertThat(requireNonNull(Hook.NGINX_DISCONNECT.request(gone, CLIENT, RECEIVER)).body())
        .contains("&app=" + app.replace("/", "%2F") + "&")
        .contains("&tcurl=rtmp%3A%2F%2F" + vhost + "%2F" + app.replace("/", "%2F") + "&");
  }

  private static String withIds(String body) {
    return body.replace("SERVICE", SrsIds.SERVICE).replace("STREAM", SrsIds.stream(CAM));
  }

  private static Map<String, Event> events() {
    return Map.of(
        "disconnect",
        event(EventKind.DISCONNECT, null, Map.of("place", "live", "bytesIn", 7, "bytesOut", 8)),
        "unpublish",
        event(EventKind.UNPUBLISH, CAM, Map.of("own", false, "waitsMs", 1)),
        "stop",
        event(EventKind.STOP, CAM, Map.of("bytes", 9)),
        "segment",
        event(EventKind.SEGMENT, CAM, Map.of("number", 41, "path", "live/cam1/77.ts", "ms", 2040)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "http://cdn/[app]/[stream]/[ts_url][param],"
        + " http://cdn/live/cam1/live/cam1/77.ts?token=x%26y&u=7&addr=%3A%3A1",
    "http://cdn/[server_id]/[service_id], http://cdn/sluice/SERVICE",
    "http://cdn/?of=[stream]&a=[nothing], http://cdn/?of=cam1&a=%5Bnothing%5D",
    "http://cdn/all, http://cdn/all",
  })
  void addressesOfSegmentsAreFilledIn(String template, String address) {
    URI receiver = URI.create(template.replace("[", "%5B").replace("]", "%5D"));
    Event segment = requireNonNull(events().get("segment"));
    assertThat(Hook.SRS_HLS_NOTIFY.request(segment, CLIENT, receiver))
        .isEqualTo(new BackendRequest("GET", URI.create(withIds(address)), "", ""));
  }

  @Test
  void srsIsAskedWhetherAConnectionMay() {
    assertThat(
            Hook.SRS_CONNECT.request(StreamName.parse("a.example!b/c/d"), CLIENT, RECEIVER).body())
        .isEqualTo(
            withIds(
                "{\"server_id\":\"sluice\",\"service_id\":\"SERVICE\",\"action\":\"on_connect\","
                    + "\"client_id\":\"R-1a\",\"ip\":\"192.0.2.7\",\"vhost\":\"a.example\","
                    + "\"app\":\"b/c\",\"tcUrl\":\"rtmp://a.example/b/c\","
                    + "\"pageUrl\":\"https://a.example/x\",\"stream\":\"d\","
                    + "\"param\":\"?token=x%26y&u=7&addr=%3A%3A1\"}"));
  }

  @Test
  void nginxIsAskedWhetherAConnectionMay() {
    BackendRequest asked =
        Hook.NGINX_CONNECT.request(StreamName.parse("a.example!b/c/d"), CLIENT, RECEIVER);
    assertThat(asked.contentType()).isEqualTo("application/x-www-form-urlencoded");
    assertThat(asked.body())
        .startsWith("token=x%26y&u=7&app=b%2Fc&flashver=")
        .contains("&tcurl=rtmp%3A%2F%2Fa.example%2Fb%2Fc&", "&addr=192.0.2.7&clientid=R-1a")
        .endsWith("&call=connect");
  }

  @Test
  void ofEachKindOnlyItsOwnHooksTell() {
    Map<EventKind, Set<Hook>> expected =
        Map.of(
            EventKind.DISCONNECT,
            EnumSet.of(Hook.SRS_CLOSE, Hook.NGINX_DISCONNECT),
            EventKind.UNPUBLISH,
            EnumSet.of(Hook.SRS_UNPUBLISH, Hook.NGINX_PUBLISH_DONE, Hook.NGINX_DONE),
            EventKind.STOP,
            EnumSet.of(Hook.SRS_STOP, Hook.NGINX_PLAY_DONE, Hook.NGINX_DONE),
            EventKind.SEGMENT,
            EnumSet.of(Hook.SRS_HLS, Hook.SRS_HLS_NOTIFY));
    for (EventKind kind : EventKind.values()) {
      var telling = EnumSet.noneOf(Hook.class);
      Event event = event(kind, CAM, Map.of("own", false, "place", "live"));
      for (Hook hook : Hook.values()) {
        if (hook.request(event, CLIENT, RECEIVER) != null) {
          telling.add(hook);
        }
      }
      assertThat(telling).as(kind.label()).isEqualTo(expected.getOrDefault(kind, Set.of()));
    }
  }

  @Test
  void jobsOfOurOwnAndOtherNodesAreNotToldOf() {
    Event own = event(EventKind.UNPUBLISH, CAM, Map.of("own", true));
    Event node = event(EventKind.STOP, CAM, Map.of());
    for (Hook hook : List.of(Hook.SRS_UNPUBLISH, Hook.NGINX_PUBLISH_DONE, Hook.NGINX_DONE)) {
      assertThat(hook.request(own, CLIENT, RECEIVER)).isNull();
    }
    for (Hook hook : List.of(Hook.SRS_STOP, Hook.NGINX_PLAY_DONE, Hook.NGINX_DONE)) {
      assertThat(hook.request(node, client(Client.OF_NODE), RECEIVER)).isNull();
      assertThat(hook.request(node, client("hls"), RECEIVER)).isNotNull();
    }
  }
}
