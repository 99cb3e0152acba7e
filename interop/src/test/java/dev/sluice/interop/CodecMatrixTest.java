package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.CodecPair.Audio;
import dev.sluice.interop.CodecPair.Video;
import dev.sluice.interop.Frames.Frame;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Ffmpeg8;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of codecs that ffmpeg 8 publishes over Enhanced RTMP, in every form in which it can be
 * watched: the same access units at the same times, or a refusal that names the codec. The table in
 * {@code docs/codecs.md} is what came out; {@code -Dgolden.update=true} writes it anew.
 */
@Needs("ffmpeg8")
class CodecMatrixTest {
  private static final Path PAGE = Path.of("..", "docs", "codecs.md");
  private static final String BEGIN = "<!-- made by CodecMatrixTest -->\n";
  private static final String END = "<!-- end -->\n";
  private static final Duration BOUND = Duration.ofSeconds(40);

  private static final int REFUSED = 406;

  /** Published at the same time. */
  private static final int AT_ONCE = 6;

  /** FourCCs that ffmpeg as a player can announce. */
  private static final String FOUR_CCS = "av01,avc1,hvc1,vp09,mp4a,Opus,fLaC,.mp3,ac-3,ec-3";

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "100ms");

  @TempDir static Path folder;

  private static final Executor WAITING = task -> Thread.ofVirtual().start(task);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** What ffmpeg sees in what is published. */
  private static final Map<String, HashedStreams> SENT = new HashMap<>();

  private static final Map<CodecPair, Map<Form, String>> TABLE = new ConcurrentHashMap<>();
  private static final Map<CodecPair, Throwable> FAULTS = new ConcurrentHashMap<>();

  /** A form in which streams are watched. */
  enum Form {
    RTMP("RTMP"),
    HTTP_FLV("HTTP-FLV"),
    WEB_SOCKET_FLV("WebSocket-FLV"),
    LEGACY_FLV("FLV for old players"),
    HTTP_TS("HTTP-TS");

    final String title;

    Form(String title) {
      this.title = title;
    }
  }

  static List<CodecPair> pairs() {
    return CodecPair.all();
  }

  @BeforeAll
  static void publishAll() throws Exception {
    try (Children children = new Children()) {
      encode(children);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> runs = new ArrayList<>();
      for (CodecPair pair : pairs()) {
        runs.add(
            threads.submit(() -> {
              try {
                TABLE.put(pair, run(pair));
              } catch (Throwable fault) {
                FAULTS.put(pair, fault);
              }
            }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void isSeenAsItWasPublished(CodecPair pair) {
    Throwable fault = FAULTS.get(pair);
    if (fault != null) {
      throw new AssertionError(pair + ": " + fault.getMessage(), fault);
    }
  }

  @Test
  void thePageSaysWhatIsCarried() throws IOException {
    assertThat(FAULTS).isEmpty();
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String wanted = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE))
        .as("write it anew: mvn -pl interop -am test -Dtest=CodecMatrixTest -Dgolden.update=true")
        .isEqualTo(wanted);
  }

  private static String table() {
    StringBuilder table = new StringBuilder("\n| picture | sound |");
    for (Form form : Form.values()) {
      table.append(' ').append(form.title).append(" |");
    }
    table.append("\n| --- | --- |").append(" --- |".repeat(Form.values().length)).append('\n');
    for (CodecPair pair : pairs()) {
      table.append("| %s | %s |".formatted(pair.video().title, pair.audio().title));
      for (Form form : Form.values()) {
        table.append(' ').append(cells(pair).get(form)).append(" |");
      }
      table.append('\n');
    }
    return table.append('\n').toString();
  }

  private static Map<Form, String> cells(CodecPair pair) {
    return Objects.requireNonNull(TABLE.get(pair), pair.toString());
  }

  // ---- one pair

  private static Map<Form, String> run(CodecPair pair) throws Exception {
    Path own = Files.createDirectory(folder.resolve(pair.video() + "-" + pair.audio()));
    try (Children children = new Children()) {
      Children.Child rtmp = children.start(Map.of(), rtmpPlayer(pair, own.resolve("rtmp.txt")));
      rtmp.waitForLine(BOUND, line -> line.contains("Sending play command"));
      CompletableFuture<HttpResponse<Path>> flv = get(pair, ".flv", own.resolve("http.flv"));
      CompletableFuture<HttpResponse<Path>> old =
          get(pair, ".flv?dialect=legacy", own.resolve("old.flv"));
      CompletableFuture<HttpResponse<Path>> ts = get(pair, ".ts", own.resolve("http.ts"));
      var target = new Watchers.Target(SERVER, pair.stream());
      // is answered when the stream is there
      CompletableFuture<Watchers.Watcher> upgrade =
          CompletableFuture.supplyAsync(
              () -> new Watchers(children).webSocketFlv(target, own.resolve("ws.flv")), WAITING);

      Children.Child publisher = children.start(Map.of(), publish(pair));
      assertThat(publisher.waitFor(BOUND)).as(publisher.describe("ended")).isZero();
      assertThat(rtmp.waitFor(BOUND)).as(rtmp.describe("ended")).isZero();
      CompletableFuture.allOf(flv, old, ts).get(BOUND.toSeconds(), TimeUnit.SECONDS);
      Watchers.Watcher webSocket = upgrade.get(BOUND.toSeconds(), TimeUnit.SECONDS);
      Await.until("the end of WebSocket-FLV", BOUND, webSocket::ended);
      webSocket.stop();

      Map<Form, String> cells = new EnumMap<>(Form.class);
      HashedStreams seen = HashedStreams.parse(Files.readString(own.resolve("rtmp.txt")).lines());
      cells.put(Form.RTMP, said("RTMP", () -> judged(seen, sent(pair, false))));
      cells.put(Form.HTTP_FLV, said("FLV", () -> http(pair, flv.join(), children)));
      cells.put(
          Form.WEB_SOCKET_FLV,
          said("WebSocket", () -> recorded(pair, own.resolve("ws.flv"), children)));
      cells.put(Form.LEGACY_FLV, said("old FLV", () -> http(pair, old.join(), children)));
      cells.put(Form.HTTP_TS, said("TS", () -> http(pair, ts.join(), children)));
      return cells;
    }
  }

  private static String said(String form, Supplier<String> check) {
    try {
      return check.get();
    } catch (AssertionError wrong) {
      throw new AssertionError(form + ": " + wrong.getMessage(), wrong);
    }
  }

  private static CompletableFuture<HttpResponse<Path>> get(
      CodecPair pair, String suffix, Path file) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.http("/" + pair.stream() + suffix))).build();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofFile(file));
  }

  /** What came over HTTP: the stream, or a refusal. */
  private static String http(CodecPair pair, HttpResponse<Path> answer, Children children) {
    Path body = answer.body();
    if (answer.statusCode() == REFUSED) {
      String why = read(body);
      assertThat(why).as("the refusal").containsAnyOf(pair.video().label(), pair.audio().label());
      return "refused";
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    return recorded(pair, body, children);
  }

  /** What ffmpeg finds in a recording. */
  private static String recorded(CodecPair pair, Path body, Children children) {
    boolean ts = body.toString().endsWith(".ts");
    if (ts && pair.video() == Video.AV1) {
      return "not judged";
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Ffmpeg8.ffmpeg(), "-v", "fatal", "-copyts", "-i", body.toString()));
    List<String> filters = new ArrayList<>();
    if (ts) {
      filters.addAll(pair.video().filters(false));
      filters.addAll(pair.audio().filters());
    }
    command.addAll(HashedStreams.options(filters, "-"));
    String out = children.run(BOUND, command.toArray(String[]::new));
    HashedStreams seen = HashedStreams.parse(out.lines());
    HashedStreams sent = sent(pair, ts);
    boolean old = body.getFileName().toString().startsWith("old");
    if (old && !pair.isOld()) { // known by its first frame only, and so were pictures before it
      assertThat(seen.codecs()).hasSize(1);
      assertThat(seen.frames().video()).hasSizeLessThan(sent.frames().video().size() / 2);
      return "refused";
    }
    return judged(seen, sent);
  }

  /** Which part of what was sent this is, unchanged. */
  private static String judged(HashedStreams seen, HashedStreams sent) {
    boolean soundless = sent.codecs().size() == 2 && seen.codecs().size() == 1;
    seen.assertIs(soundless ? sent.pictures() : sent);
    return soundless ? "picture only" : "yes";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- what is published

  /** Each picture and each sound once, in Matroska, and what ffmpeg sees in them. */
  private static void encode(Children children) {
    for (Video video : Video.values()) {
      if (video != Video.NONE) {
        Path file = file(video);
        ffmpeg(
            children,
            "-f lavfi -i testsrc2=size=160x90:rate=25 -t 2 -g 50 -pix_fmt yuv420p -c:v "
                + video.encoder
                + " "
                + file);
        SENT.put(video + "", hashed(children, file, List.of()));
        SENT.put(video + " ts", hashed(children, file, video.filters(true)));
      }
    }
    for (Audio audio : Audio.values()) {
      if (audio != Audio.NONE) {
        Path file = file(audio);
        ffmpeg(
            children,
            "-f lavfi -i sine=frequency=440:sample_rate=48000 -t 2 -c:a "
                + audio.encoder
                + " "
                + file);
        SENT.put(audio + " sound", hashed(children, file, List.of()));
      }
    }
  }

  private static Path file(Enum<?> codec) {
    return folder.resolve(codec.getDeclaringClass().getSimpleName() + "-" + codec + ".mkv");
  }

  private static void ffmpeg(Children children, String options) {
    children.run(BOUND, (Ffmpeg8.ffmpeg() + " -v error -y " + options).split(" "));
  }

  private static HashedStreams hashed(Children children, Path file, List<String> filters) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Ffmpeg8.ffmpeg(), "-v", "fatal", "-copyts", "-i", file.toString()));
    command.addAll(HashedStreams.options(filters, "-"));
    return HashedStreams.parse(children.run(BOUND, command.toArray(String[]::new)).lines());
  }

  /** What is sent of a pair, in the form that access units have in the container. */
  private static HashedStreams sent(CodecPair pair, boolean ts) {
    List<String> codecs = new ArrayList<>();
    List<Frame> pictures = List.of();
    List<Frame> sound = List.of();
    if (pair.video() != Video.NONE) {
      HashedStreams video = sent(pair.video() + (ts ? " ts" : ""));
      codecs.addAll(video.codecs());
      pictures = video.frames().video();
    }
    if (pair.audio() != Audio.NONE) {
      HashedStreams audio = sent(pair.audio() + " sound");
      codecs.addAll(audio.codecs());
      sound = audio.frames().audio();
    }
    return new HashedStreams(codecs, new Frames(pictures, sound));
  }

  private static HashedStreams sent(String what) {
    return Objects.requireNonNull(SENT.get(what), what);
  }

  private static List<String> publish(CodecPair pair) {
    List<String> command = new ArrayList<>(List.of(Ffmpeg8.ffmpeg(), "-v", "error", "-copyts"));
    if (pair.video() != Video.NONE) {
      command.addAll(List.of("-re", "-i", file(pair.video()).toString()));
    }
    if (pair.audio() != Audio.NONE) {
      command.addAll(List.of("-re", "-i", file(pair.audio()).toString()));
    }
    for (int i = 0; i < (pair.isBoth() ? 2 : 1); i++) {
      command.addAll(List.of("-map", Integer.toString(i)));
    }
    command.addAll(List.of("-c", "copy", "-flvflags", "no_duration_filesize", "-f", "flv"));
    command.add(SERVER.publish(pair.stream()));
    return command;
  }

  private static List<String> rtmpPlayer(CodecPair pair, Path out) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Ffmpeg8.ffmpeg(), "-y", "-v", "debug", "-copyts"));
    command.addAll(List.of("-rtmp_enhanced_codecs", FOUR_CCS, "-i", SERVER.rtmp(pair.stream())));
    command.addAll(HashedStreams.options(List.of(), out.toString()));
    return command;
  }
}
