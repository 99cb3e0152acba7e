package dev.sluice.node;

import dev.sluice.hub.Loop;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The pages for viewers, from the console's jar: the player at {@code /player/{stream}}, {@code
 * /?stream=} and {@code /index.html?stream=}, the list of what is live at {@code /}, the measuring
 * of a connection at {@code /bandwidth}, and what they are made of under {@code /sluice/web/}. Each
 * file is read once and kept, plain and compressed.
 */
final class PageRoutes implements HttpRoutes {
  private static final String PREFIX = "/sluice/web/";
  private static final String PLAYER = "player.html";
  private static final String LIST = "index.html";
  private static final String BANDWIDTH = "bandwidth.html";

  /** Names of files that there may be; nothing above the folder is among them. */
  private static final Pattern FILE =
      Pattern.compile("(?:assets/)?[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'"
          + " blob:; connect-src 'self'; base-uri 'none'; form-action 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "md", "text/plain; charset=utf-8");

  private static final int ETAG_BYTES = 12;

  /** One file; {@code gzip} is empty where compressing gains nothing. */
  private record Page(Buffer plain, Buffer gzip, String etag, String type, boolean immutable) {}

  private final Map<String, Page> pages = new ConcurrentHashMap<>();

  @Override
  public void mount(Router router, Loop loop) {
    route(router, "/").handler(this::list);
    route(router, "/index.html").handler(this::list);
    route(router, "/player/*").handler(context -> serve(context, PLAYER));
    route(router, "/bandwidth").handler(context -> serve(context, BANDWIDTH));
    route(router, PREFIX + "*")
        .handler(context -> serve(context, context.normalizedPath().substring(PREFIX.length())));
  }

  private static Route route(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  private void list(RoutingContext context) {
    serve(context, context.request().getParam("stream") == null ? LIST : PLAYER);
  }

  private void serve(RoutingContext context, String file) {
    if (!FILE.matcher(file).matches()) {
      missing(context);
      return;
    }
    Page known = pages.get(file);
    if (known != null) {
      answer(context, known);
      return;
    }
    context
        .vertx()
        .executeBlocking(() -> load(file), false)
        .onComplete(page -> {
          if (page.failed()) {
            context.fail(page.cause());
          } else if (page.result() == null) {
            missing(context);
          } else {
            pages.put(file, page.result());
            answer(context, page.result());
          }
        });
  }

  private static void missing(RoutingContext context) {
    HttpAnswers.refuse(context.request(), 404, "not-found", "nothing is at this path");
  }

  private static void answer(RoutingContext context, Page page) {
    HttpServerResponse response = context.response();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, page.type())
        .putHeader(HttpHeaders.ETAG, page.etag())
        .putHeader(HttpHeaders.VARY, "Accept-Encoding")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "same-origin")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader(
            HttpHeaders.CACHE_CONTROL,
            page.immutable() ? "public, max-age=31536000, immutable" : "no-cache");
    if (page.etag().equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    String accepts = context.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    Buffer body = page.plain();
    if (accepts != null && accepts.contains("gzip") && page.gzip().length() > 0) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      body = page.gzip();
    }
    if (context.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body);
    }
  }

  /** Reads {@code file} from the class path; null when it is not there. Blocks. */
  private static @Nullable Page load(String file) {
    try (InputStream in = PageRoutes.class.getClassLoader().getResourceAsStream("web/" + file)) {
      String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
      if (in == null || type == null) {
        return null;
      }
      byte[] plain = in.readAllBytes();
      byte[] gzip = compressed(plain);
      return new Page(
          Buffer.buffer(plain),
          gzip.length < plain.length ? Buffer.buffer(gzip) : Buffer.buffer(),
          etag(plain),
          type,
          file.startsWith("assets/"));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static byte[] compressed(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(Arrays.copyOf(digest, ETAG_BYTES)) + '"';
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JDK has it
    }
  }
}
