package dev.sluice.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogOutputTest {

  @Test
  void stoppingWritesWhatWaitsInItsOrder() {
    var sink = new Sink();
    LogOutput output = started(sink);
    for (int i = 0; i < 1000; i++) {
      output.doAppend(event("line " + i));
    }
    output.stop();
    assertThat(sink.lines).hasSize(1000);
    assertThat(sink.lines.getFirst()).endsWith(" line 0\n");
    assertThat(sink.lines.getLast()).endsWith(" line 999\n");
    assertThat(sink.closed).isTrue();
  }

  @Test
  void aSlowSinkCostsLinesAndNotTime() {
    var sink = new Sink();
    sink.gate = new CountDownLatch(1);
    LogOutput output = started(sink);
    int written = LogOutput.MAX_QUEUED_LINES + 100;
    for (int i = 0; i < written; i++) {
      output.doAppend(event("line")); // would hang here for ever if it waited for the sink
    }
    assertThat(output.droppedLines()).isBetween(99L, 100L); // one may be with the sink already
    sink.gate.countDown();
    output.stop();
    assertThat(sink.lines).hasSize((int) (written - output.droppedLines()) + 1);
    assertThat(sink.lines)
        .filteredOn(line -> line.contains("WARN"))
        .singleElement()
        .asString()
        .endsWith(" " + output.droppedLines() + " log lines dropped: output too slow\n");
  }

  @Test
  void theQueueIsBoundedInBytesToo() {
    var sink = new Sink();
    sink.gate = new CountDownLatch(1);
    LogOutput output = started(sink);
    String big = "x".repeat(LineFormat.MAX_MESSAGE);
    int fit = (int) (LogOutput.MAX_QUEUED_BYTES / LineFormat.MAX_MESSAGE);
    for (int i = 0; i < 2 * fit; i++) {
      output.doAppend(event(big));
    }
    assertThat(output.droppedLines()).isBetween((long) fit - 2, (long) fit + 20);
    sink.gate.countDown();
    output.stop();
  }

  @Test
  void aFaultySinkIsTriedAgain() {
    var sink = new Sink();
    sink.faulty = true;
    LogOutput output = started(sink);
    output.doAppend(event("lost"));
    await().until(() -> output.failedLines() == 1);
    sink.faulty = false;
    output.doAppend(event("written"));
    output.stop();
    assertThat(sink.lines).singleElement().asString().endsWith(" written\n");
  }

  private static LogOutput started(LineSink sink) {
    var output = new LogOutput(new TextFormat(), sink);
    output.setContext(new LoggerContext());
    output.start();
    return output;
  }

  private static LoggingEvent event(String message) {
    var logger = new LoggerContext().getLogger("a.b");
    return new LoggingEvent("fqcn", logger, Level.INFO, message, null, null);
  }

  private static final class Sink implements LineSink {
    final List<String> lines = new CopyOnWriteArrayList<>();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean faulty;
    volatile boolean closed;

    @Override
    public void write(byte[] line) throws IOException {
      try {
        gate.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
      if (faulty) {
        throw new IOException("disk full");
      }
      lines.add(new String(line, StandardCharsets.UTF_8));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      closed = true;
    }
  }
}
