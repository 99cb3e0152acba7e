package dev.sluice.cli;

import dev.sluice.imports.Imported;
import dev.sluice.imports.NginxImport;
import dev.sluice.imports.SrsImport;
import dev.sluice.node.config.ConfigCheck;
import dev.sluice.node.config.ConfigParser;
import dev.sluice.node.config.Problem;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice import}: the configuration of another server as one of ours. */
@Command(
    name = "import",
    description = "Makes a configuration file of another server into one of Sluice.",
    mixinStandardHelpOptions = true,
    subcommands = {Import.Srs.class, Import.Nginx.class})
public final class Import implements Runnable {
  @Spec private CommandSpec spec;

  private Import() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "of which server? see --help");
  }

  /** What both have. */
  static final class Arguments {
    @Parameters(paramLabel = "FILE", description = "The other server's file.")
    private Path file;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "Where to write; default: standard output, the report going to the other.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Whether a file that is there is written over.")
    private boolean force;
  }

  /** {@code sluice import srs}. */
  @Command(
      name = "srs",
      description = "From a configuration of SRS, with the variables SRS_... of the environment.",
      mixinStandardHelpOptions = true)
  static final class Srs implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Arguments files;

    @Override
    public Integer call() {
      return run(
          spec,
          files,
          text ->
              SrsImport.read(
                  files.file.toString(), text, new IncludedFiles(Path.of("")), System.getenv()));
    }
  }

  /** {@code sluice import nginx-rtmp}. */
  @Command(
      name = "nginx-rtmp",
      description = "From a configuration of nginx with nginx-rtmp-module.",
      mixinStandardHelpOptions = true)
  static final class Nginx implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Arguments files;

    @Override
    public Integer call() {
      Path folder = files.file.toAbsolutePath().getParent();
      return run(
          spec,
          files,
          text ->
              NginxImport.read(
                  files.file.toString(),
                  text,
                  new IncludedFiles(folder == null ? Path.of("") : folder)));
    }
  }

  /** Makes a text of the other server into one of ours. */
  @FunctionalInterface
  private interface Reader {
    Imported read(String text);
  }

  /** The exit status: 0 when it was written, 1 when it could not be read or written. */
  private static int run(CommandSpec spec, Arguments files, Reader reader) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      Imported imported = reader.read(IncludedFiles.text(files.file));
      List<Problem> problems = problems(imported.yaml());
      if (!problems.isEmpty()) { // a fault of ours, which must not pass for a good file
        err.print(ConfigCheck.render("error", problems));
        err.println("error: what was made of it does not hold; please report this");
        return 1;
      }
      if (files.output == null) {
        out.print(imported.yaml());
        err.print(imported.report());
      } else {
        write(files.output, imported.yaml(), files.force);
        out.print(imported.report());
      }
      return 0;
    } catch (MalformedException malformed) {
      err.println("error: " + malformed.getMessage());
    } catch (FileAlreadyExistsException there) {
      err.println("error: " + there.getMessage() + " is there already; --force writes over it");
    } catch (IOException failed) {
      err.println("error: " + failed);
    } finally {
      out.flush();
      err.flush();
    }
    return 1;
  }

  /** It may have secrets in it, as every configuration may. */
  private static void write(Path file, String text, boolean force) throws IOException {
    if (force) {
      Files.writeString(file, text);
    } else {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }

  private static List<Problem> problems(String yaml) {
    return switch (ConfigParser.parse("sluice.yaml", yaml, Map.of())) {
      case ConfigParser.Valid _ -> List.of();
      case ConfigParser.Invalid(List<Problem> list) -> list;
    };
  }
}
