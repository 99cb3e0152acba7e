package dev.sluice.node;

import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.restream.ClipSource;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A whole node in the process of its test, and what is published there. */
final class TestNode {
  private static final Path CLIP =
      Path.of("..", "core", "src", "test", "resources", "flv", "h264_25_aac_48000.flv");

  private TestNode() {}

  /** Starts one on free ports of this host, with a configuration and its data in {@code folder}. */
  static Node start(Path folder, String yaml) throws IOException, ConfigException {
    return start(folder, folder.resolve("data"), yaml);
  }

  /** The same with its data elsewhere. */
  static Node start(Path folder, Path data, String yaml) throws IOException, ConfigException {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
    Map<String, String> env =
        Map.of(
            "SLUICE_DATA", data.toString(),
            "SLUICE_HTTP_LISTEN", "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    return Node.start(ConfigSource.load(file, env), new Node.Options("test", false));
  }

  /** Publishes a clip, as somebody on this host who has the token. */
  static ClipSource publish(Node node, String stream) throws IOException {
    String token = node.access().token().reveal();
    return publish(node, stream, new Client("clip", "file", "127.0.0.1", 0, token, "test"));
  }

  /** Publishes a clip. */
  static ClipSource publish(Node node, String stream, Client client) throws IOException {
    return ClipSource.start(
        node.hub(),
        StreamName.parse(stream),
        client,
        node.loops().all().getFirst(),
        Unpooled.wrappedBuffer(Files.readAllBytes(CLIP)),
        "test",
        _ -> {});
  }
}
