package dev.sluice.cli;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.Clean;
import dev.sluice.cli.remote.Fields;
import dev.sluice.cli.remote.ServerOptions;
import dev.sluice.cli.remote.ToolFailure;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice reload}: has a server read its configuration again. */
@Command(
    name = "reload",
    description = "Has a running server read its configuration again; says what has changed.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the configuration is taken, or was the same",
      "1:it is refused, and nothing has changed; or the server fails",
      ToolFailure.USAGE_HELP,
      ToolFailure.NO_SERVER_HELP,
      ToolFailure.NOT_ALLOWED_HELP
    })
public final class Reload implements Callable<Integer> {
  private static final String PATH = "/sluice/v1/config/reload";
  private static final int REFUSED = 422;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Option(names = "--json", description = "The answer of the API as it is, also a refusal.")
  private boolean json;

  private Reload() {}

  @Override
  public Integer call() {
    return server.run(spec, this::reload);
  }

  private int reload(Api api) throws ToolFailure {
    Api.Answer answer = api.send("POST", PATH);
    boolean taken = answer.status() == 200;
    if (!taken && answer.status() != REFUSED) {
      throw api.refused(answer, PATH);
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (json) {
      out.println(answer.body().encodePrettily());
    } else if (taken) {
      out.print(taken(answer.body()));
    } else {
      err.print(refused(answer.body()));
    }
    out.flush();
    err.flush();
    return taken ? 0 : ToolFailure.FAILED;
  }

  private static String taken(JsonObject answer) {
    var text = new StringBuilder();
    List<JsonObject> changed = Fields.objects(answer, "changed");
    List<JsonObject> waiting = Fields.objects(answer, "waiting");
    changed.forEach(change -> line(text, "", change));
    waiting.forEach(change -> line(text, "waits for a restart: ", change));
    for (String warning : Fields.texts(answer, "warnings")) {
      text.append("warning: ").append(Clean.text(warning)).append('\n');
    }
    List<String> streams = Fields.texts(answer, "streams");
    if (changed.isEmpty() && waiting.isEmpty()) {
      text.append("Taken; nothing has changed.\n");
    } else {
      text.append("Taken; streams that were touched: ")
          .append(streams.isEmpty() ? "none" : Clean.text(String.join(" ", streams)))
          .append(".\n");
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String begin, JsonObject change) {
    String line =
        "%s: %s -> %s  (%s; %s)"
            .formatted(
                Fields.text(change, "key"),
                value(change, "before"),
                value(change, "after"),
                Fields.text(change, "when"),
                Fields.text(change, "from"));
    text.append(begin).append(Clean.text(line)).append('\n');
  }

  private static String value(JsonObject change, String name) {
    return change.getValue(name) instanceof String value ? value : "none";
  }

  private static String refused(JsonObject answer) {
    var text = new StringBuilder();
    for (JsonObject problem : Fields.objects(answer, "problems")) {
      String key = Fields.text(problem, "key");
      String line =
          "error: %s: %sfound %s; allowed: %s"
              .formatted(
                  Fields.text(problem, "from"),
                  key.isEmpty() ? "" : key + ": ",
                  Fields.text(problem, "found"),
                  Fields.text(problem, "allowed"));
      text.append(Clean.text(line)).append('\n');
    }
    return text
        + "Refused; nothing has changed. `sluice check` looks at the file without a server.\n";
  }
}
