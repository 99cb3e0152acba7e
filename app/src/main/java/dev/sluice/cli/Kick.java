package dev.sluice.cli;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.Clean;
import dev.sluice.cli.remote.ServerOptions;
import dev.sluice.cli.remote.ToolFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice kick}: ends sessions, or a stream, or what publishes it. */
@Command(
    name = "kick",
    description = {
      "Ends sessions of publishers and viewers, or a stream.",
      "A kick is no ban: who was kicked may come again."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all of them have been told to end",
      ToolFailure.FAILED_HELP,
      ToolFailure.USAGE_HELP,
      ToolFailure.NO_SERVER_HELP,
      ToolFailure.NOT_ALLOWED_HELP,
      ToolFailure.NOT_FOUND + ":no such session or stream; the others have been told to end"
    })
public final class Kick implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @ArgGroup(multiplicity = "1")
  private @Nullable Whom whom;

  @Option(names = "--json", description = "What became of each, as JSON.")
  private boolean json;

  /** One of these. */
  private static final class Whom {
    @Parameters(
        arity = "1..*",
        paramLabel = "ID",
        description = "Sessions, as `sluice viewers` names them.")
    private @Nullable List<String> ids;

    @Option(
        names = "--stream",
        paramLabel = "NAME",
        description = "A stream: its publisher and all of its viewers.")
    private @Nullable String stream;

    @Option(
        names = "--publisher",
        paramLabel = "NAME",
        description = "What publishes this stream; its viewers stay.")
    private @Nullable String publisher;

    private Whom() {}
  }

  /** What is to end, and what it is called. */
  private record Target(String what, String name, String path, String next) {}

  private Kick() {}

  @Override
  public Integer call() {
    return server.run(spec, this::kick);
  }

  private List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    if (whom == null) {
      return targets; // picocli wants one of them
    }
    if (whom.ids != null) {
      for (String id : whom.ids) {
        String path = "/sluice/v1/sessions/" + Api.encoded(id);
        targets.add(new Target("session", id, path, "`sluice viewers` lists those of viewers."));
      }
    }
    String listed = "`sluice streams` lists them.";
    if (whom.stream != null) {
      String path = "/sluice/v1/streams/" + Api.encodedName(whom.stream);
      targets.add(new Target("stream", whom.stream, path, listed));
    }
    if (whom.publisher != null) {
      String path = "/sluice/v1/streams/" + Api.encodedName(whom.publisher) + "/source";
      targets.add(new Target("publisher", whom.publisher, path, listed));
    }
    return targets;
  }

  private int kick(Api api) throws ToolFailure {
    var list = new JsonArray();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int exit = 0;
    for (Target target : targets()) {
      Api.Answer answer = api.send("DELETE", target.path);
      boolean done = answer.status() < 300;
      list.add(
          new JsonObject()
              .put(target.what, target.name)
              .put("ended", done)
              .put("reason", done ? null : answer.reason()));
      if (done && !json) {
        out.println("told to end: " + target.what + " " + Clean.text(target.name));
      }
      if (!done) {
        exit = answer.status() == 404 ? ToolFailure.NOT_FOUND : ToolFailure.FAILED;
        err.println("error: " + refusal(answer, target));
      }
    }
    if (json) {
      out.println(new JsonObject().put("kicked", list).encodePrettily());
    }
    out.flush();
    err.flush();
    return exit;
  }

  private static String refusal(Api.Answer answer, Target target) {
    String name = target.what + " " + Clean.text(target.name);
    return answer.status() == 404
        ? "there is no " + name + "\n  " + target.next
        : "the server does not end " + name + ": " + answer.message();
  }
}
