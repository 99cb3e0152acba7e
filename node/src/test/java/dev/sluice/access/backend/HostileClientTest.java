package dev.sluice.access.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Action;
import dev.sluice.access.Crowd;
import dev.sluice.access.Question;
import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients say of themselves goes into requests to back ends, and stays a value there. */
class HostileClientTest {
  private static final String HOSTILE =
      "x\r\nX-Injected: 1\r\n\r\nGET /admin HTTP/1.1\0\"}&name=other#?\\u0022\u2028</script>";

  @ParameterizedTest
  @EnumSource(BackendForm.class)
  void nothingThatAClientSaysBecomesAFieldOrAnotherParameter(BackendForm form) {
    Told told = Told.of(HOSTILE, Map.of(HOSTILE, HOSTILE, "name", HOSTILE, "user", HOSTILE));
    var client = new Client(HOSTILE, "rtmp", "192.0.2.7", 1, HOSTILE, HOSTILE, told);
    for (Action action : Action.values()) {
      var question = new Question(action, StreamName.parse("live/a"), client);
      URI uri = URI.create("http://192.0.2.1/hook?kept=1");
      BackendRequest request = form.request(question, new Crowd(7, 30), uri);
      assertThat(request.uri().getHost()).isEqualTo("192.0.2.1");
      assertThat(request.uri().getPath()).isEqualTo("/hook");
      assertThat(request.uri().getRawFragment()).isNull();
      assertThat(request.uri().getRawQuery()).startsWith("kept=1").matches("[!-~]*");
      assertThat(request.contentType()).matches("[a-z/-]*");
      assertThat(request.body()).doesNotContain("\r").doesNotContain("\n").doesNotContain("\0");
      assertThat(HttpRequest.newBuilder(request.uri()).build().headers().map()).isEmpty();
      if (form == BackendForm.NGINX) { // the last one of a name counts there
        assertThat(request.body()).matches(".*&name=a(&type=live)?");
      }
    }
  }
}
