package dev.sluice.cli.top;

import dev.sluice.cli.remote.ToolFailure;
import org.jspecify.annotations.Nullable;

/** What {@code top} asks of a server. Blocks. */
interface Server {
  /** Whom it asks, for people. */
  String name();

  /**
   * How it is now.
   *
   * @param audience stream whose viewers are wanted, too; null for none
   */
  Snapshot snapshot(@Nullable String audience) throws ToolFailure;

  /** Ends a session; what became of that, for people. */
  String kick(String id) throws ToolFailure;
}
