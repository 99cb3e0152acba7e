package dev.sluice.hub;

import dev.sluice.media.StreamName;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who may publish and who may play; by this the hub reaches access control. */
public interface Admission {

  /**
   * Decides about a publisher.
   *
   * @param answer is given null for yes, else the reason, on {@code loop}, at once or later
   */
  void publish(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer);

  /** Decides about a viewer, as {@link #publish} does. */
  void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer);
}
