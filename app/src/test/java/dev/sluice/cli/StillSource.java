package dev.sluice.cli;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.node.Node;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;

/** A publisher that sends pictures when it is told, and nothing else: figures stand still. */
public final class StillSource implements SourceHandler {
  private static final Track VIDEO =
      new Track(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          "h264",
          Timescale.VIDEO,
          Bytes.ofHex("0142C01EFFE1000A6742C01EDA02D0F6840601000468CE3C80"));
  private static final int KEY_FRAME = 25;
  private static final int PICTURE_MS = 40;

  private final Loop loop;
  private final CompletableFuture<Publication> accepted = new CompletableFuture<>();
  private final CompletableFuture<Reason> ended = new CompletableFuture<>();
  private int sent;

  private StillSource(Loop loop) {
    this.loop = loop;
  }

  /** Publishes {@code name} on the node's first loop, from this host. */
  public static StillSource publish(Node node, String name) {
    Loop loop = node.loops().all().getFirst();
    var source = new StillSource(loop);
    String token = node.access().token().reveal();
    var client = new Client("S-" + name, "test", "127.0.0.1", 1, token, "still");
    loop.execute(
        () -> node.hub().publish(StreamName.parse(name), client, SourceClock.RTMP, loop, source));
    return source;
  }

  /** Sends so many pictures of so many bytes each, every 25th a key frame, and waits for that. */
  public void pictures(int count, int sizeBytes) {
    Publication publication = accepted.orTimeout(10, SECONDS).join();
    var done = new CompletableFuture<Void>();
    loop.execute(() -> {
      if (sent == 0) {
        publication.announce(VIDEO);
      }
      for (int i = 0; i < count; i++, sent++) {
        boolean key = sent % KEY_FRAME == 0;
        publication.offer(
            new SourceUnit(VIDEO, (long) sent * PICTURE_MS, 0, key, picture(key, sizeBytes)));
      }
      publication.flush();
      done.complete(null);
    });
    done.orTimeout(10, SECONDS).join();
  }

  /** A slice of that size, its length before it. */
  private static ByteBuf picture(boolean key, int sizeBytes) {
    ByteBuf picture = Unpooled.buffer(sizeBytes);
    picture.writeInt(sizeBytes - 4).writeByte(key ? 0x65 : 0x41).writeZero(sizeBytes - 5);
    return picture;
  }

  /** Why it was ended or refused. */
  public CompletableFuture<Reason> ended() {
    return ended;
  }

  @Override
  public void accepted(Publication publication) {
    accepted.complete(publication);
  }

  @Override
  public void ended(Reason reason) {
    ended.complete(reason);
    accepted.completeExceptionally(new IllegalStateException(reason.label()));
  }

  @Override
  public void reading(boolean wanted) {}
}
