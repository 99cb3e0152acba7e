package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChildrenTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension final Children children = new Children();

  @Test
  void outputAndStatusAreKept() {
    var child =
        children.start(
            Map.of("GREETING", "hello"),
            List.of("sh", "-c", "echo $GREETING; echo oops >&2; exit 3"));
    assertThat(child.waitFor(SOON)).isEqualTo(3);
    assertThat(child.output()).isEqualTo("hello\noops");
  }

  @Test
  void runReturnsTheOutputOrFailsWithIt() {
    assertThat(children.run(SOON, "echo", "fine")).isEqualTo("fine");
    assertThatThrownBy(() -> children.run(SOON, "sh", "-c", "echo broken; exit 1"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("broken");
  }

  @Test
  void aLineCanBeWaitedFor() {
    var child = children.start("sh", "-c", "echo ready at 1; exec tail -f /dev/null");
    assertThat(child.waitForLine(SOON, line -> line.startsWith("ready"))).isEqualTo("ready at 1");
  }

  @Test
  void waitingForALineEndsWithTheProgram() {
    var child = children.start("echo", "something else");
    assertThatThrownBy(() -> child.waitForLine(Duration.ofMinutes(5), "ready"::equals))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("something else");
  }

  @Test
  void closingKillsTheWholeFamily() {
    var child = children.start("sh", "-c", "sh -c 'echo up; exec tail -f /dev/null' & wait");
    child.waitForLine(SOON, "up"::equals);
    List<ProcessHandle> family = child.process().descendants().toList();
    assertThat(family).isNotEmpty();
    children.close();
    Await.until("the family gone", () -> family.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void stopAsksPolitely() {
    var child =
        children.start(
            "sh", "-c", "tail -f /dev/null & trap 'kill $!; echo bye; exit 7' TERM; echo up; wait");
    child.waitForLine(SOON, "up"::equals);
    assertThat(child.stop(SOON)).isEqualTo(7);
    assertThat(child.output()).contains("bye");
  }

  @Test
  void freePortsDifferAndAreFree() throws IOException {
    List<Integer> ports = FreePorts.take(20);
    assertThat(ports)
        .hasSize(20)
        .doesNotHaveDuplicates()
        .allMatch(port -> !FreePorts.isTaken(port));
    try (ServerSocket socket = new ServerSocket(FreePorts.next())) {
      assertThat(FreePorts.isTaken(socket.getLocalPort())).isTrue();
    }
  }
}
