package dev.sluice.session.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import java.util.List;
import java.util.Locale;

/**
 * Where a client goes and what for.
 *
 * @param tls whether over TLS ({@code rtmps})
 * @param host name or address, without brackets
 * @param port 1 to 65535
 * @param app first elements of the path, may contain slashes, may be empty
 * @param stream last element of the path and the query
 * @param purpose what for
 * @param properties added to the command object of {@code connect}, such as Enhanced RTMP's {@code
 *     fourCcList}
 * @param arguments sent behind it
 * @param redirects how often this client was sent elsewhere to come here
 */
public record RtmpTarget(
    boolean tls,
    String host,
    int port,
    String app,
    String stream,
    Purpose purpose,
    AmfProperties properties,
    List<AmfValue> arguments,
    int redirects) {
  private static final String PLAIN = "rtmp";
  private static final String SECURE = "rtmps";
  private static final int PLAIN_PORT = 1935;
  private static final int SECURE_PORT = 443;
  private static final int MAX_URL_CHARS = 4096;

  /** What a client does. */
  public enum Purpose {
    PUBLISH,
    PLAY
  }

  public RtmpTarget {
    arguments = List.copyOf(arguments);
  }

  /**
   * Reads {@code rtmp[s]://host[:port]/app[/more]/stream[?query]}; a query that follows the app
   * alone belongs behind the stream that follows it. User and password are not supported.
   *
   * @throws MalformedException when it is none
   */
  public static RtmpTarget parse(String url, Purpose purpose) {
    return new RtmpTarget(false, "", PLAIN_PORT, "", "", purpose, AmfProperties.EMPTY, List.of(), 0)
        .withUrl(url, true);
  }

  /**
   * URL up to the app, as {@code connect} names it; the port only where it is not the usual one.
   */
  public String tcUrl() {
    boolean usual = port == (tls ? SECURE_PORT : PLAIN_PORT);
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return (tls ? SECURE : PLAIN)
        + "://"
        + name
        + (usual ? "" : ":" + port)
        + (app.isEmpty() ? "" : "/" + app);
  }

  /** Without what may be secret: the query, and what {@code connect} carries. */
  @Override
  public String toString() {
    return "%s %s/%s".formatted(purpose, Text.withoutQuery(tcUrl()), Text.withoutQuery(stream));
  }

  /** This target with other properties of {@code connect}. */
  public RtmpTarget withProperties(AmfProperties other) {
    return new RtmpTarget(tls, host, port, app, stream, purpose, other, arguments, redirects);
  }

  /** This target with other arguments of {@code connect}. */
  public RtmpTarget withArguments(List<AmfValue> other) {
    return new RtmpTarget(tls, host, port, app, stream, purpose, properties, other, redirects);
  }

  /** The target that a redirect to a URL with a stream means. */
  RtmpTarget redirectedTo(String url) {
    return withUrl(url, true).redirected();
  }

  /**
   * The target that a redirect to another {@code tcUrl} means.
   *
   * @param reference a whole URL, or a path on the same server that begins with a slash; empty for
   *     the same place
   */
  RtmpTarget redirectedToApp(String reference) {
    if (reference.isEmpty()) {
      return redirected();
    }
    if (reference.startsWith("/") && !reference.startsWith("//")) {
      return withPath(reference.substring(1), stream).redirected();
    }
    return withUrl(
            reference.startsWith("//") ? (tls ? SECURE : PLAIN) + ":" + reference : reference,
            false)
        .redirected();
  }

  private RtmpTarget redirected() {
    return new RtmpTarget(
        tls, host, port, app, stream, purpose, properties, arguments, redirects + 1);
  }

  private RtmpTarget withPath(String newApp, String newStream) {
    return new RtmpTarget(
        tls, host, port, newApp, newStream, purpose, properties, arguments, redirects);
  }

  private RtmpTarget withUrl(String url, boolean withStream) {
    int end = url.indexOf("://");
    String scheme = end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
    if (url.length() > MAX_URL_CHARS || !(scheme.equals(PLAIN) || scheme.equals(SECURE))) {
      throw new MalformedException(
          "URL that does not begin with rtmp:// or rtmps://, or is longer than %d characters"
              .formatted(MAX_URL_CHARS));
    }
    String rest = url.substring(end + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    boolean secure = scheme.equals(SECURE);
    String newHost = hostOf(authority);
    if (newHost.isEmpty() || authority.indexOf('@') >= 0) {
      throw new MalformedException("URL without a host, or with a user or password");
    }
    int newPort = portOf(authority, secure);
    RtmpTarget there =
        new RtmpTarget(
            secure, newHost, newPort, app, stream, purpose, properties, arguments, redirects);
    if (!withStream) {
      return there.withPath(path, stream);
    }
    int query = path.indexOf('?');
    int last = path.lastIndexOf('/');
    if (query >= 0 && query < last && path.lastIndexOf('/', query) < 0) {
      path = path.substring(0, query) + path.substring(last) + path.substring(query, last);
    }
    int pathEnd = path.indexOf('?') < 0 ? path.length() : path.indexOf('?');
    int streamBegin = path.lastIndexOf('/', pathEnd - 1) + 1;
    return there.withPath(
        path.substring(0, Math.max(streamBegin - 1, 0)), path.substring(streamBegin));
  }

  private static String hostOf(String authority) {
    if (authority.startsWith("[")) {
      int close = authority.indexOf(']');
      return close < 0 ? "" : authority.substring(1, close);
    }
    int colon = authority.indexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  private static int portOf(String authority, boolean secure) {
    int colon = authority.indexOf(':', authority.indexOf(']') + 1);
    if (colon < 0) {
      return secure ? SECURE_PORT : PLAIN_PORT;
    }
    String digits = authority.substring(colon + 1);
    int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw new MalformedException("port %s, allowed is 1 to 65535".formatted(Text.quoted(digits)));
    }
    return port;
  }
}
