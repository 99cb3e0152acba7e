package dev.sluice.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process runs in a container, where connections from elsewhere may look as if they
 * came from this host: port forwarding in user space does that.
 */
public final class ContainerHint {
  private static final List<String> FILES =
      List.of(".dockerenv", "run/.containerenv", "run/systemd/container");
  private static final List<String> VARIABLES = List.of("container", "KUBERNETES_SERVICE_HOST");
  private static final List<String> CGROUPS =
      List.of("docker", "kubepods", "containerd", "libpod", "lxc", "/ecs/", "garden");

  private ContainerHint() {}

  /**
   * What gives a container away, for the log; null when nothing does.
   *
   * @param root the root of the file system
   * @param environment variables of this process
   */
  public static @Nullable String find(Path root, Map<String, String> environment) {
    for (String file : FILES) {
      if (Files.exists(root.resolve(file))) {
        return "/" + file;
      }
    }
    for (String variable : VARIABLES) {
      if (environment.containsKey(variable)) {
        return "$" + variable;
      }
    }
    for (String line : lines(root.resolve("proc/1/cgroup"))) {
      for (String name : CGROUPS) {
        if (line.contains(name)) {
          return "/proc/1/cgroup: " + name;
        }
      }
    }
    for (String line : lines(root.resolve("proc/self/mountinfo"))) {
      if (isOverlayRoot(line)) {
        return "/proc/self/mountinfo: root is an overlay";
      }
    }
    return null;
  }

  /** {@code 36 35 98:0 /of/the/device /mount/point options - type source options} (proc(5)). */
  private static boolean isOverlayRoot(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length < 5 || !fields[4].equals("/")) {
      return false;
    }
    int separator = line.indexOf(" - ");
    return separator > 0 && line.startsWith("overlay ", separator + 3);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException notLinux) {
      return List.of();
    }
  }
}
