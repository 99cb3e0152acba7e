package dev.sluice.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Target;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExistingTest {
  @ParameterizedTest
  @CsvSource({
    "rtmp://127.0.0.1/live/a, 0, live/a",
    "rtmp://127.0.0.1/live/a, 2, live/a2",
    "rtmp://127.0.0.1/live/a?token=x.y, 2, live/a2?token=x.y",
    "http://127.0.0.1/live/a.flv, 2, live/a2.flv",
    "http://127.0.0.1/live/a.flv?t=1, 12, live/a12.flv?t=1"
  })
  void furtherStreamsAreNumbered(String url, int number, String path) throws IOException {
    assertThat(Existing.numbered(Target.parse(url), number).path()).isEqualTo(path);
  }

  @Test
  void nginxIsSetUpForOneWorkerAndNoAccessLog() {
    assertThat(NginxRtmp.configuration(Path.of("/tmp/x"), 1999))
        .contains("worker_processes 1;", "access_log off;", "chunk_size 4096;", "live on;")
        .contains("listen 127.0.0.1:1999;", "pid /tmp/x/nginx.pid;");
  }
}
