package dev.sluice.endpoint.link;

import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.ProgressiveResponse;
import dev.sluice.net.RequestClient;
import dev.sluice.net.RequestPeer;
import dev.sluice.session.link.LinkGate;
import dev.sluice.session.link.LinkGate.Admitted;
import dev.sluice.session.link.LinkGate.Refused;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * For other nodes of the cluster:
 *
 * <ul>
 *   <li>{@code /link/v1/catalogue} which streams there are, as they come and go;
 *   <li>{@code /link/v1/media/{stream}} one stream, as it comes;
 *   <li>{@code /link/v1/segment/{stream}/{file}} a segment or a CMAF header, as it stands at {@code
 *       /{stream}/{file}} for viewers.
 * </ul>
 *
 * <p>All proofs are judged on one loop, that of the first router: what was there before is known
 * wherever it was.
 */
public final class LinkEndpoint implements HttpRoutes {
  /** In front of all paths. */
  public static final String BASE = "/link/v1/";

  /** The header by which an answer proves that this node has the key. */
  public static final String ANSWER = "Sluice-Link-Answer";

  private static final String CONTENT_TYPE = "application/vnd.sluice.link";
  private static final Pattern MEDIA = Pattern.compile(BASE + "media/([^?]+)");
  private static final Pattern SEGMENT =
      Pattern.compile(BASE + "segment/([^?]+)/([av]\\d{1,3}-[0-9a-f]{1,20}\\.m(?:4s|p4))");

  private final Hub hub;
  private final SegmentStreams segments;
  private final LinkGate gate;
  private final Supplier<String> connectionIds;
  private final LongSupplier utcMs;
  private @Nullable Loop gateLoop;

  /**
   * The source's side of the link.
   *
   * @param key of the cluster
   * @param connectionIds a new identifier for each connection; called on any loop
   * @param utcMs the clock; called on any loop
   */
  public LinkEndpoint(
      Hub hub,
      SegmentStreams segments,
      Bytes key,
      Supplier<String> connectionIds,
      LongSupplier utcMs) {
    this.hub = hub;
    this.segments = segments;
    this.gate = new LinkGate(key);
    this.connectionIds = connectionIds;
    this.utcMs = utcMs;
  }

  @Override
  public void mount(Router router, Loop loop) {
    if (gateLoop == null) {
      gateLoop = loop;
    }
    router.get(BASE + "catalogue").handler(context -> guarded(context, loop, this::catalogue));
    router.getWithRegex(MEDIA.pattern()).handler(context -> guarded(context, loop, this::media));
    router
        .getWithRegex(SEGMENT.pattern())
        .handler(context -> guarded(context, loop, (_, _) -> segment(context)));
  }

  /** What is done for a request that was let in. */
  @FunctionalInterface
  private interface Doing {
    void run(HttpServerRequest request, Loop loop);
  }

  private void guarded(RoutingContext context, Loop loop, Doing doing) {
    HttpServerRequest request = context.request();
    String proof = request.getHeader("Authorization");
    RequestPeer peer = RequestPeer.of(request);
    String host = peer.host() == null ? String.valueOf(request.getHeader("Host")) : peer.host();
    String method = request.method().name();
    String uri = request.uri();
    Loop judge = gateLoop == null ? loop : gateLoop;
    judge.run(() -> {
      LinkGate.Verdict verdict = gate.judge(proof, host, method, uri, utcMs.getAsLong());
      loop.run(() -> {
        switch (verdict) {
          case Admitted admitted -> {
            String answer = gate.answer(admitted.proof(), 200);
            request.response().putHeader(ANSWER, answer);
            // where the request goes on to another path, what was put there is forgotten
            request.response().headersEndHandler(_ -> request.response().putHeader(ANSWER, answer));
            doing.run(request, loop);
          }
          case Refused(int status, String label, String message) -> {
            hub.listener()
                .connectionRefused(
                    Client.OF_NODE,
                    peer.address(),
                    peer.port(),
                    status == 401 ? Reason.TOKEN_MISSING : Reason.TOKEN_WRONG);
            HttpAnswers.refuse(request, status, label, message);
          }
        }
      });
    });
  }

  private void media(HttpServerRequest request, Loop loop) {
    Matcher matcher = MEDIA.matcher(String.valueOf(request.path()));
    StreamName name;
    try {
      name = StreamName.parse(matcher.matches() ? matcher.group(1) : "").requirePublishable();
    } catch (MalformedException malformed) {
      HttpAnswers.refuse(request, Reason.NAME_INVALID, String.valueOf(malformed.getMessage()));
      return;
    }
    Client client = RequestClient.of(request, connectionIds.get(), Client.OF_NODE);
    var sink =
        new LinkSink(
            ProgressiveResponse.open(request, loop, CONTENT_TYPE), name, segments, loop, utcMs);
    Viewer viewer = hub.watch(name, client, new LinkForm(), loop, sink);
    sink.onLeft(viewer::leave);
  }

  /** The same file as viewers get, whatever they need for it. */
  private static void segment(RoutingContext context) {
    Matcher matcher = SEGMENT.matcher(String.valueOf(context.request().path()));
    if (!matcher.matches()) {
      context.next();
      return;
    }
    RequestClient.ofNode(context);
    context.reroute("/" + matcher.group(1) + "/" + matcher.group(2));
  }

  private void catalogue(HttpServerRequest request, Loop loop) {
    new LinkCatalogue(hub, ProgressiveResponse.open(request, loop, CONTENT_TYPE), loop, utcMs)
        .start();
  }
}
