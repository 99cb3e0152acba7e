package dev.sluice.hub;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;
import java.util.concurrent.CompletableFuture;

/** A source that sends what its test tells it, and heeds nothing of what it is told. */
public final class TestSource implements SourceHandler {
  private final CompletableFuture<Publication> accepted = new CompletableFuture<>();

  private TestSource() {}

  /**
   * Publishes, and waits until it may.
   *
   * @param loop its own, on which the publication is to be used
   * @throws java.util.concurrent.CompletionException when it may not; the cause says why
   */
  public static Publication publish(
      Hub hub, StreamName name, Client client, SourceClock clock, Loop loop) {
    var source = new TestSource();
    loop.execute(() -> hub.publish(name, client, clock, loop, source));
    return source.accepted.orTimeout(10, SECONDS).join();
  }

  /** The same as somebody on this host, with RTMP's clock. */
  public static Publication publish(Hub hub, StreamName name, Loop loop) {
    var client = new Client("S-1", "test", "127.0.0.1", 1, null, "");
    return publish(hub, name, client, SourceClock.RTMP, loop);
  }

  @Override
  public void accepted(Publication publication) {
    accepted.complete(publication);
  }

  @Override
  public void ended(Reason reason) {
    accepted.completeExceptionally(new IllegalStateException(reason.label()));
  }

  @Override
  public void reading(boolean wanted) {}
}
