package dev.sluice.access.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.access.Action;
import dev.sluice.access.Crowd;
import dev.sluice.access.Question;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.access.backend.BackendReply.Moved;
import dev.sluice.access.backend.BackendReply.Sent;
import dev.sluice.hub.Client;
import dev.sluice.hub.Told.Login;
import java.net.URI;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a back end is asked and what its replies mean. In all forms a status from 500 on is a failure
 * of the back end, and whatever is not a yes otherwise is a no.
 */
public enum BackendForm {
  /**
   * SRS's {@code http_hooks}, {@code on_publish} and {@code on_play}: a JSON object by POST. A yes
   * is status 200 or 201 with the body {@code 0}, or an object whose {@code code} is the integer 0.
   */
  SRS {
    @Override
    String key(Question question) {
      return question.client().connectionId(); // each play is asked for by itself
    }

    @Override
    BackendRequest request(Question question, Crowd crowd, URI uri) {
      boolean plays = question.action() == Action.PLAY;
      String action = plays ? "on_play" : "on_publish";
      ObjectNode json = SrsBody.of(action, question.stream(), question.client(), plays);
      return BackendRequest.post(uri, "application/json", json.toString());
    }

    @Override
    BackendReply judge(int status, UnaryOperator<@Nullable String> headers, String body) {
      if (status != OK && status != CREATED) {
        return new Denied("status " + status, ONCE_MS);
      }
      String text = body.strip();
      if (text.equals("0")) {
        return new Allowed("", 0, ONCE_MS);
      }
      JsonNode code = json(text).path("code");
      return code.isIntegralNumber() && code.canConvertToLong() && code.asLong() == 0
          ? new Allowed("", 0, ONCE_MS)
          : new Denied("no code 0", ONCE_MS);
    }
  },

  /**
   * Flussonic's {@code on_play} and {@code on_publish}: parameters of a GET, of a POST for
   * publishing. A yes is 200; {@code X-AuthDuration} says for how many seconds yes or no holds,
   * {@code X-UserId} and {@code X-Max-Sessions} for whom and how often. 3xx with a {@code Location}
   * sends a viewer there.
   */
  FLUSSONIC {
    @Override
    String key(Question question) {
      return session(question).toString();
    }

    @Override
    BackendRequest request(Question question, Crowd crowd, URI uri) {
      Client client = question.client();
      var fields = new LinkedHashMap<String, String>();
      fields.put("name", question.stream().toString());
      fields.put("proto", client.protocol());
      fields.put("ip", client.address());
      Question.Standing in = standing(question);
      fields.put("request_type", in == null ? "new_session" : "update_session");
      fields.put("request_number", in == null ? "0" : Integer.toString(in.number()));
      fields.put("session_id", session(question).toString());
      fields.put("stream_clients", Integer.toString(crowd.stream()));
      fields.put("total_clients", Integer.toString(crowd.all()));
      if (in != null) {
        fields.put("duration", Long.toString(in.forMs() / MS_PER_S));
        if (in.bytes() != Question.Standing.UNKNOWN) {
          fields.put("bytes", Long.toString(in.bytes()));
        }
      }
      putIfAny(fields, "token", client.token());
      putIfAny(fields, "qs", form(given(client)));
      putIfAny(fields, "user_agent", client.software());
      putIfAny(fields, "referer", client.told().page());
      String method = question.action() == Action.PUBLISH ? "POST" : "GET";
      return new BackendRequest(method, with(uri, form(fields)), "", "");
    }

    @Override
    BackendReply judge(int status, UnaryOperator<@Nullable String> headers, String body) {
      long validMs = number(headers.apply("X-AuthDuration"), DEFAULT_S, MAX_S) * MS_PER_S;
      validMs = Math.max(validMs, MS_PER_S);
      String location = headers.apply("Location");
      if (status / 100 == 3 && location != null && LOCATION.matcher(location).matches()) {
        return new Moved(location, validMs);
      }
      if (status != OK) {
        return new Denied("status " + status, validMs);
      }
      String user = headers.apply("X-UserId");
      boolean one = "true".equals(headers.apply("X-Unique"));
      long sessions = number(headers.apply("X-Max-Sessions"), one ? 1 : 0, Integer.MAX_VALUE);
      return new Allowed(shown(user), Math.toIntExact(sessions), validMs);
    }

    @Override
    public boolean isAskedOnce() {
      return false;
    }

    // a session is a stream, an address, a protocol and a token
    private UUID session(Question question) {
      Client client = question.client();
      String parts =
          String.join(
              "\n",
              question.action().label(),
              question.stream().toString(),
              client.address(),
              client.protocol(),
              client.token() == null ? "" : client.token());
      return UUID.nameUUIDFromBytes(parts.getBytes(UTF_8));
    }
  },

  /**
   * nginx-rtmp's {@code on_publish}, {@code on_play} and {@code on_update}: a form by POST, with
   * the client's own parameters before ours, so that it cannot replace them. A yes is 2xx; 3xx with
   * a name as {@code Location} is one for the stream of that name, and with a URL of RTMP it sends
   * a viewer there. All questions about a client name the stream that it has asked for.
   */
  NGINX {
    @Override
    boolean hasUpdates() {
      return true;
    }

    @Override
    String noMove() {
      return "it is to be pushed to another server, which this one cannot do";
    }

    @Override
    String key(Question question) {
      String connection = question.client().connectionId();
      Question.Standing in = standing(question);
      return in == null ? connection : connection + " " + in.number();
    }

    @Override
    BackendRequest request(Question question, Crowd crowd, URI uri) {
      Client client = question.client();
      Place place = Place.of(question.asked());
      boolean publishes = question.action() == Action.PUBLISH;
      Question.Standing in = standing(question);
      String call = (in == null ? "" : "update_") + (publishes ? "publish" : "play");
      Map<String, String> ours = NginxBody.of(call, client, place.vhost(), place.app());
      if (in != null) {
        ours.put("time", Long.toString(in.forMs() / MS_PER_S));
        ours.put("timestamp", Long.toString(in.forMs()));
      }
      ours.put("name", place.stream());
      if (publishes && in == null) {
        ours.put("type", "live");
      }
      return BackendRequest.post(
          uri, "application/x-www-form-urlencoded", NginxBody.form(client, ours));
    }

    @Override
    BackendReply judge(int status, UnaryOperator<@Nullable String> headers, String body) {
      if (status / 100 == 2) {
        return new Allowed("", 0, ONCE_MS);
      }
      String location = status / 100 == 3 ? headers.apply("Location") : null;
      if (location == null) {
        return new Denied("status " + status, ONCE_MS);
      }
      if (NAME.matcher(location).matches()) {
        return new Sent(location, ONCE_MS);
      }
      return location.startsWith("rtmp") && LOCATION.matcher(location).matches()
          ? new Moved(location, ONCE_MS)
          : new Denied("it is sent to what is no stream's name and no URL of RTMP", ONCE_MS);
    }
  },

  /**
   * Red5's round trip authentication: a JSON object by POST with what the client gave as user,
   * password and token. A yes is 200 with {@code "result":true}.
   */
  RED5 {
    @Override
    String key(Question question) {
      return question.client().connectionId();
    }

    @Override
    BackendRequest request(Question question, Crowd crowd, URI uri) {
      Client client = question.client();
      Login login = client.told().login();
      ObjectNode json = JSON.createObjectNode();
      json.put("type", question.action() == Action.PUBLISH ? "publisher" : "subscriber");
      json.put("username", login == null ? "" : login.user());
      json.put("password", login == null ? "" : login.password());
      json.put("token", client.token() == null ? "" : client.token());
      json.put("streamID", Place.of(question.stream()).stream());
      return BackendRequest.post(uri, "application/json", json.toString());
    }

    @Override
    BackendReply judge(int status, UnaryOperator<@Nullable String> headers, String body) {
      JsonNode result = json(body).path("result");
      return status == OK && result.isBoolean() && result.asBoolean()
          ? new Allowed("", 0, ONCE_MS)
          : new Denied(status == OK ? "no result true" : "status " + status, ONCE_MS);
    }
  };

  /** Characters of a reply that are read. */
  public static final int MAX_BODY = 16_384;

  /** Characters of a client's parameters, or of its token, that are handed on. */
  static final int MAX_GIVEN = 8_192;

  /** An answer that is good for one question, so long that it is found when that is asked again. */
  static final long ONCE_MS = 2_000;

  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int SERVER_FAILED = 500;
  private static final long MS_PER_S = 1_000;

  /** How long a decision holds when Flussonic's back end does not say: 30 s. */
  private static final long DEFAULT_S = 30;

  private static final long MAX_S = 86_400;

  /** Of an address that somebody is sent to: what can stand in a header, and is not relative. */
  private static final Pattern LOCATION =
      Pattern.compile("(?:(?:https?|rtmps?)://|/(?!/))[!#-;=?-\\[\\]_a-z~]{1,2000}");

  /** What may stand in the name of a stream behind its app; more is looked at when it is taken. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,200}");

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Whether an answer is good for a connection as long as it lasts, and is not asked for again. */
  public boolean isAskedOnce() {
    return true;
  }

  /** Why a publisher who is sent to another server is refused. */
  String noMove() {
    return "a publisher is sent elsewhere";
  }

  /** Whether it may be told from time to time of those who are in, and have them go. */
  boolean hasUpdates() {
    return false;
  }

  /** What answers are kept under: questions with the same key have the same answer. */
  abstract String key(Question question);

  /** What is to be asked. */
  abstract BackendRequest request(Question question, Crowd crowd, URI uri);

  abstract BackendReply judge(int status, UnaryOperator<@Nullable String> headers, String body);

  /**
   * What a reply means.
   *
   * @param headers gives the value of a header, null when there is none
   * @param body at most {@link #MAX_BODY} characters
   */
  public BackendReply reply(int status, UnaryOperator<@Nullable String> headers, String body) {
    return status >= SERVER_FAILED ? new Failed("status " + status) : judge(status, headers, body);
  }

  /** What is known of somebody whom the back end has let in; null for all others. */
  private static Question.@Nullable Standing standing(Question question) {
    return question.isOfProvedBy(BackendProver.NAME) ? question.standing() : null;
  }

  /** What the client gave as parameters, as much of it as is handed on; it may be secret. */
  public static Map<String, String> given(Client client) {
    var given = new LinkedHashMap<String, String>();
    int chars = 0;
    for (Map.Entry<String, String> each : client.told().parameters().entrySet()) {
      chars += each.getKey().length() + each.getValue().length();
      if (chars <= MAX_GIVEN) {
        given.put(each.getKey(), each.getValue());
      }
    }
    return given;
  }

  /** As a query, or the body of a form. */
  public static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** As part of a path: all but the slashes is escaped where it has to be. */
  public static String path(String text) {
    return encoded(text).replace("%2F", "/");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static void putIfAny(Map<String, String> fields, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      fields.put(name, value);
    }
  }

  private static URI with(URI uri, String query) {
    String text = uri.toString();
    return URI.create(text + (uri.getRawQuery() == null ? "?" : "&") + query);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException malformed) {
      return JSON.missingNode();
    }
  }

  private static long number(@Nullable String text, long otherwise, long most) {
    return text != null && DIGITS.matcher(text.strip()).matches()
        ? Math.min(most, Long.parseLong(text.strip()))
        : otherwise;
  }

  /** A user as a log may show it. */
  private static String shown(@Nullable String user) {
    String printable = user == null ? "" : user.strip().replaceAll("[^\\x21-\\x7E]", "?");
    return printable.length() > 64 ? printable.substring(0, 64) : printable;
  }
}
