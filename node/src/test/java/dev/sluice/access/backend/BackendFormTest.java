package dev.sluice.access.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.access.Action;
import dev.sluice.access.Crowd;
import dev.sluice.access.Question;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests of each form as bytes, and what each reply means. */
class BackendFormTest {
  private static final URI ADDRESS = URI.create("http://127.0.0.1:8085/api/v1/streams");

  private static Question ask(Action action, String stream, String... parameters) {
    var given = new LinkedHashMap<String, String>();
    for (int i = 0; i < parameters.length; i += 2) {
      given.put(parameters[i], parameters[i + 1]);
    }
    return new Question(
        action,
        StreamName.parse(stream),
        new Client(
            "R-1a",
            "rtmp",
            "192.0.2.7",
            4_000,
            given.get("token"),
            "FMLE/3.0",
            Told.of("https://a.example/x", given)));
  }

  private static BackendRequest request(BackendForm form, Question question, URI uri) {
    return form.request(question, new Crowd(7, 30), uri);
  }

  @Test
  void srsIsAskedByJson() {
    BackendRequest publish =
        request(
            BackendForm.SRS, ask(Action.PUBLISH, "live/cam1", "token", "x&y", "u", "7"), ADDRESS);
    assertThat(publish)
        .isEqualTo(
            new BackendRequest(
                "POST",
                ADDRESS,
                "application/json",
                "{\"server_id\":\"sluice\",\"service_id\":\""
                    + SrsIds.SERVICE
                    + "\",\"action\":\"on_publish\","
                    + "\"client_id\":\"R-1a\",\"ip\":\"192.0.2.7\","
                    + "\"vhost\":\"__defaultVhost__\",\"app\":\"live\","
                    + "\"tcUrl\":\"rtmp://__defaultVhost__/live\",\"stream\":\"cam1\","
                    + "\"param\":\"?token=x%26y&u=7\",\"stream_url\":\"/live/cam1\","
                    + "\"stream_id\":\""
                    + SrsIds.stream(StreamName.parse("live/cam1"))
                    + "\"}"));
    BackendRequest play = request(BackendForm.SRS, ask(Action.PLAY, "a.example!b/c/d"), ADDRESS);
    assertThat(play.body())
        .contains("\"action\":\"on_play\"", "\"vhost\":\"a.example\"", "\"app\":\"b/c\"")
        .contains("\"stream\":\"d\"", "\"param\":\"\"", "\"pageUrl\":\"https://a.example/x\"")
        .contains("\"stream_url\":\"a.example/b/c/d\"");
    assertThat(request(BackendForm.SRS, ask(Action.PLAY, "alone"), ADDRESS).body())
        .contains("\"app\":\"__defaultApp__\"", "\"stream\":\"alone\"");
  }

  @Test
  void flussonicIsAskedByQuery() {
    URI address = URI.create("http://a/auth?x=1");
    BackendRequest play =
        request(BackendForm.FLUSSONIC, ask(Action.PLAY, "live/a", "token", "t t"), address);
    assertThat(play.method()).isEqualTo("GET");
    assertThat(play.body()).isEmpty();
    assertThat(play.uri().toString())
        .matches(
            "http://a/auth\\?x=1&name=live%2Fa&proto=rtmp&ip=192\\.0\\.2\\.7"
                + "&request_type=new_session&request_number=0&session_id=[0-9a-f-]{36}"
                + "&stream_clients=7&total_clients=30&token=t%20t&qs=token%3Dt%2520t&user_agent=FMLE%2F3\\.0"
                + "&referer=https%3A%2F%2Fa\\.example%2Fx");
    BackendRequest again =
        request(BackendForm.FLUSSONIC, ask(Action.PLAY, "live/a", "token", "t t"), address);
    assertThat(again).as("the same session").isEqualTo(play);
    BackendRequest other =
        request(BackendForm.FLUSSONIC, ask(Action.PLAY, "live/a", "token", "u"), address);
    assertThat(other.uri()).isNotEqualTo(play.uri());
    assertThat(request(BackendForm.FLUSSONIC, ask(Action.PUBLISH, "live/a"), ADDRESS).method())
        .isEqualTo("POST");
  }

  @Test
  void nginxIsAskedByFormAndOurFieldsCannotBeReplaced() {
    BackendRequest publish =
        request(
            BackendForm.NGINX,
            ask(Action.PUBLISH, "live/cam1", "token", "x", "addr", "127.0.0.1", "u", "7"),
            ADDRESS);
    assertThat(publish)
        .isEqualTo(
            new BackendRequest(
                "POST",
                ADDRESS,
                "application/x-www-form-urlencoded",
                "token=x&u=7&app=live&flashver=FMLE%2F3.0&swfurl="
                    + "&tcurl=rtmp%3A%2F%2F__defaultVhost__%2Flive"
                    + "&pageurl=https%3A%2F%2Fa.example%2Fx&addr=192.0.2.7&clientid=R-1a"
                    + "&call=publish&name=cam1&type=live"));
    assertThat(request(BackendForm.NGINX, ask(Action.PLAY, "live/cam1"), ADDRESS).body())
        .endsWith("&call=play&name=cam1");
    Question in = ask(Action.PUBLISH, "live/cam1", "call", "publish", "time", "0");
    var standing = new Question.Standing("backend", 4, 120_500);
    BackendRequest update =
        request(
            BackendForm.NGINX,
            new Question(in.action(), in.stream(), in.client(), standing),
            ADDRESS);
    assertThat(update.body())
        .startsWith("app=live&")
        .endsWith("&call=update_publish&time=120&timestamp=120500&name=cam1");
  }

  @Test
  void red5IsAskedByJson() {
    BackendRequest play =
        request(
            BackendForm.RED5,
            ask(Action.PLAY, "live/a", "username", "bob", "password", "p\"w", "token", "t"),
            ADDRESS);
    assertThat(play.body())
        .isEqualTo(
            "{\"type\":\"subscriber\",\"username\":\"bob\",\"password\":\"p\\\"w\","
                + "\"token\":\"t\",\"streamID\":\"a\"}");
    assertThat(request(BackendForm.RED5, ask(Action.PUBLISH, "live/a"), ADDRESS).body())
        .contains("\"type\":\"publisher\",\"username\":\"\"");
  }

  @ParameterizedTest
  @EnumSource(BackendForm.class)
  void aRequestDoesNotShowWhatMayBeSecretAndIsOfBoundedLength(BackendForm form) {
    BackendRequest request =
        request(
            form,
            ask(Action.PLAY, "live/a", "token", "a-secret", "z", "z".repeat(10_000)),
            ADDRESS);
    assertThat(request.toString()).doesNotContain("a-secret");
    assertThat(request.uri().toString().length() + request.body().length()).isLessThan(1_000);
  }

  @ParameterizedTest(name = "{0}: {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SRS   | 200 | 0                     | yes
          SRS   | 201 | 0                     | yes
          SRS   | 200 | {"code":0}            | yes
          SRS   | 200 | {"code":0,"data":{}}  | yes
          SRS   | 202 | 0                     | status 202
          SRS   | 200 | ''                    | no code 0
          SRS   | 200 | 1                     | no code 0
          SRS   | 200 | 00                    | no code 0
          SRS   | 200 | {"code":1}            | no code 0
          SRS   | 200 | {"code":"0"}          | no code 0
          SRS   | 200 | {"code":0.0}          | no code 0
          SRS   | 200 | {"code":null}         | no code 0
          SRS   | 200 | {"code":0             | no code 0
          SRS   | 200 | {"code":99999999999999999999} | no code 0
          SRS   | 200 | [0]                   | no code 0
          SRS   | 403 | 0                     | status 403
          SRS   | 302 | 0                     | status 302
          SRS   | 500 | 0                     | failed
          NGINX | 200 | ''                    | yes
          NGINX | 204 | ''                    | yes
          NGINX | 199 | ''                    | status 199
          NGINX | 300 | ''                    | status 300
          NGINX | 404 | ''                    | status 404
          NGINX | 503 | ''                    | failed
          RED5  | 200 | {"result":true}       | yes
          RED5  | 200 | {"result":true,"url":"x"} | yes
          RED5  | 201 | {"result":true}       | status 201
          RED5  | 200 | {"result":false}      | no result true
          RED5  | 200 | {"result":"true"}     | no result true
          RED5  | 200 | {"result":1}          | no result true
          RED5  | 200 | {}                    | no result true
          RED5  | 200 | ''                    | no result true
          RED5  | 401 | {"result":true}       | status 401
          RED5  | 502 | {"result":true}       | failed
          """)
  void replies(BackendForm form, int status, String body, String meaning) {
    BackendReply reply = form.reply(status, _ -> null, body);
    BackendReply expected =
        switch (meaning) {
          case "yes" -> new Allowed("", 0, BackendForm.ONCE_MS);
          case "failed" -> new Failed("status " + status);
          default -> new Denied(meaning, BackendForm.ONCE_MS);
        };
    assertThat(reply).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: duration {1}, user {2}, sessions {3}, unique {4}")
  @CsvSource({
    "200, , , , , 30000, '', 0",
    "200, 120, bob, 3, , 120000, bob, 3",
    "200, 0, bob, , true, 1000, bob, 1",
    "200, 999999, bob, 2, true, 86400000, bob, 2",
    "200, x, 'b ob', -1, , 30000, b?ob, 0",
    "200, 99999999999, , 9999999999, , 30000, '', 2147483647",
    "403, 60, , , , 60000, , ",
    "302, , , , , 30000, , ",
    "404, , , , , 30000, , "
  })
  void repliesOfFlussonic(
      int status,
      @Nullable String duration,
      @Nullable String user,
      @Nullable String sessions,
      @Nullable String unique,
      long validMs,
      @Nullable String knownAs,
      @Nullable Integer most) {
    var headers = new LinkedHashMap<String, @Nullable String>();
    headers.put("X-AuthDuration", duration);
    headers.put("X-UserId", user);
    headers.put("X-Max-Sessions", sessions);
    headers.put("X-Unique", unique);
    assertThat(BackendForm.FLUSSONIC.reply(status, headers::get, ""))
        .isEqualTo(
            knownAs == null || most == null
                ? new Denied("status " + status, validMs)
                : new Allowed(knownAs, most, validMs));
    assertThat(BackendForm.FLUSSONIC.reply(500, headers::get, ""))
        .isEqualTo(new Failed("status 500"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "302, https://b.example/live/a/index.m3u8?token=x%20y, true",
    "301, http://192.0.2.9:8080/a.flv, true",
    "307, rtmp://b.example/live/a, true",
    "302, /notice/index.m3u8, true",
    "302, //b.example/a, false",
    "302, notice/index.m3u8, false",
    "302, javascript:alert(1), false",
    "302, file:///etc/passwd, false",
    "302, '/a b', false",
    "302, '/a\"><b', false",
    "302, '/a\\b', false",
    "200, /a, false",
    "403, /a, false",
  })
  void flussonicSendsViewersElsewhere(int status, String location, boolean moved) {
    Map<String, String> headers = Map.of("Location", location, "X-AuthDuration", "60");
    BackendReply reply = BackendForm.FLUSSONIC.reply(status, headers::get, "");
    if (moved) {
      assertThat(reply).isEqualTo(new BackendReply.Moved(location, 60_000));
      assertThat(reply.toString()).doesNotContain(location);
    } else {
      assertThat(reply).isNotInstanceOf(BackendReply.Moved.class);
    }
    for (BackendForm form : BackendForm.values()) {
      if (form != BackendForm.FLUSSONIC && form != BackendForm.NGINX && status != 200) {
        assertThat(form.reply(status, headers::get, "")).isInstanceOf(Denied.class);
      }
    }
    String broken = location + "\r\nSet-Cookie: a=b";
    assertThat(BackendForm.FLUSSONIC.reply(302, _ -> broken, "")).isInstanceOf(Denied.class);
    String tooLong = "/" + "a".repeat(2_001);
    assertThat(BackendForm.FLUSSONIC.reply(302, _ -> tooLong, "")).isInstanceOf(Denied.class);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "301, other, sent",
    "302, other, sent",
    "399, an/other, sent",
    "302, ../other, sent", // which is no name of a stream
    "302, rtmp://192.0.2.9/live/b, moved",
    "302, rtmps://b.example:1936/live/b?token=x, moved",
    "302, rtmp:/b, neither",
    "302, rtmpe://b.example/live/b, neither",
    "302, http://192.0.2.9/live/b, neither",
    "302, 'rtmp://b.example/a b', neither",
    "302, other?token=x, neither",
    "302, 'an other', neither",
    "302, b.example!live/other, neither",
    "302, '', neither",
    "200, other, yes",
    "403, other, status 403",
  })
  void nginxSendsToAnotherStreamOrServer(int status, String location, String meaning) {
    BackendReply reply = BackendForm.NGINX.reply(status, Map.of("Location", location)::get, "");
    BackendReply expected =
        switch (meaning) {
          case "sent" -> new BackendReply.Sent(location, BackendForm.ONCE_MS);
          case "moved" -> new BackendReply.Moved(location, BackendForm.ONCE_MS);
          case "yes" -> new Allowed("", 0, BackendForm.ONCE_MS);
          case "neither" ->
              new Denied(
                  "it is sent to what is no stream's name and no URL of RTMP", BackendForm.ONCE_MS);
          default -> new Denied(meaning, BackendForm.ONCE_MS);
        };
    assertThat(reply).isEqualTo(expected);
  }

  @Test
  void aNameThatIsTooLongIsNone() {
    String longest = "a".repeat(200);
    assertThat(BackendForm.NGINX.reply(302, _ -> longest, ""))
        .isInstanceOf(BackendReply.Sent.class);
    assertThat(BackendForm.NGINX.reply(302, _ -> longest + "a", "")).isInstanceOf(Denied.class);
    assertThat(BackendForm.NGINX.reply(302, _ -> "a\r\nb", "")).isInstanceOf(Denied.class);
  }

  /** Whatever a back end says is understood or is a no. */
  @FuzzTest
  void anyReplyIsJudged(byte[] input) {
    String text = new String(input, UTF_8);
    Map<String, String> headers = Map.of("X-AuthDuration", text, "X-UserId", text);
    for (BackendForm form : BackendForm.values()) {
      BackendReply reply = form.reply(200, headers::get, text);
      if (reply instanceof Allowed(String user, _, long validMs)) {
        assertThat(user.length()).isLessThanOrEqualTo(64);
        assertThat(validMs).isBetween(1_000L, 86_400_000L);
      }
      assertThat(form.reply(403, headers::get, text)).isInstanceOf(Denied.class);
    }
  }
}
