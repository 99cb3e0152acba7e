package dev.sluice.restream;

import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Intake;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvFile;
import dev.sluice.mux.flv.FlvMetadata;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An FLV clip from memory that plays round and round into a stream, at the pace of its time. */
public final class ClipSource implements SourceHandler, AutoCloseable {
  private static final long NS_PER_MS = 1_000_000;

  private final Loop loop;
  private final FlvFile file;
  private final Intake intake;
  private final Consumer<Reason> onEnd;
  private Loop.@Nullable Timer timer;
  private long startNs;
  private boolean reading = true;

  private ClipSource(Loop loop, ByteBuf clip, String serverName, Consumer<Reason> onEnd) {
    this.loop = loop;
    this.intake = new Intake(said -> FlvMetadata.cleaned(said, serverName));
    this.file = new FlvFile(clip, new FlvDemuxer(intake));
    this.onEnd = onEnd;
  }

  /**
   * Begins to play. Any thread.
   *
   * @param clip an FLV file; borrowed until the end, and never released by this
   * @param onEnd is told, on {@code loop}, when the hub ends or refuses the source
   * @throws dev.sluice.wire.MalformedException when the clip is no FLV file
   */
  public static ClipSource start(
      Hub hub,
      StreamName name,
      Client client,
      Loop loop,
      ByteBuf clip,
      String serverName,
      Consumer<Reason> onEnd) {
    var source = new ClipSource(loop, clip, serverName, onEnd);
    loop.run(() -> hub.publish(name, client, SourceClock.RTMP, loop, source));
    return source;
  }

  @Override
  public void accepted(Publication taken) {
    if (intake.accepted(taken)) {
      startNs = loop.nowNs();
      play();
    }
  }

  @Override
  public void ended(Reason reason) {
    intake.dismissed();
    stop();
    onEnd.accept(reason);
  }

  @Override
  public void reading(boolean wanted) {
    reading = wanted;
    if (wanted && timer == null) {
      play();
    }
  }

  /** Gives all that is due, and comes back for the rest. */
  private void play() {
    timer = null;
    if (!intake.open() || !reading) {
      return;
    }
    long dueNs;
    while ((dueNs = dueNs()) - loop.nowNs() <= 0) {
      file.next();
    }
    intake.flush();
    timer = loop.schedule(this::play, dueNs - loop.nowNs());
  }

  private long dueNs() {
    if (!file.hasNext()) {
      file.rewind();
    }
    return startNs + file.nextTimestampMs() * NS_PER_MS;
  }

  private void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Stops playing; the stream waits for its next source. Any thread. */
  @Override
  public void close() {
    loop.run(() -> {
      stop();
      intake.end(Reason.PEER_LEFT);
    });
  }
}
