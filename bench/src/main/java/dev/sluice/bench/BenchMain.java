package dev.sluice.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Arrays;

/** The command line: progress on standard error, the report on standard output. */
public final class BenchMain {
  private static final int CANNOT = 2;

  private BenchMain() {}

  /** Ends the program with the status that {@link BenchPlan#USAGE} lists. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  /** The same without ending the program. */
  public static int run(PrintStream out, PrintStream err, String... args) {
    if (Arrays.asList(args).contains("--help")) {
      out.print(BenchPlan.USAGE);
      return 0;
    }
    try {
      BenchPlan plan = BenchPlan.parse(args);
      BenchReport report = Bench.run(plan, err::println);
      out.print(report.text());
      if (plan.json() != null) {
        Files.writeString(plan.json(), report.json());
      }
      return report.exitStatus();
    } catch (IOException | IllegalArgumentException told) {
      err.println("bench: " + told.getMessage());
      return CANNOT;
    }
  }
}
