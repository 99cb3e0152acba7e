package dev.sluice.restream;

import dev.sluice.hub.Client;
import dev.sluice.hub.Intake;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.hub.SourceJobs;
import dev.sluice.hub.UtcClock;
import org.jspecify.annotations.Nullable;

/**
 * Gives a stream the generated picture and sound, each unit when it is due. Nothing is made before:
 * what a picture says of the time is true when it is given, to the timer's millisecond. On the
 * stream's loop.
 */
final class TestSource implements SourceHandler, SourceJobs.Job {
  private final Client client;
  private final UtcClock utc;
  private final Loop loop;
  private final SourceJobs.Port port;
  private Intake intake;
  private TestMedia media;
  private Loop.@Nullable Timer timer;
  private boolean stopped;
  private boolean reading = true;
  private long startNs;

  private TestSource(Client client, UtcClock utc, Loop loop, SourceJobs.Port port) {
    this.client = client;
    this.utc = utc;
    this.loop = loop;
    this.port = port;
    this.intake = intake();
    this.media = media();
  }

  /** Begins soon after this has returned. */
  static TestSource start(Client client, UtcClock utc, Loop loop, SourceJobs.Port port) {
    var source = new TestSource(client, utc, loop, port);
    source.timer = loop.schedule(source::begin, 0);
    return source;
  }

  private static Intake intake() {
    return new Intake(said -> said);
  }

  private TestMedia media() {
    return new TestMedia(ns -> utc.utcNs(startNs + ns));
  }

  /** Publishes, from the first picture on. */
  private void begin() {
    timer = null;
    intake = intake();
    media = media();
    reading = true;
    port.publish(client, TestMedia.CLOCK, this);
  }

  @Override
  public void accepted(Publication publication) {
    if (intake.accepted(publication)) {
      port.note("plays the test picture");
      startNs = loop.nowNs();
      play();
    }
  }

  @Override
  public void reading(boolean wanted) {
    reading = wanted;
    play();
  }

  /** Gives all that is due, and comes back for the rest. */
  private void play() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (!intake.open() || !reading) {
      return;
    }
    long nowNs = loop.nowNs();
    long lateNs = nowNs - dueNs();
    if (lateNs > ProgrammePlayer.LATE_NS) {
      startNs += lateNs;
    }
    while (dueNs() - nowNs <= 0) {
      media.next(intake);
      if (!intake.open()) {
        return; // the hub had enough
      }
    }
    intake.flush();
    if (intake.open() && reading) {
      timer = loop.schedule(this::play, dueNs() - loop.nowNs());
    }
  }

  private long dueNs() {
    return startNs + media.nextNs();
  }

  @Override
  public void ended(Reason reason) {
    intake.dismissed();
    if (stopped) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    long waitNs = ProgrammePlayer.RETRY_NS;
    port.note(reason.text() + "; next try in " + waitNs / 1_000_000 + " ms");
    timer = loop.schedule(this::begin, waitNs);
  }

  @Override
  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
    intake.dismissed();
  }
}
