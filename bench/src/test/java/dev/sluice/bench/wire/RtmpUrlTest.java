package dev.sluice.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtmpUrlTest {
  @ParameterizedTest
  @CsvSource({"live/x, live, x", "a/b/c, a/b, c", "live/x?token=a/b, live, x?token=a/b"})
  void theStreamIsTheLastElement(String path, String app, String stream) {
    assertThat(RtmpUrl.of("rtmp", "localhost", 1936, path))
        .isEqualTo(new RtmpUrl(app, stream, "rtmp://localhost:1936/" + app));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "live", "live/", "/x", "live?a=b/c"})
  void aPathWithoutBothIsRefused(String path) {
    assertThatThrownBy(() -> RtmpUrl.of("rtmp", "localhost", 1936, path))
        .hasMessageContaining("expected app/stream");
  }
}
