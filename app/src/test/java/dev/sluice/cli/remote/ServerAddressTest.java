package dev.sluice.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the server is, and with which token it is asked. */
class ServerAddressTest {
  private static final String OF_FILE = "token-of-the-file-in-the-data-folder";

  @TempDir Path folder;
  private final Map<String, String> env = new HashMap<>();

  @BeforeEach
  void makeADataFolder() throws Exception {
    Files.writeString(folder.resolve("token"), OF_FILE + "\n");
    env.put("SLUICE_DATA", folder.toString());
    env.put("SLUICE_CONFIG", Files.writeString(folder.resolve("a.yaml"), "").toString());
  }

  private ServerAddress find(@Nullable String server, @Nullable String token) throws ToolFailure {
    return ServerAddress.find(server, token, null, env);
  }

  private ToolFailure fails(@Nullable String server, @Nullable String token) {
    ToolFailure failure = catchThrowableOfType(ToolFailure.class, () -> find(server, token));
    assertThat(failure).as(server + " " + token).isNotNull();
    return failure;
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "SLUICE_HTTP_PORT, 8099, http://127.0.0.1:8099",
    "SLUICE_HTTP_LISTEN, 0.0.0.0:81, http://127.0.0.1:81",
    "SLUICE_HTTP_LISTEN, [::]:81, http://[::1]:81",
    "SLUICE_HTTP_LISTEN, '192.0.2.7:81,127.0.0.1:82', http://192.0.2.7:81",
    "SLUICE_HTTP_LISTEN, live.example:81, http://live.example:81",
    "SLUICE_SERVER, http://127.0.0.1:7, http://127.0.0.1:7",
    "SLUICE_SERVER, localhost:7, http://localhost:7",
    "SLUICE_SERVER, '', http://127.0.0.1:8080"
  })
  void theConfigurationOrTheEnvironmentSaysWhere(String variable, String value, String server)
      throws ToolFailure {
    env.put(variable, value);
    ServerAddress address = find(null, null);
    assertThat(address.uri()).hasToString(server);
    assertThat(address.token()).isEqualTo(OF_FILE);
    assertThat(address.toString()).isEqualTo(server);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "http://192.0.2.7:8080, http://192.0.2.7:8080",
    "192.0.2.7, http://192.0.2.7",
    "https://live.example/, https://live.example",
    "https://live.example/sluice//, https://live.example/sluice",
    "'[2001:db8::1]:80', 'http://[2001:db8::1]:80'"
  })
  void addressesThatAreOnes(String given, String server) throws ToolFailure {
    assertThat(find(given, "t").uri()).hasToString(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rtmp://a",
        "http://",
        "http://a b",
        "http://u:p@a",
        "http://a?x=y",
        "http://a#b",
        "://",
        "\u001B[2J"
      })
  void addressesThatAreNone(String given) {
    ToolFailure failure = fails(given, "t");
    assertThat(failure.exitCode()).isEqualTo(ToolFailure.USAGE);
    assertThat(failure.getMessage())
        .contains("is no address")
        .contains("http://192.0.2.7:8080")
        .doesNotContain("\u001B");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.7.7.7"})
  void theTokenOfTheFileIsForThisHost(String server) throws ToolFailure {
    assertThat(find(server, null).token()).isEqualTo(OF_FILE);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "http://192.0.2.7:1",
        "https://live.example",
        "http://localhost.example",
        "http://127.0.0.1.example"
      })
  void andForNoOther(String server) throws ToolFailure {
    env.put("SLUICE_ACCESS_TOKEN", "the-token-of-this-host-alone");
    assertThat(find(server, null).token()).isNull();
    env.put("SLUICE_TOKEN", "the token-of-the-tool".replace(' ', '-'));
    assertThat(find(server, null).token()).isEqualTo("the-token-of-the-tool");
  }

  @Test
  void theNearestTokenIsTaken() throws ToolFailure {
    assertThat(find(null, null).proof()).isEqualTo(folder.resolve("token").toString());
    env.put("SLUICE_ACCESS_TOKEN", "the-configured-one-of-some-length");
    assertThat(find(null, null).token()).isEqualTo("the-configured-one-of-some-length");
    env.put("SLUICE_TOKEN", "the-one-of-the-environment");
    assertThat(find(null, null).token()).isEqualTo("the-one-of-the-environment");
    ServerAddress given = find(null, "the-one-of-the-option");
    assertThat(given.token()).isEqualTo("the-one-of-the-option");
    assertThat(given.proof()).isEqualTo("--token");
    assertThat(given.toString()).doesNotContain("the-one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\r\nX: y", "é", "\t"})
  void aTokenThatWouldEndItsHeaderIsNone(String token) {
    assertThat(fails(null, token).exitCode()).isEqualTo(ToolFailure.USAGE);
  }

  @Test
  void withoutATokenItIsSaidWhereOneWasLookedFor() throws Exception {
    Files.delete(folder.resolve("token"));
    assertThat(find(null, null).token()).isNull();
    assertThat(find(null, null).proof()).isEqualTo("there is no file " + folder.resolve("token"));
    Files.writeString(folder.resolve("token"), "x".repeat(2_000));
    assertThat(find(null, null).proof()).contains("too large");
    Files.writeString(folder.resolve("token"), "x");
    assertThat(find(null, null).proof()).contains("holds no token");
  }

  @Test
  void aConfigurationThatIsWrongIsToldAndNotNeededWhereAllIsSaid() throws Exception {
    env.put("SLUICE_HTTP_PORT", "many");
    ToolFailure failure = fails(null, null);
    assertThat(failure.exitCode()).isEqualTo(ToolFailure.USAGE);
    assertThat(failure.getMessage()).contains("http.port").contains("--server URL");
    assertThat(find("http://127.0.0.1:7", "t").uri()).hasToString("http://127.0.0.1:7");
    env.put("SLUICE_HTTP_PORT", "0");
    assertThat(fails(null, null).getMessage()).contains("chance").contains("--server");
  }
}
