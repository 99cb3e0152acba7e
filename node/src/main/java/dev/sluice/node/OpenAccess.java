package dev.sluice.node;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets everybody publish and play: until the rules of access are wired in. */
final class OpenAccess implements Admission {
  @Override
  public void publish(
      StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    answer.accept(null);
  }

  @Override
  public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    answer.accept(null);
  }
}
