package dev.sluice.node;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Publishers who send the same frames, each in its time, on a thread of their own. */
final class FrameSources {
  private final CountDownLatch over = new CountDownLatch(1);
  private List<FrameSource> all = List.of(); // guarded by this
  private boolean held; // guarded by this
  private int frames; // guarded by this

  /** Begins to send; once. */
  synchronized void start(List<FrameSource> sources) {
    all = List.copyOf(sources);
    Thread.ofPlatform().name("sources").daemon().start(this::run);
  }

  private void run() {
    try {
      while (!over.await(FrameSource.FRAME_MS, MILLISECONDS)) {
        send();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void send() {
    if (!held && over.getCount() > 0) {
      all.forEach(source -> source.frame(frames));
      frames++;
    }
  }

  /** Sends no more frames, or goes on with those that are next. */
  synchronized void hold(boolean hold) {
    held = hold;
  }

  /** How many have been sent. */
  synchronized int frames() {
    return frames;
  }

  /** Sends no more. */
  synchronized void end() {
    over.countDown();
  }
}
