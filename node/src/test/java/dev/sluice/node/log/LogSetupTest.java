package dev.sluice.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import dev.sluice.node.config.ByteSize;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.Config.LogFormat;
import dev.sluice.node.config.Config.LogLevel;
import dev.sluice.node.config.Managed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogSetupTest {
  @TempDir Path folder;

  @Test
  void aConnectionHasOneLineForEachEvent() throws IOException {
    List<String> lines =
        written(
            LogLevel.INFO,
            LogFormat.TEXT,
            () -> {
              var ids = new ConnectionIds("R");
              var log = new ConnectionLog(ids.next(), ConnectionLog.peer("1.2.3.4", 5));
              log.event("connected", "software", "FMLE/3.0 (compatible; x)");
              log.on(StreamName.parse("live/x")).event("publish", "codec", null, "bytes", 12);
              log.debug("chunk", "size", 1);
              var client = new Client("H-1", "flv", "::1", 80, "secret", "curl");
              ConnectionLog.of(client).event("closed", "reason", "a\nb");
              EventLog.info("summary", "stream", "live/x", "viewers", 3);
              EventLog.warn("skew", "ms", 543);
            });
    assertThat(lines)
        .containsExactly(
            "INFO  id=R-1 event=connected peer=1.2.3.4:5 software=\"FMLE/3.0 (compatible; x)\"",
            "INFO  id=R-1 event=publish stream=live/x peer=1.2.3.4:5 bytes=12",
            "INFO  id=H-1 event=closed peer=[::1]:80 reason=\"a\\nb\"",
            "INFO  event=summary stream=live/x viewers=3",
            "WARN  event=skew ms=543");
  }

  @Test
  void inJsonTheFieldsAreFields() throws IOException {
    List<String> lines =
        written(
            LogLevel.DEBUG,
            LogFormat.JSON,
            () -> new ConnectionLog("R-1", "1.2.3.4:5").on("live/x").debug("play", "viewers", 3));
    assertThat(lines)
        .containsExactly(
            "\"level\":\"debug\",\"logger\":\"dev.sluice.connection\",\"id\":\"R-1\","
                + "\"event\":\"play\",\"stream\":\"live/x\",\"peer\":\"1.2.3.4:5\",\"viewers\":3}");
  }

  @Test
  void aFaultOfOursIsAnErrorWithItsTrace() throws IOException {
    List<String> lines =
        written(
            LogLevel.ERROR,
            LogFormat.TEXT,
            () -> {
              EventLog.info("unseen");
              new ConnectionLog("R-1", "p").fault(new IllegalStateException("bug"));
              EventLog.error("fault", new IllegalStateException("bug"), "stream", "live/x");
            });
    assertThat(lines)
        .filteredOn(line -> !line.startsWith("\t"))
        .containsExactly(
            "ERROR id=R-1 event=fault peer=p error=\"IllegalStateException: bug\"",
            "ERROR event=fault stream=live/x error=\"IllegalStateException: bug\"");
    assertThat(lines).anyMatch(line -> line.startsWith("\tat dev.sluice.node.log.LogSetupTest"));
  }

  @Test
  void librariesAreAStepQuieter() throws IOException {
    Runnable both =
        () -> {
          LoggerFactory.getLogger("dev.sluice.x").debug("ours");
          LoggerFactory.getLogger("io.netty.x").info("theirs");
          LoggerFactory.getLogger("io.netty.x").debug("their detail");
        };
    assertThat(written(LogLevel.INFO, LogFormat.TEXT, both)).isEmpty();
    assertThat(written(LogLevel.DEBUG, LogFormat.TEXT, both))
        .containsExactly("DEBUG ours", "INFO  theirs");
  }

  @Test
  void aFaultOfALibraryThatPeersCallForthIsLeftOut() throws IOException {
    String http2 = "io.vertx.core.http.impl.http2.codec.Http2ConnectionImpl";
    List<String> lines =
        written(
            LogLevel.INFO,
            LogFormat.TEXT,
            () -> {
              var log = LoggerFactory.getLogger("io.netty.util.concurrent.DefaultPromise");
              log.warn("known", at(new NullPointerException("a"), http2, "onConnectionError"));
              log.warn("b", at(new NullPointerException("b"), http2, "onStreamError"));
              log.warn("c", at(new NullPointerException("c"), http2 + "X", "onConnectionError"));
              log.warn("d", at(new IllegalStateException("d"), http2, "onConnectionError"));
              log.warn("e", at(new NullPointerException("e")));
            });
    assertThat(lines)
        .filteredOn(line -> !line.startsWith("\t"))
        .containsExactly(
            "WARN  b error=\"NullPointerException: b\"",
            "WARN  c error=\"NullPointerException: c\"",
            "WARN  d error=\"IllegalStateException: d\"",
            "WARN  e error=\"NullPointerException: e\"");
  }

  private static Throwable at(Throwable fault, String type, String method) {
    return at(fault, new StackTraceElement(type, method, null, -1));
  }

  private static Throwable at(Throwable fault, StackTraceElement... trace) {
    fault.setStackTrace(trace);
    return fault;
  }

  @Test
  void beforeAndAfterOnlyWarningsAreWrittenAndNoFileWasLookedFor() throws IOException {
    assertThatTheLogIsAsBeforeStart();
    assertThat(written(LogLevel.TRACE, LogFormat.TEXT, () -> {})).isEmpty();
    assertThatTheLogIsAsBeforeStart();
  }

  private static void assertThatTheLogIsAsBeforeStart() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    assertThat(context.getLogger("dev.sluice.x").isWarnEnabled()).isTrue();
    assertThat(context.getLogger("dev.sluice.x").isInfoEnabled()).isFalse();
    assertThat(context.getLogger("ROOT").iteratorForAppenders().next().getClass().getName())
        .startsWith(BootLog.class.getName());
  }

  @Test
  void aFileThatCannotBeOpenedLeavesTheLogAsItWas() throws IOException {
    Path notAFolder = Files.createFile(folder.resolve("plain"));
    assertThatThrownBy(
            () -> LogSetup.start(settings(LogLevel.INFO, LogFormat.TEXT, notAFolder.resolve("x"))))
        .isInstanceOf(IOException.class);
    assertThatTheLogIsAsBeforeStart();
  }

  @Test
  void idsCountToBase36() {
    var ids = new ConnectionIds("H");
    for (int i = 1; i < 36; i++) {
      assertThat(ids.next()).isEqualTo("H-" + Integer.toString(i, 36));
    }
    assertThat(ids.next()).isEqualTo("H-10");
  }

  private List<String> written(LogLevel level, LogFormat format, Runnable body) throws IOException {
    Path file = folder.resolve("sluice.log");
    try (LogSetup setup = LogSetup.start(settings(level, format, file))) {
      body.run();
      assertThat(setup.droppedLines() + setup.failedLines()).isZero();
    }
    List<String> lines = Files.readAllLines(file);
    Files.delete(file);
    String time = "\\{?(\"time\":\")?\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z[\", ]+";
    return lines.stream()
        .map(line -> line.replaceFirst("^" + time, "").replaceFirst("^level", "\"level"))
        .toList();
  }

  private static Config.Log settings(LogLevel level, LogFormat format, Path file) {
    return new Config.Log(level, format, file, new ByteSize(1_000_000), 1, Managed.FILE);
  }
}
