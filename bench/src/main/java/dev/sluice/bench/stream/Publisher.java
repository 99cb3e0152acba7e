package dev.sluice.bench.stream;

import dev.sluice.bench.wire.MediaSink;
import dev.sluice.bench.wire.RtmpClient;
import dev.sluice.bench.wire.RtmpUrl;
import dev.sluice.bench.wire.RtmpWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a {@link SyntheticStream} over RTMP in real time, on a thread of its own, until closed.
 */
public final class Publisher implements AutoCloseable {
  /** Set Chunk Size that is announced. */
  static final int CHUNK_SIZE = 4096;

  private static final int LEAST_OUT_BYTES = 16 * 1024;
  private static final int VIDEO_CHUNK_STREAM = 6;
  private static final int AUDIO_CHUNK_STREAM = 4;
  private static final long JOIN_NS = 10_000_000_000L;
  private static final MediaSink NOTHING = (_, _, _, _, _) -> {};

  private final SyntheticStream stream;
  private final FrameLedger ledger = new FrameLedger();
  private final SocketChannel channel;
  private final RtmpClient client;
  private final byte[] arrived = new byte[8192];
  private final ByteBuffer in = ByteBuffer.wrap(arrived);
  private final ByteBuffer out;
  private final Thread thread;
  private volatile boolean closing;
  private volatile long latestNs;
  private volatile @Nullable IOException failure;

  private Publisher(InetSocketAddress address, RtmpUrl url, SyntheticStream stream)
      throws IOException {
    this.stream = stream;
    out = ByteBuffer.allocateDirect(LEAST_OUT_BYTES + 2 * stream.maxBodyBytes());
    client = RtmpClient.publisher(url);
    channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    thread = Thread.ofPlatform().daemon().name("publisher of " + url.stream()).unstarted(this::run);
  }

  /**
   * Connects and begins to publish.
   *
   * @throws IOException when the server cannot be reached or refuses; the message says why
   */
  public static Publisher start(InetSocketAddress address, RtmpUrl url, long seed)
      throws IOException {
    return start(address, url, new SyntheticStream(seed));
  }

  /**
   * The same of a stream that nobody else publishes.
   *
   * @throws IOException when the server cannot be reached or refuses; the message says why
   */
  public static Publisher start(InetSocketAddress address, RtmpUrl url, SyntheticStream stream)
      throws IOException {
    var publisher = new Publisher(address, url, stream);
    try {
      publisher.join();
      publisher.thread.start();
      return publisher;
    } catch (IOException | RuntimeException refused) {
      publisher.channel.close();
      throw refused;
    }
  }

  private void join() throws IOException {
    send(client.opening());
    long deadlineNs = System.nanoTime() + JOIN_NS;
    channel.configureBlocking(false);
    while (client.phase() != RtmpClient.Phase.RUNNING) {
      read();
      if (client.phase() == RtmpClient.Phase.REFUSED) {
        throw new IOException("the server refused the publisher: " + client.refusal());
      }
      if (deadlineNs - System.nanoTime() <= 0) {
        throw new IOException("the server left the publisher in phase " + client.phase());
      }
      LockSupport.parkNanos(1_000_000);
    }
    send(RtmpWriter.setChunkSize(CHUNK_SIZE));
    send(RtmpWriter.metadata(client.messageStreamId(), CHUNK_SIZE));
    sendMessage(MediaSink.VIDEO, 0, SyntheticStream.videoHeader());
    sendMessage(MediaSink.AUDIO, 0, SyntheticStream.audioHeader());
  }

  private void run() {
    long startNs = System.nanoTime();
    try {
      while (!closing) {
        Frame frame = stream.next();
        long dueNs = startNs + frame.atNs();
        for (long waitNs; (waitNs = dueNs - System.nanoTime()) > 0 && !closing; ) {
          LockSupport.parkNanos(waitNs);
        }
        publish(frame, dueNs);
        read();
      }
    } catch (IOException | RuntimeException failed) {
      if (!closing) {
        failure = failed instanceof IOException io ? io : new IOException(failed);
      }
    }
  }

  private void publish(Frame frame, long dueNs) throws IOException {
    long sendNs = System.nanoTime();
    byte[] body = stream.body(frame, sendNs);
    ledger.note(frame, body, sendNs);
    write(frame.type(), frame.timestampMs(), body, frame.bodyBytes());
    latestNs = Math.max(latestNs, System.nanoTime() - dueNs);
  }

  private void sendMessage(int type, int timestampMs, byte[] body) throws IOException {
    write(type, timestampMs, body, body.length);
  }

  private void write(int type, int timestampMs, byte[] body, int length) throws IOException {
    int chunkStream = type == MediaSink.VIDEO ? VIDEO_CHUNK_STREAM : AUDIO_CHUNK_STREAM;
    out.clear();
    RtmpWriter.write(
        out, type, chunkStream, client.messageStreamId(), timestampMs, body, length, CHUNK_SIZE);
    flush(out.flip());
  }

  private void send(byte[] bytes) throws IOException {
    flush(ByteBuffer.wrap(bytes));
  }

  private void flush(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining() && !closing) {
      if (channel.write(bytes) == 0) {
        LockSupport.parkNanos(100_000); // the server holds the publisher back
      }
    }
  }

  private void read() throws IOException {
    in.clear();
    int count = channel.read(in);
    if (count < 0) {
      throw new IOException("the server closed the publisher's connection");
    }
    client.feed(arrived, 0, count, 0, this::sendQuietly, NOTHING);
  }

  private void sendQuietly(byte[] bytes) {
    try {
      send(bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What was published so far. */
  public FrameLedger ledger() {
    return ledger;
  }

  /** Lateness counts from now on. */
  public void beginWindow() {
    latestNs = 0;
  }

  /** Longest time by which a frame of the window was sent later than it was due, in nanoseconds. */
  public long latestNs() {
    return latestNs;
  }

  /**
   * Passes on what ended the publication, if anything did.
   *
   * @throws IOException with the reason
   */
  public void check() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw new IOException("publishing ended: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
    channel.close();
  }
}
