package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signs of a container, on made-up file systems. */
class ContainerHintTest {
  @TempDir Path root;

  @ParameterizedTest(name = "{0} with [{1}]: {2}")
  @CsvSource({
    ".dockerenv, '', /.dockerenv",
    "run/.containerenv, '', /run/.containerenv",
    "run/systemd/container, podman, /run/systemd/container",
    "proc/1/cgroup, 0::/init.scope, ",
    "proc/1/cgroup, 12:memory:/docker/0123, /proc/1/cgroup: docker",
    "proc/1/cgroup, 0::/kubepods.slice/x, /proc/1/cgroup: kubepods",
    "proc/self/mountinfo, 22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw, ",
    "proc/self/mountinfo, 22 1 0:50 / / rw - overlay overlay rw, "
        + "/proc/self/mountinfo: root is an overlay",
    "proc/self/mountinfo, 22 1 0:50 / /var/lib/docker/x rw - overlay overlay rw, ",
    "proc/self/mountinfo, nonsense, ",
    "etc/hostname, somewhere, "
  })
  void whatGivesAContainerAway(String file, String content, @Nullable String hint)
      throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content + "\n");
    assertThat(ContainerHint.find(root, Map.of("HOME", "/root"))).isEqualTo(hint);
  }

  @Test
  void variablesDoToo() {
    assertThat(ContainerHint.find(root, Map.of("container", "podman"))).isEqualTo("$container");
    assertThat(ContainerHint.find(root, Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1")))
        .isEqualTo("$KUBERNETES_SERVICE_HOST");
    assertThat(ContainerHint.find(root, Map.of())).isNull();
  }
}
