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
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.mux.flv.FlvReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FLV that a program writes, as a source of a stream: on a thread of its own it is read no faster
 * than the stream takes it, and so the program waits, too. Once the stream wants no more, what
 * still comes is read and dropped.
 */
public final class PipeSource implements SourceHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PipeSource.class);
  private static final int CHUNK_BYTES = 65_536;

  private final Loop loop;
  private final InputStream in;
  private final Intake intake;
  private final FlvReader reader;
  private final Consumer<Reason> onEnd;

  /** Held while a chunk waits to be taken. */
  private final Semaphore turn = new Semaphore(1);

  private @Nullable ByteBuf held;
  private boolean reading = true;
  private boolean over;

  private PipeSource(Loop loop, InputStream in, String serverName, Consumer<Reason> onEnd) {
    this.loop = loop;
    this.in = in;
    this.intake = new Intake(said -> FlvMetadata.cleaned(said, serverName));
    this.reader = new FlvReader(new FlvDemuxer(intake), ByteBufAllocator.DEFAULT);
    this.onEnd = onEnd;
  }

  /**
   * Begins to publish. Any thread.
   *
   * @param in closed at its end
   * @param onEnd is told, on {@code loop}, when the hub ends or refuses the source, or cannot read
   *     it; not when {@code in} ends or {@link #close} is called
   */
  public static PipeSource start(
      Hub hub,
      StreamName name,
      Client client,
      Loop loop,
      InputStream in,
      String serverName,
      Consumer<Reason> onEnd) {
    var source = new PipeSource(loop, in, serverName, onEnd);
    Thread.ofVirtual().name("pipe-" + name).start(source::read);
    loop.run(() -> hub.publish(name, client, SourceClock.RTMP, loop, source));
    return source;
  }

  private void read() {
    byte[] bytes = new byte[CHUNK_BYTES];
    try (in) {
      for (int size; (size = in.read(bytes)) >= 0; ) {
        turn.acquire();
        ByteBuf chunk = Unpooled.copiedBuffer(bytes, 0, size);
        loop.execute(() -> take(chunk));
      }
    } catch (IOException gone) {
      LOG.debug("the program's output ended", gone);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  private void take(ByteBuf chunk) {
    if (!over && (!reading || !intake.open())) {
      held = chunk;
      return;
    }
    try {
      if (!over) {
        reader.feed(chunk);
        intake.flush();
      }
    } catch (MalformedException | UnsupportedException unreadable) {
      LOG.warn("the program's output cannot be read: {}", unreadable.getMessage());
      intake.end(Reason.MALFORMED);
      over(Reason.MALFORMED);
    } finally {
      chunk.release();
      turn.release();
    }
  }

  /** Goes on with what was held. */
  private void next() {
    ByteBuf chunk = held;
    held = null;
    if (chunk != null) {
      take(chunk);
    }
  }

  @Override
  public void accepted(Publication taken) {
    if (intake.accepted(taken)) {
      next();
    }
  }

  @Override
  public void reading(boolean wanted) {
    reading = wanted;
    if (wanted) {
      next();
    }
  }

  @Override
  public void ended(Reason reason) {
    intake.dismissed();
    over(reason);
  }

  private void over(@Nullable Reason reason) {
    if (over) {
      return;
    }
    over = true;
    next();
    loop.execute(reader::close); // which may be feeding
    if (reason != null) {
      onEnd.accept(reason);
    }
  }

  /** Stops publishing; the stream waits for its next source. Any thread. */
  @Override
  public void close() {
    loop.run(() -> {
      intake.end(Reason.PEER_LEFT);
      over(null);
    });
  }
}
