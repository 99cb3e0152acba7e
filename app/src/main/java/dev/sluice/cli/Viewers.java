package dev.sluice.cli;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.Fields;
import dev.sluice.cli.remote.ServerOptions;
import dev.sluice.cli.remote.Table;
import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.cli.top.Figures;
import dev.sluice.cli.top.ViewerFigures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice viewers}: who watches. */
@Command(
    name = "viewers",
    description = "Lists who watches, by whatever protocol.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done, also when nobody watches",
      ToolFailure.FAILED_HELP,
      ToolFailure.USAGE_HELP,
      ToolFailure.NO_SERVER_HELP,
      ToolFailure.NOT_ALLOWED_HELP
    })
public final class Viewers implements Callable<Integer> {
  private static final int PAGE = 1_000;

  /** Pages that are asked for: a server that never ends its list is not believed. */
  private static final int MAX_PAGES = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Parameters(arity = "0..1", paramLabel = "STREAM", description = "Only who watches this one.")
  private @Nullable String stream;

  @Option(names = "--json", description = "The sessions as the API tells them.")
  private boolean json;

  private Viewers() {}

  @Override
  public Integer call() {
    return server.run(spec, this::list);
  }

  private int list(Api api) throws ToolFailure {
    JsonArray sessions = all(api);
    var answer = new JsonObject().put("sessions", sessions).put("total", sessions.size());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(answer.encodePrettily());
    } else {
      out.print(table(answer, Fields.whole(api.get("/sluice/v1/node"), "nowMs")));
    }
    out.flush();
    return 0;
  }

  private JsonArray all(Api api) throws ToolFailure {
    String query = ViewerFigures.query(stream, PAGE);
    var all = new JsonArray();
    String cursor = "";
    for (int page = 0; page < MAX_PAGES; page++) {
      JsonObject answer = api.get(query + cursor);
      Fields.objects(answer, "sessions").forEach(all::add);
      String next = Fields.text(answer, "next");
      if (next.isEmpty()) {
        return all;
      }
      cursor = "&cursor=" + Api.encoded(next);
    }
    throw new ToolFailure(ToolFailure.FAILED, "the server's list of sessions has no end", "");
  }

  private static Table table(JsonObject answer, long nowMs) {
    var table =
        new Table(
            "ID",
            "STREAM",
            "PROTOCOL",
            "ADDRESS",
            "USER",
            "STATE",
            ">AGE",
            ">OUT",
            ">BACKLOG",
            ">SKIPS",
            "AGENT");
    for (ViewerFigures viewer : ViewerFigures.list(answer, nowMs)) {
      table.row(
          viewer.id(),
          viewer.stream(),
          viewer.protocol(),
          viewer.address(),
          viewer.user(),
          viewer.state(),
          Figures.age(viewer.ageMs()),
          Figures.bytes(viewer.bytesOut()),
          Figures.bytes(viewer.backlogBytes()),
          Long.toString(viewer.skips()),
          viewer.agent());
    }
    return table;
  }
}
