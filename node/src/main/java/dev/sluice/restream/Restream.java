package dev.sluice.restream;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.SourceJobs;
import dev.sluice.hub.UtcClock;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.media.StreamName;
import dev.sluice.wire.Bytes;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The jobs of a node: what its streams fetch and play. */
public final class Restream implements SourceJobs {
  private final Inputs inputs;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Executor threads;
  private final UnaryOperator<Bytes> describe;
  private final Supplier<String> ids;

  /** What a seat's job is. */
  public sealed interface Input {}

  /** A stream is fetched from elsewhere. */
  public record Fetch(Fetcher fetcher) implements Input {}

  /**
   * A programme is played.
   *
   * @param kind for people: {@code file}, {@code playlist}
   */
  public record Play(String kind, Programme programme) implements Input {}

  /** A picture that tells the time of {@code utc}, and silence, are made. */
  public record Generate(UtcClock utc) implements Input {}

  /** Gives the job of a seat, anew for each start of it. */
  @FunctionalInterface
  public interface Inputs {
    /** The job of this source of {@code name}. */
    Input of(StreamName name, SourceSpec source);
  }

  /**
   * Jobs that are not started yet.
   *
   * @param backoff between two tries of a fetch
   * @param random for the waits; must bear use by several threads
   * @param threads run what blocks
   * @param describe makes of a file's metadata what viewers are told
   * @param ids gives each source its ID; any thread
   */
  public Restream(
      Inputs inputs,
      Backoff backoff,
      RandomGenerator random,
      Executor threads,
      UnaryOperator<Bytes> describe,
      Supplier<String> ids) {
    this.inputs = inputs;
    this.backoff = backoff;
    this.random = random;
    this.threads = threads;
    this.describe = describe;
    this.ids = ids;
  }

  @Override
  public Job start(StreamName name, int seat, SourceSpec source, Loop loop, Port port) {
    return switch (inputs.of(name, source)) {
      case Fetch(Fetcher fetcher) -> PullJob.start(fetcher, backoff, random, loop, port);
      case Play(String kind, Programme programme) ->
          ProgrammePlayer.start(programme, client(kind), describe, threads, loop, port);
      case Generate(UtcClock utc) -> TestSource.start(client("test"), utc, loop, port);
    };
  }

  /** As what the server itself publishes. */
  private Client client(String kind) {
    return new Client(ids.get(), kind, "127.0.0.1", 0, null, "");
  }
}
