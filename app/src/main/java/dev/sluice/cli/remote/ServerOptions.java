package dev.sluice.cli.remote;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that all commands have which ask a server. */
public final class ServerOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "Where the server is; default: SLUICE_SERVER, else this host's, as its configuration says.")
  private @Nullable String server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The server's token; default: SLUICE_TOKEN, else, for a server on this host, access.token"
              + " of the configuration or the file `token` in its data folder.")
  private @Nullable String token;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration; default: SLUICE_CONFIG, else sluice.yaml when it is there.")
  private @Nullable Path config;

  /** What a command does with the server. */
  @FunctionalInterface
  public interface Work {
    /** Does it; returns the exit status. */
    int with(Api api) throws ToolFailure;
  }

  /** Does {@code work}; a failure is told, and becomes the exit status. */
  public int run(CommandSpec spec, Work work) {
    return run(spec, System.getenv(), work);
  }

  int run(CommandSpec spec, Map<String, String> env, Work work) {
    try (var api = new Api(ServerAddress.find(server, token, config, env))) {
      return work.with(api);
    } catch (ToolFailure failure) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("error: " + failure.getMessage());
      err.flush();
      return failure.exitCode();
    }
  }
}
