package dev.sluice.bench.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code openssl speed} says a cipher costs. */
public final class CipherCost {
  private static final int RECORD_BYTES = 16_384; // of TLS

  private CipherCost() {}

  /**
   * Measures for about two seconds.
   *
   * @param cipher as {@code openssl speed -evp} knows it
   * @param processors as taskset(1) takes them; null means all
   */
  public static double cpuSecondsPerGb(String cipher, @Nullable String processors)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (processors != null) {
      command.addAll(List.of("taskset", "-c", processors));
    }
    command.addAll(
        List.of(
            "openssl",
            "speed",
            "-mr",
            "-seconds",
            "2",
            "-bytes",
            Integer.toString(RECORD_BYTES),
            "-evp",
            cipher));
    return parse(Child.run(command));
  }

  /** Reads the last field of the line that begins with {@code +F:}: bytes in a second of CPU. */
  static double parse(String output) throws IOException {
    for (String line : output.lines().toList()) {
      if (line.startsWith("+F:")) {
        double bytesPerSecond = Double.parseDouble(line.substring(line.lastIndexOf(':') + 1));
        if (bytesPerSecond > 0) {
          return 1e9 / bytesPerSecond;
        }
      }
    }
    throw new IOException("openssl speed gave no figure:\n" + output);
  }
}
