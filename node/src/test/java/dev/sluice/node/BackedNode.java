package dev.sluice.node;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.node.config.ConfigException;
import dev.sluice.restream.ClipSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** A node that asks a back end, which its test answers for, and a clip that is published there. */
final class BackedNode implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpServer backend;
  private final Node node;
  private final ClipSource clip;

  private BackedNode(HttpServer backend, Node node, ClipSource clip) {
    this.backend = backend;
    this.node = node;
    this.clip = clip;
  }

  /**
   * Starts both on free ports.
   *
   * @param yaml configuration, in which PORT stands for that of the back end
   * @param path what the back end answers at, and below it
   * @param published name of the clip's stream
   */
  static BackedNode start(
      Path folder, String yaml, String path, HttpHandler replies, String published)
      throws IOException, ConfigException {
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(path, replies);
    backend.start();
    String port = Integer.toString(backend.getAddress().getPort());
    Node node = TestNode.start(folder, yaml.replace("PORT", port));
    return new BackedNode(backend, node, TestNode.publish(node, published));
  }

  Node node() {
    return node;
  }

  /**
   * Asks the node for {@code path}.
   *
   * @param headers names and values in turn
   */
  HttpResponse<InputStream> get(String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  @Override
  public void close() {
    clip.close();
    node.close();
    http.close();
    backend.stop(0);
  }
}
