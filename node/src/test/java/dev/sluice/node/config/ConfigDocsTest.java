package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is made from the records is as it stands in the repository, and is true. */
class ConfigDocsTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void theReferencePageIsUpToDate() throws IOException {
    check("docs/configuration.md", ConfigDocs.reference());
  }

  @Test
  void theSchemaIsUpToDate() throws IOException {
    check("docs/sluice.schema.json", ConfigSchema.schema());
  }

  @Test
  void theExampleIsUpToDate() throws IOException {
    check("sluice.yaml", ConfigDocs.example());
  }

  @Test
  void theExampleChangesNothing() {
    Loaded loaded = ConfigParserTest.valid(ConfigDocs.example(), Map.of());
    assertThat(loaded.config()).isEqualTo(Config.defaultConfig());
  }

  @Test
  void theExampleWithAllItsKeysGivesTheDefaults() {
    String all = ConfigDocs.example().replaceAll("(?m)^( *)#(?=[a-z])", "$1");
    Loaded loaded = ConfigParserTest.valid(all.replaceAll("(?ms)^  live/example:.*", ""), Map.of());
    assertThat(loaded.config()).isEqualTo(Config.defaultConfig());
    KeyTree.leaves()
        .forEach((key, leaf) -> {
          var setting = Objects.requireNonNull(loaded.effective().setting(key), key);
          assertThat(setting.layer() instanceof Layer.File)
              .as("%s comes from the example", key)
              .isEqualTo(leaf.byDefault() != null);
        });
  }

  @Test
  void theExampleOfAStreamIsValid() {
    String streams = ConfigDocs.example().replaceAll("(?ms).*^(?=streams:)", "");
    Loaded loaded = ConfigParserTest.valid(streams.replace("  #", "  "), Map.of());
    assertThat(loaded.config().streams().entries()).hasSize(1);
  }

  @Test
  void theSchemaHasTheKeysOfTheRecords() {
    Set<String> keys = new HashSet<>();
    collect(JsonMapper.builder().build().readTree(ConfigSchema.schema()), "", keys);
    assertThat(keys).isEqualTo(KeyTree.leaves().keySet());
  }

  private static void collect(JsonNode schema, String path, Set<String> keys) {
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      String key = path + property.getKey();
      if (property.getValue().has("properties")) {
        collect(property.getValue(), key + ".", keys);
      } else if (property.getValue().has("anyOf")) {
        keys.add(key);
      }
    }
  }

  private static void check(String name, String made) throws IOException {
    Path file = ROOT.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, made);
      return;
    }
    assertThat(file).as("-Dgolden.update=true writes it").exists();
    assertThat(Files.readString(file)).as(name).isEqualTo(made);
  }
}
