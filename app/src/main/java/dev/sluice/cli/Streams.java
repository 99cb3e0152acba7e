package dev.sluice.cli;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.ServerOptions;
import dev.sluice.cli.remote.Table;
import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.cli.top.Figures;
import dev.sluice.cli.top.StreamFigures;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice streams}: what there is to watch. */
@Command(
    name = "streams",
    description = "Lists the streams of a running server.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done",
      ToolFailure.FAILED_HELP,
      ToolFailure.USAGE_HELP,
      ToolFailure.NO_SERVER_HELP,
      ToolFailure.NOT_ALLOWED_HELP
    })
public final class Streams implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Option(names = "--json", description = "The answer of the API as it is.")
  private boolean json;

  private Streams() {}

  @Override
  public Integer call() {
    return server.run(spec, this::list);
  }

  private int list(Api api) throws ToolFailure {
    JsonObject answer = api.get("/sluice/v1/streams");
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(answer.encodePrettily());
    } else {
      out.print(table(answer));
    }
    out.flush();
    return 0;
  }

  private static Table table(JsonObject answer) {
    var table =
        new Table(
            "STREAM",
            "STATE",
            "SOURCE",
            "VIDEO",
            "AUDIO",
            ">KBIT/S IN",
            ">VIEWERS",
            ">OUT",
            ">AGE");
    for (StreamFigures stream : StreamFigures.list(answer)) {
      table.row(
          stream.name(),
          stream.state(),
          (stream.protocol() + " " + stream.address()).strip(),
          stream.video().strip(),
          stream.audio(),
          Figures.kbit(stream.bitrateBps()),
          Long.toString(stream.viewers()),
          Figures.bytes(stream.bytesOut()),
          Figures.age(stream.sinceMs()));
    }
    return table;
  }
}
