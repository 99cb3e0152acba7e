package dev.sluice.node;

import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.restream.ClipSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A node with a file of configuration, and somebody who asks it by HTTP. */
final class FaceFixture implements AutoCloseable {

  final Node node;
  final Path file;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FaceFixture(Path folder, String config, Map<String, String> more) throws Exception {
    file = Files.writeString(folder.resolve("sluice.yaml"), config);
    Map<String, String> env = new HashMap<>(more);
    env.put("SLUICE_DATA", folder.resolve("data").toString());
    env.put("SLUICE_HTTP_LISTEN", "127.0.0.1:0");
    env.put("SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    env.put("SLUICE_FACES_SRS_LISTEN", "127.0.0.1:0");
    node = Node.start(ConfigSource.load(file, env), new Node.Options("1.2.3", false));
  }

  @Override
  public void close() {
    node.close();
    http.close();
  }

  String token() {
    return node.access().token().reveal();
  }

  String bearer() {
    return "Bearer " + token();
  }

  String basic(String password) {
    byte[] login = ("any:" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }

  /** Publishes as an encoder would over RTMP. */
  ClipSource publish(String name, String connection, String page) throws IOException {
    return TestNode.publish(
        node,
        name,
        new Client(
            connection,
            "rtmp",
            "127.0.0.1",
            40_000,
            token(),
            "FMLE/3.0 <&>",
            Told.of(page, Map.of("token", token()))));
  }

  InputStream watch(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(node.httpPort(), path))
            .header("Referer", "https://a.example/page?secret=1")
            .build();
    HttpResponse<InputStream> answer =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IOException("status " + answer.statusCode());
    }
    return answer.body();
  }

  static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> send(int port, String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(port, path));
    if (!method.equals("GET")) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** With the token, on the HTTP port. */
  HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
    return send(node.httpPort(), method, path, "Authorization", bearer());
  }

  int srsPort() {
    return Objects.requireNonNull(node.srsPort());
  }
}
