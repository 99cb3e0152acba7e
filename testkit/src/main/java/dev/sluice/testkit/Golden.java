package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text dumps that a reviewer can judge, kept in {@code src/test/resources/golden}. Run with {@code
 * -Dgolden.update=true} to rewrite them, then review the difference.
 */
public final class Golden {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private Golden() {}

  /** Compares {@code actual} with the golden file {@code name}, or writes it when asked to. */
  public static void check(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
      return;
    }
    assertThat(file).as("golden file; -Dgolden.update=true writes it").exists();
    assertThat(actual).isEqualTo(Files.readString(file));
  }
}
