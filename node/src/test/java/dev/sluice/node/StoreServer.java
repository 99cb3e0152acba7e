package dev.sluice.node;

import dev.sluice.node.config.ConfigSource;

/** A whole node in a process of its own, which says its port and runs until it is killed. */
final class StoreServer {
  private StoreServer() {}

  public static void main(String[] arguments) throws Exception {
    Node node =
        Node.start(ConfigSource.load(null, System.getenv()), new Node.Options("test", false));
    System.out.println("port " + node.httpPort());
    System.out.flush();
    Thread.currentThread().join();
  }
}
