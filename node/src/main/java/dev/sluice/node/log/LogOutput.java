package dev.sluice.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines on the threads that log and writes them on its own. Never makes a caller wait: lines
 * that find the queue full are dropped, and a line says how many.
 */
final class LogOutput extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /** Most lines that wait to be written. */
  static final int MAX_QUEUED_LINES = 10_000;

  /** Most bytes that wait to be written. */
  static final long MAX_QUEUED_BYTES = 8 << 20;

  /** No line is empty: each has its end. */
  private static final byte[] LAST = new byte[0];

  private static final long STOP_MILLIS = 2_000;

  private final LineFormat format;
  private final LineSink sink;
  private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(MAX_QUEUED_LINES);
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Thread writer;

  LogOutput(LineFormat format, LineSink sink) {
    this.format = format;
    this.sink = sink;
    this.writer = new Thread(this::run, "log");
    writer.setDaemon(true);
  }

  @Override
  public void start() {
    writer.start();
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    var line = new StringBuilder(200);
    format.append(event, line);
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    if (queuedBytes.addAndGet(bytes.length) > MAX_QUEUED_BYTES || !queue.offer(bytes)) {
      queuedBytes.addAndGet(-bytes.length);
      dropped.incrementAndGet();
    }
  }

  /** Writes what waits, for at most two seconds, and closes the sink. */
  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    try {
      if (queue.offer(LAST, STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        writer.join(STOP_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lines dropped because they came faster than they could be written. */
  long droppedLines() {
    return dropped.get();
  }

  /** Lines that could not be written. */
  long failedLines() {
    return failed.get();
  }

  private void run() {
    long reported = 0;
    boolean faulty = false;
    try {
      for (byte[] line = queue.take(); line.length > 0; line = next()) {
        queuedBytes.addAndGet(-line.length);
        IOException fault = write(line);
        long droppedNow = dropped.get();
        if (fault == null && droppedNow > reported) {
          fault = write(warning(droppedNow - reported + " log lines dropped: output too slow"));
          reported = droppedNow;
        }
        if (fault != null && !faulty) {
          System.err.println("cannot write the log: " + fault);
        }
        faulty = fault != null;
      }
      sink.close();
    } catch (InterruptedException | IOException _) {
      // the end of the process, or of the terminal that was logged to
    }
  }

  private byte[] next() throws InterruptedException {
    byte[] waiting = queue.poll();
    if (waiting != null) {
      return waiting;
    }
    try {
      sink.flush();
    } catch (IOException _) {
      failed.incrementAndGet(); // the next write meets it again and reports it
    }
    return queue.take();
  }

  private @Nullable IOException write(byte[] line) {
    try {
      sink.write(line);
      return null;
    } catch (IOException fault) {
      failed.incrementAndGet();
      return fault;
    }
  }

  private byte[] warning(String message) {
    var line = new StringBuilder();
    format.appendWarning(System.currentTimeMillis(), message, line);
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }
}
