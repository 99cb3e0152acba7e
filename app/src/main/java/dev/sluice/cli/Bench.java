package dev.sluice.cli;

import dev.sluice.bench.BenchMain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code sluice bench}: loads a server with viewers and measures it; its options are its own. */
@Command(name = "bench", description = "Loads a server and measures it; see bench --help.")
public final class Bench implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  private Bench() {}

  @Override
  public Integer call() {
    return BenchMain.run(System.out, System.err, arguments.toArray(String[]::new));
  }
}
