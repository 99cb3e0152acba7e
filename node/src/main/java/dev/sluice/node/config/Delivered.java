package dev.sluice.node.config;

import dev.sluice.hub.source.Delivery;
import java.nio.file.Path;

/** What jobs of the server deliver, as configured. */
public sealed interface Delivered extends Delivery {

  /**
   * One of the sources that are listed for a stream.
   *
   * @param input not {@link SourceInput.Kind#PUBLISH}
   * @param loop for a file or playlist, whether it begins again at its end
   */
  record Listed(SourceInput input, boolean loop) implements Delivered {}

  /** The clip that bridges gaps. */
  record Backup(Path file) implements Delivered {}

  /** The same stream, from another node. */
  record OfCluster() implements Delivered {}
}
