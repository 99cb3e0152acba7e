package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "rtmp://127.0.0.1/live/x, RTMP, 1935, live/x",
    "rtmps://127.0.0.9:1/live/x, RTMPS, 1, live/x",
    "http://localhost:8080/live/x.flv?t=1, HTTP_FLV, 8080, live/x.flv?t=1",
    "https://[::1]/x.flv, HTTPS_FLV, 443, x.flv",
    "RAW://127.0.0.1:99, RAW, 99, ''"
  })
  void urlsOfThisMachineAreRead(String url, Target.Form form, int port, String path)
      throws IOException {
    Target target = Target.parse(url);
    assertThat(target.form()).isEqualTo(form);
    assertThat(target.address().getPort()).isEqualTo(port);
    assertThat(target.address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(target.path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rtmp://10.0.0.1/live/x", "http://192.168.1.2/x.flv", "raw://0.0.0.0:1"})
  void otherMachinesAreLeftInPeace(String url) {
    assertThatThrownBy(() -> Target.parse(url))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("only talks to loopback addresses");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://127.0.0.1/x", "rtmp://127.0.0.1/live", "rtmp:///live/x", "x", "http://a b"})
  void whatCannotBeWatchedIsRefused(String url) {
    assertThatThrownBy(() -> Target.parse(url)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{1} % of {0} are {2}")
  @CsvSource({
    "100, 1, 1",
    "1800, 1, 18",
    "20, 1, 1",
    "20, 10, 2",
    "7, 100, 7",
    "300, 0, 0",
    "12000, 1, 120"
  })
  void theCheckedShareIsSpreadEvenly(int viewers, int percent, int checked) throws IOException {
    var crowd =
        new Crowd(List.of(new Crowd.Stream(Target.parse("raw://127.0.0.1:9"), null)), percent);
    assertThat(IntStream.range(0, viewers).filter(crowd::isChecked)).hasSize(checked);
    assertThat(crowd.isChecked(0)).isEqualTo(percent > 0);
  }
}
