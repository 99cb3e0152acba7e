package dev.sluice.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
  @TempDir Path folder;

  @Test
  void fillsToTheByteAndKeepsWhatItIsToldTo() throws IOException {
    Path file = folder.resolve("made/sluice.log");
    try (var log = new RotatingFile(file, 8, 2)) {
      write(log, "aaa\n", "bbb\n");
      assertThat(files()).isEmpty();
      write(log, "ccc\n", "ddd\n", "eee\n", "fff\n", "ggg\n");
    }
    assertThat(file).hasContent("ggg");
    assertThat(file.resolveSibling("sluice.log.1")).hasContent("eee\nfff");
    assertThat(file.resolveSibling("sluice.log.2")).hasContent("ccc\nddd");
    assertThat(file.resolveSibling("sluice.log.3")).doesNotExist();
  }

  @Test
  void goesOnWithTheFileThatIsThere() throws IOException {
    Path file = folder.resolve("sluice.log");
    Files.writeString(file, "old line\n");
    try (var log = new RotatingFile(file, 12, 5)) {
      write(log, "ab\n");
      assertThat(file).hasContent("old line\nab");
      write(log, "c\n");
    }
    assertThat(file).hasContent("c");
    assertThat(files()).hasSize(2);
  }

  @Test
  void keepsNothingWhenToldSo() throws IOException {
    Path file = folder.resolve("sluice.log");
    try (var log = new RotatingFile(file, 4, 0)) {
      write(log, "aaa\n", "bbb\n");
    }
    assertThat(file).hasContent("bbb");
    assertThat(files()).hasSize(1);
  }

  @Test
  void aLineLongerThanTheLimitHasAFileOfItsOwn() throws IOException {
    Path file = folder.resolve("sluice.log");
    try (var log = new RotatingFile(file, 4, 3)) {
      write(log, "a\n", "bbbbbbbb\n", "c\n");
    }
    assertThat(file).hasContent("c");
    assertThat(folder.resolve("sluice.log.1")).hasContent("bbbbbbbb");
    assertThat(folder.resolve("sluice.log.2")).hasContent("a");
  }

  @Test
  void writesAgainOnceItCan() throws IOException {
    Path file = folder.resolve("sluice.log");
    try (var log = new RotatingFile(file, 4, 1)) {
      write(log, "aaa\n");
      Path inTheWay = Files.createDirectories(folder.resolve("sluice.log.1/x"));
      assertThatThrownBy(() -> write(log, "lost\n")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> write(log, "lost\n")).isInstanceOf(IOException.class);
      Files.delete(inTheWay);
      write(log, "bbb\n");
    }
    assertThat(file).hasContent("bbb");
    assertThat(folder.resolve("sluice.log.1")).hasContent("aaa");
  }

  private List<Path> files() throws IOException {
    try (var list = Files.list(folder)) {
      return list.filter(Files::isRegularFile).toList();
    }
  }

  private static void write(RotatingFile log, String... lines) throws IOException {
    for (String line : lines) {
      log.write(line.getBytes(StandardCharsets.UTF_8));
    }
    log.flush();
  }
}
