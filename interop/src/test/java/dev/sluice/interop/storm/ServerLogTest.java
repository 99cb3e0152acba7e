package dev.sluice.interop.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServerLogTest {
  private static final ServerLog LOG =
      new ServerLog(
          List.of(
              "T INFO  id=R-1 event=publish stream=a/b peer=127.0.0.1:1001 by=x again=false",
              "T INFO  id=R-1 event=closed peer=127.0.0.1:1001 protocol=rtmp reason=malformed why=y",
              "T INFO  id=R-1 event=unpublish stream=a/b peer=127.0.0.1:1001 reason=malformed",
              "T INFO  id=R-2 event=stop stream=a/b peer=127.0.0.1:1002 reason=peer-left ms=1",
              "T INFO  event=refused peer=127.0.0.1:1003 protocol=rtmp reason=too-many",
              "T INFO  event=refused peer=127.0.0.1:1003 protocol=rtmp reason=too-few",
              "T INFO  id=R-4 event=closed peer=127.0.0.1:1004 protocol=rtmp reason=silent why=y",
              "T INFO  id=R-4 event=closed peer=127.0.0.1:1004 protocol=rtmp reason=silent why=y",
              "T INFO  id=H-5 event=stop stream=a/b peer=127.0.0.1:1005 reason=evicted",
              "T WARN  event=odd what=\"something\"",
              "T WARN  event=odd peer=1.2.3.4:5 what=\"something\"",
              "T ERROR id=R-6 event=fault peer=1.2.3.4:5 protocol=rtmp",
              "\tat dev.sluice.Some.method(Some.java:1)",
              "LEAK: ByteBuf.release() was not called"));

  @Test
  void whoWasEndedNeedsALineOfTheReasonEachTime() {
    assertThat(LOG.endedWithoutAWord(List.of(1001, 1003, 1003, 1004))).isEmpty();
    assertThat(LOG.endedWithoutAWord(List.of(1001, 1001, 1002, 1003, 1003, 1003, 1004, 1005)))
        .containsExactlyInAnyOrder(
            "port 1001, 2 times", "port 1002, 1 times", "port 1003, 3 times", "port 1005, 1 times");
  }

  @Test
  void nobodyEndsTwice() {
    assertThat(LOG.endedTwice()).containsExactly("R-4");
  }

  @Test
  void warningsSayWhoAndWhy() {
    assertThat(LOG.unexplained())
        .containsExactly(
            "T WARN  event=odd what=\"something\"",
            "T ERROR id=R-6 event=fault peer=1.2.3.4:5 protocol=rtmp");
  }

  @Test
  void stackTracesAndLostBuffersAreSeen() {
    assertThat(LOG.stackTracesAndLostBuffers()).hasSize(2);
  }
}
