package dev.sluice.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice run}: a server, until it is told to stop. */
@Command(
    name = "run",
    description = "Starts the server and runs until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true)
public final class Run implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration; default: SLUICE_CONFIG, else sluice.yaml when it is there.")
  private @Nullable Path file;

  private Run() {}

  @Override
  public Integer call() throws InterruptedException {
    return Serve.until(spec, file, false, _ -> Serve.Companion.NONE);
  }
}
