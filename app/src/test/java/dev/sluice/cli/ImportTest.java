package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.config.ConfigCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sluice import} from the files to the file. */
class ImportTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(Import.class)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private String file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(folder.resolve(name).getParent());
    return Files.writeString(file, text).toString();
  }

  @Test
  void writesAFileThatIsRightAndTellsWhatBecameOfTheOther() throws IOException {
    String srs = file("srs.conf", "listen 1940; pid a; vhost __defaultVhost__ { gop_cache off; }");
    Path made = folder.resolve("sluice.yaml");
    assertThat(run("srs", srs, "--output", made.toString())).isZero();
    assertThat(ConfigCheck.check(made, Map.of()).text())
        .contains("rtmp.port = 1940", "defaults.gopCache = false", "access.publish = anybody");
    assertThat(out.toString())
        .contains(
            "Taken:", "1:1: listen → rtmp.port", "Not supported:", "1:14: pid: no counterpart");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void writesOverAFileOnlyWhenToldTo() throws IOException {
    String srs = file("srs.conf", "listen 1940;");
    String there = file("sluice.yaml", "http: {port: 1}");
    assertThat(run("srs", srs, "-o", there)).isEqualTo(1);
    assertThat(err.toString()).contains("is there already; --force writes over it");
    assertThat(Path.of(there)).hasContent("http: {port: 1}");
    assertThat(run("srs", srs, "-o", there, "--force")).isZero();
    assertThat(Path.of(there)).content().contains("port: 1940");
  }

  @Test
  void includesFilesByPatternsFromTheFolderOfTheFile() throws IOException {
    file("apps/b.conf", "application b { live on; }");
    file("apps/a.conf", "application a { live on; }");
    file("apps/.hidden.conf", "application hidden { live on; }");
    file("apps/more/c.conf", "application c { live on; }");
    String nginx =
        file(
            "nginx.conf",
            "rtmp { server { listen 1935; include apps/*.conf; include apps/mor?/c.conf; } }");
    assertThat(run("nginx-rtmp", nginx)).isZero();
    assertThat(out.toString()).containsSubsequence("\"a/**\"", "\"b/**\"", "\"c/**\"");
    assertThat(out.toString()).doesNotContain("hidden");
    assertThat(err.toString()).contains("Taken:").contains("a.conf:1:17: live");
  }

  @Test
  void saysWhereAFileIsBroken() throws IOException {
    String srs = file("srs.conf", "listen 1935;\nvhost a {\n  hls { enabled on }\n}");
    assertThat(run("srs", srs)).isEqualTo(1);
    assertThat(err.toString())
        .contains("srs.conf:3:20: found \"}\"; allowed: a ; behind \"enabled\"");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void saysThatAFileCannotBeRead() throws IOException {
    assertThat(run("srs", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("NoSuchFile");
    Path bytes = folder.resolve("bytes");
    Files.write(bytes, "listen \u00e9;".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(run("srs", bytes.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is no text in UTF-8");
    String nginx = file("nginx.conf", "rtmp { include none.conf; }");
    assertThat(run("nginx-rtmp", nginx)).isEqualTo(1);
    assertThat(err.toString()).contains("nginx.conf:1:8: found \"none.conf\"");
  }

  @Test
  void aServerHasToBeNamed() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("of which server?");
  }
}
