package dev.sluice.cli.top;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.ToolFailure;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The ways to look at a server: on a terminal as it goes, or once. */
public final class Follow {
  /** Once there is all the room that is needed. */
  private static final int ONCE_COLUMNS = 132;

  private Follow() {}

  /**
   * Follows on the terminal of this process until the user has seen enough.
   *
   * @param period from one look to the next
   * @param colours whether the screen is to be coloured
   * @return false, and nothing done, where there is no terminal that can be drawn on
   */
  public static boolean onTerminal(Api api, Duration period, boolean colours) throws ToolFailure {
    try (@Nullable JlineTty tty = JlineTty.open(colours)) {
      if (tty == null) {
        return false;
      }
      TopLoop.run(tty, new ApiServer(api), period);
      return true;
    } catch (IOException noTerminal) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** What the screen shows, all streams, as text. */
  public static String once(Api api, Duration period) throws ToolFailure {
    TopModel model = twice(new ApiServer(api), period);
    int rows = TopScreen.OTHERS + Math.max(1, model.rows().size());
    return TopScreen.screen(model, View.START, ONCE_COLUMNS, rows).withoutLastRow();
  }

  /** The same as JSON. */
  public static JsonObject json(Api api, Duration period) throws ToolFailure {
    return twice(new ApiServer(api), period).json();
  }

  /** Two looks, for rates. */
  private static TopModel twice(Server server, Duration period) throws ToolFailure {
    Snapshot first = server.snapshot(null);
    try {
      Thread.sleep(period);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return TopModel.of(server.name(), first, server.snapshot(null));
  }
}
