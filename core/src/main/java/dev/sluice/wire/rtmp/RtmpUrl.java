package dev.sluice.wire.rtmp;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Which stream a client means, in any of the forms that encoders and players put together:
 *
 * <ul>
 *   <li>{@code rtmp://host[:port]/app[/more]/stream[?key=value&…]}, the query after the app, after
 *       the stream or both; one that stands before the last slash belongs behind it;
 *   <li>the virtual host as {@code vhost=} or {@code domain=} in a query, as {@code
 *       app...vhost...name}, or else the host of the URL;
 *   <li>the app empty or {@code __defaultApp__}: the stream stands alone; the stream empty: the
 *       app's last element is the stream;
 *   <li>{@code _definst_} behind the app, kinds of files as {@code mp4:} before and {@code .flv}
 *       behind the stream, spaces, line ends, double slashes: as if they were not there.
 * </ul>
 *
 * @param host of {@code tcUrl} without port and brackets, lower case; empty when there is none
 * @param vhost as asked for, lower case; the host where nobody asked; empty when there is neither
 * @param path app and stream without slashes at the ends, percent-decoded once; may be empty
 * @param parameters of all queries, decoded; later ones win, the stream's come last
 */
public record RtmpUrl(
    String host, String vhost, String path, SequencedMap<String, String> parameters) {
  /** Parameters of one URL; the rest is left out. */
  static final int MAX_PARAMETERS = 64;

  private static final String DEFAULT_APP = "__defaultApp__";
  private static final String DEFAULT_INSTANCE = "_definst_";
  private static final String LEGACY_SEPARATOR = "...";

  /** Endings that make a stream look like a file; any other one is part of the name. */
  private static final Set<String> FILE_EXTENSIONS =
      Set.of(
          "flv", "f4v", "f4a", "f4b", "f4p", "mp4", "m4v", "m4a", "mov", "mkv", "webm", "ts", "mp3",
          "aac", "m3u8", "mpd");

  /** What librtmp and Flash put before the names of recorded streams. */
  private static final Set<String> KINDS = Set.of("flv", "mp4", "mp3", "f4v", "id3", "raw");

  public RtmpUrl {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }

  /** Without what may be secret: the values of the parameters. */
  @Override
  public String toString() {
    return "RtmpUrl[host=%s, vhost=%s, path=%s, parameters=%s]"
        .formatted(host, vhost, path, parameters.keySet());
  }

  /**
   * Reads what {@code connect} and {@code publish} or {@code play} say.
   *
   * @param tcUrl URL up to the app, empty when the client did not send one
   * @param app the app of {@code connect}; empty takes the path of {@code tcUrl}
   * @param stream the stream name of {@code publish} or {@code play}
   */
  public static RtmpUrl parse(String tcUrl, String app, String stream) {
    String url = stripped(tcUrl);
    int scheme = url.indexOf("://");
    String rest = scheme < 0 ? url : url.substring(scheme + 3);
    int authorityEnd = firstOf(rest, "/?");
    Parts tc = Parts.of(rest.substring(authorityEnd));
    Parts appParts = Parts.of(stripped(app));
    Parts streamParts = Parts.of(stripped(stream));
    var parameters = new LinkedHashMap<String, String>();
    collect(tc.query, parameters);
    Parts place = appParts.path.isEmpty() ? tc : appParts;
    if (streamParts.path.isEmpty()) {
      place = place.queryMovedBehind();
    }
    String appPath = legacyParameters(place.path, parameters);
    collect(place.query, parameters);
    collect(streamParts.query, parameters);
    String host = hostOf(rest.substring(0, authorityEnd));
    String asked = parameters.getOrDefault("vhost", parameters.getOrDefault("domain", ""));
    return new RtmpUrl(
        host,
        asked.isEmpty() ? host : asked.toLowerCase(Locale.ROOT),
        path(appPath, streamParts.path),
        parameters);
  }

  /** A path and the query behind it. */
  private record Parts(String path, String query) {
    static Parts of(String text) {
      int mark = text.indexOf('?');
      return mark < 0
          ? new Parts(text, "")
          : new Parts(text.substring(0, mark), text.substring(mark + 1));
    }

    /** {@code live?token=x/stream} is {@code live/stream?token=x}. */
    Parts queryMovedBehind() {
      int slash = query.lastIndexOf('/');
      return slash < 0 ? this : new Parts(path + query.substring(slash), query.substring(0, slash));
    }
  }

  private static String stripped(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.chars().filter(c -> c > ' ' && c != 0x7F).forEach(c -> kept.append((char) c));
    return kept.toString();
  }

  private static int firstOf(String text, String any) {
    for (int i = 0; i < text.length(); i++) {
      if (any.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  private static String hostOf(String authority) {
    String hostPort = authority.substring(authority.lastIndexOf('@') + 1);
    int end = hostPort.startsWith("[") ? hostPort.indexOf(']') : hostPort.lastIndexOf(':');
    String host = end < 0 ? hostPort : hostPort.substring(0, end);
    return (host.startsWith("[") ? host.substring(1) : host).toLowerCase(Locale.ROOT);
  }

  /** Takes {@code ...key...value} out of an app. */
  private static String legacyParameters(String app, Map<String, String> parameters) {
    int begin = app.indexOf(LEGACY_SEPARATOR);
    if (begin < 0) {
      return app;
    }
    int end = app.indexOf('/', begin);
    String legacy = app.substring(begin, end < 0 ? app.length() : end);
    String[] words = legacy.split("\\.\\.\\.", -1);
    for (int i = 1; i + 1 < words.length; i += 2) {
      put(words[i], words[i + 1], parameters);
    }
    return app.substring(0, begin) + (end < 0 ? "" : app.substring(end));
  }

  private static void collect(String query, Map<String, String> parameters) {
    for (String pair : query.split("[&?]", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0) {
        put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)), parameters);
      } else if (!pair.isEmpty()) {
        put(decoded(pair), "", parameters);
      }
    }
  }

  private static void put(String key, String value, Map<String, String> parameters) {
    if (!key.isEmpty() && (parameters.size() < MAX_PARAMETERS || parameters.containsKey(key))) {
      parameters.put(key, value);
    }
  }

  private static String path(String app, String stream) {
    List<String> elements = elements(app);
    if (!elements.isEmpty() && elements.getFirst().equals(DEFAULT_APP)) {
      elements.removeFirst();
    }
    if (!elements.isEmpty() && elements.getLast().equals(DEFAULT_INSTANCE)) {
      elements.removeLast();
    }
    List<String> streamElements = elements(withoutKind(stream));
    if (!streamElements.isEmpty() && streamElements.getFirst().equals(DEFAULT_INSTANCE)) {
      streamElements.removeFirst();
    }
    elements.addAll(streamElements);
    if (!elements.isEmpty()) {
      elements.addLast(withoutExtension(elements.removeLast()));
    }
    return String.join("/", elements);
  }

  private static List<String> elements(String path) {
    List<String> elements = new ArrayList<>();
    for (String element : decoded(path).split("/", -1)) {
      if (!element.isEmpty()) {
        elements.add(element);
      }
    }
    return elements;
  }

  private static String withoutKind(String stream) {
    int colon = stream.indexOf(':');
    return colon > 0 && KINDS.contains(stream.substring(0, colon).toLowerCase(Locale.ROOT))
        ? stream.substring(colon + 1)
        : stream;
  }

  private static String withoutExtension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && FILE_EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT))
        ? name.substring(0, dot)
        : name;
  }

  /** Percent-decodes; a plus stays one, and what is no percent-encoding stays as it is. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }
}
