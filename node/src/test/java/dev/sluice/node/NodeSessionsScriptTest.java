package dev.sluice.node;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.Token;
import dev.sluice.media.StreamName;
import dev.sluice.node.Receiver.Answer;
import dev.sluice.node.Receiver.Asked;
import dev.sluice.node.TestViewer.Door;
import dev.sluice.node.TestViewer.End;
import dev.sluice.node.TestViewer.Form;
import dev.sluice.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Viewers of all forms come and watch, and each goes, is kicked, is revoked or is turned away by a
 * back end, as a script from a seed has it, which keeps its own book. What the API lists and the
 * metrics count has to be what stands in that book, to the byte, and who is ended has to be told in
 * time. By default every form meets every fate once; {@code -Dscripted=1000} for long, which also
 * waits for those of whom nothing is heard any more.
 */
@Timeout(900)
class NodeSessionsScriptTest {
  private static final int OF_EACH = Form.values().length * Fate.values().length;
  private static final int VIEWERS = Integer.getInteger("scripted", OF_EACH);
  private static final int CHECKS = Math.max(3, VIEWERS / 100);
  private static final long SEED = Long.getLong("seed", 7);

  private static final String SECRET = "the-signing-secret";
  private static final String SESSIONS = "/sluice/v1/sessions";
  private static final String REVOCATIONS = "/sluice/v1/access/revocations";
  private static final String GATE = "live/gate";
  private static final List<String> STREAMS = List.of("live/a", "live/b", GATE);
  private static final int PAGE = 250;

  /** Within so long a connection ends that was kicked or revoked. */
  private static final long KICK_MS = 1_000;

  private static final int SEGMENT_S = 1;

  /** Who fetches gets what he is fetching, which is a segment at most, and is refused then. */
  private static final long FETCHER_MS = SEGMENT_S * 1_000 + KICK_MS;

  /** After so long somebody is judged again. */
  private static final int RECHECK_S = 1;

  private static final long RECHECK_MS = RECHECK_S * 1_000 + KICK_MS;

  /** So long after his last request somebody who fetches is still there, at least and at most. */
  private static final long IDLE_MIN_MS = 29_000;

  private static final long IDLE_MAX_MS = 37_000;

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Pattern TOKEN = Pattern.compile("[?&]token=([^&]*)");
  private static final Pattern METRIC =
      Pattern.compile("^(sluice_\\S+) (\\S+)$", Pattern.MULTILINE);

  @TempDir Path folder;
  private final RandomGenerator random = new SplittableRandom(SEED);
  private final HttpClient http = client();
  private final HttpClient api = client();
  private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> turnedAway = ConcurrentHashMap.newKeySet();
  private final Book book = new Book();
  private final long untilS = System.currentTimeMillis() / 1_000 + 3_600;

  private Receiver backend;
  private Node node;
  private Door door;
  private final FrameSources sources = new FrameSources();

  /** While it is held for writing, nobody who fetches asks for anything. */
  private final ReentrantReadWriteLock requests = new ReentrantReadWriteLock(true);

  /** What becomes of a viewer. */
  private enum Fate {
    STAYS,
    GOES,
    KICKED,
    USER_REVOKED,
    TOKEN_REVOKED,
    SESSION_REVOKED,
    TURNED_AWAY
  }

  /** A viewer in the script. */
  private static final class Guest {
    final String user;
    final Form form;
    final Fate fate;
    final String stream;
    @Nullable TestViewer viewer;

    Guest(String user, Form form, Fate fate, String stream) {
      this.user = user;
      this.form = form;
      this.fate = fate;
      this.stream = stream;
    }

    TestViewer viewer() {
      return Objects.requireNonNull(viewer);
    }

    @Override
    public String toString() {
      return "%s by %s of %s, who %s".formatted(user, form, stream, fate);
    }
  }

  /**
   * Somebody who has to be told his end.
   *
   * @param figure under which the time is reported
   * @param startNs from when on it counts
   * @param reason why he ends; empty when he was not let in, which is not timed
   */
  private record Due(Guest guest, TestViewer viewer, String figure, long startNs, String reason) {}

  /** What the script has done. */
  private static final class Book {
    final Map<String, Guest> present = new LinkedHashMap<>();

    /** Those who fetched and have gone: nobody hears of it before their time is over. */
    final Map<String, Guest> silent = new LinkedHashMap<>();

    final List<Due> due = new ArrayList<>();
    final Map<String, Integer> joined = new TreeMap<>();
    final Map<String, Integer> left = new TreeMap<>();
    final Map<String, Integer> refused = new TreeMap<>();
    int perhapsRefused;
    final Map<String, List<Long>> figuresMs = new TreeMap<>();

    static void count(Map<String, Integer> counts, String what) {
      counts.merge(what, 1, Integer::sum);
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @BeforeEach
  void start() throws Exception {
    backend = new Receiver();
    backend.answers(this::judge);
    node =
        TestNode.start(
            folder,
            """
            defaults: {time: source, segmentPeriod: %ds, partLength: 500ms}
            access:
              play: signed
              signed: {secret: %s}
              recheck: %ds
              backend: {play: "%s", form: flussonic}
              rules:
                - {streams: %s, actions: play, needs: backend}
            """
                .formatted(SEGMENT_S, SECRET, RECHECK_S, backend.address("/may"), GATE));
    door = new Door(http, node, requests.readLock());
    long utcMs = System.currentTimeMillis();
    sources.start(
        STREAMS.stream()
            .map(name -> new FrameSource(node, StreamName.parse(name), utcMs))
            .toList());
  }

  @AfterEach
  void stop() {
    sources.end();
    node.close();
    backend.close();
    hands.close();
    http.close();
    api.close();
  }

  /** The back end: yes to who says who he is, unless it has had enough of him. */
  private Answer judge(Asked asked) {
    Matcher token = TOKEN.matcher(asked.path());
    String user = token.find() ? token.group(1) : "";
    return new Answer(
        user.isEmpty() || turnedAway.contains(user) ? 403 : 200,
        "",
        Map.of("X-UserId", user, "X-AuthDuration", Integer.toString(RECHECK_S)));
  }

  // ---- the API

  private HttpResponse<String> ask(String method, String path, @Nullable JsonObject body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(door.uri(path))
            .header("Authorization", "Bearer " + node.access().token().reveal())
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.encode()));
    return api.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask("GET", path, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  /** All who play, page by page. */
  private List<JsonObject> sessions() throws IOException, InterruptedException {
    List<JsonObject> all = new ArrayList<>();
    String next = "";
    int total;
    do {
      JsonObject page = get(SESSIONS + "?action=play&limit=" + PAGE + next);
      all.addAll(objects(page.getJsonArray("sessions")));
      total = page.getInteger("total");
      next = page.getString("next") == null ? "" : "&cursor=" + page.getString("next");
    } while (!next.isEmpty());
    assertThat(all).hasSize(total);
    return all;
  }

  private JsonObject session(Guest guest) {
    return Await.value(
            "the session of " + guest,
            SOON,
            () -> {
              assertThat(guest.viewer().end()).as("the end of %s", guest).isNotDone();
              return get(SESSIONS + "?action=play&user=" + guest.user).getJsonArray("sessions");
            },
            found -> found.size() == 1)
        .getJsonObject(0);
  }

  private Map<String, Double> metrics() throws IOException, InterruptedException {
    Matcher line = METRIC.matcher(ask("GET", "/metrics", null).body());
    Map<String, Double> metrics = new HashMap<>();
    while (line.find()) {
      metrics.put(line.group(1), Double.valueOf(line.group(2)));
    }
    return metrics;
  }

  // ---- the script

  private List<Guest> guests() {
    List<Guest> guests = new ArrayList<>();
    for (int i = 0; i < VIEWERS; i++) {
      Form form = Form.values()[i % Form.values().length];
      Fate fate = Fate.values()[i / Form.values().length % Fate.values().length];
      String stream = fate == Fate.TURNED_AWAY ? GATE : STREAMS.get(random.nextInt(STREAMS.size()));
      guests.add(new Guest("v" + i, form, fate, stream));
    }
    return guests;
  }

  /** Something that happens. */
  private interface Step {
    void run() throws Exception;
  }

  /** A step and when its turn is. */
  private record Turn(double at, Step step) {}

  /** Everybody comes, and meets his fate at some time after that. */
  private List<Step> script() {
    List<Turn> turns = new ArrayList<>();
    for (Guest guest : guests()) {
      double comes = random.nextDouble(0.7);
      turns.add(new Turn(comes, () -> come(guest)));
      turns.add(new Turn(random.nextDouble(comes, 1), () -> meet(guest)));
    }
    return turns.stream().sorted(Comparator.comparingDouble(Turn::at)).map(Turn::step).toList();
  }

  /** What lets somebody in; the same each time that he comes. */
  private String proof(Guest guest) {
    return guest.stream.equals(GATE)
        ? "token=" + guest.user
        : LinkForm.sign(Action.PLAY, guest.stream, new Token(SECRET), untilS, "", guest.user, 0);
  }

  private TestViewer watch(Guest guest) {
    return TestViewer.start(guest.form, door, guest.stream, proof(guest));
  }

  private void come(Guest guest) {
    guest.viewer = watch(guest);
    book.present.put(guest.user, guest);
    Book.count(book.joined, guest.form.protocol());
  }

  private void meet(Guest guest) throws Exception {
    JsonObject session = session(guest);
    String id = session.getString("id");
    Await.until( // who is ended before he has any is told as somebody who is refused
        "media of " + guest, SOON, () -> guest.viewer().bytes() > 0);
    switch (guest.fate) {
      case STAYS -> {}
      case GOES -> go(guest);
      case KICKED -> {
        kick(guest, id);
        if (random.nextInt(3) == 0) { // a kick is no ban
          settle();
          come(guest);
        }
      }
      case USER_REVOKED -> revoke(guest, new JsonObject().put("user", guest.user), true);
      case TOKEN_REVOKED ->
          revoke(guest, new JsonObject().put("tokenId", session.getString("tokenId")), true);
      case SESSION_REVOKED -> revoke(guest, new JsonObject().put("session", id), false);
      case TURNED_AWAY -> turnAway(guest);
    }
  }

  private void go(Guest guest) {
    guest.viewer().leave();
    book.present.remove(guest.user);
    if (guest.form.fetches()) {
      book.silent.put(guest.user, guest);
    } else {
      Book.count(book.left, "peer-left");
    }
  }

  private void kick(Guest guest, String id) throws Exception {
    long startNs = System.nanoTime();
    assertThat(ask("DELETE", SESSIONS + "/" + id, null).statusCode())
        .as("%s", guest)
        .isEqualTo(204);
    assertNextIsRefused(guest, "kicked");
    ends(guest, "kicked", startNs, "kicked");
    assertThat(ask("DELETE", SESSIONS + "/" + id, null).statusCode()).isEqualTo(404);
  }

  private void revoke(Guest guest, JsonObject what, boolean forAll) throws Exception {
    long startNs = System.nanoTime();
    HttpResponse<String> answer =
        ask("POST", REVOCATIONS, forAll ? what.copy().put("forS", 3_600) : what);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertNextIsRefused(guest, "revoked");
    ends(guest, "revoked", startNs, "revoked");
    if (forAll) {
      comeInVain(guest, "revoked");
    }
  }

  private void turnAway(Guest guest) {
    long startNs = System.nanoTime();
    turnedAway.add(guest.user);
    ends(guest, "turned away by the back end", startNs, "backend-denied");
    if (guest.form.fetches()) { // what he asks for next may count as of somebody without a token
      book.perhapsRefused++;
    }
  }

  /** He will be told; until then the script goes on. */
  private void ends(Guest guest, String figure, long startNs, String reason) {
    String who = guest.form.fetches() ? ", who fetches" : ", on a connection";
    book.due.add(new Due(guest, guest.viewer(), figure + who, startNs, reason));
    book.present.remove(guest.user);
    Book.count(book.left, reason);
  }

  private void comeInVain(Guest guest, String reason) {
    book.due.add(new Due(guest, watch(guest), "", System.nanoTime(), ""));
    Book.count(book.refused, reason);
  }

  /** What he asks for next, and be it what he has just got. */
  private void assertNextIsRefused(Guest guest, String reason) throws Exception {
    if (guest.viewer() instanceof FetchingViewer viewer) {
      HttpResponse<String> answer =
          http.send(TestViewer.request(viewer.answered()), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", guest, answer.body()).isEqualTo(403);
      assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
    }
  }

  /** Waits until everybody knows who was ended, each in his time. */
  private void settle() throws Exception {
    for (Due due : book.due) {
      Await.until("the end of " + due, SOON, due.viewer::isOver);
      End end = due.viewer.end().join();
      long ms = (end.atNs() - due.startNs) / 1_000_000;
      if (due.reason.isEmpty()) {
        assertThat(end.how()).as("%s", due.guest).containsAnyOf("403", "taken back");
        continue;
      }
      assertThat(end.how()).as("%s", due.guest).matches(told(due.guest.form, due.reason));
      assertThat(ms).as("ms until the end of %s", due.guest).isLessThan(bound(due));
      book.figuresMs.computeIfAbsent(due.figure, _ -> new ArrayList<>()).add(ms);
    }
    book.due.clear();
  }

  private static long bound(Due due) {
    if (due.reason.equals("backend-denied")) {
      return RECHECK_MS + (due.guest.form.fetches() ? FETCHER_MS : 0);
    }
    return due.guest.form.fetches() ? FETCHER_MS : KICK_MS;
  }

  /** How a form tells of an end. */
  private static String told(Form form, String reason) {
    return switch (form) {
      case RTMP ->
          switch (reason) {
            case "kicked" -> ".*an operator ended this connection.*";
            case "revoked" -> ".*taken back.*";
            default -> ".*it is not allowed.*";
          };
      case WS_FLV -> "1008 " + reason;
      case FLV, TS, AAC -> "ended";
      case HLS, LL_HLS, DASH -> "403 " + reason;
    };
  }

  // ---- the comparison

  /** Nothing moves while it is looked whether all have the same. */
  private void check() throws Exception {
    settle();
    Await.until(
        "all to be in",
        SOON,
        () -> {
          List<String> users = sessions().stream().map(each -> each.getString("user")).toList();
          return users.containsAll(book.present.keySet());
        });
    requests.writeLock().lock();
    sources.hold(true);
    try {
      Await.untilAsserted("the book to be right", SOON, this::compare);
    } finally {
      sources.hold(false);
      requests.writeLock().unlock();
    }
  }

  private void compare() throws Exception {
    long nowNs = System.nanoTime();
    List<JsonObject> list = sessions();
    assertThat(list).extracting(each -> each.getString("user")).doesNotHaveDuplicates();
    Map<String, JsonObject> sessions =
        list.stream().collect(toMap(each -> each.getString("user"), each -> each));
    for (Guest guest : book.present.values()) {
      assertThat(guest.viewer().end()).as("the end of %s", guest).isNotDone();
      assertIs(guest, sessions.get(guest.user));
    }
    int gone = 0;
    for (Guest guest : book.silent.values()) {
      JsonObject session = sessions.get(guest.user);
      long silentMs = (nowNs - ((FetchingViewer) guest.viewer()).answeredNs()) / 1_000_000;
      if (session == null) {
        assertThat(silentMs).as("silence of %s, gone", guest).isGreaterThan(IDLE_MIN_MS);
        gone++;
      } else {
        assertThat(silentMs).as("silence of %s, there", guest).isLessThan(IDLE_MAX_MS);
        assertIs(guest, session);
      }
    }
    assertThat(sessions).hasSize(book.present.size() + book.silent.size() - gone);
    assertThat(get(SESSIONS + "?action=publish").getInteger("total")).isEqualTo(STREAMS.size());
    compareViewers(list);
    compareMetrics(list, gone);
  }

  /** He is the one of that session, which knows to the byte what he has got. */
  private static void assertIs(Guest guest, @Nullable JsonObject session) {
    if (session == null) {
      throw new AssertionError("no session of " + guest);
    }
    assertThat(session.getString("protocol")).isEqualTo(guest.form.protocol());
    assertThat(session.getString("stream")).isEqualTo(guest.stream);
    TestViewer viewer = guest.viewer();
    long bytes = session.getLong("bytesOut");
    if (viewer instanceof ConnectedViewer connected && guest.form == Form.RTMP) {
      assertThat(bytes) // which knows chunks; he knows messages, and all that came
          .as("bytes of %s", guest)
          .isBetween(connected.bytes(), connected.wireBytes());
    } else {
      assertThat(bytes).as("bytes of %s", guest).isEqualTo(viewer.bytes());
    }
  }

  private static Map<String, Integer> counts(List<JsonObject> all, String by) {
    Map<String, Integer> counts = new TreeMap<>();
    all.forEach(each -> Book.count(counts, each.getString(by)));
    return counts;
  }

  private void compareViewers(List<JsonObject> sessions) throws Exception {
    List<JsonObject> viewers = objects(get("/sluice/v1/viewers").getJsonArray("viewers"));
    Map<String, Long> bytes =
        sessions.stream()
            .collect(toMap(each -> each.getString("connection"), each -> each.getLong("bytesOut")));
    assertThat(
            viewers.stream()
                .collect(toMap(each -> each.getString("id"), each -> each.getLong("bytes"))))
        .as("bytes of viewers")
        .isEqualTo(bytes);
    for (JsonObject stream : objects(get("/sluice/v1/streams").getJsonArray("streams"))) {
      List<JsonObject> of =
          sessions.stream()
              .filter(each -> each.getString("stream").equals(stream.getString("name")))
              .toList();
      assertThat(stream.getInteger("viewers")).as("viewers of %s", stream).isEqualTo(of.size());
      assertThat(stream.getJsonObject("viewersByProtocol").getMap())
          .isEqualTo(counts(of, "protocol"));
      assertThat(stream.getLong("bytesOut"))
          .isGreaterThanOrEqualTo(of.stream().mapToLong(each -> each.getLong("bytesOut")).sum());
    }
  }

  private void compareMetrics(List<JsonObject> sessions, int silentGone) throws Exception {
    Map<String, Double> metrics = metrics();
    Map<String, Integer> byProtocol = counts(sessions, "protocol");
    for (Form form : Form.values()) {
      String protocol = form.protocol();
      assertMetric(
          metrics,
          "sluice_viewers{protocol=\"" + protocol + "\"}",
          byProtocol.getOrDefault(protocol, 0));
      assertMetric(
          metrics,
          "sluice_viewers_joined_total{protocol=\"" + protocol + "\"}",
          book.joined.getOrDefault(protocol, 0));
    }
    counts(sessions, "stream")
        .forEach((stream, count) ->
            assertMetric(metrics, "sluice_stream_viewers{stream=\"" + stream + "\"}", count));
    Map<String, Integer> left = new TreeMap<>(book.left);
    if (silentGone > 0) {
      left.merge("peer-left", silentGone, Integer::sum);
    }
    assertThat(reasons(metrics, "sluice_viewers_left_total")).as("who left").isEqualTo(left);
    Map<String, Integer> refused = reasons(metrics, "sluice_viewers_refused_total");
    Integer denied = refused.remove("backend-denied");
    assertThat(denied == null ? 0 : denied).isBetween(0, book.perhapsRefused);
    assertThat(refused).as("who was refused").isEqualTo(book.refused);
  }

  private static void assertMetric(Map<String, Double> metrics, String name, int value) {
    assertThat(metrics.getOrDefault(name, 0.0)).as(name).isEqualTo(value);
  }

  /** What a metric has counted by reason. */
  private static Map<String, Integer> reasons(Map<String, Double> metrics, String name) {
    String head = name + "{reason=\"";
    Map<String, Integer> counted = new TreeMap<>();
    metrics.forEach((each, value) -> {
      if (each.startsWith(head) && value > 0) {
        counted.put(each.substring(head.length(), each.length() - 2), value.intValue());
      }
    });
    return counted;
  }

  // ---- the test

  @Test
  void whatIsCountedIsWhatWasDone() throws Exception {
    List<Step> script = script();
    int most = 0;
    for (int i = 0; i < script.size(); i++) {
      script.get(i).run();
      most = Math.max(most, book.present.size());
      if ((i + 1) % (script.size() / CHECKS) == 0) {
        check();
      }
    }
    kickAll();
    check();
    if (VIEWERS > OF_EACH) {
      Await.until(
          "all to be gone of whom nothing is heard",
          Duration.ofMillis(IDLE_MAX_MS + 5_000),
          () -> sessions().isEmpty());
      check();
    }
    System.out.printf("seed %d, %d viewers, %d at a time%n", SEED, VIEWERS, most);
    System.out.printf("joined %s%nleft %s%nrefused %s%n", book.joined, book.left, book.refused);
    book.figuresMs.forEach((figure, all) -> System.out.println(figure + ": " + spread(all)));
  }

  /** All who are still there, at once. */
  private void kickAll() throws Exception {
    check();
    Map<Guest, String> ids = new LinkedHashMap<>();
    for (Guest guest : book.present.values()) {
      ids.put(guest, session(guest).getString("id"));
    }
    List<Future<Long>> kicks = new ArrayList<>();
    for (String id : ids.values()) {
      kicks.add(
          hands.submit(() -> {
            long startNs = System.nanoTime();
            assertThat(ask("DELETE", SESSIONS + "/" + id, null).statusCode()).isEqualTo(204);
            return startNs;
          }));
    }
    int next = 0;
    for (Guest guest : ids.keySet()) {
      ends(guest, "kicked with all others", kicks.get(next++).get(), "kicked");
    }
  }

  private static String spread(List<Long> figuresMs) {
    List<Long> sorted = figuresMs.stream().sorted().toList();
    return "%d, ms: median %d, most %d"
        .formatted(sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
  }
}
