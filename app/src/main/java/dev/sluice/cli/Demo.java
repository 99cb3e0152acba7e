package dev.sluice.cli;

import dev.sluice.media.StreamName;
import dev.sluice.node.Node;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: a server with something to watch, and the address of it. */
@Command(
    name = "demo",
    description = "Starts the server with a picture to watch, and prints where to look.",
    mixinStandardHelpOptions = true)
public final class Demo implements Callable<Integer> {
  private static final StreamName NAME = StreamName.parse("live/demo");

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration; default: SLUICE_CONFIG, else sluice.yaml when it is there.")
  private @Nullable Path file;

  private Demo() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return Serve.until(
        spec,
        file,
        true,
        node -> {
          DemoPicture picture = DemoPicture.start(node, NAME, System.getenv());
          welcome(out, node);
          return picture;
        });
  }

  private static void welcome(PrintWriter out, Node node) {
    String page = "http://localhost:" + node.httpPort();
    out.println();
    out.println("  Watch      " + page + "/player/" + NAME);
    out.println("  All live   " + page + "/");
    if (node.rtmpPort() != null) {
      out.println(
          "  Publish    rtmp://localhost:" + node.rtmpPort() + "/live/NAME   (OBS, ffmpeg)");
    }
    out.println("  Stop       Ctrl-C");
    out.println();
    out.flush();
  }
}
