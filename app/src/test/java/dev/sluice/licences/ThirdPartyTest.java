package dev.sluice.licences;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keeps {@code THIRD-PARTY.md} true and what we ship within the allow-list. {@code
 * -Dgolden.update=true} writes the file anew.
 */
class ThirdPartyTest {
  private static final Path FILE = Path.of("..", "THIRD-PARTY.md");

  @Test
  void allThatIsShippedMayBe() throws IOException {
    assertThat(all())
        .isNotEmpty()
        .allSatisfy(dependency ->
            assertThat(Licences.mayShip(dependency.licences()))
                .as("%s: %s", dependency.name(), dependency.licences())
                .isTrue());
  }

  @Test
  void theFileIsUpToDate() throws IOException {
    String wanted = page(maven(), npm());
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(FILE, wanted);
    }
    assertThat(Files.readString(FILE))
        .as("write it anew: mvn -pl app -am test -Dtest=ThirdPartyTest -Dgolden.update=true")
        .isEqualTo(wanted);
  }

  @Test
  void bothKindsArePresent() throws IOException {
    assertThat(maven()).extracting(Dependency::name).contains("io.netty:netty-buffer");
    assertThat(npm()).extracting(Dependency::name).contains("mpegts.js").doesNotContain("vite");
  }

  @Test
  void whatIsNotOnTheListIsRefused() {
    assertThat(Licences.mayShip(List.of("GPL-3.0-only"))).isFalse();
    assertThat(Licences.mayShip(List.of())).isFalse();
    assertThat(Licences.mayShip(List.of("MIT AND GPL-3.0-only"))).isFalse();
    assertThat(Licences.mayShip(List.of("GPL-3.0-only", "MIT"))).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "The Apache Software License, Version 2.0 | Apache-2.0",
        "The Apache License, Version 2.0 | Apache-2.0",
        "Apache License, Version 2.0 | Apache-2.0",
        "Apache-2.0 | Apache-2.0",
        "Eclipse Public License - v 2.0 | EPL-2.0",
        "MIT License | MIT",
        "BSD-2-Clause | BSD-2-Clause",
        "A Licence Of Its Own | A Licence Of Its Own",
      })
  void namesOfPomsBecomeIdentifiers(String name, String spdx) {
    assertThat(Licences.spdx(name)).isEqualTo(spdx);
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource({
    "The BSD License, https://opensource.org/licenses/BSD-3-Clause, BSD-3-Clause",
    "The BSD License, https://opensource.org/licenses/BSD-4-Clause, The BSD License",
    "The BSD License, https://example.org/licenses/BSD-3-Clause, The BSD License",
    "The BSD License, , The BSD License",
    "Another, https://opensource.org/licenses/BSD-3-Clause, Another"
  })
  void whichBsdLicenceItIsSaysItsAddress(String name, @Nullable String url, String spdx) {
    assertThat(Licences.byAddress(name, url)).isEqualTo(spdx);
  }

  @Test
  void alternativesOfNpmAreSeparate() {
    assertThat(NpmLicences.alternatives("(MIT OR GPL-3.0-or-later)"))
        .containsExactly("MIT", "GPL-3.0-or-later");
    assertThat(NpmLicences.alternatives("")).isEmpty();
  }

  private static List<Dependency> all() throws IOException {
    return Stream.concat(maven().stream(), npm().stream()).toList();
  }

  private static SortedSet<Dependency> maven() throws IOException {
    SortedSet<Dependency> found = new TreeSet<>();
    String path = Files.readString(Path.of("target", "runtime.classpath"));
    for (String jar : path.strip().split(File.pathSeparator)) {
      found.add(MavenLicences.of(Path.of(jar)));
    }
    return found;
  }

  private static SortedSet<Dependency> npm() throws IOException {
    return NpmLicences.of(Path.of("..", "console"));
  }

  private static String page(Collection<Dependency> jars, Collection<Dependency> packages) {
    return """
    # Third-party software

    Made by a test from the POMs of the jars and the lock file of the web pages; do not edit. This is
    what Sluice ships. What only builds or tests it is not part of it, and neither is FFmpeg.

    Allowed licences: %s.

    ## Jars

    | artifact | version | licence |
    | --- | --- | --- |
    %s

    ## In the web pages

    | npm package | version | licence |
    | --- | --- | --- |
    %s
    """
        .formatted(
            String.join(", ", new TreeSet<>(Licences.ALLOWED)), table(jars), table(packages));
  }

  private static String table(Collection<Dependency> dependencies) {
    return dependencies.stream().map(Dependency::line).collect(Collectors.joining("\n"));
  }
}
