package dev.sluice.cli.top;

import dev.sluice.cli.StillSource;
import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.ServerAddress;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;

/** A node on free ports, and the API by which it is asked; it says that it is version 1.2.3. */
final class AskedNode implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Node node;
  private final URI uri;
  private final Api api;

  private AskedNode(Node node) {
    this.node = node;
    this.uri = URI.create("http://127.0.0.1:" + node.httpPort());
    this.api = new Api(new ServerAddress(uri, node.access().token().reveal(), ""));
  }

  static AskedNode start(Path data) throws IOException, ConfigException {
    var env =
        Map.of(
            "SLUICE_DATA", data.toString(),
            "SLUICE_HTTP_LISTEN", "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    return new AskedNode(
        Node.start(ConfigSource.load(null, env), new Node.Options("1.2.3", false)));
  }

  Api api() {
    return api;
  }

  /** Publishes two seconds of pictures. */
  void publish(String stream) throws IOException {
    StillSource.publish(node, stream).pictures(50, 1_000);
  }

  /** Watches a stream over HTTP, whose first bytes have come. */
  InputStream watch(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri.resolve(path)).build();
    InputStream flv = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    flv.readNBytes(13);
    return flv;
  }

  @Override
  public void close() {
    api.close();
    http.close();
    node.close();
  }
}
