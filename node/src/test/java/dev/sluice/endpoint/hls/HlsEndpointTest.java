package dev.sluice.endpoint.hls;

import static dev.sluice.net.segments.SegmentsFixture.assertRefused;
import static dev.sluice.net.segments.SegmentsFixture.header;
import static dev.sluice.net.segments.SegmentsFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.segments.CutSource;
import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.net.segments.SegmentsFixture;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.Key;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import dev.sluice.wire.hls.Part;
import dev.sluice.wire.hls.Segment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Playlists and segments over real sockets. */
@Timeout(60)
class HlsEndpointTest {
  private static final StreamName ENCRYPTED = StreamName.parse("live/secret");
  private static final SegmentKeys KEYS =
      new SegmentKeys(
          Bytes.ofHex("000102030405060708090a0b0c0d0e0f"),
          "live/secret",
          SegmentKeys.MIN_PERIOD_90K);

  private final SegmentsFixture fixture =
      new SegmentsFixture(
          name -> SegmentsFixture.policy(name.equals(ENCRYPTED) ? KEYS : null), HlsEndpoint::new);

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void until(double seconds) {
    fixture.until(seconds);
  }

  /** In the version that Java's client begins with, so that the HTTP stack answers. */
  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fixture.front().port() + path));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return fixture.send(request);
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private CompletableFuture<HttpResponse<byte[]>> getLater(String path) {
    return fixture.sendLater(request(path));
  }

  private MediaPlaylist playlist(String path) throws IOException, InterruptedException {
    return MediaPlaylist.read(text(get(path)));
  }

  /** The way of a player that knows the first address only. */
  @Test
  void aPlayerFindsItsWayFromTheIndexToTheMedia() throws Exception {
    until(7.5);
    HttpResponse<byte[]> index = get("/live/cam/index.m3u8?session=0");
    assertThat(header(index, "content-type")).isEqualTo("application/vnd.apple.mpegurl");
    assertThat(header(index, "cache-control")).isEqualTo("public, max-age=1");
    var multivariant = MultivariantPlaylist.read(text(index));
    String video = multivariant.variants().getFirst().uri();
    String audio = requireNonNull(multivariant.renditions().getFirst().uri());
    for (String uri : List.of(video, audio)) {
      MediaPlaylist media = playlist("/live/cam/" + uri);
      Segment first = media.segments().getFirst();
      HttpResponse<byte[]> init = get("/live/cam/" + requireNonNull(first.init()).uri());
      assertThat(new String(init.body(), 4, 4, UTF_8)).isEqualTo("ftyp");
      assertThat(header(init, "cache-control")).contains("immutable");
      HttpResponse<byte[]> whole = get("/live/cam/" + first.uri());
      assertThat(header(whole, "content-type"))
          .isEqualTo(uri.equals(video) ? "video/mp4" : "audio/mp4");
      assertThat(header(whole, "cache-control")).contains("immutable");
      assertThat(new String(whole.body(), 4, 4, UTF_8)).isEqualTo("styp");
      Segment last = media.segments().getLast();
      var joined = new ByteArrayOutputStream();
      for (var part : last.parts()) {
        joined.write(get("/live/cam/" + part.uri()).body());
      }
      assertThat(last.parts()).isNotEmpty();
      assertThat(joined.toByteArray()).isEqualTo(get("/live/cam/" + last.uri()).body());
    }
  }

  @Test
  void aRangeOfASegmentCanBeHad() throws Exception {
    until(5);
    String uri = "/live/cam/" + playlist("/live/cam/index.v0.m3u8").segments().getFirst().uri();
    byte[] whole = get(uri).body();
    HttpResponse<byte[]> some = send(request(uri).header("Range", "bytes=10-19"));
    assertThat(some.statusCode()).isEqualTo(206);
    assertThat(header(some, "content-range")).isEqualTo("bytes 10-19/" + whole.length);
    assertThat(some.body()).isEqualTo(Arrays.copyOfRange(whole, 10, 20));
    HttpResponse<byte[]> none = send(request(uri).header("Range", "bytes=" + whole.length + "-"));
    assertThat(none.statusCode()).isEqualTo(416);
    HttpResponse<byte[]> head =
        send(request(uri).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "content-length")).isEqualTo(Integer.toString(whole.length));
  }

  @Test
  void whoComesBeforeTheFirstSegmentWaitsForIt() throws Exception {
    var index = getLater("/live/cam/index.m3u8?session=0");
    var transport = getLater("/live/cam.m3u8?session=0");
    fixture.awaitWaiting(2);
    until(5);
    MultivariantPlaylist.read(text(index.get(10, SECONDS)));
    var first = MediaPlaylist.read(text(transport.get(10, SECONDS))).segments().getFirst();
    HttpResponse<byte[]> ts = get("/live/" + first.uri());
    assertThat(header(ts, "content-type")).isEqualTo("video/mp2t");
    assertThat(ts.body()[0]).isEqualTo((byte) 0x47);
    assertThat(ts.body().length % 188).isZero();
  }

  @Test
  void aReloadIsHeldUntilThereIsSomethingNew() throws Exception {
    until(5.5);
    MediaPlaylist now = playlist("/live/cam/index.v0.m3u8");
    long open = now.mediaSequence() + now.segments().size();
    int parts = now.openParts().size();
    String path = "/live/cam/index.v0.m3u8?_HLS_msn=" + open;
    var part = getLater(path + "&_HLS_part=" + parts);
    var whole = getLater(path);
    var hinted = getLater("/live/cam/" + requireNonNull(now.hint()).uri());
    fixture.awaitWaiting(3);
    until(5.9);
    HttpResponse<byte[]> answer = part.get(10, SECONDS);
    assertThat(header(answer, "cache-control")).isEqualTo("public, max-age=12");
    MediaPlaylist then = MediaPlaylist.read(text(answer));
    assertThat(then.openParts()).hasSizeGreaterThan(parts);
    assertThat(then.openParts().get(parts).uri()).isEqualTo(requireNonNull(now.hint()).uri());
    assertThat(hinted.get(10, SECONDS).statusCode()).isEqualTo(200);
    assertThat(whole.isDone()).isFalse();
    until(7.5);
    MediaPlaylist later = MediaPlaylist.read(text(whole.get(10, SECONDS)));
    assertThat(later.mediaSequence() + later.segments().size()).isGreaterThan(open);
    // what is there is answered at once, and so is what a player should not ask for
    text(get(path));
    assertRefused(get("/live/cam/index.v0.m3u8?_HLS_msn=" + (open + 9)), 400, "malformed");
    assertRefused(get("/live/cam/index.v0.m3u8?_HLS_part=1"), 400, "malformed");
    assertRefused(get("/live/cam/index.v0.m3u8?_HLS_msn=-1"), 400, "malformed");
    assertRefused(get(path + "&_HLS_part=x"), 400, "malformed");
  }

  @Test
  void aDeltaUpdateLeavesOutWhatIsKnown() throws Exception {
    until(40);
    MediaPlaylist whole = playlist("/live/cam/index.a1.m3u8");
    MediaPlaylist delta = playlist("/live/cam/index.a1.m3u8?_HLS_skip=YES");
    assertThat(whole.skipped()).isZero();
    assertThat(delta.skipped() + delta.segments().size()).isEqualTo(whole.segments().size());
  }

  @Test
  void playlistsAreCompressedForWhomItHelps() throws Exception {
    until(9);
    HttpResponse<byte[]> zipped =
        send(request("/live/cam/index.v0.m3u8").header("Accept-Encoding", "gzip"));
    assertThat(header(zipped, "content-encoding")).isEqualTo("gzip");
    assertThat(header(zipped, "vary")).containsIgnoringCase("accept-encoding");
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
    assertThat(plain).isEqualTo(get("/live/cam/index.v0.m3u8").body());
  }

  @Test
  void whatIsNotThereIsToldAtOnce() throws Exception {
    until(7);
    assertRefused(get("/live/nobody/index.m3u8?session=0"), 404, "not-found");
    assertRefused(get("/live/nobody.m3u8?session=0"), 404, "not-found");
    assertRefused(get("/live/cam/index.v7.m3u8"), 404, "not-found");
    assertRefused(get("/live/cam/v0-1.m4s"), 404, "not-found");
    assertRefused(get("/live/cam/v7-1.m4s"), 404, "not-found");
    assertRefused(get("/live/cam/v0-1..m4s"), 404, "not-found");
    assertRefused(get("/live/cam/v0-000000000000.mp4"), 404, "not-found");
    assertRefused(get("/live/cam/1.ts"), 404, "not-found");
    assertRefused(get("/live/%00/index.m3u8"), 400, "name-invalid");
    assertRefused(get("/console/x/index.m3u8"), 400, "name-reserved");
    MediaPlaylist now = playlist("/live/cam/index.v0.m3u8");
    String next = requireNonNull(now.hint()).uri();
    String after = next.replaceAll("\\.\\d+\\.m4s", ".99.m4s");
    assertRefused(get("/live/cam/" + after), 404, "not-found");
  }

  /** Another server that is ahead has told of it. */
  @Test
  void aTransportStreamThatOthersHaveAlreadyIsWaitedFor() throws Exception {
    fixture.on(() -> fixture.stream().wantTransportStream());
    until(7.5);
    String open = "/live/cam/" + (CutSource.EPOCH_S + 7) * 90_000 + ".ts";
    String next = "/live/cam/" + (CutSource.EPOCH_S + 9) * 90_000 + ".ts";
    String never = "/live/cam/" + (CutSource.EPOCH_S + 10) * 90_000 + ".ts";
    var early =
        Stream.of(open, next, never).map(path -> fixture.sendLater(fixture.request(path))).toList();
    fixture.awaitWaiting(3);
    until(16);
    assertThat(early.get(0).get(10, SECONDS).body()).isNotEmpty().isEqualTo(get(open).body());
    assertThat(early.get(1).get(10, SECONDS).body()).isNotEmpty().isEqualTo(get(next).body());
    assertRefused(early.get(2).get(10, SECONDS), 404, "not-found");
  }

  @Test
  void whoMayNotPlayGetsNothing() throws Exception {
    until(7);
    String segment = playlist("/live/cam/index.v0.m3u8").segments().getFirst().uri();
    fixture.refuse(Reason.TOKEN_MISSING);
    for (String path : List.of("index.m3u8?session=0", "index.m3u8", "index.v0.m3u8", segment)) {
      assertRefused(get("/live/cam/" + path), 401, "token-missing");
    }
    assertRefused(get("/live/cam.m3u8?session=0"), 401, "token-missing");
  }

  @Test
  void whoWaitsWhenTheSegmentsEndIsTold() throws Exception {
    until(5.5);
    MediaPlaylist now = playlist("/live/cam/index.v0.m3u8");
    long open = now.mediaSequence() + now.segments().size();
    var waits = getLater("/live/cam/index.v0.m3u8?_HLS_msn=" + open);
    fixture.awaitWaiting(1);
    fixture.forget();
    assertRefused(waits.get(10, SECONDS), 503, "not-in-time");
  }

  /** A part that is a gap is listed; whoever asks for it all the same is told. */
  @Test
  void aPartThatIsAGapCannotBeHad() throws Exception {
    until(4.5);
    fixture.pass(0.7);
    until(9);
    MediaPlaylist media = playlist("/live/cam/index.v0.m3u8");
    List<Part> parts = new ArrayList<>();
    media.segments().forEach(segment -> parts.addAll(segment.parts()));
    List<Part> gaps = parts.stream().filter(Part::gap).toList();
    assertThat(gaps).isNotEmpty();
    assertRefused(get("/live/cam/" + gaps.getFirst().uri()), 404, "not-found");
    Segment with =
        media.segments().stream()
            .filter(segment -> segment.parts().contains(gaps.getFirst()))
            .findFirst()
            .orElseThrow();
    var joined = new ByteArrayOutputStream();
    for (Part part : with.parts()) {
      if (!part.gap()) {
        joined.write(get("/live/cam/" + part.uri()).body());
      }
    }
    assertThat(get("/live/cam/" + with.uri()).body()).isEqualTo(joined.toByteArray());
  }

  // ---- encryption

  /** Decrypts as any player does that is told key and initialization vector. */
  private byte[] decrypted(String base, Segment segment) throws Exception {
    Key key = requireNonNull(segment.key());
    assertThat(key.method()).isEqualTo("AES-128");
    HttpResponse<byte[]> of = get(base + key.uri());
    assertThat(of.statusCode()).isEqualTo(200);
    assertThat(header(of, "cache-control")).isEqualTo("private, no-store");
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(of.body(), "AES"),
        new IvParameterSpec(requireNonNull(key.iv()).toArray()));
    return cipher.doFinal(get(base + segment.uri()).body());
  }

  @Test
  void viewersGetTheKeysOfEncryptedSegments() throws Exception {
    var waits = getLater(session("/live/secret.m3u8"));
    CutSource encrypted = fixture.begin(ENCRYPTED);
    await().atMost(10, SECONDS).until(() -> fixture.waiting(ENCRYPTED) > 0);
    fixture.on(() -> encrypted.until(13.5));
    text(waits.get(10, SECONDS));

    String base = waits.join().request().uri().getPath().replaceAll("secret\\.m3u8$", "");
    MediaPlaylist media = playlist(base + "secret.m3u8");
    assertThat(media.segments()).hasSizeGreaterThan(4);
    for (Segment segment : media.segments()) {
      byte[] plain = decrypted(base, segment);
      assertThat(plain[0]).isEqualTo((byte) 0x47);
      assertThat(plain.length % 188).isZero();
    }
    List<String> keys =
        media.segments().stream()
            .map(segment -> requireNonNull(requireNonNull(segment.key()).uri()))
            .distinct()
            .toList();
    assertThat(keys).hasSize(2).allMatch(uri -> uri.matches("secret/\\d+\\.key"));
    // nobody gets one without a session, nor before its time, nor of what is not encrypted
    assertRefused(get("/live/" + keys.getFirst()), 403, "session-missing");
    String later = keys.getLast().replaceAll("\\d+", "" + (CutSource.EPOCH_S / 10 + 2));
    assertRefused(get(base + later), 404, "not-found");
    String other = base.replaceAll("/live/$", "/live/cam/1.key");
    assertThat(get(other).statusCode()).isEqualTo(400); // a session is of one stream
    fixture.refuse(Reason.TOKEN_MISSING);
    assertRefused(get("/s/" + "B".repeat(22) + "/live/" + keys.getFirst()), 401, "token-missing");
    assertThat(encrypted.allReleased()).isFalse();
    fixture.forget();
    await().atMost(10, SECONDS).until(encrypted::allReleased);
  }

  // ---- sessions

  private String session(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> sent = get(path);
    assertThat(sent.statusCode()).isEqualTo(302);
    assertThat(header(sent, "cache-control")).isEqualTo("no-store");
    return header(sent, "location");
  }

  @Test
  void aViewerIsCountedAndNeedsItsTokenOnce() throws Exception {
    until(7);
    String index = session("/live/cam/index.m3u8?token=secret&x=1");
    assertThat(index).matches("/s/[A-Za-z0-9_-]{22}/live/cam/index\\.m3u8\\?x=1");
    fixture.refuse(Reason.TOKEN_MISSING); // for whoever comes now
    String base = index.substring(0, index.indexOf("index"));
    var multivariant = MultivariantPlaylist.read(text(get(index)));
    MediaPlaylist media =
        MediaPlaylist.read(text(get(base + multivariant.variants().getFirst().uri())));
    int bytes = get(base + media.segments().getFirst().uri()).body().length;
    await().atMost(10, SECONDS).until(() -> fixture.viewers().getFirst().bytesSent() > bytes);
    Viewer.Report viewer = fixture.viewers().getFirst();
    assertThat(fixture.viewers()).hasSize(1);
    assertThat(viewer.client().protocol()).isEqualTo("hls");
    assertThat(viewer.state()).isEqualTo("playing");
    assertThat(viewer.client().token()).isEqualTo("secret");
    assertRefused(get("/live/cam/index.v0.m3u8"), 401, "token-missing");
  }

  @Test
  void aViewerThatIsEndedStaysSo() throws Exception {
    until(7);
    String index = session("/live/cam/index.m3u8");
    text(get(index));
    fixture.kick();
    assertRefused(get(index), 403, "kicked");
    assertThat(fixture.sessions()).isEqualTo(1);
    session("/live/cam/index.m3u8"); // it may try anew
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"REVOKED", "SESSION_LIMIT"})
  void whoeverIsThrownOutDoesNotComeBackUnderTheSameIdentifier(Reason reason) throws Exception {
    until(7);
    String index = session("/live/cam/index.m3u8");
    text(get(index));
    fixture.end(reason);
    assertRefused(get(index + "?token=another"), 403, reason.label());
    assertRefused(get(index), 403, reason.label());
  }

  @Test
  void whoseProofHasEndedIsToldSoUntilItComesWithAnother() throws Exception {
    until(7);
    String index = session("/live/cam/index.m3u8?token=secret");
    text(get(index));
    fixture.refuse(Reason.TOKEN_MISSING);
    fixture.end(Reason.TOKEN_EXPIRED);
    for (int i = 0; i < 3; i++) {
      assertRefused(get(index), 403, "token-expired");
    }
    fixture.refuse(Reason.TOKEN_WRONG);
    assertRefused(get(index + "?token=wrong"), 403, "token-wrong");
    fixture.refuse(null);
    text(get(index + "?token=another"));
    assertThat(fixture.viewers()).hasSize(1);
    fixture.refuse(Reason.TOKEN_MISSING);
    text(get(index));
  }

  @Test
  void aSessionThatIsNotKnownIsTakenUpByWhoMayPlay() throws Exception {
    until(7);
    String base = "/s/" + "A".repeat(22) + "/live/cam/";
    var video = getLater(base + "index.v0.m3u8");
    var audio = getLater(base + "index.a1.m3u8");
    text(video.get(10, SECONDS));
    text(audio.get(10, SECONDS));
    assertThat(fixture.viewers()).hasSize(1);
    assertThat(fixture.sessions()).isEqualTo(1);
    assertRefused(get("/s/" + "A".repeat(22) + "/live/other/index.m3u8"), 400, "name-invalid");
    fixture.refuse(Reason.TOKEN_MISSING);
    text(get(base + "index.m3u8"));
    assertRefused(get("/s/" + "B".repeat(22) + "/live/cam/index.m3u8"), 401, "token-missing");
    assertThat(fixture.sessions()).isEqualTo(1);
    assertThat(get("/s/tooshort/live/cam/index.m3u8").statusCode()).isEqualTo(400);
  }

  @Test
  void aViewerWaitsForAStreamThatIsAboutToBegin() throws Exception {
    StreamName later = StreamName.parse("live/later");
    String index = session("/live/later/index.m3u8");
    var waits = getLater(index);
    await().atMost(10, SECONDS).until(() -> fixture.sessions() == 1);
    CutSource begins = fixture.begin(later);
    fixture.on(() -> begins.until(5));
    MultivariantPlaylist.read(text(waits.get(10, SECONDS)));
  }
}
