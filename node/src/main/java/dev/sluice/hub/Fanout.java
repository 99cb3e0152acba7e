package dev.sluice.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The viewers of one feed on one loop. A block comes here once and is written to each of them;
 * after {@link #BATCH} writes the loop gets a chance to do other things.
 *
 * <p>{@code post…} is called by the feed on the stream's loop, everything else runs on the
 * viewers'.
 */
final class Fanout {
  /** Writes in a row before the loop is given back. */
  static final int BATCH = 256;

  private final Loop loop;
  private final ArrayList<@Nullable Viewer> viewers = new ArrayList<>();
  private final ArrayDeque<Block> queue = new ArrayDeque<>();
  private int cursor;
  private int holes;
  private boolean continuing;

  Fanout(Loop loop) {
    this.loop = loop;
  }

  /** Hands {@code block} over; retains it until it has been written to everybody. */
  void post(Block block) {
    block.retain();
    if (loop.inLoop()) {
      deliver(block);
    } else {
      loop.execute(() -> deliver(block));
    }
  }

  /**
   * Adds {@code viewer} and gives it {@code burst} to begin with.
   *
   * @param number which of the viewer's joins this is; it may have changed its mind meanwhile
   * @param nextSequence first block that the viewer is to get from {@link #post}
   */
  void postJoin(Viewer viewer, int number, List<Block> burst, long nextSequence) {
    for (Block block : burst) {
      block.retain();
    }
    loop.run(() -> {
      if (viewer.attach(this, number, nextSequence)) {
        viewer.slot(viewers.size());
        viewers.add(viewer);
        viewer.burstSafely(burst);
      }
      for (Block block : burst) {
        block.release();
      }
    });
  }

  /** Forgets {@code viewer}, which must be attached here. */
  void remove(Viewer viewer) {
    int index = viewer.slot();
    if (index < viewers.size() && viewers.get(index) == viewer) {
      viewers.set(index, null); // the walk that may be under way keeps its place
      holes++;
      closeHoles();
    }
  }

  /** Closes up the holes once there are many and nobody walks the list. */
  private void closeHoles() {
    if (cursor > 0 || holes <= viewers.size() / 4) {
      return;
    }
    int kept = 0;
    for (Viewer viewer : viewers) {
      if (viewer != null) {
        viewer.slot(kept);
        viewers.set(kept++, viewer);
      }
    }
    viewers.subList(kept, viewers.size()).clear();
    holes = 0;
  }

  private void deliver(Block block) {
    queue.add(block);
    if (!continuing) {
      drain();
    }
  }

  /** Writes the queued blocks, in order, to everybody; comes back later when there are many. */
  private void drain() {
    continuing = false;
    int budget = BATCH;
    for (Block block; (block = queue.peek()) != null; ) {
      while (cursor < viewers.size()) {
        if (budget-- == 0) {
          continuing = true;
          loop.execute(this::drain);
          return;
        }
        Viewer viewer = viewers.get(cursor++);
        if (viewer != null) {
          viewer.offerSafely(block);
        }
      }
      cursor = 0;
      closeHoles();
      queue.remove();
      block.release();
    }
  }
}
