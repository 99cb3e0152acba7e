package dev.sluice.node.api;

import dev.sluice.hub.Loop;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code GET /sluice/v1/openapi.yaml}: the description of the API, for everybody. */
public final class OpenApiRoutes implements HttpRoutes {
  private static final String FILE = "openapi.yaml";

  private final Buffer document;

  /** Reads the document. */
  public OpenApiRoutes() {
    try (InputStream in = OpenApiRoutes.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path");
      }
      document = Buffer.buffer(in.readAllBytes());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Override
  public void mount(Router router, Loop loop) {
    router
        .get("/sluice/v1/openapi.yaml")
        .handler(context -> {
          context.response().putHeader("Content-Type", "application/yaml");
          HttpAnswers.end(context.request(), document);
        });
  }
}
