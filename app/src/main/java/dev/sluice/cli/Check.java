package dev.sluice.cli;

import dev.sluice.node.config.ConfigCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice check}: is this configuration valid, and what does it change? */
@Command(
    name = "check",
    description = "Checks a configuration file and the environment; starts nothing.",
    mixinStandardHelpOptions = true)
public final class Check implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file; without it the one that `sluice run` would read.")
  private @Nullable Path file;

  private Check() {}

  @Override
  public Integer call() {
    ConfigCheck.Verdict verdict = ConfigCheck.check(file, System.getenv());
    PrintWriter out = spec.commandLine().getOut();
    out.print(verdict.text());
    out.flush();
    return verdict.exitCode();
  }
}
