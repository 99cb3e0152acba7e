package dev.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which programs that tests need are on this machine.
 *
 * <p>{@code ./verify} has looked already and says so in {@code VERIFY_TOOLS}, separated by commas;
 * a test that is run by itself looks here.
 */
public final class Tools {
  /** All names that {@link Needs} may use. */
  static final Set<String> NAMES =
      new TreeSet<>(
          List.of(
              "ffmpeg",
              "ffmpeg8",
              "gst-rtmp",
              "nginx-rtmp",
              "chromium",
              "vlc",
              "rtmpdump",
              "cc",
              "node",
              "netns",
              "openssl",
              "maven"));

  private static final Tools THIS_MACHINE = new Tools(System.getenv("VERIFY_TOOLS"));

  private final @Nullable Set<String> told;
  private final Map<String, Boolean> found = new ConcurrentHashMap<>();

  /**
   * Starts from what is known.
   *
   * @param told names separated by commas, or null when it has to be found out
   */
  Tools(@Nullable String told) {
    this.told = told == null ? null : Set.copyOf(Arrays.asList(told.split(",")));
  }

  /** The tools of this machine; looked for once a test JVM. */
  public static Tools ofThisMachine() {
    return THIS_MACHINE;
  }

  /** Those of {@code names} that mean nothing. */
  static Set<String> unknown(Collection<String> names) {
    Set<String> unknown = new LinkedHashSet<>(names);
    unknown.removeAll(NAMES);
    return unknown;
  }

  /** Is the tool called {@code name} here? */
  public boolean has(String name) {
    return told != null ? told.contains(name) : found.computeIfAbsent(name, Tools::look);
  }

  /** The program {@code name} on the search path, or empty. */
  public static Optional<Path> program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static boolean look(String name) {
    return switch (name) {
      case "ffmpeg" -> program("ffmpeg").isPresent() && program("ffprobe").isPresent();
      case "ffmpeg8" -> Ffmpeg8.jar().isPresent() && succeeds(Ffmpeg8.ffmpeg(), "-version");
      case "gst-rtmp" ->
          program("gst-launch-1.0").isPresent()
              && succeeds("gst-inspect-1.0", "--exists", "rtmp2sink")
              && succeeds("gst-inspect-1.0", "--exists", "flvmux")
              && succeeds("gst-inspect-1.0", "--exists", "x264enc");
      case "nginx-rtmp" ->
          program("nginx").isPresent()
              && Files.exists(Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so"));
      case "chromium" -> program("chromium").isPresent() || program("chromium-browser").isPresent();
      case "vlc" -> program("vlc").isPresent() && hasVlcPlugin("demux/libadaptive_plugin.so");
      case "netns" -> mayMakeNamespaces();
      case "maven" -> program("mvn").isPresent();
      case "node" ->
          succeeds("node", "-e", "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)");
      default -> program(name).isPresent();
    };
  }

  /** Debian's {@code vlc} alone plays nothing: all that it can is in plugins. */
  private static boolean hasVlcPlugin(String name) {
    try (Stream<Path> libraries = Files.list(Path.of("/usr/lib"))) {
      return libraries.anyMatch(folder -> Files.exists(folder.resolve("vlc/plugins/" + name)));
    } catch (IOException e) {
      return false; // no such folder
    }
  }

  private static boolean mayMakeNamespaces() {
    String name = "sluice-look-" + ProcessHandle.current().pid();
    return succeeds("ip", "netns", "add", name) && succeeds("ip", "netns", "delete", name);
  }

  private static boolean succeeds(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(20, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false; // no such program
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
