package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.restream.ClipSource;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hostile paths and names at a whole node: none reads a file that is not for everybody, none puts a
 * header field or markup into an answer, none makes a file elsewhere, and none is a fault.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class NodePathsTest {
  private static final String TOKEN = "the-token-of-all";

  /** Stands in files beside and in the data folder. */
  private static final String MARK = "nobody-is-to-read-this";

  /** What is put before a file's name to get out of a folder. */
  private static final List<String> UP =
      List.of(
          "../",
          "%2e%2e/",
          "%2E%2e%2F",
          "..%2f",
          "%252e%252e%252f",
          "..%255c",
          "..\\",
          "..%5c",
          "%c0%ae%c0%ae/", // over-long UTF-8
          "%c0%ae%c0%ae%c0%af",
          "%e0%80%ae%e0%80%ae%2f",
          "%f0%80%80%ae%f0%80%80%ae/",
          "%uff0e%uff0e/",
          "%ef%bc%8e%ef%bc%8e/", // full width
          "..;/",
          "....//",
          "..%00/",
          ".%00./",
          "%2e./",
          "./.././",
          "//",
          "/%2f");

  private static final List<String> PREFIXES =
      List.of(
          "/",
          "/live/a/",
          "/live/",
          "/s/SESSION/live/a/",
          "/s/SESSION/",
          "/player/",
          "/sluice/web/",
          "/sluice/web/assets/",
          "/sluice/v1/streams/",
          "/sluice/v1/sessions/",
          "/link/v1/segment/",
          "/link/v1/media/");

  private static final List<String> ENDS =
      List.of(
          "",
          "%00",
          "%00.flv",
          ".flv",
          ".ts",
          "/index.m3u8",
          "/index.v0.m3u8",
          "/v0-0.m4s",
          "/v0-0123456789ab.mp4",
          "/index.mpd",
          "/1.key");

  private Path data;
  private Path root;
  private Node node;
  private ClipSource clip;
  private String session = "";

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    root = folder;
    data = folder.resolve("in/data");
    Files.createDirectories(data);
    for (Path place : List.of(folder, folder.resolve("in"), data)) {
      Files.writeString(place.resolve("mark.txt"), MARK);
      Files.writeString(place.resolve("mark.flv"), MARK);
    }
    node =
        TestNode.start(
            folder,
            data,
            """
            defaults: {playBeforePublish: refuse}
            cluster: {key: a-key-of-the-cluster-long-enough}
            access: {token: the-token-of-all}
            """);
    clip = TestNode.publish(node, "live/a");
    try (Line line = new Line()) {
      session = line.get("/live/a/index.m3u8").field("location").substring(3, 25);
    }
  }

  @AfterAll
  void stop() {
    clip.close();
    node.close();
  }

  /** An answer, of which a body without an end is not read. */
  private record Answer(int status, String head, String body) {
    String field(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  /** A connection that is kept as long as the server keeps it. */
  private final class Line implements AutoCloseable {
    private @Nullable Socket socket;

    Answer get(String path, String... fields) throws IOException {
      Socket open = socket;
      if (open == null) {
        open = new Socket(InetAddress.getLoopbackAddress(), node.httpPort());
        open.setSoTimeout(20_000);
        socket = open;
      }
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n";
      open.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = open.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        assertThat(next).as("%s: %s", path, head).isNotNegative();
        head.append((char) next);
      }
      Answer answer = new Answer(Integer.parseInt(head.substring(9, 12)), head.toString(), "");
      String length = answer.field("content-length");
      String body =
          length.isEmpty()
              ? ""
              : new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
      if (length.isEmpty() && answer.status != 304
          || answer.field("connection").equalsIgnoreCase("close")
          || answer.status == 400) {
        close();
      }
      return new Answer(answer.status, answer.head, body);
    }

    @Override
    public void close() throws IOException {
      if (socket != null) {
        socket.close();
        socket = null;
      }
    }
  }

  /** All of them with {@code -Dpaths.step=1}. */
  @Test
  void noPathReadsAFile() throws Exception {
    int step = Integer.getInteger("paths.step", 23);
    int combined = 0;
    int asked = 0;
    try (var log = new LogLines();
        Line line = new Line()) {
      for (String prefix : PREFIXES) {
        for (String up : UP) {
          for (String end : ENDS) {
            for (int depth : new int[] {1, 3}) {
              if (combined++ % step != 0) {
                continue;
              }
              String path =
                  prefix.replace("SESSION", session)
                      + up.repeat(depth)
                      + (asked % 2 == 0 ? "mark.txt" : "etc/passwd")
                      + end;
              Answer answer = line.get(path, "Authorization: Bearer " + TOKEN + "\r\n");
              assertThat(answer.status).as(path).isLessThan(500);
              assertThat(answer.body).as(path).doesNotContain(MARK).doesNotContain("root:");
              if (answer.status == 200) { // a page, or a list that is for whoever has the token
                assertThat(answer.field("content-type")).as(path).matches(".*(html|json).*");
              }
              asked++;
            }
          }
        }
      }
      assertThat(log.all()).noneMatch(each -> each.startsWith("ERROR"));
    }
    assertThat(asked).isGreaterThan(5_000 / step);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "live/../../mark",
        "live/..%2f..%2fmark",
        "../mark",
        "live/..",
        "live/.",
        "live/a\\..\\b",
        "live/a\u0000b",
        "live/<script>alert(1)<-script>",
        "live/a b\r\nX-Injected: 1",
        "live/\u202e",
      })
  void noNameThatIsNoneIsPublished(String name) throws Exception {
    int before = node.hub().streams().size();
    var socket =
        new Socket(InetAddress.getLoopbackAddress(), Objects.requireNonNull(node.rtmpPort()));
    socket.setSoTimeout(20_000);
    try (SocketRtmp rtmp = new SocketRtmp(socket, "rtmp://localhost/" + name, Purpose.PUBLISH)) {
      String outcome = rtmp.outcome();
      if (outcome.equals("ready")) { // without what is left out of a name, it is a good one
        assertThat(node.hub().streams())
            .allSatisfy(it -> assertThat(it.name().toString()).matches("[A-Za-z0-9._/-]+"));
      } else {
        assertThat(node.hub().streams()).hasSizeLessThanOrEqualTo(before);
      }
    } catch (IllegalArgumentException | MalformedException unsendable) {
      assertThat(unsendable).isNotNull(); // our own client does not even say it
    }
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile).filter(it -> !it.startsWith(data)))
          .allSatisfy(it ->
              assertThat(it.getFileName().toString()).isIn("mark.txt", "mark.flv", "sluice.yaml"));
    }
  }

  /** Names and parameters that would be header fields, or markup, if somebody let them. */
  @Test
  void nothingOfARequestBecomesAFieldOrMarkup() throws Exception {
    List<String> hostile =
        List.of(
            "%0d%0aX-Injected:%201",
            "%0aX-Injected:%201",
            "%E5%98%8A%E5%98%8DX-Injected:%201", // what some decode into CR LF
            "%3Cscript%3Ealert(1)%3C/script%3E",
            "<script>alert(1)</script>",
            "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
            "'><svg/onload=alert(1)>",
            "javascript:alert(1)");
    List<String> forms =
        List.of(
            "/live/a%s.flv",
            "/live/a%s/index.m3u8",
            "/live/a/index.m3u8?x=%s",
            "/live/a/index.mpd?%s",
            "/live/a.m3u8?session=%s",
            "/live/a.flv?only=%s",
            "/player/live/%s",
            "/index.html?stream=%s",
            "/?stream=%s",
            "/%s",
            "/sluice/web/%s",
            "/sluice/v1/streams/%s",
            "/sluice/v1/viewers?stream=%s",
            "/sluice/v1/config/effective?stream=%s",
            "/sluice/v1/access/explain?stream=%s",
            "/s/%s/live/a/index.m3u8");
    List<String> pages = new ArrayList<>();
    try (var log = new LogLines();
        Line line = new Line()) {
      pages.add(line.get("/player/live/a").body);
      pages.add(line.get("/").body);
      for (String form : forms) {
        for (String text : hostile) {
          String path = form.formatted(text);
          Answer answer =
              line.get(
                  path,
                  "Authorization: Bearer " + TOKEN + "\r\n",
                  "X-Forwarded-Host: evil.example\r\n",
                  "User-Agent: <script>alert(1)</script>\r\n");
          assertThat(answer.status).as(path).isLessThan(500);
          assertThat(answer.head.toLowerCase(Locale.ROOT))
              .as(path)
              .doesNotContain("\nx-injected")
              .doesNotContain("evil.example");
          String location = answer.field("location");
          if (!location.isEmpty()) { // to ourselves, and to where it was asked for
            assertThat(location).as(path).matches("/s/[A-Za-z0-9_-]{22}/live/a[!-~]*");
          }
          if (answer.field("content-type").startsWith("text/html")) {
            assertThat(pages).as(path).contains(answer.body); // the same for everybody
            assertThat(answer.field("content-security-policy")).contains("script-src 'self'");
          } else if (!answer.body.isEmpty()) {
            assertThat(answer.field("content-type"))
                .as(path)
                .matches(
                    "(?i)(application/(json|problem\\+json|dash\\+xml|yaml|vnd.*)|text/plain).*");
            assertThat(answer.field("x-content-type-options")).as(path).isEqualTo("nosniff");
          }
        }
      }
      assertThat(log.all()).noneMatch(each -> each.startsWith("ERROR") || each.contains("\n"));
    }
  }
}
