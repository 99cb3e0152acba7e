package dev.sluice;

import dev.sluice.cli.Bench;
import dev.sluice.cli.Check;
import dev.sluice.cli.Demo;
import dev.sluice.cli.Import;
import dev.sluice.cli.Kick;
import dev.sluice.cli.Reload;
import dev.sluice.cli.Run;
import dev.sluice.cli.Streams;
import dev.sluice.cli.Top;
import dev.sluice.cli.Train;
import dev.sluice.cli.Viewers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. Its commands are listed here and nowhere else. */
@Command(
    name = "sluice",
    description = "Live-streaming server: publish over RTMP, watch as RTMP, HTTP-FLV or in a page.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      Run.class,
      Demo.class,
      Check.class,
      Import.class,
      Top.class,
      Streams.class,
      Viewers.class,
      Kick.class,
      Reload.class,
      Bench.class,
      Train.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one command and exits with its status: 0 done, 1 failed, 2 wrong usage; commands that ask
   * a server have more, which their help lists.
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  /** Without a command there is nothing to do: that is wrong usage. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? see --help");
  }

  /** Name and version, as the build wrote it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + current()};
    }

    /** The version of the build, for example {@code 0.1.0}. */
    static String current() {
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        var properties = new Properties();
        properties.load(in);
        return properties.getProperty("version", "unknown");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
