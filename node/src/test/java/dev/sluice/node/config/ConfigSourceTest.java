package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourceTest {
  @TempDir Path folder;

  @Test
  void theFileThatIsGivenIsRead() throws Exception {
    Path file = write("http: {port: 81}");
    Loaded loaded = ConfigSource.load(file, Map.of("SLUICE_RTMP_PORT", "82"));
    assertThat(loaded.config().http().port()).isEqualTo(81);
    assertThat(loaded.config().rtmp().port()).isEqualTo(82);
    assertThat(loaded.effective().setting("http.port"))
        .isEqualTo(
            new Setting("http.port", "81", new Layer.File(file.toString(), 1, 14), When.RESTART));
  }

  @Test
  void theFileThatTheEnvironmentNamesIsReadWhenNoneIsGiven() throws Exception {
    Path file = write("\uFEFFhttp: {port: 81}");
    var env = Map.of(ConfigSource.FILE_VARIABLE, file.toString());
    assertThat(ConfigSource.load(null, env).config().http().port()).isEqualTo(81);
    assertThat(ConfigSource.load(write("http: {port: 82}"), env).config().http().port())
        .isEqualTo(82);
  }

  @Test
  void withoutAnyFileTheDefaultsHold() throws Exception {
    assertThat(Path.of(ConfigSource.DEFAULT_FILE)).doesNotExist(); // in the folder of tests
    assertThat(ConfigSource.load(null, Map.of()).config()).isEqualTo(Config.defaultConfig());
  }

  @Test
  void aFileThatCannotBeReadIsAFault() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertRefused(missing, missing + ": found no such file; allowed: a file that can be read");
    assertRefused(folder, folder + ": found ");
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, new byte[] {'a', (byte) 0xE4});
    assertRefused(latin, latin + ": found bytes that are not UTF-8; allowed: text in UTF-8");
    Path large = folder.resolve("large.yaml");
    Files.write(large, new byte[YamlText.MAX_LENGTH + 1]);
    assertRefused(large, large + ": found 1048577 bytes; allowed: at most 1048576");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> ConfigSource.load(file, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void checkNamesWhatIsSet() throws IOException {
    Path file = write("http:\n  port: 81\naccess:\n  token: abcdefgh\n");
    var verdict =
        ConfigCheck.check(file, Map.of("SLUICE_RTMP_PORT", "82", "SLUICE_HTTP_PROT", "1"));
    assertThat(verdict.text())
        .isEqualTo(
            """
            warning: environment variable SLUICE_HTTP_PROT: found an unknown variable; allowed: \
            SLUICE_HTTP_PORT (the nearest)
            http.port = 81  (FILE:2:9)
            rtmp.port = 82  (environment variable SLUICE_RTMP_PORT)
            access.token = (hidden)  (FILE:4:10)
            Valid; 3 values are not the default's.
            """
                .replace("FILE", file.toString()));
    assertThat(verdict.exitCode()).isZero();
  }

  @Test
  void checkListsEveryFault() throws IOException {
    Path file = write("http:\n  port: x\n  prot: 1\n");
    var verdict = ConfigCheck.check(file, Map.of());
    assertThat(verdict.text())
        .isEqualTo(
            """
            error: FILE:2:9: http.port: found "x"; allowed: a whole number from 0 to 65535
            error: FILE:3:3: http.prot: found an unknown key; allowed: http.port (the nearest); \
            here: port, listen, proxyProtocol, tls, cors, bandwidthTest, managed
            Refused: 2 faults.
            """
                .replace("FILE", file.toString()));
    assertThat(verdict.exitCode()).isEqualTo(1);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "", ".yaml"), text);
  }
}
