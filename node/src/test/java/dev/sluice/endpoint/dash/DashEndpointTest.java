package dev.sluice.endpoint.dash;

import static dev.sluice.net.segments.SegmentsFixture.assertRefused;
import static dev.sluice.net.segments.SegmentsFixture.header;
import static dev.sluice.net.segments.SegmentsFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Reason;
import dev.sluice.net.segments.SegmentsFixture;
import dev.sluice.wire.dash.Descriptor;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import dev.sluice.wire.dash.UrlTemplate;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Descriptions, and what they lead to, over real sockets. */
@Timeout(60)
class DashEndpointTest {
  private static final String MPD = "/live/cam/index.mpd";
  private static final String UNCOUNTED = MPD + "?session=0";

  /** 2027-01-15T08:00:00Z, and half a second. */
  private static final long UTC_NS = 1_800_000_000_500_000_000L;

  private final SegmentsFixture fixture =
      new SegmentsFixture(requests -> new DashEndpoint(requests, _ -> UTC_NS));

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static List<Representation> representations(Mpd mpd) {
    return mpd.periods().getLast().adaptationSets().stream()
        .flatMap(set -> set.representations().stream())
        .toList();
  }

  private static List<Long> times(Representation of) {
    List<Long> times = new ArrayList<>();
    long time = 0;
    for (SegmentTimeline.S run : requireNonNull(requireNonNull(of.template()).timeline()).runs()) {
      time = run.t() == Mpd.UNSET ? time : run.t();
      for (long i = 0; i <= run.r(); i++) {
        times.add(time);
        time += run.d();
      }
    }
    return times;
  }

  private static String url(Representation of, long time) {
    SegmentTemplate template = requireNonNull(of.template());
    return new UrlTemplate(of.id(), of.bandwidth(), 0, time).fill(requireNonNull(template.media()));
  }

  /** The way of a player that knows the first address only. */
  @Test
  void aPlayerFindsItsWayFromTheDescriptionToTheMedia() throws Exception {
    fixture.until(7.5);
    HttpResponse<byte[]> sent = fixture.get(MPD);
    assertThat(sent.statusCode()).isEqualTo(302);
    String location = header(sent, "location");
    assertThat(location).matches("/s/[A-Za-z0-9_-]{22}/live/cam/index\\.mpd");
    HttpResponse<byte[]> answer = fixture.get(location);
    assertThat(header(answer, "content-type")).isEqualTo("application/dash+xml");
    assertThat(header(answer, "cache-control")).isEqualTo("public, max-age=0, s-maxage=1");
    Mpd mpd = Mpd.read(text(answer));
    String base = location.substring(0, location.indexOf("index"));
    int bytes = 0;
    assertThat(representations(mpd)).extracting(Representation::id).containsExactly("v0", "a1");
    for (Representation each : representations(mpd)) {
      String init =
          new UrlTemplate(each.id(), 0, 0, 0)
              .fill(requireNonNull(requireNonNull(each.template()).initialization()));
      byte[] header = fixture.get(base + init).body();
      assertThat(new String(header, 4, 4, UTF_8)).isEqualTo("ftyp");
      List<Long> times = times(each);
      assertThat(times).hasSize(5); // the last is being made
      for (long time : times.subList(0, 4)) {
        HttpResponse<byte[]> segment = fixture.get(base + url(each, time));
        assertThat(new String(segment.body(), 4, 4, UTF_8)).isEqualTo("styp");
        bytes += segment.body().length;
      }
    }
    int least = bytes;
    await().atMost(10, SECONDS).until(() -> fixture.viewers().getFirst().bytesSent() > least);
    assertThat(fixture.viewers()).hasSize(1);
    assertThat(fixture.viewers().getFirst().client().protocol()).isEqualTo("dash");
  }

  @Test
  void aViewerThatIsEndedStaysSo() throws Exception {
    fixture.until(7.5);
    String location = header(fixture.get(MPD), "location");
    String base = location.substring(0, location.indexOf("index"));
    Mpd mpd = Mpd.read(text(fixture.get(location)));
    Representation video = representations(mpd).getFirst();
    String segment = base + url(video, times(video).getFirst());
    assertThat(fixture.get(segment).statusCode()).isEqualTo(200);
    fixture.kick();
    assertRefused(fixture.get(location), 403, "kicked");
    assertRefused(fixture.get(segment), 403, "kicked");
  }

  /** ffmpeg begins at the first address with each version, and is one viewer all the same. */
  @Test
  void aViewerThatForgetsWhereItWasSentIsOneAllTheSame() throws Exception {
    fixture.until(7.5);
    HttpResponse<byte[]> first =
        fixture.send(fixture.request(MPD).header("User-Agent", "Lavf/59.27.100"));
    String cookie = header(first, "set-cookie");
    assertThat(cookie).endsWith("; Path=" + MPD + "; HttpOnly");
    String kept = cookie.substring(0, cookie.indexOf(';'));
    for (String agent : List.of("Lavf/59.27.100", "somebody else")) {
      HttpResponse<byte[]> again =
          fixture.send(fixture.request(MPD).header("User-Agent", agent).header("Cookie", kept));
      assertThat(header(again, "location").equals(header(first, "location")))
          .isEqualTo(agent.startsWith("Lavf/"));
    }
    assertThat(fixture.viewers()).hasSize(2);
    HttpResponse<byte[]> strange =
        fixture.send(
            fixture
                .request(MPD)
                .header("User-Agent", "Lavf/59.27.100")
                .header("Cookie", "sluice-session=../../x"));
    assertThat(header(strange, "location")).matches("/s/[A-Za-z0-9_-]{22}/live/cam/index\\.mpd");
  }

  @Test
  void whoMayNotPlayGetsNothing() throws Exception {
    fixture.until(7.5);
    fixture.refuse(Reason.TOKEN_MISSING);
    assertRefused(fixture.get(MPD), 401, "token-missing");
    assertRefused(fixture.get(UNCOUNTED), 401, "token-missing");
  }

  @Test
  void whatIsNotThereIsToldAtOnce() throws Exception {
    assertRefused(fixture.get("/live/nobody/index.mpd?session=0"), 404, "not-found");
    assertRefused(fixture.get("/live/%00/index.mpd"), 400, "name-invalid");
    assertRefused(fixture.get("/console/x/index.mpd"), 400, "name-reserved");
  }

  @Test
  void whoComesBeforeTheFirstSegmentWaitsForIt() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> early = fixture.sendLater(fixture.request(UNCOUNTED));
    fixture.awaitWaiting(1);
    fixture.until(5);
    assertThat(representations(Mpd.read(text(early.get(10, SECONDS))))).hasSize(2);
  }

  /** One text for all who ask, until a segment begins or ends; then a later one. */
  @Test
  void itIsSaidWhenItChanges() throws Exception {
    fixture.until(5.5);
    HttpResponse<byte[]> first = fixture.get(UNCOUNTED);
    fixture.until(6.9);
    assertThat(fixture.get(UNCOUNTED).body()).isEqualTo(first.body());
    fixture.until(7.5);
    Mpd before = Mpd.read(text(first));
    Mpd now = Mpd.read(text(fixture.get(UNCOUNTED)));
    assertThat(before.times().publishNs()).isEqualTo(UTC_NS);
    assertThat(now.times().publishNs()).isGreaterThan(UTC_NS); // though the clock stands still
    assertThat(times(representations(now).getFirst()))
        .hasSize(times(representations(before).getFirst()).size() + 1);
  }

  @Test
  void itIsCompressedForWhomItHelps() throws Exception {
    fixture.until(9);
    HttpResponse<byte[]> zipped =
        fixture.send(fixture.request(UNCOUNTED).header("Accept-Encoding", "gzip"));
    assertThat(header(zipped, "content-encoding")).isEqualTo("gzip");
    assertThat(header(zipped, "vary")).containsIgnoringCase("accept-encoding");
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
    assertThat(plain).isEqualTo(fixture.get(UNCOUNTED).body());
    HttpResponse<byte[]> head =
        fixture.send(
            fixture.request(UNCOUNTED).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(header(head, "content-length")).isEqualTo(Integer.toString(plain.length));
  }

  @Test
  void theClockThatItNamesTellsTheTime() throws Exception {
    fixture.until(5);
    Mpd mpd = Mpd.read(text(fixture.get(UNCOUNTED)));
    Descriptor clock = mpd.utcTimings().getFirst();
    assertThat(clock.schemeIdUri()).isEqualTo(Descriptor.TIME_BY_HTTP);
    HttpResponse<byte[]> time = fixture.get(requireNonNull(clock.value()));
    assertThat(header(time, "cache-control")).isEqualTo("no-store");
    assertThat(Instant.parse(text(time))).isEqualTo(Instant.ofEpochMilli(UTC_NS / 1_000_000));
    assertThat(fixture.get("/sluice/times").statusCode()).isEqualTo(404);
  }
}
