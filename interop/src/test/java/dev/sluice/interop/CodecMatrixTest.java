package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of codecs that can be published over Enhanced RTMP, in every form in which it can be
 * watched: the same access units at the same times, or a refusal that names the codec. The table in
 * {@code docs/codecs.md} is what came out; {@code -Dgolden.update=true} writes it anew.
 *
 * <p>The publisher is ffmpeg 8, and the judges are ffprobe 8 (codecs, number, times and bytes of
 * access units), in a transport stream with ffmpeg 8, which takes off what the container put around
 * them, and GStreamer (kinds, number, times). What neither of them knows a reader judges that
 * shares nothing with the server: {@link PlainFlv}, {@link PlainTs}.
 */
@Needs({"ffmpeg8", "gst-rtmp"})
class CodecMatrixTest {
  private static final Path PAGE = Path.of("..", "docs", "codecs.md");
  private static final String BEGIN = "<!-- made by CodecMatrixTest -->\n";
  private static final String END = "<!-- end -->\n";

  /** Published at the same time. */
  private static final int AT_ONCE = 6;

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "100ms");

  @TempDir static Path folder;

  private static final Map<CodecPair, Map<CodecRun.Form, String>> TABLE = new ConcurrentHashMap<>();
  private static final Map<CodecPair, Throwable> FAULTS = new ConcurrentHashMap<>();

  static List<CodecPair> pairs() {
    return CodecPair.all();
  }

  @BeforeAll
  static void publishAll() throws Exception {
    EncodedClips clips = EncodedClips.make(folder);
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> runs = new ArrayList<>();
      for (CodecPair pair : pairs()) {
        runs.add(threads.submit(() -> run(pair, clips)));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    }
  }

  private static void run(CodecPair pair, EncodedClips clips) {
    try (Children children = new Children()) {
      Path own = Files.createDirectory(folder.resolve(pair.stream().replace("/", "-")));
      TABLE.put(pair, new CodecRun(pair, clips, SERVER, own, children).run());
    } catch (Throwable fault) {
      String log =
          SERVER
              .log()
              .lines()
              .filter(line ->
                  line.contains("stream=" + pair.stream() + " ")
                      || line.endsWith("stream=" + pair.stream()))
              .collect(Collectors.joining("\n"));
      FAULTS.put(pair, new AssertionError(fault.getMessage() + "\n" + log, fault));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void isSeenAsItWasPublished(CodecPair pair) {
    Throwable fault = FAULTS.get(pair);
    if (fault != null) {
      throw new AssertionError(pair + ": " + fault.getMessage(), fault);
    }
  }

  @Test
  void thePageSaysWhatIsCarried() throws IOException {
    assertThat(FAULTS).isEmpty();
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String wanted = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE))
        .as("write it anew: mvn -pl interop -am test -Dtest=CodecMatrixTest -Dgolden.update=true")
        .isEqualTo(wanted);
  }

  private static String table() {
    StringBuilder table = new StringBuilder("\n| picture | sound |");
    for (CodecRun.Form form : CodecRun.Form.values()) {
      table.append(' ').append(form.title).append(" |");
    }
    table
        .append("\n| --- | --- |")
        .append(" --- |".repeat(CodecRun.Form.values().length))
        .append('\n');
    for (CodecPair pair : pairs()) {
      table.append("| %s | %s |".formatted(pair.video().title, pair.audio().title));
      for (CodecRun.Form form : CodecRun.Form.values()) {
        table.append(' ').append(cells(pair).get(form)).append(" |");
      }
      table.append('\n');
    }
    return table.append('\n').toString();
  }

  private static Map<CodecRun.Form, String> cells(CodecPair pair) {
    return Objects.requireNonNull(TABLE.get(pair), pair.toString());
  }
}
