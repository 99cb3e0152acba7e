package dev.sluice.cli;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.ServerOptions;
import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.cli.top.Follow;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice top}: what goes on in a server, as {@code htop} shows it of a machine. */
@Command(
    name = "top",
    description = {
      "Shows a running server and its streams, and follows; ? there tells the keys.",
      "Prints once where there is no terminal."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done",
      ToolFailure.FAILED_HELP,
      ToolFailure.USAGE_HELP,
      ToolFailure.NO_SERVER_HELP,
      ToolFailure.NOT_ALLOWED_HELP
    })
public final class Top implements Callable<Integer> {
  private static final double LEAST_S = 0.2;
  private static final double MOST_S = 60;
  private static final double MS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Option(
      names = {"-d", "--delay"},
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "Time from one look to the next, 0.2 to 60; default: ${DEFAULT-VALUE}.")
  private double delay;

  @Option(names = "--once", description = "Prints once, of two looks, and ends.")
  private boolean once;

  @Option(names = "--json", description = "As --once, as JSON; what is not known is null.")
  private boolean json;

  private Top() {}

  @Override
  public Integer call() {
    if (!(delay >= LEAST_S && delay <= MOST_S)) {
      throw new ParameterException(spec.commandLine(), "--delay is 0.2 to 60 s");
    }
    return server.run(spec, this::show);
  }

  private int show(Api api) throws ToolFailure {
    Duration period = Duration.ofMillis(Math.round(delay * MS));
    boolean colours = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    if (!once && !json && isAtTerminal() && Follow.onTerminal(api, period, colours)) {
      return 0;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Follow.json(api, period).encodePrettily());
    } else {
      out.print(Follow.once(api, period));
    }
    out.flush();
    return 0;
  }

  @SuppressWarnings("SystemConsoleNull") // the JDK may be told to have none, as before 22
  private static boolean isAtTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
