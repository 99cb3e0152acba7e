package dev.sluice.node.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the configuration file. Control plane only: blocks on the disk. */
public final class ConfigSource {
  /** The file that is read when nobody names one and it is there. */
  public static final String DEFAULT_FILE = "sluice.yaml";

  /** Variable that names the file. */
  public static final String FILE_VARIABLE = "SLUICE_CONFIG";

  /** Variables that are no keys: this one and those that the launcher and the tools read. */
  public static final Set<String> OTHER_VARIABLES =
      Set.of(
          FILE_VARIABLE,
          "SLUICE_JAVA_HOME",
          "SLUICE_JAVA_OPTIONS",
          "SLUICE_SERVER",
          "SLUICE_TOKEN");

  private ConfigSource() {}

  /**
   * Reads file and environment.
   *
   * @param file null for the one that {@link #FILE_VARIABLE} names, else {@link #DEFAULT_FILE} of
   *     the working folder, else none
   * @param env as {@link System#getenv()} gives it
   * @throws ConfigException with everything that is wrong, also when the file cannot be read
   */
  public static Loaded load(@Nullable Path file, Map<String, String> env) throws ConfigException {
    Path chosen = file == null ? fileOf(env) : file;
    String text = chosen == null ? "" : text(chosen);
    return parse(new ConfigOrigin(chosen, env, text, List.of()));
  }

  /**
   * Reads {@code origin} once more: the same file, or the one that is there by now. The environment
   * is the same, for that of a process does not change, and so is the store.
   *
   * @throws ConfigException when it cannot be read
   */
  static ConfigOrigin again(ConfigOrigin origin) throws ConfigException {
    Path next = origin.nextFile();
    String text = next == null ? "" : text(next);
    return new ConfigOrigin(next, origin.environment(), text, origin.stored());
  }

  /**
   * Takes what was read.
   *
   * @throws ConfigException with everything that is wrong
   */
  static Loaded parse(ConfigOrigin origin) throws ConfigException {
    Path file = origin.file();
    String name = file == null ? DEFAULT_FILE : file.toString();
    return switch (ConfigParser.parse(name, origin.text(), origin.environment(), origin.stored())) {
      case ConfigParser.Valid(Loaded loaded) ->
          new Loaded(
              loaded.config(), loaded.effective(), loaded.sections(), loaded.warnings(), origin);
      case ConfigParser.Invalid(List<Problem> problems) -> throw new ConfigException(problems);
    };
  }

  /** The file that {@link #load} reads when it is given none; null for none. */
  public static @Nullable Path fileOf(Map<String, String> env) {
    String named = env.getOrDefault(FILE_VARIABLE, "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    Path standard = Path.of(DEFAULT_FILE);
    return Files.exists(standard) ? standard : null;
  }

  private static String text(Path file) throws ConfigException {
    try {
      long size = Files.size(file);
      if (size > YamlText.MAX_LENGTH) {
        throw refused(file, size + " bytes", "at most " + YamlText.MAX_LENGTH);
      }
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw refused(file, "bytes that are not UTF-8", "text in UTF-8");
    } catch (NoSuchFileException _) {
      throw refused(file, "no such file", "a file that can be read");
    } catch (IOException cause) {
      throw refused(file, "that it cannot be read: " + cause, "a file that can be read");
    }
  }

  private static ConfigException refused(Path file, String found, String allowed) {
    return new ConfigException(
        List.of(new Problem(new Layer.File(file.toString(), 0, 0), "", found, allowed)));
  }
}
