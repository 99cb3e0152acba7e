package dev.sluice.cli.top;

import dev.sluice.cli.remote.EventFeed;
import dev.sluice.cli.remote.ToolFailure;
import java.util.List;
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

  /**
   * How it is now, in part.
   *
   * @param streams names of those that are wanted, {@link Roster#MOST_NAMED} at most
   * @param audience as for {@link #snapshot}
   * @param viewers sessions that are wanted where no audience is, as many at most
   */
  Look look(List<String> streams, @Nullable String audience, List<String> viewers)
      throws ToolFailure;

  /**
   * What happens in it from now on.
   *
   * @param after the last that was heard before; null for nothing
   */
  EventFeed listen(@Nullable String after) throws ToolFailure;

  /** Ends a session; what became of that, for people. */
  String kick(String id) throws ToolFailure;
}
