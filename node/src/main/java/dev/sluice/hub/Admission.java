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

  /**
   * Decides about somebody who is to stay, whom it may end later. The others, who ask for one thing
   * and are gone, are asked about by {@link #play}.
   *
   * @param answer as for {@link #publish}, on the loop of the visit, which is the caller's
   */
  default void admit(Visit visit, Consumer<@Nullable Reason> answer) {
    if (visit.publishes()) {
      publish(visit.name(), visit.client(), visit.loop(), answer);
    } else {
      play(visit.name(), visit.client(), visit.loop(), answer);
    }
  }

  /**
   * Where a viewer is sent who has just been refused with {@link Reason#MOVED}: an absolute URL or
   * path; empty for nowhere. It may hold secrets.
   */
  default String elsewhere(StreamName name, Client client) {
    return "";
  }
}
