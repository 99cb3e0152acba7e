package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  @Test
  void portsDifferAndLieBelowWhatTheSystemHandsOut() {
    List<Integer> ports = FreePorts.take(50);
    assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 12_000 && port < 32_000);
  }

  @Test
  void aPortThatIsListenedOnIsTaken() throws IOException {
    try (ServerSocket socket = new ServerSocket(FreePorts.next())) {
      assertThat(FreePorts.isTaken(socket.getLocalPort())).isTrue();
    }
  }
}
