package dev.sluice.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sluice} in a folder of its own, with a JDK and a Maven that only say what they see. */
class LauncherTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static final String JAVA =
      """
      #!/bin/sh
      for option; do
        case $option in
          -XX:AOTCacheOutput=*) [ -z "$BREAK_TRAINING" ] || exit 1
            echo cache >"${option#*=}"; exit 0 ;;
        esac
      done
      echo "pid $$"
      for argument; do echo "arg $argument"; done
      """;

  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >>mvn.calls
      [ -z "$BREAK_BUILD" ] || { echo "[ERROR] it does not compile"; exit 1; }
      mkdir -p app/target/lib
      : >app/target/lib/b.jar
      : >app/target/lib/a.jar
      : >app/target/sluice-app-9.9.9.jar
      """;

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private Path root;

  @BeforeEach
  void makeAProject() throws IOException {
    root = Files.createDirectories(folder.resolve("a clone"));
    Files.copy(Path.of("..", "sluice"), root.resolve("sluice"));
    executable(root.resolve("sluice"), null);
    Files.writeString(root.resolve("pom.xml"), "<project>\n  <version>9.9.9</version>\n");
    write("app/pom.xml", "<project/>");
    write("app/src/main/java/Main.java", "class Main {}");
    write("app/src/test/java/MainTest.java", "class MainTest {}");
    Path tools = Files.createDirectories(folder.resolve("tools"));
    executable(tools.resolve("mvn"), MAVEN);
    environment.put("PATH", tools + ":/usr/bin:/bin");
    environment.put("SLUICE_JAVA_HOME", jdk("jdk-25", "25.0.3").toString());
    environment.put("SLUICE_JAVA_OPTIONS", "");
    environment.put("BREAK_BUILD", "");
    environment.put("BREAK_TRAINING", "");
  }

  @Test
  void saysItsVersionWithoutBuilding() {
    assertThat(succeeds("--version")).isEqualTo("sluice 9.9.9");
    assertThat(root.resolve("target")).doesNotExist();
  }

  @Test
  void helpsWithoutBuilding() {
    assertThat(succeeds("--help")).contains("Not built yet").contains("./sluice demo");
    assertThat(root.resolve("target")).doesNotExist();
  }

  @Test
  void buildsOnFirstUseOnlyWithoutTestsOrAnalysis() throws IOException {
    assertThat(succeeds("run")).contains("sluice: building").contains("arg run");
    assertThat(succeeds("run")).doesNotContain("building").contains("arg run");
    assertThat(mavenCalls())
        .singleElement()
        .asString()
        .contains("process-classes jar:jar")
        .doesNotContain("analysis");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws IOException {
    succeeds("run");
    touch("app/src/test/java/MainTest.java");
    assertThat(succeeds("run")).doesNotContain("building");
    touch("app/src/main/java/Main.java");
    assertThat(succeeds("run")).contains("building");
    assertThat(mavenCalls()).hasSize(2);
  }

  @Test
  void theJvmIsBoundedAndTakesOwnOptionsLast() {
    environment.put("SLUICE_JAVA_OPTIONS", "-Xmx2g -Dx=y");
    List<String> arguments = arguments(succeeds("run", "--config", "with blank.yaml"));
    assertThat(arguments)
        .contains("-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED")
        .anyMatch(argument -> argument.matches("-Xmx\\d+m"))
        .anyMatch(argument -> argument.matches("-XX:MaxDirectMemorySize=\\d+m"))
        .endsWith("dev.sluice.Main", "run", "--config", "with blank.yaml");
    assertThat(arguments.indexOf("-Xmx2g"))
        .isGreaterThan(indexOf(arguments, "-Xmx\\d+m"))
        .isLessThan(arguments.indexOf("-cp"));
  }

  @Test
  void theClassPathIsJarsByNameInOneOrder() {
    List<String> arguments = arguments(succeeds("run"));
    String path = arguments.get(arguments.indexOf("-cp") + 1);
    assertThat(List.of(path.split(":")).stream().map(jar -> jar.replaceAll(".*/", "")))
        .containsExactly("a.jar", "b.jar", "sluice-app-9.9.9.jar");
  }

  @Test
  void theStartUpCacheIsUsedOnlyWithTheOptionsItWasMadeWith() {
    assertThat(arguments(succeeds("run"))).anyMatch(LauncherTest::isCache);
    assertThat(arguments(succeeds("run"))).anyMatch(LauncherTest::isCache);
    environment.put("SLUICE_JAVA_OPTIONS", "-XX:+UseG1GC");
    assertThat(arguments(succeeds("run"))).noneMatch(LauncherTest::isCache);
  }

  @Test
  void trainingThatFailsCostsNothingButTheCache() {
    environment.put("BREAK_TRAINING", "yes");
    assertThat(arguments(succeeds("run"))).contains("run").noneMatch(LauncherTest::isCache);
  }

  @Test
  void aBrokenBuildIsShownAndNothingStarts() throws IOException {
    environment.put("BREAK_BUILD", "yes");
    Children.Child child = start(root.resolve("sluice").toString(), "run");
    assertThat(child.waitFor(BOUND)).isEqualTo(1);
    assertThat(child.output()).contains("it does not compile").contains("build.log");
    assertThat(child.output()).doesNotContain("arg run");
    environment.put("BREAK_BUILD", "");
    assertThat(succeeds("run")).contains("arg run"); // nothing is left locked
  }

  @Test
  void worksFromAnyFolderAndThroughLinks() throws IOException {
    Path link = folder.resolve("elsewhere");
    Files.createSymbolicLink(link, folder.resolve("hop"));
    Files.createSymbolicLink(folder.resolve("hop"), Path.of("a clone/sluice"));
    Children.Child child = start(link.toString(), "run");
    assertThat(child.waitFor(BOUND)).as(child.output()).isZero();
    assertThat(child.output()).contains("arg run");
    assertThat(root.resolve("target/dist/current")).exists();
  }

  @Test
  void becomesTheJvmSoThatSignalsReachIt() {
    succeeds("run");
    Children.Child child = start(root.resolve("sluice").toString(), "run");
    assertThat(child.waitFor(BOUND)).isZero();
    assertThat(child.output()).contains("pid " + child.process().pid());
  }

  @Test
  void saysWhatIsWrongWithTheJdkThatWasNamed() throws IOException {
    environment.put("SLUICE_JAVA_HOME", jdk("jdk-17", "17.0.15").toString());
    assertThat(fails("run")).contains("is not a JDK 25 (it is Java 17)");
  }

  @Test
  void findsTheJdkByItsReleaseFileWhereverJavaHomePoints() throws IOException {
    environment.put("SLUICE_JAVA_HOME", "");
    Path home = jdk("another 25", "25");
    environment.put("JAVA_HOME", home.toString());
    assertThat(succeeds("--jdk")).isEqualTo(home.toString());
  }

  @Test
  void saysThatMavenIsMissing() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few"));
    for (String tool : List.of("sh", "sed", "find", "head", "readlink", "mkdir", "rm")) {
      Files.createSymbolicLink(few.resolve(tool), Path.of("/usr/bin", tool));
    }
    environment.put("PATH", few.toString());
    assertThat(fails("run")).contains("not built yet").contains("Maven 3.8 or newer");
  }

  private String succeeds(String... arguments) {
    List<String> command = new ArrayList<>(List.of(root.resolve("sluice").toString()));
    command.addAll(List.of(arguments));
    Children.Child child = start(command.toArray(String[]::new));
    assertThat(child.waitFor(BOUND)).as(child.describe("ended")).isZero();
    return child.output();
  }

  private String fails(String argument) {
    Children.Child child = start(root.resolve("sluice").toString(), argument);
    assertThat(child.waitFor(BOUND)).as(child.describe("ended")).isEqualTo(1);
    return child.output();
  }

  private Children.Child start(String... command) {
    return children.start(environment, folder, List.of(command));
  }

  private List<String> mavenCalls() throws IOException {
    return Files.readAllLines(root.resolve("mvn.calls"));
  }

  private static List<String> arguments(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("arg "))
        .map(line -> line.substring(4))
        .toList();
  }

  private static int indexOf(List<String> arguments, String pattern) {
    return arguments.indexOf(
        arguments.stream().filter(argument -> argument.matches(pattern)).findFirst().orElseThrow());
  }

  private static boolean isCache(String argument) {
    return argument.startsWith("-XX:AOTCache=");
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "A=\"1\"\nJAVA_VERSION=\"" + version + "\"\n");
    executable(home.resolve("bin/java"), JAVA);
    executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    return home;
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    past(path);
    past(path.getParent());
  }

  /** As old as a clone is when it is built: file times are coarse. */
  private static void past(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
  }

  private void touch(String file) throws IOException {
    Files.setLastModifiedTime(
        root.resolve(file), FileTime.from(Instant.now().plus(Duration.ofSeconds(2))));
  }

  private static void executable(Path file, @Nullable String text) throws IOException {
    if (text != null) {
      Files.writeString(file, text);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
