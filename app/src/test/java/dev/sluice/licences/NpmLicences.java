package dev.sluice.licences;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads licences of npm packages from the lock file of the web pages. Packages that only build the
 * pages are left out: nothing of them is shipped.
 */
final class NpmLicences {
  private static final String FOLDER = "node_modules/";
  private static final JsonMapper JSON = new JsonMapper();

  private NpmLicences() {}

  /**
   * The packages whose code is in the pages.
   *
   * @param project folder of {@code package-lock.json}
   */
  static SortedSet<Dependency> of(Path project) throws IOException {
    SortedSet<Dependency> found = new TreeSet<>();
    JsonNode lock = JSON.readTree(Files.readString(project.resolve("package-lock.json")));
    for (Map.Entry<String, JsonNode> entry : lock.path("packages").properties()) {
      JsonNode locked = entry.getValue();
      if (!entry.getKey().contains(FOLDER) || locked.path("dev").asBoolean(false)) {
        continue;
      }
      String name = entry.getKey().substring(entry.getKey().lastIndexOf(FOLDER) + FOLDER.length());
      String licence = locked.path("license").asString("");
      if (licence.isEmpty()) {
        licence = installed(project.resolve(entry.getKey()));
      }
      found.add(new Dependency(name, locked.path("version").asString("?"), alternatives(licence)));
    }
    return found;
  }

  private static String installed(Path folder) throws IOException {
    Path file = folder.resolve("package.json");
    return Files.exists(file)
        ? JSON.readTree(Files.readString(file)).path("license").asString("")
        : "";
  }

  /** The choices of an expression like {@code (MIT OR Apache-2.0)}; "and" is left as it is. */
  static List<String> alternatives(String expression) {
    String bare = expression.strip().replaceAll("^\\((.*)\\)$", "$1");
    return bare.isEmpty() ? List.of() : Arrays.asList(bare.split(" OR "));
  }
}
