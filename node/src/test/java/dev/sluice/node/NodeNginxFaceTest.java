package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.restream.ClipSource;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.wire.rtmp.MessageType;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** What a whole node has of nginx-rtmp's: the document of its streams, and orders by HTTP. */
@Timeout(120)
class NodeNginxFaceTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Map<String, String> BOTH =
      Map.of("SLUICE_FACES_NGINX_STAT", "true", "SLUICE_FACES_NGINX_CONTROL", "true");

  @TempDir Path folder;

  private static Element document(FaceFixture face) throws Exception {
    HttpResponse<String> answer = face.ask("GET", "/stat");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/xml; charset=utf-8");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(answer.body())))
        .getDocumentElement();
  }

  private static List<Element> children(Element of) {
    List<Element> children = new ArrayList<>();
    for (int i = 0; i < of.getChildNodes().getLength(); i++) {
      if (of.getChildNodes().item(i) instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  private static List<Element> children(Element of, String name) {
    return children(of).stream().filter(each -> each.getTagName().equals(name)).toList();
  }

  private static Element child(Element of, String name) {
    List<Element> found = children(of, name);
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  private static String text(Element of, String name) {
    return child(of, name).getTextContent();
  }

  private static long number(Element of, String name) {
    return Long.parseLong(text(of, name));
  }

  private static void assertNames(Element of, String names) {
    assertThat(children(of).stream().map(Element::getTagName).toList())
        .as(of.getTagName())
        .containsExactly(names.split(" "));
  }

  private static Element stream(Element server, String application, String name) {
    for (Element each : children(server, "application")) {
      if (text(each, "name").equals(application)) {
        return children(child(each, "live"), "stream").stream()
            .filter(stream -> text(stream, "name").equals(name))
            .findFirst()
            .orElseThrow();
      }
    }
    throw new AssertionError("no application " + application);
  }

  @Test
  void theDocumentHasAllElementsAndAgreesWithOurOwn() throws Exception {
    try (var face = new FaceFixture(folder, "", BOTH);
        ClipSource _ = face.publish("live/a", "R-pub", "https://a.example/<x>?secret=1");
        ClipSource _ = face.publish("v.example!tv/one/b", "R-b", "https://a.example/x?secret=1");
        InputStream flv = face.watch("/live/a.flv")) {
      assertThat(flv.readNBytes(3)).hasSize(3);
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            List<Element> servers = servers(document(face));
            assertThat(children(stream(servers.getLast(), "tv/one", "b"), "meta")).isNotEmpty();
            assertThat(number(stream(servers.getFirst(), "live", "a"), "bw_in")).isPositive();
          });
      JsonObject before = own(face);
      Element rtmp = document(face);
      JsonObject after = own(face);
      assertNames(
          rtmp,
          "nginx_version nginx_rtmp_version compiler built pid uptime naccepted bw_in bytes_in"
              + " bw_out bytes_out server server");
      assertThat(text(rtmp, "nginx_version")).isEqualTo("Sluice/1.2.3");
      assertThat(number(rtmp, "pid")).isEqualTo(ProcessHandle.current().pid());
      assertThat(number(rtmp, "naccepted")).isEqualTo(3);
      assertThat(number(rtmp, "bytes_in")).isPositive();
      Element server = servers(rtmp).getFirst();
      Element application = child(server, "application");
      assertNames(application, "name live");
      assertNames(child(application, "live"), "stream nclients");
      assertThat(number(child(application, "live"), "nclients")).isEqualTo(2);
      Element stream = stream(server, "live", "a");
      assertNames(
          stream,
          "name time bw_in bytes_in bw_out bytes_out bw_audio bw_video client client meta nclients"
              + " publishing active");
      assertThat(number(stream, "bytes_in"))
          .isBetween(before.getLong("bytesIn"), after.getLong("bytesIn"));
      assertThat(number(stream, "bytes_out"))
          .isBetween(before.getLong("bytesOut"), after.getLong("bytesOut"));
      assertThat(number(stream, "nclients")).isEqualTo(2);
      Element publisher = children(stream, "client").getFirst();
      assertNames(
          publisher,
          "id address port time flashver bytes_in bytes_out dropped avsync timestamp publishing"
              + " active");
      assertThat(text(publisher, "id")).isEqualTo("R-pub");
      assertThat(text(publisher, "flashver")).isEqualTo("FMLE/3.0 <&>");
      Element viewer = children(stream, "client").getLast();
      assertNames(
          viewer,
          "id address port time flashver pageurl bytes_in bytes_out dropped avsync timestamp"
              + " active");
      assertThat(text(viewer, "pageurl")).isEqualTo("https://a.example/page");
      assertThat(text(viewer, "address")).isEqualTo("127.0.0.1");
      assertThat(number(viewer, "bytes_out")).isPositive();
      Element video = child(child(stream, "meta"), "video");
      assertNames(video, "width height frame_rate codec profile compat level");
      assertThat(text(video, "codec")).isEqualTo("H264");
      assertThat(text(video, "frame_rate")).isEqualTo("25");
      Element audio = child(child(stream, "meta"), "audio");
      assertNames(audio, "codec profile channels sample_rate");
      assertThat(text(audio, "profile")).isEqualTo("LC");
      assertThat(number(audio, "sample_rate")).isEqualTo(48_000);
      assertThat(face.ask("GET", "/rtmp-stat.xml").body()).contains("<name>tv/one</name>");
    }
  }

  private static List<Element> servers(Element rtmp) {
    return children(rtmp, "server");
  }

  private static JsonObject own(FaceFixture face) throws Exception {
    return new JsonObject(face.ask("GET", "/sluice/v1/streams/live/a").body());
  }

  private static void assertReply(FaceFixture face, String path, int status, String text)
      throws Exception {
    HttpResponse<String> answer = face.ask("GET", "/control/" + path);
    assertThat(answer.body()).as(path).startsWith(text);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
  }

  @Test
  void publishersAndViewersAreDropped() throws Exception {
    try (var face = new FaceFixture(folder, "", BOTH);
        ClipSource _ = face.publish("live/a", "R-a", "");
        ClipSource _ = face.publish("live/b", "R-b", "");
        ClipSource _ = face.publish("live/c", "R-c", "");
        ClipSource _ = face.publish("v.example!live/a", "R-v", "");
        InputStream first = face.watch("/live/a.flv");
        InputStream second = face.watch("/live/b.flv")) {
      assertReply(face, "drop/publisher", 400, "neither 'app' nor 'clientid'");
      assertReply(face, "drop/publisher?name=a", 400, "neither 'app' nor 'clientid'");
      assertReply(face, "drop/publisher?app=live&srv=1", 400, "'srv' is not 0");
      assertReply(face, "drop/nobody?app=live", 404, "there is no such method");
      assertReply(face, "record/start?app=live&name=a", 501, "nothing is recorded");
      assertReply(face, "record/stop?app=live&name=a", 501, "nothing is recorded");
      assertReply(face, "redirect/publisher?app=live&newname=b", 501, "publishers are not moved");
      assertReply(face, "redirect/client?app=live&name=a", 400, "'newname' is not given");
      assertReply(face, "redirect/client?app=live&newname=../b", 400, "'newname' cannot be");
      assertReply(face, "redirect/client?newname=b", 400, "neither 'app' nor 'clientid'");
      assertReply(face, "redirect/nobody?app=live&newname=b", 404, "there is no such method");
      assertReply(face, "redirect/client?app=live&name=a&newname=index", 200, "0");
      assertReply(face, "redirect/client?app=live&name=a&newname=b", 200, "0"); // none of RTMP
      assertReply(face, "other/start", 404, "there is no other");
      assertReply(face, "drop/client?app=none", 200, "0");
      assertReply(face, "drop/subscriber?app=live&name=a&addr=192.0.2.1", 200, "0");
      assertReply(face, "drop/subscriber?app=live&name=a&addr=127.0.0.1&srv=0", 200, "1");
      assertThat(first.readAllBytes()).as("it ends").isNotNull();
      assertReply(face, "drop/publisher?clientid=R-a", 200, "1");
      assertReply(face, "drop/client?app=live", 200, "3"); // b, who watches b, and c
      assertThat(second.readAllBytes()).as("it ends").isNotNull();
      await()
          .atMost(SOON)
          .until(() ->
              new JsonObject(face.ask("GET", "/sluice/v1/sessions").body()).getInteger("total")
                  == 1);
      assertReply(face, "drop/publisher?clientid=R-v", 200, "0"); // of a vhost
    }
  }

  @Test
  void aPlayerOfRtmpIsGivenAnotherStream() throws Exception {
    try (var face = new FaceFixture(folder, "", BOTH);
        ClipSource _ = face.publish("live/a", "R-a", "");
        ClipSource _ = face.publish("live/b", "R-b", "")) {
      List<Integer> times = new CopyOnWriteArrayList<>();
      int port = Objects.requireNonNull(face.node.rtmpPort());
      try (var player =
          new SocketRtmp(
              new Socket(InetAddress.getLoopbackAddress(), port),
              "rtmp://127.0.0.1:" + port + "/live/a",
              RtmpTarget.Purpose.PLAY,
              media -> {
                if (media.type() == MessageType.VIDEO) {
                  times.add(media.timestampMs());
                }
              })) {
        assertThat(player.outcome()).isEqualTo("ready");
        Thread reader = Thread.ofVirtual().start(() -> outcome(player));
        await().atMost(SOON).until(() -> times.size() > 10);
        assertReply(face, "redirect/subscriber?app=live&name=none&newname=b", 200, "0");
        assertReply(face, "redirect/subscriber?app=live&name=a&newname=b", 200, "1");
        await().atMost(SOON).until(() -> streamOfPlayer(face).equals("live/b"));
        int before = times.size();
        await().atMost(SOON).until(() -> times.size() > before + 50);
        assertReply(face, "redirect/client?app=live&name=b&newname=a", 200, "1");
        await().atMost(SOON).until(() -> streamOfPlayer(face).equals("live/a"));
        int back = times.size();
        await().atMost(SOON).until(() -> times.size() > back + 50);
        assertThat(times).as("its clock goes on").isSorted();
        assertReply(face, "drop/subscriber?app=live&name=a", 200, "1");
        reader.join();
      }
    }
  }

  private static void outcome(SocketRtmp player) {
    try {
      player.outcome();
    } catch (IOException gone) {
      // it has been told to go
    }
  }

  private static String streamOfPlayer(FaceFixture face) throws Exception {
    var sessions = new JsonObject(face.ask("GET", "/sluice/v1/sessions?action=play").body());
    return sessions.getJsonArray("sessions").stream()
        .map(each -> ((JsonObject) each).getString("stream"))
        .collect(Collectors.joining(" "));
  }

  @Test
  void noneOfItIsThereWithoutItsKeyOrWithoutTheToken() throws Exception {
    String[] paths = {"/stat", "/rtmp-stat.xml", "/control/drop/client?app=live"};
    Map<String, String> env = Map.of("SLUICE_ACCESS_TRUST_LOOPBACK", "false");
    try (var face = new FaceFixture(folder, "", env)) {
      int port = face.node.httpPort();
      for (String path : paths) {
        assertThat(face.ask("GET", path).statusCode()).as(path).isEqualTo(404);
      }
      Files.writeString(face.file, "faces: {nginx: {stat: true, control: true}}\n");
      face.node.reload("test");
      for (String path : paths) {
        assertThat(face.send(port, "GET", path).statusCode()).as(path).isEqualTo(401);
        assertThat(face.send(port, "GET", path, "Authorization", "Bearer x").statusCode())
            .as(path)
            .isEqualTo(403);
        assertThat(face.ask("GET", path).statusCode()).as(path).isEqualTo(200);
        assertThat(face.ask("DELETE", path).statusCode()).as(path).isEqualTo(405);
      }
      String basic = face.basic(face.token());
      assertThat(face.send(port, "GET", "/stat", "Authorization", basic).statusCode())
          .isEqualTo(200);
      assertThat(face.send(port, "GET", paths[2], "Authorization", basic).statusCode())
          .as("an image of any page could ask for that")
          .isEqualTo(401);
      assertThat(face.ask("POST", paths[2]).body()).isEqualTo("0");
    }
  }
}
